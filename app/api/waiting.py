"""My sign-offs: what waits for one person now, seat by seat, soonest first, and why."""

from datetime import date

import sqlalchemy as sa
from pydantic import Field

from app.api.operations import reads
from app.api.shapes import Listed, Out, Paged, cut
from app.api.sign_offs import GROUP
from app.db import db
from app.home.escalated import with_what_is_overdue
from app.home.queries import bodies_of
from app.home.sign_offs import my_sign_offs
from app.home.waiting import Task
from app.people.models import Seat
from app.web import gate
from app.web.clock import now, today


class WaitingShape(Out):
    """Something that waits for you."""

    to_do: str
    sign_off: str | None = Field(description="Null where it is a question, or a ruling, on an item")
    body: str | None
    capacity: str = Field(description="The seat or the role in which it is yours, in words")
    seat: str | None = Field(description="The seat, where it is yours by a seat")
    meeting: str | None = Field(description="Of something at a meeting: the meeting, and the item there")
    item: int | None
    question: int | None = Field(description="The number of a question on the item")
    decision: int | None = Field(description="Of a condition: the entry of its decision, and its place there")
    condition: int | None
    about: str
    standing: str
    by: date | None
    why: str
    demonstration: bool


@reads("/waiting", group=GROUP, query=Paged, answers=Listed[WaitingShape])
def waiting(_of: None, asked: Paged) -> Listed[WaitingShape]:
    """Read what waits for you.

    The answers, agendas, decisions, ratifications and votes that are yours to record now, what your bodies decide at
    their meetings ahead, interests that await a ruling, open conditions, and questions that you are asked, soonest
    first: each with the seat or role in which it is yours, and why.
    """
    actor = gate.actor()
    bodies = bodies_of(db.session, actor, today())
    shown, pages = cut(asked, my_sign_offs(db.session, actor, bodies, now()))
    shown = with_what_is_overdue(db.session, shown)
    seats = [task.concerns.seat_id for task in shown if task.concerns.seat_id is not None]
    rows = db.session.execute(sa.select(Seat.id, Seat.code).where(Seat.id.in_(seats))) if seats else ()
    codes = {row.id: row.code for row in rows}
    return Listed(items=[_shape(task, codes) for task in shown], page=pages)


def _shape(task: Task, seats: dict[int, str]) -> WaitingShape:
    said = task.concerns
    return WaitingShape(
        to_do=task.words,
        sign_off=said.sign_off,
        body=said.body,
        capacity=task.capacity,
        seat=seats.get(said.seat_id) if said.seat_id is not None else None,
        meeting=said.meeting,
        item=said.item,
        question=said.question,
        decision=said.decision,
        condition=said.condition,
        about=task.about,
        standing=task.state,
        by=task.due,
        why=task.note,
        demonstration=task.demonstration,
    )
