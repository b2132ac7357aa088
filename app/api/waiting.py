"""My sign-offs: what waits for one person now, seat by seat, soonest first, and why."""

from datetime import date

import sqlalchemy as sa
from pydantic import Field

from app.api.operations import reads
from app.api.shapes import Listed, Out, Paged, cut
from app.api.sign_offs import GROUP
from app.db import db
from app.home.between_meetings import between_meetings
from app.home.queries import bodies_of
from app.home.questions import to_answer
from app.home.waiting import Task, decisions
from app.people.models import Seat
from app.web import gate
from app.web.clock import now, today


class WaitingShape(Out):
    """Something that waits for you."""

    to_do: str
    sign_off: str | None = Field(description="Null where it is a question on an item")
    body: str | None
    seat: str | None = Field(description="The seat that you would sign for, where it is a vote on line")
    meeting: str | None = Field(description="Of a question: the meeting, the item there, and its number")
    item: int | None
    question: int | None
    about: str
    standing: str
    by: date | None
    why: str
    demonstration: bool


@reads("/waiting", group=GROUP, query=Paged, answers=Listed[WaitingShape])
def waiting(_of: None, asked: Paged) -> Listed[WaitingShape]:
    """Read what waits for you.

    The answers, agendas, decisions, ratifications and votes that are yours to record now, and questions that you are
    asked, soonest first.
    """
    actor, on = gate.actor(), today()
    bodies = bodies_of(db.session, actor, on)
    found = [
        *decisions(db.session, actor, bodies, on),
        *between_meetings(db.session, actor, bodies, now()),
        *to_answer(db.session, actor),
    ]
    shown, pages = cut(asked, sorted(found, key=lambda task: (task.due is None, task.due or on)))
    seats = [int(task.values["seat_id"]) for task in shown if "seat_id" in task.values]
    rows = db.session.execute(sa.select(Seat.id, Seat.code).where(Seat.id.in_(seats))) if seats else ()
    codes = {str(row.id): row.code for row in rows}
    return Listed(items=[_shape(task, codes) for task in shown], page=pages)


def _shape(task: Task, seats: dict[str, str]) -> WaitingShape:
    said = task.values
    asked = "item_id" in said
    return WaitingShape(
        to_do=task.words,
        sign_off=None if asked else said["code"],
        body=said.get("body_code"),
        seat=seats.get(said.get("seat_id", "")),
        meeting=said["code"] if asked else None,
        item=int(said["item_id"]) if asked else None,
        question=int(said["number"]) if asked else None,
        about=task.about,
        standing=task.state,
        by=task.due,
        why=task.note,
        demonstration=task.demonstration,
    )
