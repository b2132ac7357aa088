"""Apologies before a meeting: who does not come says so for every seat of theirs, and names who attends instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.meetings.agenda import act_on, locked
from app.meetings.in_the_room import attendance_rows
from app.meetings.models import Attendance, Meeting
from app.people.by_address import deputies_on
from app.people.models import Person, Seat
from app.people.queries import seats_of
from app.permissions import Refused
from workflows.apologies import DeputyFact, apologies_open, may_stand_in
from workflows.case_history import day_of
from workflows.facts import day_in_words

STATUS_WORDS = {
    "present": "Present",
    "part": "Part of the meeting",
    "apologies": "Apologies",
    "absent": "Absent",
}


@dataclass(frozen=True, slots=True)
class Post:
    """What a mail needs: the real time, and where the service is."""

    real_now: datetime
    public_url: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A seat before the meeting: who holds it, what is recorded of it, and who may stand in."""

    seat: Seat
    holder: Person
    row: Attendance | None
    deputies: tuple[DeputyFact, ...]

    @property
    def deputy(self) -> Person | None:
        """Who attends instead of the holder, where somebody does."""
        return self.row.person if self.row is not None and self.row.person_id != self.holder.id else None

    @property
    def away(self) -> bool:
        """Whether the holder does not come."""
        return self.deputy is not None or (self.row is not None and self.row.status in ("apologies", "absent"))


def expected(session: Session, meeting: Meeting) -> list[Expected]:
    """Every seat that is held on the day of the meeting, in order, with what is known of it: three statements."""
    rows = {row.seat_id: row for row in attendance_rows(session, meeting)}
    deputies = deputies_of_meeting(session, meeting)
    return [
        Expected(seat, person, rows.get(seat.id), tuple(one for one in deputies if one.seat_id == seat.id))
        for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on)
        if person is not None
    ]


def deputies_of_meeting(session: Session, meeting: Meeting) -> tuple[DeputyFact, ...]:
    """Who may stand in for a seat on the day of the meeting."""
    return tuple(
        DeputyFact(one.seat_id, one.person_id, one.person.name)
        for one in deputies_on(session, meeting.body_id, meeting.held_on)
    )


def held_by(session: Session, meeting: Meeting, person_id: int | None) -> list[Expected]:
    """The seats of one person at a meeting; raises `Refused` where they hold none on its day."""
    found = [one for one in expected(session, meeting) if one.holder.id == person_id]
    if not found:
        raise Refused(
            f"Apologies are sent by who holds a seat of {meeting.body.short_name} on {day_in_words(meeting.held_on)}.",
            "a seat of the body on the day of the meeting",
        )
    return found


def send_apologies(
    session: Session,
    meeting: Meeting,
    *,
    person: Person,
    deputies: Mapping[int, int],
    doer: Doer,
    now: datetime,
    post: Post,
) -> list[Attendance]:
    """A person does not come: it holds for every seat of theirs. `deputies`: who attends instead, by the seat's id.

    What stood there before is replaced. A deputy is told by mail. Raises `Refused` where the meeting is over, the
    person holds no seat of it, or who is named is no deputy of that seat on that day.
    """
    locked(session, meeting)
    _refuse_closed(meeting, now)
    seats = held_by(session, meeting, person.id)
    for one in seats:
        if one.seat.id in deputies:
            named = may_stand_in(one.seat.id, one.seat.title, deputies[one.seat.id], one.deputies, meeting.held_on)
            if not named:
                raise Refused(f"No apologies were sent. {named.sentence}", *named.needs)
    kept = []
    for one in seats:
        row = one.row
        if row is None:
            row = Attendance(meeting_id=meeting.id, seat_id=one.seat.id)
            session.add(row)
        instead = deputies.get(one.seat.id)
        changed = instead is not None and row.person_id != instead
        row.person_id, row.status, row.note = instead or person.id, "present" if instead else "apologies", ""
        if changed and instead is not None:
            _tell(session, meeting, one.seat, person, session.get_one(Person, instead), post)
        kept.append(row)
    session.flush()
    names = {deputy.person_id: deputy.name for one in seats for deputy in one.deputies}
    said = {
        **_said(meeting, person),
        "seats": [
            {"seat_id": one.seat.id, "seat": one.seat.title, "deputy": names.get(deputies.get(one.seat.id, 0))}
            for one in seats
        ],
    }
    append(session, [act_on(Tag.APOLOGIES_SENT, meeting, None, doer, said)], now)
    return kept


