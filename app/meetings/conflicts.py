"""Conflicts of interest in agenda items: members declare them, the chair or who presides rules how each is handled."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.meetings.agenda import act_on, locked
from app.meetings.apologies import Post
from app.meetings.declared_letters import tell, who_is_told
from app.meetings.in_the_room import who_rules
from app.meetings.models import AgendaItem, ItemConflict, ItemDeclaration, Meeting
from app.people.models import Interest, Person, Seat
from app.permissions import Refused
from workflows.case_history import day_of
from workflows.facts import HANDLINGS, INTEREST_KINDS, Handling, InterestKind, day_in_words
from workflows.interests import may_rule
from workflows.quorum import HANDLING_IN_WORDS
from workflows.verdict import in_words


def handle_conflict(
    session: Session,
    item: AgendaItem,
    *,
    seat: Seat,
    person: Person,
    interest_kind: InterestKind,
    handling: Handling,
    reason: str,
    handled_by: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> ItemConflict:
    """Note how one person's conflict of interest in an item is handled; a second handling replaces the first.

    `handled_by` names who ruled on it: the chair, or who presides where the chair has an interest in the item. Raises
    `Refused`, saying who could, where it names anyone else.
    """
    return handle_class(
        session,
        item,
        places=[(seat, person)],
        interest_kind=interest_kind,
        handling=handling,
        reason=reason,
        handled_by=handled_by,
        doer=doer,
        now=now,
        demonstration=demonstration,
    )[0]


def handle_class(
    session: Session,
    item: AgendaItem,
    *,
    places: Sequence[tuple[Seat, Person]],
    interest_kind: InterestKind,
    handling: Handling,
    reason: str,
    handled_by: str,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> list[ItemConflict]:
    """The same for several people who share one interest (every GP in out-of-hospital care), in one act."""
    meeting = item.meeting
    locked(session, meeting)
    _refuse_conflict(meeting, places, interest_kind, handling, reason)
    ruling = may_rule(who_rules(session, item, [person.id for _, person in places]), handled_by)
    if not ruling:
        raise Refused(f"The conflict was not noted. {ruling.sentence}", *ruling.needs)
    found: list[ItemConflict] = []
    for seat, person in places:
        conflict = session.scalar(
            sa.select(ItemConflict).where(
                ItemConflict.item_id == item.id, ItemConflict.seat_id == seat.id, ItemConflict.person_id == person.id
            )
        )
        if conflict is None:
            conflict = ItemConflict(item_id=item.id, seat_id=seat.id, person_id=person.id, demonstration=demonstration)
            session.add(conflict)
        conflict.interest_kind, conflict.handling = interest_kind, handling
        conflict.reason, conflict.handled_by, conflict.at = reason.strip(), handled_by.strip(), now
        found.append(conflict)
    session.flush()
    said = {
        "meeting_id": meeting.id,
        "number": item.number,
        "title": item.title,
        "people": [{"seat_id": seat.id, "seat": seat.title, "person": person.name} for seat, person in places],
        "interest_kind": interest_kind,
        "handling": handling,
        "reason": reason.strip(),
        "handled_by": handled_by.strip(),
    }
    append(session, [act_on(Tag.CONFLICT_HANDLED, meeting, item, doer, said)], now)
    return found


def declare_for_item(
    session: Session,
    item: AgendaItem,
    *,
    seat: Seat,
    interest: Interest,
    doer: Doer,
    now: datetime,
    post: Post | None = None,
) -> ItemDeclaration:
    """A member declares an interest of theirs for one item; how it is handled is then awaited from who presides.

    They and the board secretary are told by mail, where there is a `post`; the entry says who was.
    Raises `Refused` where the meeting was held or cancelled, the seat is of another body, or the interest has ended.
    """
    meeting = item.meeting
    locked(session, meeting)
    if meeting.state != "planned" or meeting.held_on < day_of(now):
        raise Refused(
            f"The meeting of {day_in_words(meeting.held_on)} is over or cancelled, so nothing is declared for it.",
            "the board secretary, who records what was declared at the meeting",
        )
    if seat.body_id != meeting.body_id:
        raise Refused(f"{seat.title} is not a seat of {meeting.body.short_name}.", "a seat of the body that meets")
    if interest.ended is not None:
        raise Refused(f"That interest ended on {day_in_words(interest.ended)}.", "an interest that stands")
    found = session.scalar(
        sa.select(ItemDeclaration).where(
            ItemDeclaration.item_id == item.id,
            ItemDeclaration.person_id == interest.person_id,
            ItemDeclaration.interest_id == interest.id,
        )
    )
    if found is not None:
        return found
    found = ItemDeclaration(
        item_id=item.id, seat_id=seat.id, person_id=interest.person_id, interest_id=interest.id, at=now
    )
    session.add(found)
    session.flush()
    rules = who_rules(session, item, [interest.person_id])
    told = who_is_told(session, item, rules, interest.person_id, day_of(now)) if post is not None else []
    said = {
        "meeting_id": meeting.id,
        "number": item.number,
        "title": item.title,
        "person": interest.person.name,
        "interest": interest.code,
        "interest_kind": interest.kind,
        **({"told": [{"name": person.name, "role": role} for person, role in told]} if told else {}),
    }
    if post is not None:
        tell(session, found, item, dict(told), post)
    append(session, [act_on(Tag.INTEREST_DECLARED_FOR_ITEM, meeting, item, doer, said)], now)
    return found


def _refuse_conflict(
    meeting: Meeting,
    places: Sequence[tuple[Seat, Person]],
    interest_kind: InterestKind,
    handling: Handling,
    reason: str,
) -> None:
    wrong: list[str] = []
    if not places:
        wrong.append("Say whose interest it is.")
    for seat, person in places:
        if seat.body_id != meeting.body_id:
            wrong.append(f"{person.name}’s seat {seat.title} is not a seat of {meeting.body.short_name}.")
    if interest_kind not in INTEREST_KINDS:
        wrong.append(f"“{interest_kind}” is not a kind of interest.")
    if handling not in HANDLINGS:
        wrong.append(f"“{handling}” is not a way of handling it; there are: {in_words(HANDLING_IN_WORDS.values())}.")
    if not reason.strip():
        wrong.append("Say what the interest is.")
    if wrong:
        raise Refused(f"The conflict was not noted. {' '.join(wrong)}")
