"""The order of an agenda is its secretary's until its pack is released: items change places, and leave with a reason.

What was taken off stays to be seen beneath the agenda; a standing item stays on it.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.meetings.agenda import act_on, check_item, locked, refuse_closed_agenda
from app.meetings.models import OFF_THE_AGENDA, AgendaItem, Meeting
from app.permissions import Refused, Stale
from workflows.case_history import day_of
from workflows.facts import day_in_words

Asked = Callable[[AgendaItem], None]
"""Raises `Refused` where something may not be done with an item."""

IN_PUBLIC = ("case", "edition")
"""Origins of items that every body takes in public, so that they stay in their part."""


def place_item(
    session: Session,
    item: AgendaItem,
    *,
    part: int,
    after: int | None,
    seen: Sequence[int],
    doer: Doer,
    now: datetime,
    private_ground: str = "",
    private_review_on: date | None = None,
) -> AgendaItem:
    """Put an item behind another one of a part (`after`, its id), or first there; the items are numbered again.

    `seen` are the ids of the agenda's items in the order the page showed. An item that goes into Part 2 needs its
    ground and the day on which that is reviewed; one that comes out of it leaves them behind.
    Raises `Stale` where the order has changed meanwhile.
    """
    meeting = item.meeting
    locked(session, meeting)
    session.refresh(item)
    refuse_moving(session, item, now)
    standing_now = {one.id: one for one in _on_agenda(session, meeting)}
    if list(standing_now) != list(seen):
        raise Stale("The agenda has changed after you opened the page. Nothing of yours was saved.")
    if part != item.part:
        refuse_other_part(item)
    if after is not None and (after == item.id or after not in standing_now or standing_now[after].part != part):
        raise Refused("There is no such place on the agenda.", "one of the places that the page offers")
    was, was_part = item.number, item.part
    there = [one for one in standing_now.values() if one.part == part and one.id != item.id]
    there.insert(next((index for index, one in enumerate(there, start=1) if one.id == after), 0), item)
    left = [one for one in standing_now.values() if one.part != part and one.id != item.id]
    if part != was_part:
        item.private_ground = private_ground.strip() if part == 2 else ""
        item.private_review_on = private_review_on if part == 2 else None
        item.part = part
        check_item(item, meeting)
    _number(session, [there, left])
    if item.number == was:
        raise Refused(f"“{item.title}” is item {was} already.", "Choose another place.")
    said = {
        "meeting_id": meeting.id,
        "number": item.number,
        # where it was in private is nothing for the public part of the record
        **({"was": was} if part == 2 or was_part == 1 else {}),
        "title": item.title,
    }
    append(session, [act_on(Tag.ITEM_MOVED, meeting, item, doer, said)], now)
    refuse_moving(session, item, now)
    return item


def take_off(session: Session, item: AgendaItem, *, reason: str, doer: Doer, now: datetime) -> AgendaItem:
    """Take an item off the agenda, with a reason; those behind it are numbered again."""
    meeting = item.meeting
    locked(session, meeting)
    session.refresh(item)
    refuse_moving(session, item, now)
    refuse_standing(item)
    if not reason.strip():
        raise Refused("An item is taken off with a reason.", "the reason")
    number = item.number
    last = session.scalar(
        sa.select(sa.func.max(AgendaItem.position)).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.part == item.part, AgendaItem.position > OFF_THE_AGENDA
        )
    )
    item.position = (last or OFF_THE_AGENDA) + 1
    item.taken_off_at, item.taken_off_by, item.taken_off_because = now, doer.name, reason.strip()
    _number(session, [[one for one in _on_agenda(session, meeting) if one.part == item.part]])
    said = {"meeting_id": meeting.id, "number": number, "title": item.title, "reason": reason.strip()}
    append(session, [act_on(Tag.ITEM_TAKEN_OFF, meeting, item, doer, said)], now)
    _refuse_released(session, meeting)
    return item


def refuse_moving(session: Session, item: AgendaItem, now: datetime) -> None:
    """Raise `Refused` where the agenda's order is settled, or the item is no longer on it."""
    meeting = item.meeting
    if item.taken_off_at is not None:
        on = day_in_words(day_of(item.taken_off_at))
        raise Refused(f"“{item.title}” was taken off the agenda on {on}.", "the item put on the agenda again")
    refuse_settled(session, meeting, now)


