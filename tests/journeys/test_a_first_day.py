"""A new board secretary’s first day at a real installation, from the invitation to her first signature.

She has no mouse, and her screen is as wide as a phone’s: every page is walked by Tab, and every form is filled and
sent by the keyboard alone. What an installation of the demonstration refuses (invitations) is here as it will be.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from app.db.installation import real_time
from app.jobs.outbox import send_waiting
from app.jobs.worker import run_waiting
from app.people.service import DEMONSTRATION_PASSWORD
from config import Settings
from tests.browser import PHONE, resize, watched_page
from tests.conftest import SettableClock
from tests.journeys.desk import Axe, done
from tests.journeys.keyboard import Keyboard
from tests.journeys.swl import email
from tests.letters import LetterBox
from tests.live import Live, served
from tests.people.test_invitations import post as post

ADMINISTRATOR = "rosalind-everdene"
NEW, HER_MAIL, HER_PASSWORD = "Hester Wainfleet", "hester.wainfleet@merton.example", "gravel teapot orbit lantern"
MEETING = "/meetings/merton-2015-12-10"
CASE = "/sign-offs/minimum-outcomes-2015/merton"


@pytest.fixture
def clock() -> SettableClock:
    """Merton meets this afternoon. Sessions run on the machine's own time, as the browser's cookies do."""
    return SettableClock(now=datetime(2015, 11, 12, 9, 0, tzinfo=UTC), real=real_time())


@pytest.fixture
def real(demonstration: Path, tmp_path: Path, clock: SettableClock) -> Iterator[Live]:
    """A real installation with the organisations, people and meetings of South West London in it."""
    made = tmp_path / "made-real"
    shutil.copytree(demonstration, made)
    with closing(sqlite3.connect(made / "concord.sqlite")) as database, database:
        database.execute("UPDATE installation SET kind = 'real', shown_at = NULL, real_at = NULL")
        database.execute("UPDATE account SET demonstration = 0")
        database.execute("DELETE FROM mail")
    with served(made, tmp_path / "real", real=clock.hands) as service:
        yield service


@pytest.fixture
def desk(chromium: Browser, real: Live) -> Iterator[Page]:
    """One browser at the width of a phone; whoever sits at it has the keyboard only."""
    with watched_page(chromium, real.url) as page:
        resize(page, PHONE)
        yield page


class FirstDay:
    """The desk, its keyboard, and what goes on behind it."""

    def __init__(self, page: Page, live: Live, clock: SettableClock, axe: Axe, box: LetterBox, port: int) -> None:
        self.page, self.live, self.clock, self.box, self.port = page, live, clock, box, port
        self.keys = Keyboard(page)
        self._axe = axe
        self.secret = ""

    def open(self, path: str) -> Keyboard:
        """Type an address, and go past the menus."""
        self.page.goto(path.partition("#")[0])
        self.keys.past_the_menus()
        return self.keys

    def look(self) -> None:
        """The page as it stands breaks no rule of accessibility at the width of a phone."""
        wrong = self._axe(self.page, [PHONE])
        assert wrong == [], "\n".join(wrong)

    def says(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.page.get_by_role("main")).to_contain_text(sentence)

    def code(self) -> str:
        """What her authenticator app shows; the next time it is another."""
        self.clock.real += timedelta(seconds=30)
        return pyotp.TOTP(self.secret).at(self.clock.real)


@pytest.fixture
def day(desk: Page, real: Live, clock: SettableClock, axe: Axe, post: tuple[LetterBox, int]) -> FirstDay:
    return FirstDay(desk, real, clock, axe, *post)


def test_a_new_secretary_does_a_days_work_by_the_keyboard(day: FirstDay) -> None:
    given_an_administrator_who_invites_her(day)
    when_she_opens_her_account(day)
    when_she_sets_up_a_second_factor(day)
    then_home_says_whether_the_next_pack_will_be_ready(day)
    when_somebody_joins_and_somebody_leaves(day)
    when_she_declares_an_interest_for_a_member(day)
    when_she_sets_a_meeting_with_a_conflicted_item(day)
    then_the_forecast_says_who_is_missing(day)
    when_she_builds_the_pack(day)
    then_she_proves_who_she_is_before_she_signs(day)


def sign_in(day: FirstDay, address: str, password: str) -> None:
    keys = day.open("/sign-in")
    keys.write("Email address", address)
    keys.write("Password", password)
    keys.send("Sign in")


def given_an_administrator_who_invites_her(day: FirstDay) -> None:
    sign_in(day, email(ADMINISTRATOR), DEMONSTRATION_PASSWORD)
    keys = day.open("/people/new")
    keys.write("Name", NEW)
    keys.write("Email address", HER_MAIL)
    keys.choose("Organisation", "NHS Merton CCG")
    keys.choose("Role", "Board secretary")
    keys.day("First day", "2015-11-12")
    keys.send("Let them join")
    day.says(NEW)
    keys = day.open(day.page.url)
    keys.go("Invite to open an account")
    day.look()
    keys.send("Send the invitation")

    # The mail goes over SMTP, and the link is in it
    settings: Settings = day.live.app.extensions["concord.settings"]
    with day.live.app.app_context():
        assert send_waiting(replace(settings, smtp_host="127.0.0.1", smtp_port=day.port), day.clock.real) == 1
    [letter] = day.box.letters
    assert letter["To"] == f"{NEW} <{HER_MAIL}>"
    day.page.context.clear_cookies()


def when_she_opens_her_account(day: FirstDay) -> None:
    text = day.box.letters[0].get_payload(decode=True)
    assert isinstance(text, bytes)
    found = re.search(r"http://\S+(/invitation/\S+)", text.decode())
    assert found is not None
    keys = day.open(found[1])
    day.look()
    keys.write("Password", HER_PASSWORD)
    keys.write("Password again", HER_PASSWORD)
    keys.send("Open my account")
    assert "Your account is open." in done(day.page)
    sign_in(day, HER_MAIL, HER_PASSWORD)


def when_she_sets_up_a_second_factor(day: FirstDay) -> None:
    keys = day.open("/account")
    day.look()
    keys.go("Set up a second factor")
    day.look()
    day.secret = "".join(day.page.locator(".app-key").inner_text().split())
    keys.write("Code", day.code())
    keys.send("Turn it on")
    day.says("recovery codes")
    day.look()


def then_home_says_whether_the_next_pack_will_be_ready(day: FirstDay) -> None:
    day.open("/")
    day.says("Next meeting: Merton: Governing Body meeting in public", "today")
    day.look()


def when_somebody_joins_and_somebody_leaves(day: FirstDay) -> None:
    keys = day.open("/people/new")
    keys.write("Name", "Dr Ivo Larkspur")
    keys.write("Email address", "ivo.larkspur@merton.example")
    keys.choose("Organisation", "NHS Merton CCG")
    keys.day("First day", "2015-11-12")
    keys.send("Let them join")
    day.says("Dr Ivo Larkspur")

    keys = day.open("/people/shreya-holloway")
    keys.go("Leaves on a date")
    keys.day("Last day", "2015-11-30")
    keys.send("See what ends")
    day.says("GP member, locality 2")
    day.look()
    keys.past_the_menus()
    keys.send("Let them leave")
    assert "Dr Shreya Holloway leaves: their last day is 30 November 2015." in done(day.page)


def when_she_declares_an_interest_for_a_member(day: FirstDay) -> None:
    keys = day.open("/interests/declare")
    day.look()
    keys.choose("Whose interest is it?", "Dr Callum Birchwood")
    keys.mark("Financial")
    keys.write("What is the interest?", "Shareholder of a GP federation that may bid.")
    keys.send("Declare it")
    day.says("Shareholder of a GP federation that may bid.")


def when_she_sets_a_meeting_with_a_conflicted_item(day: FirstDay) -> None:
    keys = day.open("/meetings/new")
    keys.write("Title", "Extraordinary meeting in public")
    keys.day("Day", "2015-12-10")
    keys.write("Place", "Chaucer Centre, Morden")
    keys.send("Set the meeting")
    assert "The meeting is set" in done(day.page)
    keys = day.open(MEETING)
    keys.go("Add an item")
    day.look()
    keys.write("Title", "Contract for community nursing")
    keys.choose("Purpose", "For decision")
    keys.write("Recommendation", "The Governing Body is asked to award the contract.")
    keys.send("Add the item")


def then_the_forecast_says_who_is_missing(day: FirstDay) -> None:
    # Dr Holloway will have left by then; three of the four other clinicians have an interest in the federation
    keys = day.open(MEETING)
    keys.go("Contract for community nursing")
    day.says("Merton would be quorate for this item")
    keys = day.open(day.page.url)
    keys.go("Record a conflict of interest")
    day.look()
    for member in ("Sinead Copperfield, Registered nurse", "Professor Hugh Lindqvist, Secondary care doctor"):
        keys.mark(member)
    keys.mark("Dr Callum Birchwood, GP member, locality 1")
    keys.mark("Financial interest")
    keys.write("What is the interest?", "Each holds shares in a GP federation that may bid.")
    keys.mark("Leaves for the item")
    keys.choose("Decided by", "Dr Adaeze Fernleigh")
    keys.send("Record the conflict")
    day.says("Merton would not be quorate for this item: 1 more clinician needed")
    day.look()


def when_she_builds_the_pack(day: FirstDay) -> None:
    keys = day.open(f"{MEETING}/pack")
    keys.send("Build the pack")
    run_waiting(day.live.app)
    day.open(f"{MEETING}/pack")
    day.says("Built on 12 November 2015")
    day.look()


def then_she_proves_who_she_is_before_she_signs(day: FirstDay) -> None:
    # The meeting is over, and it is long since she signed in
    day.clock.now = datetime(2015, 11, 12, 17, 0, tzinfo=UTC)
    day.clock.real += timedelta(minutes=16)
    keys = day.open(f"{CASE}/decision")
    day.says("Confirm that it is you")
    day.look()
    keys.write("Your password", HER_PASSWORD)
    keys.write("Code", day.code())
    keys.send("Confirm and go on")
    day.says("Record Merton’s decision")

    keys.past_the_menus()
    keys.mark("Without a vote against: everyone present and free to vote is recorded as for")
    for label in day.page.locator("label", has_text=re.compile("^Attendance of")).all_inner_texts():
        keys.choose(label, "Present")
    keys.mark("Agree")
    keys.send("Record the decision")
    day.says("Merton agreed version 2 on 12 November 2015.", f"by {NEW}, ")
    day.look()
