"""What a merger would end and pass, told before it is confirmed; and what stands against it, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordLog
from app.meetings.models import Meeting
from app.mergers.models import Merger, MergerPredecessor
from app.people.bodies import seats_reaching
from app.people.kept import DAY, Contradiction, Problem
from app.people.models import (
    Collaborative,
    DecidingBody,
    Organisation,
    Person,
    RoleHolding,
    Seat,
    SeatHolding,
)
from app.people.organisations import open_bodies, open_memberships, open_roles, problems_of_closing_organisation
from app.people.queries import in_force, rule_of
from app.programme.passing_positions import in_sentences, passing, without_heir
from app.signoff.models import Case, ConditionRow
from app.signoff.passing import OpenCase, open_cases
from workflows.facts import day_in_words
from workflows.verdict import in_words

KINDS = {
    "governing_body": "governing body",
    "joint_committee": "joint committee",
    "board": "board",
    "officer": "officer who answers",
}


@dataclass(slots=True)
class Plan:
    """A merger as it would be today: what ends and what passes, in sentences, and what stands against it, by field.

    `heirs`: by the id of a body that ends, the body of the successor that it passes to.
    """

    successor: Organisation
    predecessors: Sequence[Organisation]
    from_on: date
    bodies: list[DecidingBody] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    cases: list[OpenCase] = field(default_factory=list)
    heirs: dict[int, DecidingBody] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)
    passes: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def last_day(self) -> date:
        """The last day of those that end."""
        return self.from_on - DAY

    @property
    def lines(self) -> list[str]:
        """Everything that follows, as a list."""
        return [*self.ends, *self.passes, *self.access]


def planned(
    session: Session,
    successor: Organisation,
    predecessors: Sequence[Organisation],
    from_on: date,
    own: int | None = None,
) -> Plan:
    """What would follow, and what stands against it; `own` is the id of the merger itself, once it is planned."""
    plan = Plan(successor, predecessors, from_on)
    _of_the_organisations(session, plan, own)
    if plan.problems:
        return plan
    for organisation in predecessors:
        _of_one(session, plan, organisation)
    _meetings(session, plan)
    _cases(session, plan)
    _access(session, plan)
    plan.ends.append(
        "The record of each is sealed by a last entry: it stays readable and can be checked, and takes nothing more."
    )
    return plan


def _of_the_organisations(session: Session, plan: Plan, own: int | None) -> None:
    successor, when = plan.successor, day_in_words(plan.from_on)
    wrong = plan.problems
    if not plan.predecessors:
        wrong.append(("predecessors", "Choose the organisations that end."))
    if successor.opened > plan.from_on:
        said = (
            f"{successor.name} opens on {day_in_words(successor.opened)}, after {when}. Choose that day or a later one."
        )
        wrong.append(("from_on", said))
    if successor.closed and successor.closed < plan.from_on:
        wrong.append(("successor", f"{successor.name} closed on {day_in_words(successor.closed)}. Choose another."))
    sealed = set(session.scalars(sa.select(RecordLog.organisation_id).where(RecordLog.sealed_on.is_not(None))))
    others = (
        sa.select(MergerPredecessor.organisation_id, Merger.code)
        .join(Merger, Merger.id == MergerPredecessor.merger_id)
        .where(Merger.state != "cancelled", Merger.id != (own or 0))
    )
    taken = {row.organisation_id: row.code for row in session.execute(others)}
    if successor.id in sealed:
        wrong.append(("successor", f"The record of {successor.name} is sealed: it has ended. Choose another."))
    for organisation in plan.predecessors:
        if organisation.id == successor.id:
            wrong.append(("predecessors", f"{organisation.name} does not merge into itself. Leave it out."))
        elif organisation.id in taken:
            wrong.append(
                (
                    "predecessors",
                    f"{organisation.name} is in the merger {taken[organisation.id]} already. Leave it out.",
                )
            )
        elif organisation.id in sealed:
            wrong.append(("predecessors", f"The record of {organisation.name} is sealed: it has ended already."))


def _of_one(session: Session, plan: Plan, organisation: Organisation) -> None:
    ends = plan.last_day
    try:
        found = problems_of_closing_organisation(session, organisation, ends, plan.successor, hosting_passes=True)
    except Contradiction as refusal:
        found = list(refusal.problems)
    fields = {"ends": "from_on", "successor": "successor"}
    plan.problems += [(fields.get(name, name), f"{organisation.name}: {sentence}") for name, sentence in found]
    plan.ends.append(f"{organisation.name} ends: its last day is {day_in_words(ends)}.")
    for body in open_bodies(session, organisation, ends - DAY):
        plan.bodies.append(body)
        seats = len(seats_reaching(session, body, ends + DAY))
        with_seats = f", with {seats} {'seat' if seats == 1 else 'seats'} and whoever holds them" if seats else ""
        plan.ends.append(f"{body.name} closes{with_seats}.")
    roles = len(open_roles(session, organisation, ends))
    if roles:
        plan.ends.append(f"{roles} {'role' if roles == 1 else 'roles'} held for {organisation.name} end.")
    for member in open_memberships(session, organisation, ends - DAY):
        name = session.get_one(Collaborative, member.collaborative_id).name
        plan.passes.append(f"The place of {organisation.name} in {name} passes to {plan.successor.name}.")
    for hosted in session.scalars(sa.select(Collaborative).where(Collaborative.host_id == organisation.id)):
        plan.passes.append(
            f"{hosted.name} is hosted by {plan.successor.name} instead of {organisation.name}: roles for its "
            "programmes are given there."
        )


def _meetings(session: Session, plan: Plan) -> None:
    query = sa.select(Meeting).where(
        Meeting.body_id.in_([body.id for body in plan.bodies]),
        Meeting.state == "planned",
        Meeting.held_on > plan.last_day,
    )
    plan.meetings = list(session.scalars(query.order_by(Meeting.held_on, Meeting.id)))
    plan.ends += [
        f"The meeting of {one.body.short_name} on {day_in_words(one.held_on)} is cancelled." for one in plan.meetings
    ]


def _cases(session: Session, plan: Plan) -> None:
    open_now = session.scalars(
        sa.select(DecidingBody)
        .where(
            DecidingBody.organisation_id == plan.successor.id,
            in_force(DecidingBody.opened, DecidingBody.closed, plan.from_on),
        )
        .order_by(DecidingBody.id)
    ).all()
    by_kind: dict[str, list[DecidingBody]] = {}
    for body in open_now:
        by_kind.setdefault(body.kind, []).append(body)
    for body in plan.bodies:
        if len(by_kind.get(body.kind, ())) == 1:
            plan.heirs[body.id] = by_kind[body.kind][0]
    plan.cases = open_cases(session, [body.id for body in plan.bodies])
    for kind in {body.kind for one in plan.cases for body in one.bodies}:
        candidates = by_kind.get(kind, [])
        if len(candidates) != 1:
            _no_heir(plan, kind, candidates)
    for heir in {heir.id: heir for heir in plan.heirs.values()}.values():
        if heir.kind != "officer" and rule_of(session, heir.id, plan.from_on) is None:
            plan.passes.append(f"{heir.name} has no rule in force then, so it cannot be quorate before one is set.")
    for one in plan.cases:
        heirs = {plan.heirs[body.id].short_name for body in one.bodies if body.id in plan.heirs}
        heirs = heirs or {f"a body of {plan.successor.name}"}
        waiting = [body.short_name for body in one.bodies if body.id in one.waiting]
        answered = [body.short_name for body in one.bodies if body.id not in one.waiting]
        named = f"“{one.title}”" if one.part == 1 else "A private case"
        kept = f" What {in_words(answered)} answered stands." if answered else ""
        if waiting:
            plan.passes.append(f"{named}: {in_words(heirs)} is asked once, for {in_words(waiting)}.{kept}")
        else:
            plan.passes.append(f"{named}: nothing is asked of {in_words(heirs)} as it stands.{kept}")
    plan.passes += in_sentences(passing(session, plan.heirs, plan.from_on))
    plan.ends += without_heir(session, plan.bodies, plan.heirs)
    conditions = session.scalar(
        sa.select(sa.func.count())
        .select_from(ConditionRow)
        .join(Case, Case.id == ConditionRow.case_id)
        .where(ConditionRow.body_id.in_([body.id for body in plan.bodies]), ConditionRow.state == "open")
    )
    if conditions:
        plan.passes.append(
            f"{conditions} open {'condition' if conditions == 1 else 'conditions'} of their decisions: "
            f"{plan.successor.name}’s board secretary records what becomes of them."
        )


def _no_heir(plan: Plan, kind: str, candidates: Sequence[DecidingBody]) -> None:
    asked = [f"“{one.title}”" for one in plan.cases if one.part == 1 and any(body.kind == kind for body in one.bodies)]
    what = in_words(asked) or "a private case"
    called, when = KINDS[kind], day_in_words(plan.from_on)
    if candidates:
        names = in_words(body.name for body in candidates)
        said = f"{plan.successor.name} has several on {when}: {names}. Close all but the one that takes on {what}."
    else:
        said = (
            f"{plan.successor.name} has no {called} that is open on {when} to take on {what}. "
            "Add that body first, with its seats and its rule."
        )
    plan.problems.append(("successor", said))


def _access(session: Session, plan: Plan) -> None:
    """Who is there now, and whether they hold anything at the successor on its first day."""
    ids = [organisation.id for organisation in plan.predecessors]
    before, after = _there(ids, plan.last_day), _there([plan.successor.id], plan.from_on)
    names = session.execute(
        sa.select(Person.name, Person.id.in_(after)).where(Person.id.in_(before)).order_by(Person.name)
    ).all()
    stay = [name for name, stays in names if stays]
    go = [name for name, stays in names if not stays]
    if stay:
        holds = "holds" if len(stay) == 1 else "hold"
        plan.access.append(
            f"{len(stay)} of their {len(names)} people {holds} a role or a seat at {plan.successor.name} "
            f"from that day: {in_words(stay[:12])}{' and others' if len(stay) > 12 else ''}. "
            "They read what is kept of the old ones."
        )
    if go:
        have, lose = ("has", "loses") if len(go) == 1 else ("have", "lose their")
        plan.access.append(
            f"{len(go)} {have} none there yet, and {lose} access with the end of {day_in_words(plan.last_day)}, "
            f"unless they have one elsewhere: {in_words(go[:12])}{' and others' if len(go) > 12 else ''}."
        )


def _there(organisation_ids: Sequence[int], on: date) -> sa.CompoundSelect[tuple[int]]:
    roles = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id.in_(organisation_ids), in_force(RoleHolding.starts, RoleHolding.ends, on)
    )
    seats = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(
            DecidingBody.organisation_id.in_(organisation_ids),
            in_force(SeatHolding.starts, SeatHolding.ends, on),
            in_force(Seat.starts, Seat.ends, on),
        )
    )
    return sa.union(roles, seats)
