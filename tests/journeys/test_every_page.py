"""Every page that a link leads to, for every kind of person: it answers, is whole, and axe finds nothing."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from app import create_app
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import db, writing
from app.meetings.models import AgendaItem, ItemQuestion, Meeting
from app.mergers.service import plan_merger
from app.packs.corrections import ELSEWHERE
from app.people.models import DecidingBody, Organisation, Person, RoleHolding, Seat, SeatDeputy
from app.permissions import ROUTES, Role
from app.record import service as destruction
from app.signoff.delegation_models import Delegation
from app.signoff.models import Case, PartyState
from config import Settings
from tests.browser import DESKTOP, PHONE, sign_in, sign_out
from tests.conftest import FIRST_DAY, SettableClock
from tests.journeys.between_meetings import CASE, between_meetings, open_the_voting
from tests.journeys.links import NOT_PAGES, Look, Walk, endpoint, walk_of_everyone
from tests.journeys.steps import (
    accept_the_gaps,
    build_the_edition,
    put_before_the_chair,
    release_the_built_edition,
    the_worker_works,
)
from tests.journeys.swl import (
    ADMINISTRATOR,
    CHAIRS,
    DIRECTOR,
    MANAGER,
    OFFICER_OF_NHS_ENGLAND,
    SECRETARIES,
    SouthWestLondon,
    email,
)
from tests.journeys.visitor import Page as Shown
from tests.live import Live, made_once

AGREED = "out-of-hospital-standards-2015"
COMMENT = "/documents/out-of-hospital-standards/versions/1/comments/1/answer"
# In how many parts a browser looks at what links lead to, so that several processes have a share each.
PARTS = 4
# Reached by a form, a mail or a moving build: other journeys go there.
# A case is offered to be opened only while a version waits to be asked about; the programme's own tests go there.
NOT_BY_A_LINK: set[str] = {
    "people.accept_invitation",
    "packs.personal",
    "packs.personal_correction",
    # a file that is made when asked for: the tests of slides go there
    "packs.slides",
    "programme.open_case",
    "programme.rule_on_changes",
    # while a case asks for responses, which none of the demonstration does
    "programme.write_comment",
    "programme.withdraw_comment",
    # once a ruling was made and nobody has acted on it: the programme's own tests go there
    "programme.rule_on_changes_again",
    # on the way in, by mail, or once a second factor is on: the tests of people go there
    "people.sign_in_code",
    "people.new_password",
    "people.confirm_identity",
    "people.turn_off_second_factor",
    "people.recovery_codes",
    # once a token is made, which the demonstration has none of: the tests of the API go there
    "people.let_token_sign",
    "people.revoke_token",
    # a real installation's: nobody is invited to the demonstration, and its password cannot be changed
    "people.change_password",
    "people.invite",
    "people.withdraw_invitation",
    # from the page of a person, whose account it is about
    "people.disable_account",
    "people.enable_account",
    "people.reset_second_factor",
}
# One of many of its kind, or there once a file was uploaded: the third test here goes there.
KEPT = {"exchange.upload", "people.class_interest", "people.close_class", "people.end_deputy", "people.end_role"}
# The demonstration has none planned, where nobody ends for years, and no delegation: the third test makes one of each.
KEPT |= {"mergers.merger", "mergers.cancel", "signoff.delegate", "signoff.end_delegation"}
# One of many entries: the third test asks for the destruction of one, and goes there.
KEPT |= {"record.index", "record.entry", "record.ask", "record.confirm", "record.decline"}
# One of many meetings is held so: the third test goes there.
KEPT |= {"meetings.in_common_meeting", "meetings.leave_in_common"}
# From one item of many agendas, to whom the question was put.
KEPT |= {"meetings.answer_question"}
# There only while something is in hand (a meeting is over, a pack is built): the second test here goes there.
IN_HAND = {
    # of a case that is agreed, of comments that were made, of a document with two versions: the walk opens the first
    # of many documents, and the newest of many cases
    "documents.compare",
    "programme.answer_comment",
    "signoff.case_certificate",
    "signoff.correct_decision",
    "meetings.move_item",
    "meetings.place_item",
    "meetings.take_off",
    "packs.accept_edition_gap",
    "packs.accept_gap",
    "packs.download",
    "packs.edition",
    "packs.edition_download",
    "packs.edition_preview",
    "packs.edition_progress",
    "packs.preview",
    "packs.progress",
    "packs.public_facts",
    "packs.put_forward",
    "packs.release",
    "packs.release_edition",
    "packs.withdraw_correction",
    "signoff.certificate",
    "signoff.condition",
    "signoff.minute_reference",
    "signoff.open_voting",
    "signoff.proof",
    "signoff.ratify",
    "signoff.receipt",
    "signoff.record_decision",
    "signoff.sign_vote",
    "signoff.declare_in_voting",
    "signoff.rule_in_voting",
    "signoff.stop_voting",
    "signoff.take_chairs_action",
    "signoff.voting_of_members",
    "signoff.withdraw_agreement",
}


class Visit:
    """What was looked at so far, and what was wrong."""

    def __init__(self, page: Page, live: Live, axe: Callable[..., list[str]]) -> None:
        self.page, self.live, self.axe = page, live, axe
        self.looked: dict[str, int] = {}
        self.wrong: list[str] = []

    def look(self, path: str, sizes: Sequence[tuple[int, int]] = (PHONE, DESKTOP)) -> None:
        """Show one page in the browser, to whoever is signed in there, and note what axe finds at these widths."""
        answer = self.page.goto(path)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{path} answers {answer and answer.status} in a browser")
            return
        headings = self.page.locator("h1").count()
        if headings != 1:
            self.wrong.append(f"{path} has {headings} headings of the first level in a browser")
        self.wrong += self.axe(self.page, sizes)

    def open_as(self, who: str, *paths: str) -> None:
        """Show these addresses to a person of the demonstration, whatever leads there; a file need only be there."""
        sign_out(self.page)
        sign_in(self.page, email(who))
        for path in paths:
            self.looked[str(endpoint(self.live.app, path))] = 1
            kind = self.page.request.head(path, max_redirects=5)
            if "text/html" in kind.headers.get("content-type", ""):
                self.look(path)
            elif kind.status != 200:
                self.wrong.append(f"{path} answers {kind.status} to {who}")

    def see(self, looks: Iterable[Look]) -> None:
        """Show these pages, each to whom it is for."""
        present: str | None = None
        for person, path, wide in looks:
            if person != present:
                sign_out(self.page)
                if person is not None:
                    sign_in(self.page, person)
                present = person
            self.look(path, (PHONE, DESKTOP) if wide else (PHONE,))


@pytest.fixture
def visit(page: Page, live: Live, axe: Callable[..., list[str]]) -> Visit:
    return Visit(page, live, axe)


@pytest.fixture(scope="session")
def walk(demonstration: Path, shared: Path) -> Walk:
    """Where links lead everyone; found by one of pytest's processes for all of them."""

    def make(folder: Path) -> None:
        walk_of_everyone(copied(demonstration, folder / "instance"), everywhere=False).kept(folder / "walk.json")

    return Walk.of(made_once(shared / "every-page", make) / "walk.json")


