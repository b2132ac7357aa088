"""The conditions of agreements: all of them in one list, and what became of one."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.decisions import KEEP, recorded
from app.api.operations import reads, writes
from app.api.places import Asked, the_body
from app.api.shapes import In, Line, Listed, Paged, Pages, Reason, Recorded, Text
from app.api.sign_off_shapes import ConditionShape
from app.api.sign_offs import condition_shape, shared
from app.db import db
from app.signoff import condition_queries, tracking
from app.signoff.condition_routes import capacity_for
from app.web import gate
from app.web.clock import now, today
from workflows.conditions import ConditionState

GROUP = "Conditions"


class ConditionsQuery(Paged):
    """How the list is narrowed."""

    state: Literal["open", "overdue", "met", "waived", "all"] = "open"
    q: Line = Field("", description="Words of the condition or of its sign-off")
    body: Line = Field("", description="The code or name of a body")
    owner: Line = Field("", description="Who sees to it")


class ConditionLine(ConditionShape):
    """A condition with the agreement that it is of."""

    sign_off: str
    title: str
    body: str
    demonstration: bool


@reads("/conditions", group=GROUP, of=shared, query=ConditionsQuery, answers=Listed[ConditionLine])
def conditions(mine: list[int], asked: ConditionsQuery) -> Listed[ConditionLine]:
    """List conditions of agreements, what is due first."""
    filters = condition_queries.Filters(asked.state, asked.q, asked.body, asked.owner)
    span, rows = condition_queries.listed(db.session, mine, filters, today(), asked.size, asked.page)
    pages = Pages.of(asked, span.total)
    lines = [
        ConditionLine(
            **condition_shape(condition_queries.as_rule(row.ConditionRow), today()).model_dump(),
            sign_off=row.case_code,
            title=row.case_title,
            body=row.body_code,
            demonstration=row.demonstration,
        )
        for row in rows
    ]
    return Listed(items=lines, page=pages)


class Assigned(In):
    """Who sees to it, and by when."""

    what: Literal["assigned"]
    owner: Line
    due: date | None = None
    seen: ConditionState


class Met(In):
    """It is met."""

    what: Literal["met"]
    evidence: Text = Field(description="What shows it, and where that can be found")
    on: date | None = Field(None, description="On which day; today where it is not said")
    seen: ConditionState


class Waived(In):
    """It is waived."""

    what: Literal["waived"]
    reason: Reason
    decided_by: Line = Field(description="The body or the person that decided it")
    on: date | None = Field(None, description="On which day; today where it is not said")
    seen: ConditionState


class Reopened(In):
    """It is open after all: it was recorded as met or waived by mistake."""

    what: Literal["reopened"]
    reason: Reason
    seen: ConditionState


class WhatBecame(In):
    """What became of a condition. `seen` is its state as it was before you."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"became": {"what": "met", "evidence": "Minute 7.2 of 14 January 2016", "on": None, "seen": "open"}}
            ]
        }
    )

    became: Annotated[Assigned | Met | Waived | Reopened, Field(discriminator="what")]


def the_condition(sign_off: str, body: str, decision: int, position: int) -> tuple[Asked, tracking.Which]:
    """A condition of a body's agreement; raises `Missing`."""
    asked = the_body(sign_off, body)
    which = tracking.Which(asked.case.id, asked.body.id, decision, position)
    tracking.tracked(asked.folded(), which)
    return asked, which


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/conditions/<int:decision>/<int:position>",
    group=GROUP,
    scope=KEEP,
    of=the_condition,
    body=WhatBecame,
    answers=Recorded,
)
def condition(session: Session, of: tuple[Asked, tracking.Which], said: WhatBecame) -> Recorded:
    """Say what became of a condition: who sees to it, that it is met or waived, or open again."""
    asked, which = of
    doer, at, one = gate.doer(capacity_for(asked.body)), now(), said.became
    match one:
        case Assigned():
            entry_id = tracking.assign_condition(
                session, which, owner=one.owner, due=one.due, seen=one.seen, doer=doer, now=at
            )
        case Met():
            entry_id = tracking.meet_condition(
                session, which, evidence=one.evidence, on=one.on or today(), seen=one.seen, doer=doer, now=at
            )
        case Waived():
            entry_id = tracking.waive_condition(
                session,
                which,
                reason=one.reason,
                decided_by=one.decided_by,
                on=one.on or today(),
                seen=one.seen,
                doer=doer,
                now=at,
            )
        case Reopened():
            entry_id = tracking.reopen_condition(session, which, reason=one.reason, seen=one.seen, doer=doer, now=at)
    return recorded(session, asked.case, asked.body, entry_id)