def take_back(session: Session, meeting: Meeting, *, person: Person, doer: Doer, now: datetime) -> None:
    """A person comes after all: what was recorded of their seats goes, and so do the deputies for them.

    Raises `Refused` where the meeting is over or no apologies of theirs stand.
    """
    locked(session, meeting)
    _refuse_closed(meeting, now)
    seats = [one for one in held_by(session, meeting, person.id) if one.away]
    if not seats:
        raise Refused(f"No apologies of {person.name} stand for the meeting of {day_in_words(meeting.held_on)}.")
    session.execute(
        sa.delete(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.seat_id.in_([one.seat.id for one in seats])
        )
    )
    said = {
        **_said(meeting, person),
        "seats": [{"seat_id": one.seat.id, "seat": one.seat.title} for one in seats],
    }
    append(session, [act_on(Tag.APOLOGIES_TAKEN_BACK, meeting, None, doer, said)], now)


def _refuse_closed(meeting: Meeting, now: datetime) -> None:
    still = apologies_open(meeting.state, meeting.held_on, day_of(now))
    if not still:
        raise Refused(still.sentence, *still.needs)


def _said(meeting: Meeting, person: Person) -> dict[str, object]:
    return {
        "meeting_id": meeting.id,
        "held_on": meeting.held_on.isoformat(),
        "person_id": person.id,
        "person": person.name,
    }


def _tell(session: Session, meeting: Meeting, seat: Seat, holder: Person, deputy: Person, post: Post) -> None:
    when = day_in_words(meeting.held_on)
    queue_mail(
        session,
        once=f"deputy-{meeting.id}-{seat.id}-{deputy.id}-{post.real_now.isoformat()}",
        recipient=deputy.email,
        recipient_name=deputy.name,
        subject=f"You attend for {holder.name} on {when}",
        body=(
            f"Dear {deputy.name},\n\n"
            f"{holder.name} ({seat.title}) has sent apologies for the meeting of {meeting.body.name} on {when} and has "
            f"named you to attend instead. What is on the agenda:\n\n"
            f"{post.public_url.rstrip('/')}/meetings/{meeting.code}\n\n"
            "If you cannot come, tell the board secretary. If you have an interest in an item, declare it: it is "
            "yours, whatever seat you sit in.\n\nConcord\n"
        ),
        now=post.real_now,
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of one seat, in words: who attends or does not, for whom, and for which items."""

    seat: str
    person: str
    words: str
    note: str


def recorded(session: Session, meeting: Meeting) -> list[Recorded]:
    """What is recorded of who comes, or came, in the order of the seats; of a deputy it says for whom."""
    rows = {row.seat_id: row for row in attendance_rows(session, meeting)}
    holders = {seat.id: person for seat, _, person in seats_of(session, meeting.body_id, meeting.held_on)}
    order = {seat_id: place for place, seat_id in enumerate(holders)}
    held = meeting.state == "held"
    found = []
    for row in sorted(rows.values(), key=lambda row: (order.get(row.seat_id, len(order)), row.id)):
        holder, words = holders.get(row.seat_id), STATUS_WORDS[row.status]
        if not held and row.status == "present":
            words = "Will come"
        if holder is not None and holder.id != row.person_id:
            words = f"{words}, for {holder.name}" if held else f"{words} for {holder.name}, who sent apologies"
        found.append(Recorded(row.seat.title, row.person.name, words, row.note))
    return found


def people_expected(session: Session, meeting: Meeting) -> Sequence[tuple[Person, list[Expected]]]:
    """Who holds a seat at a meeting, each once, in the order of their first seat, with all their seats."""
    by_person: dict[int, tuple[Person, list[Expected]]] = {}
    for one in expected(session, meeting):
        by_person.setdefault(one.holder.id, (one.holder, []))[1].append(one)
    return list(by_person.values())
