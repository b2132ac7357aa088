"""How many meetings of a body are planned after a day: told before a seat or a role there is ended."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting
from workflows.facts import day_in_words


def meetings_ahead(session: Session, body_ids: Collection[int], name: str, ends: date) -> str:
    """`2 meetings of Merton are planned after that day, the first on 12 November 2015.`"""
    count, first = session.execute(
        sa.select(sa.func.count(), sa.func.min(Meeting.held_on)).where(
            Meeting.body_id.in_(body_ids), Meeting.state == "planned", Meeting.held_on > ends
        )
    ).one()
    if not count:
        return f"No meeting of {name} is planned after that day."
    if count == 1:
        return f"1 meeting of {name} is planned after that day, on {day_in_words(first)}."
    return f"{count} meetings of {name} are planned after that day, the first on {day_in_words(first)}."
