"""The help says what is there: its labels stand on pages, its links lead somewhere, its pictures are in the tree."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from app import create_app
from app.help.pages import GROUPS, PICTURES, ROLES, TEXTS, Page, Picture, shelf, shown_to
from app.permissions import ANONYMOUS, ROUTES
from config import ROOT, Settings

PAGES = [*shelf().tasks.values(), *shelf().first_days.values()]
LABEL = re.compile(r"\*\*“([^”]+)”\*\*")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((/[^)]*)\)")
MOST_BYTES, MOST_IN_ALL, WIDE = 60_000, 2_500_000, 1024

WITHOUT_HELP = {
    # the help itself, what is no page, and files that open outside the frame of the service
    "help.index",
    "help.task",
    "help.first_day",
    "help.accessibility",
    "help.privacy",
    "static",
    "web.health",
    "web.logo",
    "exchange.template",
    "packs.download",
    "packs.edition_download",
    "packs.edition_slides",
    "packs.slides",
    "packs.public_facts",
    "packs.public_page",
    "packs.public_pdf",
    "packs.public_slides",
} | {name for name in ROUTES if name.startswith("api.") and name != "api.reference"}


@cache
def written() -> str:
    """Everything that pages can say: the templates and the rooms' own words."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "app").rglob("*.py")]
    others = [path for path in files if "help" not in path.relative_to(ROOT).parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in others)


def service(folder: Path, **settings: Any) -> Flask:
    """The service as somebody without an account meets it; the help asks no database, so none is made."""
    return create_app(Settings(instance=folder, public_url="http://localhost", **settings))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Flask:
    """An installation that says whom to ask and how long things are kept."""
    folder = tmp_path_factory.mktemp("help")
    shutil.copyfile(migrated_file, folder / "concord.sqlite")  # the sign-in page, too, is asked for
    return service(
        folder,
        contact_name="NHS Wandsworth CCG",
        contact_email="concord@example.nhs.uk",
        retention="Decisions are kept for twenty years.",
    )


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_page_of_the_service_has_its_help(app: Flask) -> None:
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert read - set(shelf().helped) - WITHOUT_HELP == set()
    assert set(shelf().helped) - set(ROUTES) == set()


def test_every_label_that_is_quoted_stands_on_a_page() -> None:
    quoted = [(page.code, label) for page in PAGES for label in LABEL.findall(page.text)]
    assert len(quoted) > 100
    assert [(code, label) for code, label in quoted if label not in written()] == []


def test_every_link_leads_to_a_page_that_is_there(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    lost = []
    for code, address in [(page.code, address) for page in PAGES for address in LINK.findall(page.text)]:
        try:
            endpoint, values = adapter.match(address, method="GET")
        except HTTPException:
            lost.append((code, address))
            continue
        if endpoint == "help.task" and values["code"] not in shelf().tasks:
            lost.append((code, address))
    assert lost == []


@pytest.mark.parametrize("page", shelf().tasks.values(), ids=lambda page: page.code)
def test_a_task_says_what_for_how_what_can_go_wrong_and_what_next(page: Page) -> None:
    headings = re.findall(r"^## (.+)$", page.text, re.MULTILINE)
    assert headings[0] == "What it is for"
    assert headings[-3:] == ["What you do", "What can go wrong", "What happens next"]
    assert page.summary.endswith(".")
    assert page.group in GROUPS
    assert page.roles, "nobody’s task"
    assert set(page.roles) <= set(ROLES)


@pytest.mark.parametrize("page", shelf().first_days.values(), ids=lambda page: page.code)
def test_a_first_day_has_five_to_eight_steps_each_with_a_sentence_and_a_picture(page: Page) -> None:
    steps = re.split(r"^## \d+\. .+$", page.text, flags=re.MULTILINE)[1:]
    assert 5 <= len(steps) <= 8
    assert len(page.pictures) == len(steps)
    assert [step for step in steps if len(re.findall(r"[.!?](?:\s|$)", step)) != 1 or not LINK.search(step)] == []


def test_there_is_a_first_day_for_each_role() -> None:
    assert list(shelf().first_days) == list(ROLES)
    assert {path.stem for path in (TEXTS / "first-day").iterdir()} == set(ROLES)


def test_every_picture_is_there_says_what_it_shows_and_none_is_left_over() -> None:
    shown = [picture for page in PAGES for picture in page.pictures]
    said: dict[str, set[str]] = {}
    for picture in shown:
        said.setdefault(picture.file, set()).add(picture.alt)
    assert {path.name for path in PICTURES.iterdir()} == set(said)
    assert {file: words for file, words in said.items() if len(words) != 1} == {}, "one picture, told in two ways"
    assert [
        picture.alt for picture in shown if len(picture.alt) < 25 or picture.alt.lower().startswith("picture")
    ] == []
    assert {picture.width for picture in shown} == {WIDE}


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= MOST_IN_ALL


def test_the_search_finds_pages_with_all_of_the_words() -> None:
    found = [one.page.code for one in shelf().search("Milestone  baseline")]
    assert found[0] == "move-a-milestone"
    assert "sign-in" not in found
    assert shelf().search("zebra") == []
    assert shelf().search("  ") == []


def test_a_found_page_comes_with_the_sentence_that_has_the_word() -> None:
    (first, *_) = shelf().search("deputy quorate")
    assert any(word in first.passage.casefold() for word in ("deputy", "quorate"))
    assert "**" not in first.passage


def test_a_link_to_a_page_that_one_may_not_open_is_words_alone() -> None:
    text = next(block for block in shelf().tasks["invitations"].blocks if not isinstance(block, Picture))
    invitations = shown_to(text, ANONYMOUS)
    assert "/invitations" not in invitations
    assert "Open Invitations from the foot" in invitations


def test_everyone_reads_the_help_without_an_account(client: FlaskClient) -> None:
    for page in shelf().tasks:
        answer = client.get(f"/help/{page}")
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1
    for role in shelf().first_days:
        assert client.get(f"/help/first-day/{role}").status_code == 200
    assert client.get("/help/no-such-task").status_code == 404
    assert client.get("/help/first-day/no-such-role").status_code == 404


def test_each_picture_says_that_it_shows_the_demonstration(client: FlaskClient) -> None:
    shown = client.get("/help/follow-a-sign-off").text
    assert shown.count("<figure") == shown.count("<figcaption>Demonstration content</figcaption>") == 2


def test_the_index_searches_and_says_when_nothing_is_found(client: FlaskClient) -> None:
    assert "Move a milestone" in client.get("/help?q=baseline").text
    assert "No help page has all of these words" in client.get("/help?q=zebra").text
    assert "<script>" not in client.get("/help?q=<script>").text


def test_every_page_leads_to_its_help_and_to_the_statements(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert 'href="/help/sign-in">Help with this page' in page
    for address in ("/help", "/accessibility", "/privacy"):
        assert f'href="{address}"' in page


def test_the_statements_name_whom_to_ask(client: FlaskClient) -> None:
    for address in ("/accessibility", "/privacy"):
        page = client.get(address).text
        assert "NHS Wandsworth CCG" in page
        assert 'href="mailto:concord@example.nhs.uk"' in page
    assert "Decisions are kept for twenty years." in client.get("/privacy").text


def test_a_statement_without_a_contact_says_so(tmp_path: Path) -> None:
    client = service(tmp_path).test_client()
    assert "No contact has been set" in client.get("/privacy").text
    assert "No time has been set" in client.get("/privacy").text