def copied(demonstration: Path, instance: Path) -> Flask:
    """The service on a copy of the demonstration."""
    shutil.copytree(demonstration, instance)
    return create_app(Settings(instance=instance, demonstration=True, public_url="http://localhost"))


def test_links_lead_everyone_to_every_page_and_each_is_whole(walk: Walk, live: Live) -> None:
    whole(walk, live.app)


def whole(walk: Walk, app: Flask) -> None:
    """Nothing was wrong on the way, and the links led to every route that they are to lead to."""
    assert walk.wrong == []
    reads = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint in ROUTES
    }
    assert reads - set(walk.looked) - NOT_PAGES - NOT_BY_A_LINK - IN_HAND - KEPT == set()
    assert len({look.person for look in walk.looks}) > 5


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_that_a_link_leads_to_is_accessible(visit: Visit, walk: Walk, part: int) -> None:
    """Each kind of person opens each route that links lead to; axe looks at each shape of each route's pages.

    What axe finds depends on the elements and their places, and not on the words in them: a page with nothing new in
    shape was looked at already, be it of another body or in another period. `make long` looks at each address.
    """
    visit.see(walk.part(part, PARTS))
    assert visit.wrong == []


@pytest.mark.long
def test_every_address_that_a_link_leads_to_is_whole_and_accessible(visit: Visit) -> None:
    found = walk_of_everyone(visit.live.app, everywhere=True)
    whole(found, visit.live.app)
    visit.see(found.looks)
    assert visit.wrong == []


