"""Organisations merge: what is planned and done, what one would bring about, planning it, and calling it off."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial

from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.delegations import DELEGATE, GROUP
from app.api.operations import reads, writes
from app.api.shapes import Because, Code, In, Line, Listed, NothingMore, Out, Paged, cut, exampled
from app.db import db
from app.mergers import queries, service
from app.mergers.models import Merger
from app.mergers.routes import CAPACITY, SERVICE, Wanted, plan_it, plan_of, seen_of
from app.people.kept import Contradiction
from app.permissions import Stale
from app.web import gate
from app.web.clock import now

FIELDS = {"predecessors": "ending", "successor": "into"}
"""What the fields of the page are called here, where it is otherwise."""


class MergerShape(Out):
    """A merger: who ends, who has their work then, from what day on, by what that was decided."""

    merger: str
    ending: list[str] = Field(description="ODS codes")
    into: str
    from_on: date
    reason: str
    state: str = Field(description="planned, done or cancelled")
    done_at: datetime | None
    problem: str = Field(description="Why it has not come about though its day has come")


def everyones() -> None:
    """Mergers are the service's."""
    gate.permit(SERVICE)


def the_merger(merger: str) -> Merger:
    """The merger with this code."""
    gate.permit(SERVICE)
    return queries.merger_by_code(db.session, merger)


def _shape(one: Merger) -> MergerShape:
    return MergerShape(
        merger=one.code,
        ending=[each.organisation.ods_code for each in one.predecessors],
        into=one.successor.ods_code,
        from_on=one.from_on,
        reason=one.reason,
        state=one.state,
        done_at=one.done_at,
        problem=one.problem,
    )


@reads("/mergers", group=GROUP, of=everyones, query=Paged, answers=Listed[MergerShape])
def mergers(_of: None, asked: Paged) -> Listed[MergerShape]:
    """List mergers, the latest first: those planned, and those that have taken effect."""
    shown, pages = cut(asked, queries.mergers(db.session))
    return Listed(items=[_shape(one) for one in shown], page=pages)


@reads("/mergers/<merger>", group=GROUP, of=the_merger, answers=MergerShape)
def merger(found: Merger, _asked: None) -> MergerShape:
    """Read a merger."""
    return _shape(found)


class ForeseeQuery(In):
    """Which merger is thought of."""

    into: Code = Field(description="The ODS code of who has the work then")
    ending: Line = Field(description="The ODS codes of those that end, with commas between them")
    from_on: date = Field(description="The first day of the merger")

    def wanted(self) -> Wanted:
        """As the page takes it."""
        return Wanted(self.into, list(dict.fromkeys(self.ending.upper().replace(" ", "").split(","))), self.from_on)


class ForeseenMerger(Out):
    """What a merger would bring about, as things stand."""

    ends: list[str]
    passes: list[str]
    access: list[str]
    seen: str = Field(description="What planning it has to send back")


@reads("/merger-plan", group=GROUP, of=everyones, query=ForeseeQuery, answers=ForeseenMerger)
def foresee_merger(_of: None, asked: ForeseeQuery) -> ForeseenMerger:
    """Read what a merger would end and pass, before it is planned."""
    with _by_field(""):
        plan = plan_of(db.session, asked.wanted())
    return ForeseenMerger(ends=plan.ends, passes=plan.passes, access=plan.access, seen=seen_of(plan))


@contextmanager
def _by_field(under: str) -> Iterator[None]:
    try:
        yield
    except Contradiction as refusal:
        raise Invalid(
            *(Wrong(f"{under}{FIELDS.get(name, name)}", sentence) for name, sentence in refusal.problems)
        ) from None


class MergerSaid(In):
    """Which merger, by what it was decided, and what was before you."""

    model_config = exampled(
        {
            "into": "36L",
            "ending": ["07V", "08J"],
            "from_on": "2020-04-01",
            "reason": "The order of 1 March 2020",
            "seen": "0" * 16,
        }
    )

    into: Code
    ending: list[Code] = Field(max_length=200)
    from_on: date
    reason: Line
    seen: str = Field(max_length=64, description="`seen` of what it would bring about, as it was read")


bringing_about = partial(writes, group=GROUP, scope="sign-off:sign", answers=MergerShape)


@bringing_about("/mergers", of=everyones, body=MergerSaid)
def plan_merger(session: Session, _of: None, said: MergerSaid) -> MergerShape:
    """Plan a merger: it takes effect on its day by itself, and on the very day at once."""
    wanted = Wanted(said.into, list(dict.fromkeys(said.ending)), said.from_on)
    with _by_field("#/"):
        plan = plan_of(session, wanted)
        if seen_of(plan) != said.seen:
            raise Stale("What it brings about is not what was before you. Nothing was planned.", *plan.lines)
        return _shape(plan_it(session, wanted, said.reason))


@bringing_about("/mergers/<merger>/effect", of=the_merger, body=NothingMore)
def bring_merger_about(session: Session, found: Merger, _said: NothingMore) -> MergerShape:
    """Let a merger take effect whose day has come, once what stood against it is mended."""
    service.take_effect(session, found.id, doer=gate.doer(CAPACITY), now=now())
    return _shape(found)


@writes("/mergers/<merger>/cancellation", group=GROUP, scope=DELEGATE, of=the_merger, body=Because, answers=MergerShape)
def cancel_merger(session: Session, found: Merger, said: Because) -> MergerShape:
    """Call a merger off that is planned."""
    service.cancel_merger(session, found.id, reason=said.reason, doer=gate.doer(CAPACITY), now=now())
    return _shape(found)
