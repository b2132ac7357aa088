"""An agenda's items change places and leave with a reason until its pack is released."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, append
from app.audit.tags import Tag
from app.meetings import queries, service
from app.meetings.models import AgendaItem, Meeting
from app.packs import public
from app.permissions import Refused, Stale
from app.signoff import service as signoff
from app.signoff.models import PartyState
from tests.conftest import SettableClock
from tests.meetings.test_pages import hidden
from tests.meetings.test_service import propose, set_one
from tests.signoff.group import (
    NOW,
    Group,
    begin_session,
    make_group,
    open_accounts,
    open_case,
    put_to_decision,
    set_meetings,
)

LATER = date(2016, 5, 31)


@pytest.fixture
def group(session: Session) -> Group:
    return make_group(session, ("Merton",), nhs_england=False)


@pytest.fixture
def meeting(session: Session, group: Group) -> Meeting:
    """Two items behind the six standing ones: 7 Crisis response, 8 Estates."""
    made = set_one(session, group)
    propose(session, group, made)
    propose(session, group, made, subject_id=2, title="Estates")
    return made


def titled(session: Session, meeting: Meeting, title: str) -> AgendaItem:
    return session.scalars(
        sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.title == title)
    ).one()


def shown(session: Session, meeting: Meeting) -> list[tuple[str, str]]:
    return [(one.number, one.title) for one in queries.agenda(session, meeting, (1, 2))][5:]


def place(
    session: Session,
    group: Group,
    item: AgendaItem,
    after: AgendaItem | None,
    part: int = 1,
    seen: list[int] | None = None,
    ground: str = "",
) -> None:
    service.place_item(
        session,
        item,
        part=part,
        after=after.id if after else None,
        seen=[one.id for one in queries.agenda(session, item.meeting, (1, 2))] if seen is None else seen,
        private_ground=ground,
        private_review_on=LATER if ground else None,
        doer=group.doer("Merton"),
        now=NOW,
    )


def take_off(session: Session, group: Group, item: AgendaItem, reason: str = "It is not ready.") -> None:
    service.take_off(session, item, reason=reason, doer=group.doer("Merton"), now=NOW)


def test_an_item_goes_behind_another_and_all_are_numbered_again(
    session: Session, group: Group, meeting: Meeting
) -> None:
    estates, ratify = titled(session, meeting, "Estates"), "Chair’s actions to ratify"
    place(session, group, estates, titled(session, meeting, ratify))
    assert shown(session, meeting) == [("6", ratify), ("7", "Estates"), ("8", "Crisis response")]
    place(session, group, estates, None)
    assert queries.agenda(session, meeting)[0].title == "Estates"
    moved = session.scalars(sa.select(RecordEntry.payload).where(RecordEntry.tag == "item.moved")).all()
    assert [(said["was"], said["number"]) for said in moved if said] == [("8", "7"), ("7", "1")]
    with pytest.raises(Refused, match="is item 1 already"):
        place(session, group, estates, None)


def test_an_order_that_changed_meanwhile_is_not_written_over(session: Session, group: Group, meeting: Meeting) -> None:
    estates = titled(session, meeting, "Estates")
    with pytest.raises(Stale, match="agenda has changed"):
        place(session, group, estates, None, seen=[estates.id])


def test_an_item_goes_into_part_2_only_with_its_ground(session: Session, group: Group, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="needs the ground on which it is private"):
        place(session, group, titled(session, meeting, "Estates"), None, part=2)


def test_part_2_is_told_in_the_private_part_of_the_record_only(
    session: Session, group: Group, meeting: Meeting
) -> None:
    estates = titled(session, meeting, "Estates")
    place(session, group, estates, None, part=2, ground="Commercial terms.")
    assert (estates.number, estates.private_ground) == ("P2-1", "Commercial terms.")
    assert [one.title for one in public.items(session, meeting.id)][-1] == "Crisis response"
    place(session, group, estates, titled(session, meeting, "Crisis response"))
    assert (estates.number, estates.private_ground, estates.private_review_on) == ("8", "", None)
    found = session.execute(
        sa.select(RecordEntry.part, RecordEntry.payload).where(RecordEntry.tag == "item.moved").order_by(RecordEntry.id)
    ).all()
    assert [(row.part, row.payload.get("was")) for row in found] == [(2, "8"), (1, None)]


def test_an_item_is_taken_off_with_a_reason_and_stays_to_be_seen(
    session: Session, group: Group, meeting: Meeting
) -> None:
    crisis = titled(session, meeting, "Crisis response")
    with pytest.raises(Refused, match="with a reason"):
        take_off(session, group, crisis, " ")
    take_off(session, group, crisis)
    assert shown(session, meeting)[1:] == [("7", "Estates")]
    assert [one.taken_off_because for one in queries.taken_off(session, meeting)] == ["It is not ready."]
    assert [one.title for one in public.items(session, meeting.id)][-1] == "Estates"
    with pytest.raises(Refused, match="was taken off the agenda on 5 November 2015"):
        take_off(session, group, crisis)
    again = propose(session, group, meeting)
    assert (again.id != crisis.id, again.number) == (True, "8")
    take_off(session, group, titled(session, meeting, "Estates"))
    assert [one.position for one in queries.taken_off(session, meeting)] == [501, 502]


def test_a_standing_item_stays_in_its_part_and_on_the_agenda(session: Session, group: Group, meeting: Meeting) -> None:
    welcome = queries.agenda(session, meeting)[0]
    with pytest.raises(Refused, match="is a standing item: every meeting of Merton has it"):
        take_off(session, group, welcome)
    with pytest.raises(Refused, match="stays in Part 1"):
        place(session, group, welcome, None, part=2, ground="None.")


def test_once_the_pack_is_released_the_agenda_stays_as_everybody_holds_it(
    session: Session, group: Group, meeting: Meeting
) -> None:
    owner = group.bodies["Merton"].organisation
    released = Act(
        Tag.PACK_RELEASED, group.doer("Merton"), owner.id, owner.name, "pack", 1, {"meeting": meeting.code, "part": 1}
    )
    append(session, [released], NOW)
    crisis = titled(session, meeting, "Crisis response")
    with pytest.raises(Refused, match="was released on 5 November 2015, so its agenda stays"):
        take_off(session, group, crisis)
    with pytest.raises(Refused, match="was released on 5 November 2015, so its agenda stays"):
        place(session, group, crisis, None)


@pytest.fixture
def four(session: Session) -> Group:
    """As many bodies as the route of the standards asks for."""
    return make_group(session, ("Merton", "Croydon", "Sutton", "Kingston"), nhs_england=False)


def test_a_case_taken_off_is_no_longer_scheduled_and_can_be_put_on_again(session: Session, four: Group) -> None:
    meeting, merton, doer = set_one(session, four), four.bodies["Merton"], four.doer("Merton")
    case = open_case(session, four, NOW)
    put_to_decision(session, four, case, NOW)

    def word() -> str:
        query = sa.select(PartyState.standing).where(PartyState.case_id == case.id, PartyState.body_id == merton.id)
        return session.scalars(query.order_by(PartyState.round)).all()[-1]

    item = signoff.schedule(session, case, merton, meeting, doer, NOW)
    assert word() == "scheduled"
    with pytest.raises(Refused, match="is a sign-off case, which every body takes in the same part"):
        place(session, four, item, None, part=2)
    signoff.take_case_off(session, item, reason="The costs are not known.", doer=doer, now=NOW)
    assert word() == "not yet scheduled"
    told = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "case.unscheduled")).one()
    assert told.payload and told.payload["reason"] == "The costs are not known."
    with pytest.raises(Refused, match="is not on the agenda of 24 November 2015"):
        signoff.unschedule(session, case, merton, meeting, reason="Again.", doer=doer, now=NOW)
    later = NOW + timedelta(hours=1)
    again = signoff.schedule(session, case, merton, meeting, doer, later)
    assert (again.id != item.id, word()) == (True, "scheduled")
    tags = session.scalars(
        sa.select(RecordEntry.tag).where(RecordEntry.tag.contains("scheduled")).order_by(RecordEntry.id)
    ).all()
    assert tags == ["case.scheduled", "case.unscheduled", "case.scheduled"]


def test_an_import_tells_of_what_was_taken_off_without_an_item_of_its_own(session: Session, four: Group) -> None:
    """The item comes in as a fact, off the agenda already; the acts are then done again at their times."""
    meeting, merton, doer = set_one(session, four), four.bodies["Merton"], four.doer("Merton")
    case = open_case(session, four, NOW)
    put_to_decision(session, four, case, NOW)
    off = {"position": 501, "taken_off_at": NOW + timedelta(hours=1), "taken_off_by": "R", "taken_off_because": "No."}
    about = {"meeting_id": meeting.id, "part": 1, "subject_kind": "case", "subject_id": case.id, "origin": "case"}
    session.add(AgendaItem(title=case.title, purpose="decision", demonstration=False, **about, **off))
    session.flush()
    item = signoff.schedule(session, case, merton, meeting, doer, NOW)
    assert item.position == 501
    later = NOW + timedelta(hours=1)
    signoff.unschedule(session, case, merton, meeting, reason="No.", doer=doer, now=later)
    found = session.scalars(sa.select(AgendaItem).where(AgendaItem.subject_kind == "case")).all()
    assert [one.id for one in found] == [item.id]
    tags = session.scalars(sa.select(RecordEntry.tag).order_by(RecordEntry.id.desc()).limit(2)).all()
    assert tags == ["case.unscheduled", "case.scheduled"]


def test_a_case_whose_papers_are_out_stays_on_the_agenda(session: Session, four: Group) -> None:
    meeting, merton, doer = set_one(session, four), four.bodies["Merton"], four.doer("Merton")
    case = open_case(session, four, NOW)
    put_to_decision(session, four, case, NOW)
    item = signoff.schedule(session, case, merton, meeting, doer, NOW)
    signoff.papers_issued(session, meeting, doer, NOW)
    with pytest.raises(Refused, match="Merton has its papers for the meeting of 24 November 2015"):
        signoff.take_case_off(session, item, reason="Not ready.", doer=doer, now=NOW)


def test_the_pages_move_an_item_and_take_it_off(
    session: Session, client: FlaskClient, clock: SettableClock, group: Group
) -> None:
    made = set_meetings(session, group, date(2015, 11, 24), NOW)["Merton"]
    propose(session, group, made)
    accounts = open_accounts(session, group)
    session.commit()
    client.set_cookie("concord", begin_session(session, accounts["merton-secretary"], clock.real))
    session.commit()
    crisis, welcome = titled(session, made, "Crisis response").id, queries.agenda(session, made)[0].id
    session.rollback()
    items = "/meetings/merton-2015-11-24/items"
    assert "Take it off the agenda" in client.get(f"{items}/{crisis}").text
    assert "so it is not taken off" in client.get(f"{items}/{welcome}").text
    assert "is a standing item: every meeting of Merton has it" in client.get(f"{items}/{welcome}/take-off").text
    form = hidden(client.get(f"{items}/{crisis}/place").text)
    wrong = client.post(f"{items}/{crisis}/place", data={**form, "place": "2:"})
    assert wrong.status_code == 422 and "Say on which ground the item is private" in wrong.text
    moved = client.post(f"{items}/{crisis}/place", data={**form, "place": "1:"}, follow_redirects=True)
    assert "It is item 1 of the agenda now." in moved.text
    stale = client.post(f"{items}/{welcome}/place", data={**form, "place": f"1:{crisis}"})
    assert stale.status_code in (409, 422)
    form = hidden(client.get(f"{items}/{crisis}/take-off").text)
    assert client.post(f"{items}/{crisis}/take-off", data={**form, "reason": ""}).status_code == 422
    off = client.post(f"{items}/{crisis}/take-off", data={**form, "reason": "Not ready."}, follow_redirects=True)
    assert "<s>Crisis response</s>" in off.text and "Not ready." in off.text
    assert "Off the agenda" in client.get(f"{items}/{crisis}").text
    client.set_cookie("concord", begin_session(session, accounts["merton-chair"], clock.real))
    session.commit()
    assert client.get(f"{items}/{welcome}/place").status_code == 403
