"""Before the meeting its page says which items would not be quorate, and leads to the ways out."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Act, append
from app.audit.tags import Tag
from app.meetings import service
from app.meetings.models import AgendaItem, Attendance, ItemDeclaration
from app.people.models import Account, BodyRule, Interest, SeatDeputy
from app.signoff import service as cases
from tests.conftest import SettableClock
from tests.signoff.group import BEGAN, NOW, set_meetings
from tests.signoff.test_members_voting import BODY, OPENING, Voting
from tests.signoff.test_pages import World

MEETING = "/meetings/merton-2015-11-24"
CLINICIANS = (0, 4, 5, 7)


class Short(World):
    """A case before Merton's meeting with three of four clinicians away, a deputy for one of them, a later meeting."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        super().__init__(session, client, clock)
        secretary = self.accounts["merton-secretary"]
        self.accounts["merton-chair"] = Account(
            person_id=self.group.people["Merton"][0].id, password_hash=secretary.password_hash, demonstration=False
        )
        session.add(self.accounts["merton-chair"])
        self.later = set_meetings(session, self.group, date(2015, 12, 15), NOW)["Merton"]
        doer = self.group.doer("Merton")
        about = sa.select(AgendaItem.id).where(AgendaItem.subject_kind == "case")
        self.item = session.scalars(about).one()
        self.private = service.propose_item(
            session,
            self.meetings["Merton"],
            origin="request",
            subject_kind=None,
            subject_id=None,
            title="An offer",
            purpose="decision",
            part=2,
            private_ground="Commercial in confidence",
            private_review_on=date(2016, 6, 1),
            doer=doer,
            now=NOW,
        ).id
        seats, people = self.group.seats["Merton"], self.group.people["Merton"]
        for place in CLINICIANS[1:]:
            session.add(
                Attendance(
                    meeting_id=self.meetings["Merton"].id,
                    seat_id=seats[place].id,
                    person_id=people[place].id,
                    status="apologies",
                )
            )
        deputy = self.group.people["Sutton"][4]
        session.add(SeatDeputy(seat_id=seats[4].id, person_id=deputy.id, starts=BEGAN, ends=None, demonstration=True))
        self.declares(0)

    def declares(self, place: int) -> None:
        """Whoever sits in this seat of Merton's declares an interest in the item of the case; no ruling yet."""
        session, person, seat = self.session, self.group.people["Merton"][place], self.group.seats["Merton"][place]
        interest = Interest(
            code=f"interest-{place}",
            person_id=person.id,
            kind="financial",
            description="A contract.",
            declared=BEGAN,
            demonstration=False,
        )
        session.add(interest)
        session.flush()
        item, doer = session.get_one(AgendaItem, self.item), self.group.doer("Merton")
        service.declare_for_item(session, item, seat=seat, interest=interest, doer=doer, now=NOW)
        session.commit()

    def token(self, path: str) -> str:
        """The token of the form on a page."""
        return self.form(path)["csrf_token"]

    def page(self, path: str) -> str:
        return " ".join(self.client.get(path).text.split())


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Short:
    made = Short(session, client, clock)
    made.become("merton-secretary")
    return made


def test_the_meeting_page_names_the_ways_out_with_the_pages_that_do_it(world: Short) -> None:
    page = world.page(MEETING)
    assert "What could fail for want of a quorum" in page
    assert "Dr Registered of Sutton, who may stand in, attends for Dr Registered of Merton (Registered nurse)." in page
    assert f"{MEETING}/apologies?item={world.item}&amp;for=merton-registered_nurse" in page
    assert "Dr GP of Merton (GP member), who has sent apologies, comes after all." in page
    assert "/people/merton-gp_member" in page
    assert "The item is moved to the next meeting, on 15 December 2015." in page
    assert f"{MEETING}/items/{world.item}/another-meeting" in page
    world.become("merton-chair")
    assert "What could fail for want of a quorum" in world.page(MEETING)