def refuse_settled(session: Session, meeting: Meeting, now: datetime) -> None:
    """Raise `Refused` where no item of the agenda is moved or taken off any more."""
    refuse_closed_agenda(meeting, day_of(now))
    _refuse_released(session, meeting)


def refuse_standing(item: AgendaItem) -> None:
    """Raise `Refused` for an item that every meeting has."""
    if item.origin == "standing":
        raise Refused(
            f"“{item.title}” is a standing item: every meeting of {item.meeting.body.short_name} has it, so it is not "
            "taken off.",
            "nothing to be said under it",
        )


def refuse_other_part(item: AgendaItem) -> None:
    """Raise `Refused` for an item whose part is not the secretary's to choose."""
    if item.origin == "standing":
        raise Refused(f"“{item.title}” is a standing item and stays in Part 1.")
    if item.origin in IN_PUBLIC or item.subject_kind == "case":
        what = "a sign-off case" if item.subject_kind == "case" else "the update edition"
        raise Refused(
            f"“{item.title}” is {what}, which every body takes in the same part, so it stays in Part {item.part}."
        )


def tabled(session: Session, item: AgendaItem) -> str:
    """What is to be known of an item that came onto its agenda once the pack was out; empty for any other.

    It is let in where nothing is moved any more: it comes last in its part, so that no number changes that anybody
    holds. But nobody holds it.
    """
    released = _pack_out(session, item.meeting)
    if released is None:
        return ""
    added_since = (
        sa.select(RecordEntry.id)
        .where(
            RecordEntry.organisation_id == item.meeting.body.organisation_id,
            RecordEntry.tag == Tag.ITEM_ADDED,
            RecordEntry.thing_kind == "agenda_item",
            RecordEntry.thing_id == item.id,
            RecordEntry.id > released.id,
        )
        .limit(1)
    )
    if session.scalar(added_since) is None:
        return ""
    return (
        f"The pack of this meeting was released on {day_in_words(day_of(released.at))} without it: it comes last on "
        "the agenda, and its paper is tabled at the meeting."
    )


def _refuse_released(session: Session, meeting: Meeting) -> None:
    """Once a pack went out, its numbers are what everybody holds."""
    released = _pack_out(session, meeting)
    if released is not None:
        raise Refused(
            f"The pack of this meeting was released on {day_in_words(day_of(released.at))}, so its agenda stays as "
            "everybody holds it.",
            "a word at the meeting: the chair takes items in another order, or not at all",
        )


def _pack_out(session: Session, meeting: Meeting) -> RecordEntry | None:
    """The entry of the meeting's first released pack."""
    return session.scalar(
        sa.select(RecordEntry)
        .where(
            RecordEntry.organisation_id == meeting.body.organisation_id,
            RecordEntry.tag == Tag.PACK_RELEASED,
            RecordEntry.payload["meeting"].as_string() == meeting.code,
        )
        .order_by(RecordEntry.id)
        .limit(1)
    )


def _on_agenda(session: Session, meeting: Meeting) -> Sequence[AgendaItem]:
    return session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.taken_off_at.is_(None))
        .order_by(AgendaItem.part, AgendaItem.position)
    ).all()


def _number(session: Session, parts: Sequence[Sequence[AgendaItem]]) -> None:
    """Number the items of each part in this order; by way of places below nought, as no two may share one meanwhile."""
    for items in parts:
        wanted = [(one, number) for number, one in enumerate(items, start=1)]
        for one, number in wanted:
            one.position = -number
        session.flush()
        for one, number in wanted:
            one.position = number
        session.flush()
