"""An item goes from one meeting of a body to another one: off the first agenda, with a reason, and on the second."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.meetings.agenda import COVER, locked, propose_item
from app.meetings.models import AgendaItem, ItemDeclaration, Meeting
from app.meetings.order import refuse_moving, refuse_standing, take_off
from app.permissions import Refused
from workflows.facts import day_in_words


def other_meetings(session: Session, meeting: Meeting, on: date) -> Sequence[Meeting]:
    """The body's other meetings that are planned on or after a day, soonest first."""
    return session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.state == "planned",
            Meeting.held_on >= on,
            Meeting.id != meeting.id,
        )
        .order_by(Meeting.held_on, Meeting.id)
    ).all()


def hold_both(session: Session, item: AgendaItem, to: Meeting, now: datetime) -> None:
    """Hold both meetings' rows, always in the same order, and refuse what cannot be moved there."""
    for meeting in sorted((item.meeting, to), key=lambda one: one.id):
        locked(session, meeting)
    session.refresh(item)
    refuse_moving(session, item, now)
    refuse_standing(item)
    if to.id == item.meeting_id or to.body_id != item.meeting.body_id:
        raise Refused(
            f"“{item.title}” goes to another meeting of {item.meeting.body.short_name} only.",
            f"another meeting of {item.meeting.body.short_name}",
        )


def why(to: Meeting, reason: str) -> str:
    """The reason with which the item leaves: where it went, and why."""
    if not reason.strip():
        raise Refused("An item is moved with a reason.", "the reason")
    return f"It goes to the meeting of {day_in_words(to.held_on)}. {reason.strip()}"


def on_another_agenda(
    session: Session, item: AgendaItem, to: Meeting, kept: Iterable[str], *, part: int, doer: Doer, now: datetime
) -> AgendaItem:
    """What this item is about on another agenda, with its paper, and `kept` of its cover sheet."""
    return propose_item(
        session,
        to,
        origin=item.origin,
        subject_kind=item.subject_kind,
        subject_id=item.subject_id,
        title=item.title,
        purpose=item.purpose,
        recommendation=item.recommendation,
        paper=item.paper,
        part=part,
        doer=doer,
        now=now,
        demonstration=item.demonstration,
        **{name: getattr(item, name) for name in sorted(kept)},
    )


def move_item(session: Session, item: AgendaItem, to: Meeting, *, reason: str, doer: Doer, now: datetime) -> AgendaItem:
    """Take an item off its agenda and put it on that of `to`, last in its part, with its cover sheet and its paper.

    What members declared goes with it; how an interest is handled is ruled anew, by who presides there.
    Raises `Refused` where either agenda is closed or settled, or the item is a standing one.
    """
    hold_both(session, item, to, now)
    take_off(session, item, reason=why(to, reason), doer=doer, now=now)
    moved = on_another_agenda(session, item, to, COVER, part=item.part, doer=doer, now=now)
    moved.paper_on = item.paper_on
    declared_there(session, item, moved)
    return moved


def declared_there(session: Session, item: AgendaItem, moved: AgendaItem) -> None:
    """What members declared for the one item stands for the other, as of the same moment."""
    for one in session.scalars(sa.select(ItemDeclaration).where(ItemDeclaration.item_id == item.id)).all():
        there = sa.select(ItemDeclaration.id).where(
            ItemDeclaration.item_id == moved.id,
            ItemDeclaration.person_id == one.person_id,
            ItemDeclaration.interest_id == one.interest_id,
        )
        if session.scalar(there) is None:
            session.add(
                ItemDeclaration(
                    item_id=moved.id,
                    seat_id=one.seat_id,
                    person_id=one.person_id,
                    interest_id=one.interest_id,
                    at=one.at,
                )
            )
    session.flush()