def test_every_page_of_work_in_hand_is_whole_and_accessible(visit: Visit) -> None:
    visit.live.flask("demonstration", "clock", "--to", "2015-12-12T09:00")
    swl = SouthWestLondon(visit.live.app, SettableClock())
    meeting, case = "/meetings/merton-2016-01-14", "/sign-offs/minimum-outcomes-2015"

    item = f"{meeting}/items/{last_item(visit.live, 'merton-2016-01-14')}"
    visit.open_as(SECRETARIES["Merton"], f"{item}/place", f"{item}/take-off", f"{item}/another-meeting")
    swl.secretary("Merton").open(f"{meeting}/pack")
    gap = gap_link(swl.secretary("Merton").page)
    look_between_meetings(visit)
    swl.director().open("/editions/2015-12")
    edition_gap = gap_link(swl.director().page)
    visit.open_as(SECRETARIES["Merton"], f"{case}/merton/decision", urlsplit(gap).path)
    agreed = f"/sign-offs/{AGREED}"
    told = ("minute-reference", "certificate.pdf", "proof.json", "correction")
    receipt = f"{agreed}/receipts/{decided(visit.live, 'croydon')}"
    visit.open_as(SECRETARIES["Croydon"], receipt, *(f"{agreed}/croydon/{page}" for page in told))
    visit.open_as(SECRETARIES["Sutton"], f"{agreed}/sutton/conditions/{decided(visit.live, 'sutton')}/1")
    visit.open_as(OFFICER_OF_NHS_ENGLAND, f"{agreed}/nhs-england/withdrawal", f"{agreed}/certificate.pdf")
    visit.open_as(DIRECTOR, COMMENT, "/documents/out-of-hospital-standards/compare")
    visit.open_as(DIRECTOR, "/editions/2015-12", "/editions/2015-12/preview", urlsplit(edition_gap).path)
    correcting = "/editions/2015-10/correct"
    swl.director().open(correcting)
    wrong = {"Where is it wrong?": ELSEWHERE, "What is wrong, and why": "A figure was read from another table."}
    swl.director().press("Put it on record", wrong)
    visit.open_as(DIRECTOR, f"{correcting}/withdraw")
    swl.director().open(f"{correcting}/withdraw")
    swl.director().press("Withdraw the correction", {"Why it is withdrawn": "The figure was right."})
    build_the_edition(swl, "2015-12")
    visit.open_as(DIRECTOR, *(f"/editions/2015-12/{page}" for page in ("release", "progress", "download")))
    release_the_built_edition(swl, "2015-12")
    accept_the_gaps(swl, "Merton", "merton-2016-01-14", "it is tabled on the day.")
    swl.secretary("Merton").open(f"{meeting}/pack")
    swl.secretary("Merton").press("Build the pack")
    the_worker_works(swl)
    visit.open_as(
        SECRETARIES["Merton"],
        *(f"{meeting}/pack/{page}" for page in ("put-forward", "preview", "progress", "download")),
    )
    visit.open_as(SECRETARIES["Merton"], "/packs/meeting/merton-2015-11-12/1.json")
    put_before_the_chair(swl, "Merton", "merton-2016-01-14")
    visit.open_as(CHAIRS["Merton"], f"{meeting}/pack/release")
    assert visit.wrong == []
    assert set(visit.looked) >= IN_HAND


def look_between_meetings(visit: Visit) -> None:
    """A chair acts alone, a meeting is to ratify what a chair decided, and members vote on line."""
    case, voted = "/sign-offs/minimum-outcomes-2015", f"/sign-offs/{CASE}/kingston"
    seat = between_meetings(visit.live.app)
    visit.open_as(CHAIRS["Merton"], f"{case}/merton/chairs-action")
    visit.open_as(SECRETARIES["Kingston"], f"{case}/kingston", f"{case}/kingston/ratification", f"{voted}/voting/open")
    open_the_voting(visit.live.app)
    visit.open_as(
        CHAIRS["Kingston"], voted, f"{voted}/voting", f"{voted}/voting/{seat}", f"{voted}/voting/declare", "/"
    )
    visit.open_as(SECRETARIES["Kingston"], f"{voted}/voting/stop", f"{voted}/voting/interest")


PAGES_OF_AN_ENTRY = ("destroy", "confirm", "decline")


def record_of(body: DecidingBody) -> int:
    """An entry of its organisation's record whose destruction is asked for; its secretary is its administrator too."""
    secretary = db.session.scalars(sa.select(Person).where(Person.code == SECRETARIES["Merton"])).one()
    db.session.add(
        RoleHolding(
            person_id=secretary.id,
            role=Role.ORGANISATION_ADMINISTRATOR.value,
            organisation_id=body.organisation_id,
            starts=FIRST_DAY.date(),
        )
    )
    asker, owner = Doer(None, "Concord", "tests"), body.organisation
    comment = Act(Tag.COMMENT_MADE, asker, owner.id, owner.name, "document", 1, {"text": "Something of a person."})
    [entry_id] = append(db.session, [comment], FIRST_DAY)
    said = {"ground": "request", "under": "UK GDPR, article 17", "reason": "It was asked for."}
    destruction.ask(db.session, owner.id, entry_id, **said, doer=asker, now=FIRST_DAY, years=20)
    return entry_id