def test_once_the_pack_is_out_nothing_leads_to_moving_an_item_and_the_page_says_why(world: Short) -> None:
    owner = world.group.bodies["Merton"].organisation
    said = {"meeting": "merton-2015-11-24", "part": 1}
    doer = world.group.doer("Merton")
    append(world.session, [Act(Tag.PACK_RELEASED, doer, owner.id, owner.name, "pack", 1, said)], NOW)
    world.session.commit()
    for path in (MEETING, f"{MEETING}/items/{world.item}", "/sign-offs/standards/merton"):
        page = world.page(path)
        assert "another-meeting" not in page, path
        assert "was released on 5 November 2015, so its agenda stays as everybody holds it." in page, path
    # it has not decided yet: what can be corrected is of an earlier stage, and said so
    assert "Correct what was recorded of its response at an earlier stage, “" in page
    world.become("sutton-secretary")
    page = world.page("/sign-offs/standards/merton")  # others are not told when packs were released
    assert "Its agenda is settled, so nothing leaves it any more." in page and "was released" not in page


def test_a_way_out_is_only_what_this_sign_off_lets_the_body_do_and_leads_to_it(world: Short) -> None:
    rule = world.session.scalars(sa.select(BodyRule).where(BodyRule.body_id == world.group.bodies["Merton"].id)).one()
    rule.quorum = {**(rule.quorum or {}), "members_vote": True, "chairs_action": True}
    world.session.execute(sa.delete(ItemDeclaration))
    world.session.commit()
    action = "/sign-offs/standards/merton/chairs-action"
    for who in ("merton-secretary", "merton-chair"):
        if who != "merton-secretary":
            world.become(who)
        for path in (MEETING, f"{MEETING}/items/{world.item}", "/sign-offs/standards/merton"):
            page = world.page(path)
            assert "The members vote on it on line" not in page, path  # the standards are decided at a meeting
            assert "Where it is urgent the chair acts alone" in page, path
            links = page.count(f'href="{action}">Decide it by chair’s action<')
            assert links == (who == "merton-chair"), path
    assert world.client.get(action).status_code == 200
    assert world.client.get("/sign-offs/standards/merton/voting/open").status_code == 403


