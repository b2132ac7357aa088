"""Which of the bodies that a case asks would not be quorate for it at the meeting ahead, by what is known today."""

from datetime import date

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, joinedload

from app.db import db
from app.meetings.in_the_room import ItemQuorum
from app.meetings.models import AgendaItem, Meeting
from app.meetings.rooms_ahead import quorum_across
from app.signoff.folding import Folded
from app.signoff.models import Case
from app.web.clock import today


def foreseen(session: Session, case: Case, found: Folded, on: date) -> dict[int, tuple[Meeting, ItemQuorum]]:
    """The forecast of quorum for each body that is still asked and has the case on an agenda ahead, by its id.

    Only of its soonest such meeting, and only where something is to be said: it would not be quorate, or would not be
    if somebody had to leave for an interest that awaits a ruling.
    """
    asked = {party.party.body_id for party in found.standing.parties if found.standing.asks(party)}
    if found.standing.state != "open" or not asked:
        return {}
    items = session.scalars(
        sa.select(AgendaItem)
        .join(Meeting)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .where(
            AgendaItem.subject_kind == "case",
            AgendaItem.subject_id == case.id,
            AgendaItem.part == case.part,
            AgendaItem.taken_off_at.is_(None),
            Meeting.state == "planned",
            Meeting.held_on >= on,
            Meeting.body_id.in_(asked),
        )
        .order_by(Meeting.held_on, AgendaItem.id)
    ).all()
    first: dict[int, AgendaItem] = {}
    for item in items:
        first.setdefault(item.meeting.body_id, item)
    quorum = quorum_across(session, list(first.values()), on)
    return {body_id: (item.meeting, quorum[item.id]) for body_id, item in first.items() if quorum[item.id].at_risk}


def init_app(app: Flask) -> None:
    """Offer it to the page of a case and to its route."""
    app.jinja_env.globals["foreseen_of"] = lambda case, found: foreseen(db.session, case, found, today())