def test_every_page_of_what_an_administrator_keeps_is_whole_and_accessible(visit: Visit) -> None:
    """What a body, a person or a class has among others of its kind: the walk opens two of a kind, and not all."""
    with visit.live.app.app_context():
        deputy = db.session.scalars(sa.select(SeatDeputy.id).join(Seat).where(Seat.code == "merton-gp-1")).one()
        role = db.session.scalars(
            sa.select(RoleHolding.id).join(Person).where(Person.code == SECRETARIES["Merton"])
        ).one()
        ending = (
            f"/bodies/merton/seats/merton-gp-1/deputies/{deputy}/end",
            f"/people/{SECRETARIES['Merton']}/roles/{role}/end",
        )
    visit.open_as(ADMINISTRATOR, *ending)
    with visit.live.app.app_context(), writing(db.session):
        (ccg, board) = (
            db.session.scalars(sa.select(Organisation).where(Organisation.ods_code == code)).one()
            for code in ("36L", "QWE")
        )
        board_follows = plan_merger(
            db.session,
            successor=board,
            predecessors=[ccg],
            from_on=date(2022, 7, 1),
            reason="the Health and Care Act 2022",
            doer=Doer(None, "Concord", "tests"),
            now=FIRST_DAY,
        ).code
        merton = db.session.scalars(sa.select(DecidingBody).where(DecidingBody.code == "merton")).one()
        entry = record_of(merton)
        given = Delegation(
            body_id=merton.id, to_id=merton.id, documents=["minimum-outcomes"], starts=date(2015, 11, 5), decided="GB/1"
        )
        db.session.add(given)
        db.session.flush()
        ending_it = f"/bodies/merton/delegations/{given.id}/end"
        asked = db.session.scalars(
            sa.select(AgendaItem.id)
            .join(ItemQuestion, ItemQuestion.item_id == AgendaItem.id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Meeting.code == "merton-2015-11-12")
        ).one()
    record = "/organisations/08R/record"
    asked_of = (f"{record}/{entry}/{page}" for page in PAGES_OF_AN_ENTRY)
    visit.open_as(SECRETARIES["Merton"], record, f"{record}/{entry}", *asked_of)
    delegations = "/bodies/merton/delegations"
    visit.open_as(SECRETARIES["Merton"], ending_it, delegations, f"{delegations}/new")
    together = "/meetings/sutton-2016-01-28"
    visit.open_as(SECRETARIES["Sutton"], together, "/meetings-in-common/in-common-2016-01-28")
    visit.open_as(SECRETARIES["Sutton"], f"{together}/in-common", f"{together}/in-common/leave")
    visit.open_as(MANAGER, f"/meetings/merton-2015-11-12/items/{asked}/questions/1")
    visit.open_as(ADMINISTRATOR, f"/mergers/{board_follows}", f"/mergers/{board_follows}/cancel")
    shared = "/interests/classes/wandsworth-gp-members"
    visit.open_as(SECRETARIES["Wandsworth"], shared, f"{shared}/close")
    visit.open_as(ADMINISTRATOR, "/workbook")
    with visit.page.expect_download() as exported:
        visit.page.get_by_role("button", name="Export the facts").click()
    visit.page.get_by_label("Workbook", exact=True).set_input_files(exported.value.path())
    visit.page.get_by_role("button", name="See what would happen").click()
    visit.page.wait_for_url("**/uploads/*")
    visit.wrong += visit.axe(visit.page)
    visit.looked[str(endpoint(visit.live.app, urlsplit(visit.page.url).path))] = 1
    assert visit.wrong == []
    assert set(visit.looked) >= KEPT


def gap_link(page: Shown) -> str:
    """Where the first gap of a page can be accepted."""
    return next(address for words, address in page.links().items() if words.startswith("Accept with a reason"))


def last_item(live: Live, meeting: str) -> int:
    """The last item on the public part of an agenda that nobody has settled yet."""
    with live.app.app_context():
        return db.session.scalars(
            sa.select(AgendaItem.id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Meeting.code == meeting, AgendaItem.part == 1)
            .order_by(AgendaItem.position.desc())
        ).all()[0]


def decided(live: Live, body: str) -> int:
    """The entry of this body’s decision by which it agreed the standards."""
    with live.app.app_context():
        return (
            db.session.scalars(
                sa.select(PartyState.entry_id)
                .join(DecidingBody, DecidingBody.id == PartyState.body_id)
                .join(Case, Case.id == PartyState.case_id)
                .where(Case.code == AGREED, DecidingBody.code == body, PartyState.standing.startswith("agreed"))
            ).one()
            or 0
        )


def test_an_address_that_does_not_exist_says_so_accessibly(visit: Visit) -> None:
    answer = visit.page.goto("/there-is-no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert visit.axe(visit.page) == []
