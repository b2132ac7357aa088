"""Makes the pictures of the help pages: Chromium signs in to the demonstration as each role and looks at each task.

Each is of the main part of one page, 1024 pixels wide, written to app/static/help/ in few colours. `make pictures`
makes all of them, `python -m tests.pictures NAME …` those whose names begin so. A picture that comes out too large is
an error.
"""

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click import echo
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from tests.browser import CHROMIUM, FLAGS, sign_in, sign_out
from tests.conftest import SettableClock
from tests.journeys import swl as people
from tests.journeys.steps import (
    accept_the_gaps,
    build_the_edition,
    put_before_the_chair,
    release_the_built_edition,
    the_worker_works,
)
from tests.live import Live, loaded_demonstration, served

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "static" / "help"
WIDTH, HEIGHT = 1024, 640
COLOURS = 64
MOST_BYTES = 60_000

MERTON, CROYDON = people.SECRETARIES["Merton"], people.SECRETARIES["Croydon"]
CHAIR = people.CHAIRS["Merton"]
AGREED, ASKED = "/sign-offs/out-of-hospital-standards-2015", "/sign-offs/minimum-outcomes-2015"
STANDARD = "/documents/minimum-outcomes"
MEETING = "/meetings/merton-2016-01-14"


@dataclass(frozen=True)
class Scene:
    """One picture: its name, who looks, at which page, and from which element on."""

    name: str
    who: str | None
    path: str
    at: str = "main"
    height: int = HEIGHT
    click: tuple[str, ...] = ()  # links to follow first


ON_THE_FIRST_DAY = (
    # 5 November 2015, as the demonstration begins
    Scene("sign-in-1", None, "/sign-in", height=520),
    Scene("read-a-pack-1", None, "/packs"),
    Scene("home-page-1", MERTON, "/", height=760),
    Scene("set-a-meeting-1", MERTON, "/meetings/merton-2015-11-12", height=760),
    Scene("attendance-and-quorum-1", MERTON, "/meetings/merton-2015-11-12/attendance"),
    Scene("handle-a-conflict-1", MERTON, "/meetings/merton-2015-10-15", click=("main a:text('Out-of-hospital')",)),
    Scene("declare-an-interest-1", CHAIR, "/interests/declare"),
    Scene("keep-the-register-1", MERTON, "/interests"),
    Scene("people-1", MERTON, "/people", click=("main tbody tr:nth-child(2) a",)),
    Scene("seats-and-deputies-1", MERTON, "/bodies/merton"),
    Scene("organisations-1", MERTON, "/organisations/08R", height=560),
    Scene("second-factor-1", CHAIR, "/account"),
    Scene("put-on-an-agenda-1", MERTON, f"{AGREED}/merton"),
    Scene("follow-the-workstreams-1", people.MANAGER, "/workstreams", height=760),
    Scene("write-an-update-1", people.MANAGER, "/", click=("main a:text-matches('^(Write|Finish) the update')",)),
    Scene("chase-1", people.MANAGER, "/workstream-grid", height=760),
    Scene("plan-1", people.MANAGER, "/plan"),
    Scene("map-1", people.MANAGER, "/map", height=760),
    Scene("risks-1", people.MANAGER, "/risks", click=("main tbody tr:first-child th a",)),
    Scene("risks-2", people.MANAGER, "/risks/heat-map"),
    Scene("actions-and-decisions-1", people.MANAGER, "/actions", height=760),
    Scene("move-a-milestone-1", people.MANAGER, "/plan", click=("main tbody tr:first-child th a",)),
    Scene("local-position-1", people.SUTTON_MANAGER, "/", click=("main a:text-matches('local position')",)),
    Scene("follow-a-sign-off-1", people.DIRECTOR, "/sign-offs"),
    Scene("follow-a-sign-off-2", people.DIRECTOR, AGREED),
    Scene("approve-an-update-1", people.DIRECTOR, "/", click=("main a:text-matches('^Approve or return the update')",)),
    Scene("build-the-edition-1", people.DIRECTOR, "/editions/2015-12"),
    Scene("read-documents-1", people.DIRECTOR, f"{STANDARD}/compare"),
    Scene("ask-for-sign-off-1", people.DIRECTOR, STANDARD, click=("main tbody th a",)),
    Scene("answer-as-officer-1", people.OFFICER_OF_NHS_ENGLAND, f"{ASKED}/nhs-england/answer"),
    Scene("read-a-pack-2", None, "/packs/meeting/merton-2015-11-12/1", at="body", height=760),
)
LATE_IN_THE_YEAR = (
    # 12 December 2015: meetings of November are held, the next are to come
    Scene("record-a-decision-1", MERTON, f"{ASKED}/merton/decision", height=760),
    Scene("build-a-pack-1", MERTON, f"{MEETING}/pack", height=760),
)
WITH_THE_CHAIR = (
    # once the edition is released and Merton's pack is built and put forward
    Scene("release-a-pack-1", CHAIR, f"{MEETING}/pack/release", height=760),
)