def test_where_members_may_vote_the_way_out_leads_to_it_until_they_do(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    world = Voting(session, client, clock)
    croydon = world.group.bodies["Croydon"]
    meeting = world.meetings["Croydon"]
    cases.schedule(session, world.case, croydon, meeting, world.group.doer("Croydon"), NOW)
    for seat, person in zip(world.group.seats["Croydon"][:7], world.group.people["Croydon"], strict=False):
        session.add(Attendance(meeting_id=meeting.id, seat_id=seat.id, person_id=person.id, status="apologies"))
    session.commit()
    world.become("croydon-secretary")
    link = f'href="{OPENING}">Put it to their vote<'
    for path in (f"/meetings/{meeting.code}", BODY):
        page = " ".join(client.get(path).text.split())
        assert "what is asked and Croydon’s rule allow it." in page and link in page, path
    world.open()
    session.rollback()
    page = client.get(f"/meetings/{meeting.code}").text
    assert "Not quorate" in page and "The members vote on it on line" not in page


def test_who_puts_a_case_on_an_agenda_whose_pack_is_out_is_told_that_it_is_tabled(world: Short) -> None:
    owner = world.group.bodies["Merton"].organisation
    doer = world.group.doer("Merton")
    said = {"meeting": "merton-2015-12-15", "part": 1}
    append(world.session, [Act(Tag.PACK_RELEASED, doer, owner.id, owner.name, "pack", 1, said)], NOW)
    world.session.commit()
    words = "was released on 5 November 2015 without it: it comes last on the agenda, and its paper is tabled at the"
    token = world.token("/sign-offs/standards/merton")
    path = "/sign-offs/standards/merton/schedule"
    put = world.client.post(path, data={"csrf_token": token, "meeting": "merton-2015-12-15"}, follow_redirects=True)
    assert words in put.text
    new = "/meetings/merton-2015-12-15/items/new"
    fields = {"csrf_token": world.token(new), "title": "A late word", "purpose": "noting", "part": "1"}
    assert words in world.client.post(new, data=fields, follow_redirects=True).text
    moved = f"{MEETING}/items/{world.private}/another-meeting"
    fields = {"csrf_token": world.token(moved), "meeting": "merton-2015-12-15", "reason": "Later."}
    assert words in world.client.post(moved, data=fields, follow_redirects=True).text
    assert (
        "tabled"
        not in world.client.post(
            path, data={"csrf_token": token, "meeting": "merton-2015-11-24"}, follow_redirects=True
        ).text
    )


def test_the_item_the_case_its_route_and_the_bodys_page_say_so_too(world: Short) -> None:
    standards = "/sign-offs/standards"
    for path in (f"{MEETING}/items/{world.item}", f"{standards}/merton"):
        page = world.page(path)
        assert "Ways out:" in page and "comes after all" in page, path
        assert "If Dr Clinical of Merton must leave for the item" in page, path
    for path in (standards, f"{standards}/route"):
        assert "Not quorate</strong> 24 November 2015: 1 more clinician needed" in world.page(path), path
    world.become("sutton-secretary")
    page = world.page(f"{standards}/merton")
    assert "comes after all" in page and "settled" not in page
    assert "declared an interest" not in page and "another-meeting" not in page


def test_an_item_about_a_case_is_moved_to_another_meeting_and_the_case_says_so(world: Short) -> None:
    path = f"{MEETING}/items/{world.item}/another-meeting"
    told = {"csrf_token": world.token(path), "meeting": "merton-2015-12-15", "reason": "Too few clinicians come."}
    answered = " ".join(world.client.post(path, data=told, follow_redirects=True).text.split())
    assert "It is item 7 of the meeting of 15 December 2015 now." in answered
    assert "Dr Clinical of Merton" in answered  # what was declared has come with it
    assert "It goes to the meeting of 15 December 2015. Too few clinicians come." in world.page(MEETING)
    case = world.page("/sign-offs/standards/merton")
    assert "15 December 2015" in case and "Too few clinicians come" in case
    world.session.rollback()
    moved = world.session.scalars(sa.select(AgendaItem).where(AgendaItem.meeting_id == world.later.id)).all()[-1]
    assert world.session.scalar(sa.select(ItemDeclaration.person_id).where(ItemDeclaration.item_id == moved.id))
    again = world.client.post(path, data=told)
    assert again.status_code == 422 and "was taken off the agenda" in again.text


def test_a_private_item_keeps_its_ground_and_its_part_where_it_goes(world: Short) -> None:
    path = f"{MEETING}/items/{world.private}/another-meeting"
    told = {"csrf_token": world.token(path), "meeting": "merton-2015-12-15", "reason": "The offer is not in."}
    answered = world.client.post(path, data=told, follow_redirects=True).text
    assert "It is item P2-1 of the meeting" in answered and "Commercial in confidence" in answered


def test_an_item_goes_to_a_meeting_of_its_own_body_only(world: Short) -> None:
    path = f"{MEETING}/items/{world.item}/another-meeting"
    told = {"csrf_token": world.token(path), "meeting": "sutton-2015-12-15", "reason": "No."}
    assert world.client.post(path, data=told).status_code == 422
    world.become("merton-chair")
    assert world.client.get(path).status_code == 403


def test_several_whose_interests_await_a_ruling_are_named_as_a_sentence_names_them(world: Short) -> None:
    for place in (1, 2):
        world.declares(place)
    first, second, third = (person.name for person in world.group.people["Merton"][:3])
    assert f"{first}, {second} and {third} declared an interest in this item" in world.page(
        f"{MEETING}/items/{world.item}"
    )
