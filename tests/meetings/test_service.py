"""Meetings are set with their standing items; conflicts and attendance change the quorum of each item."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.meetings import in_the_room, queries, service
from app.meetings.attendance import AttendanceRow
from app.meetings.models import AgendaItem, Meeting
from app.people import interests
from app.permissions import Refused
from tests.signoff.group import NOW, Group, make_group
from workflows.quorum import QuorumVerdict

DAY = date(2015, 11, 24)
PARTNER = interests.Declaration("financial", "GP partner in a practice that may bid.")
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def group(session: Session) -> Group:
    return make_group(session, ("Merton",), nhs_england=False)


def set_one(session: Session, group: Group, on: date = DAY, code: str = "merton-november") -> Meeting:
    return service.set_meeting(
        session,
        body=group.bodies["Merton"],
        code=code,
        title="Meeting in public",
        held_on=on,
        begins=time(14, 0),
        place="Town Hall",
        doer=group.doer("Merton"),
        now=NOW,
    )


def propose(session: Session, group: Group, meeting: Meeting, now: datetime = NOW, **told: Any) -> AgendaItem:
    fields: dict[str, Any] = {
        "origin": "workstream",
        "subject_kind": "workstream",
        "subject_id": 1,
        "title": "Crisis response",
        "purpose": "decision",
        **told,
    }
    return service.propose_item(session, meeting, doer=group.doer("Merton"), now=now, **fields)


def quorum_of(session: Session, item: AgendaItem, on: date) -> QuorumVerdict:
    return in_the_room.quorum_of_items(session, item.meeting, [item], on)[item.id].verdict


CHAIR = "Dr Clinical of Merton, chair"


def handle(session: Session, group: Group, item: AgendaItem, places: list[int], by: str = CHAIR) -> None:
    chosen = [(group.seats["Merton"][place], group.people["Merton"][place]) for place in places]
    service.handle_class(
        session,
        item,
        places=chosen,
        interest_kind="financial",
        handling="leave",
        reason="Holds a contract.",
        handled_by=by,
        doer=group.doer("Merton"),
        now=NOW,
    )


def test_a_meeting_begins_with_its_standing_items(session: Session, group: Group) -> None:
    items = queries.agenda(session, set_one(session, group))
    assert [(item.number, item.standing_kind) for item in items] == [
        ("1", "welcome"),
        ("2", "public_questions"),
        ("3", "declarations"),
        ("4", "minutes"),
        ("5", "matters_arising"),
        ("6", "chairs_actions"),
    ]


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2015, 11, 4), "4 November 2015 is past; a meeting is set for a day to come."),
        (date(2020, 4, 1), "Merton Governing Body closed on 31 March 2020 and cannot meet on 1 April 2020."),
        (date(2031, 1, 1), "1 January 2031 is more than 5 years away."),
    ],
)
def test_a_day_on_which_the_body_cannot_meet_is_refused(
    session: Session, group: Group, on: date, sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        set_one(session, group, on)
    assert refusal.value.sentence == sentence


def test_the_same_body_does_not_meet_twice_on_a_day(session: Session, group: Group) -> None:
    set_one(session, group)
    with pytest.raises(Refused, match="Merton meets on 24 November 2015 already: Meeting in public"):
        set_one(session, group, code="another")


def test_the_same_subject_on_the_same_meeting_is_the_same_item(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    first = propose(session, group, meeting)
    assert propose(session, group, meeting, title="Under another title") is first
    assert first.number == "7"


def test_a_private_item_needs_its_ground_and_review_date_and_is_numbered_apart(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    with pytest.raises(Refused, match="needs the ground on which it is private") as refusal:
        propose(session, group, meeting, part=2)
    assert "needs the day on which its privacy is reviewed" in refusal.value.sentence
    private = propose(
        session,
        group,
        meeting,
        part=2,
        private_ground="Commercial in confidence",
        private_review_on=date(2016, 6, 1),
    )
    assert private.number == "P2-1"
    assert private not in queries.agenda(session, meeting)
    assert private in queries.agenda(session, meeting, (1, 2))


def test_the_agenda_is_closed_once_the_day_is_past(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    with pytest.raises(Refused, match="has been held, so its agenda is closed"):
        propose(session, group, meeting, EVENING + timedelta(days=1))


def test_a_paper_after_the_deadline_is_said_to_be_late(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    due = queries.papers_due(session, meeting)
    assert due == date(2015, 11, 17)
    item = propose(session, group, meeting)
    assert queries.paper_state(item, due, date(2015, 11, 17)).word == "to follow"
    assert queries.paper_state(item, due, date(2015, 11, 18)).word == "overdue"
    late = datetime(2015, 11, 19, 9, 0, tzinfo=UTC)
    service.edit_item(session, item, doer=group.doer("Merton"), now=late, paper="The paper.")
    state = queries.paper_state(item, due, date(2015, 11, 19))
    assert (state.word, state.sentence) == ("late", "A late paper: it came 2 days after the deadline.")


def test_a_class_of_people_with_one_interest_costs_the_quorum_and_a_way_out_is_named(
    session: Session, group: Group
) -> None:
    meeting = set_one(session, group)
    item = propose(session, group, meeting)
    assert quorum_of(session, item, NOW.date())
    handle(session, group, item, [0, 4, 7], by="Dr Deputy of Merton")
    found = in_the_room.quorum_of_items(session, meeting, [item], NOW.date())[item.id]
    assert not found.verdict
    assert found.verdict.sentence.startswith(
        "On today’s apologies and declarations Merton would not be quorate for this item: 1 more clinician needed"
    )
    words = "A deputy without an interest is named, and attends for Dr Clinical of Merton (Clinical chair)."
    assert words in [way.sentence for way in found.ways]
    other = queries.agenda(session, meeting)[3]
    assert quorum_of(session, other, NOW.date())


def test_nobody_decides_how_their_own_conflict_is_handled(session: Session, group: Group) -> None:
    item = propose(session, group, set_one(session, group))
    with pytest.raises(Refused) as refusal:
        handle(session, group, item, [0], by="Dr Clinical of Merton")
    assert refusal.value.sentence.startswith(
        "The conflict was not noted. Dr Clinical of Merton cannot decide it. Dr Clinical of Merton chairs and has an "
        "interest in this item: who presides instead decides how it is handled. It could be Dr Deputy of Merton "
        "(Deputy chair and lay member), Dr Accountable of Merton (Accountable officer)"
    )


def test_where_the_chair_has_none_the_chair_rules_and_nobody_else(session: Session, group: Group) -> None:
    item = propose(session, group, set_one(session, group))
    with pytest.raises(Refused, match="Deputy of Merton cannot decide it. Dr Clinical of Merton chairs, and decides"):
        handle(session, group, item, [7], by="Dr Deputy of Merton")
    handle(session, group, item, [7])


def test_a_declaration_awaits_its_ruling_and_takes_the_chairs_ruling_from_a_chair_who_declared(
    session: Session, group: Group
) -> None:
    meeting = set_one(session, group)
    item = propose(session, group, meeting)
    chair, gp = group.people["Merton"][0], group.people["Merton"][7]
    for seat, person in ((group.seats["Merton"][0], chair), (group.seats["Merton"][7], gp)):
        interest = interests.declare(session, person, PARTNER, doer=group.doer("Merton"), now=NOW)
        for _ in range(2):
            service.declare_for_item(session, item, seat=seat, interest=interest, doer=group.doer("Merton"), now=NOW)
    found = in_the_room.quorum_of_items(session, meeting, [item], NOW.date())[item.id]
    assert found.verdict, "a declaration alone excludes nobody"
    assert found.awaited == (chair.name, gp.name)
    assert found.if_they_leave is not None and found.if_they_leave.present == 6
    with pytest.raises(Refused, match="Dr Clinical of Merton cannot decide it"):
        handle(session, group, item, [7], by="Dr Clinical of Merton")
    handle(session, group, item, [7], by="Dr Deputy of Merton")
    assert [one.person_id for one in in_the_room.awaited(session, [item])] == [chair.id]


def test_who_sent_apologies_does_not_preside(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    item = propose(session, group, meeting)
    away = [
        AttendanceRow(seat.id, person.id, "apologies")
        for seat, person in zip(group.seats["Merton"][:2], group.people["Merton"][:2], strict=True)
    ]
    service.record_attendance(session, meeting, away, group.doer("Merton"), NOW)
    rightful = in_the_room.who_rules(session, item)
    assert rightful.sentence.startswith("Dr Clinical of Merton chairs and does not come: who presides instead decides")
    assert rightful.seats[0].person_name == "Dr Accountable of Merton"


def test_attendance_before_the_day_is_a_forecast_and_on_the_day_the_arithmetic(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    item = propose(session, group, meeting)
    rows = [
        AttendanceRow(seat.id, person.id, "apologies")
        for seat, person in list(zip(group.seats["Merton"], group.people["Merton"], strict=True))[:5]
    ]
    service.record_attendance(session, meeting, rows, group.doer("Merton"), NOW)
    assert meeting.state == "planned"
    assert "would not be quorate" in quorum_of(session, item, NOW.date()).sentence
    came = [AttendanceRow(row.seat_id, row.person_id, "present") for row in rows]
    service.record_attendance(session, meeting, came, group.doer("Merton"), EVENING)
    assert meeting.state == "held"
    assert quorum_of(session, item, EVENING.date()).sentence.startswith("Merton is quorate for this item")


def test_who_came_for_a_part_says_for_which_items(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    seat, person = group.seats["Merton"][0], group.people["Merton"][0]
    with pytest.raises(Refused, match="say which items"):
        service.record_attendance(
            session, meeting, [AttendanceRow(seat.id, person.id, "part")], group.doer("Merton"), EVENING
        )


def test_a_meeting_that_moves_takes_its_paper_deadline_along(session: Session, group: Group) -> None:
    meeting = set_one(session, group)
    service.move_meeting(
        session,
        meeting,
        held_on=date(2015, 12, 1),
        begins=None,
        reason="The hall is closed.",
        doer=group.doer("Merton"),
        now=NOW,
    )
    assert queries.papers_due(session, meeting) == date(2015, 11, 24)
    with pytest.raises(Refused, match="Cancelling a meeting needs its reason"):
        service.cancel_meeting(session, meeting, reason=" ", doer=group.doer("Merton"), now=NOW)