@contextmanager
def looking(browser: Browser, live: Live) -> Iterator[Page]:
    context = browser.new_context(base_url=live.url, viewport={"width": WIDTH, "height": 900}, locale="en-GB")
    context.set_default_timeout(60_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def take(page: Page, scene: Scene, already: list[str | None]) -> str:
    """One picture; gives a sentence when something is wrong with it, else nothing. `already` is who is signed in."""
    if already != [scene.who]:
        sign_out(page)
        if scene.who is not None:
            sign_in(page, people.email(scene.who))
        already[:] = [scene.who]
    answer = page.goto(scene.path)
    for selector in scene.click:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    if answer is None or answer.status != 200:
        return f"{scene.name}: {scene.path} answers {answer and answer.status}"
    box = page.locator(scene.at).first.bounding_box()
    if box is None:
        return f"{scene.name}: {scene.path} shows no {scene.at}"
    clip: FloatRect = {"x": 0, "y": box["y"], "width": WIDTH, "height": min(box["height"], scene.height)}
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip, animations="disabled")))
    few = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = FOLDER / f"{scene.name}.png"
    few.save(path, optimize=True)
    size = path.stat().st_size
    echo(f"{path.relative_to(ROOT)} {size:,} bytes")
    return f"{scene.name}: {size:,} bytes, and {MOST_BYTES:,} are the most" if size > MOST_BYTES else ""


def put_forward(live: Live) -> None:
    """Release the edition and put Merton's pack before its chair, through the pages."""
    swl = people.SouthWestLondon(live.app, SettableClock())
    build_the_edition(swl, "2015-12")
    release_the_built_edition(swl, "2015-12")
    accept_the_gaps(swl, "Merton", "merton-2016-01-14", "it is tabled on the day.")
    secretary = swl.secretary("Merton")
    secretary.open(f"{MEETING}/pack")
    secretary.press("Build the pack")
    the_worker_works(swl)
    put_before_the_chair(swl, "Merton", "merton-2016-01-14")


def main(names: list[str]) -> int:
    def wanted(scenes: tuple[Scene, ...]) -> list[Scene]:
        return [scene for scene in scenes if not names or scene.name.startswith(tuple(names))]

    for name in [name for name in os.environ if name.startswith("CONCORD_")]:
        del os.environ[name]  # the pictures are of the demonstration, whatever is set up here
    wrong: list[str] = []
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pristine = loaded_demonstration(Path(os.environ.get("DEMONSTRATION", f"{folder}/demonstration")))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(pristine, Path(folder) / "instance") as live, looking(browser, live) as page:
            already: list[str | None] = [None]
            wrong += [take(page, scene, already) for scene in wanted(ON_THE_FIRST_DAY)]
            live.flask("demonstration", "clock", "--to", "2015-12-12T09:00")
            wrong += [take(page, scene, already) for scene in wanted(LATE_IN_THE_YEAR)]
            if wanted(WITH_THE_CHAIR):
                put_forward(live)
            wrong += [take(page, scene, already) for scene in wanted(WITH_THE_CHAIR)]
        browser.close()
    wrong = [sentence for sentence in wrong if sentence]
    for sentence in wrong:
        echo(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
