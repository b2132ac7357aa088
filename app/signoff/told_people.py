"""Who is told of a case: the holders of a role on the day who may see it and can sign in, and nobody else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.models import Account, DecidingBody, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import actor_of, in_force
from app.permissions import Actor, Resource, Role, allowed
from app.permissions.facts import ROLE_NAMES
from app.signoff.models import Case
from app.signoff.refusals import holds_title
from workflows.facts import CHAIR_KINDS
from workflows.stages import PartyRule

OF_THE_ASKER = {"programme_manager": Role.PROGRAMME_MANAGER, "programme_director": Role.PROGRAMME_DIRECTOR}
OF_THE_BODY = {"secretary": Role.SECRETARY, "officer": Role.OFFICER}
ACCOUNTABLE = frozenset({"accountable_officer"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who is told, and in which capacity: "board secretary, NHS Merton CCG"."""

    person_id: int
    name: str
    email: str
    role: str


def may_see(actor: Actor, case: Case, body: DecidingBody | None) -> bool:
    """Whether someone may know of the case, as the page on permissions has it: see there what each name means.

    A private case is known only to the secretary and the members of the body that it is said of; the release of a pack
    to the body's own people.
    """
    if case.subject_kind == "pack":
        return body is not None and allowed("pack.read", actor, _of_body(body, "pack", case.part))
    if case.part == 1:
        return allowed("case.read", actor, case.as_resource())
    return body is not None and allowed("meeting.private", actor, _of_body(body, "case", case.part))


def _of_body(body: DecidingBody, kind: str, part: int) -> Resource:
    return Resource(kind, organisation_id=body.organisation_id, body_id=body.id, part=part, name=body.short_name)


class People:
    """The people of one day, each looked up once."""

    def __init__(self, session: Session, on: date) -> None:
        self.session, self.on = session, on
        self._actors: dict[int, Actor] = {}
        self._held: dict[tuple[object, ...], list[tuple[Person, str]]] = {}
        self._sitting: dict[int, list[tuple[Seat, Person, str]]] = {}

    def told(
        self,
        case: Case,
        body: DecidingBody,
        roles: Iterable[str],
        rule: PartyRule | None,
        *,
        owner: str = "",
        but_seats: frozenset[int] = frozenset(),
    ) -> list[Recipient]:
        """Everyone in these roles who may see the case, each once, in the first of their capacities.

        `owner` is who sees to a condition; `but_seats` those whose vote is cast, or is not asked for.
        """
        found: dict[int, Recipient] = {}
        for role in roles:
            held = self._voting(body.id, but_seats) if role == "members" else None
            for person, called in held if held is not None else self._in_role(case, body, role, rule, owner):
                if person.id not in found and may_see(self._actor(person), case, body):
                    found[person.id] = Recipient(person.id, person.name, person.email, called)
        return list(found.values())

    def seated(self, case: Case, body: DecidingBody, seat_ids: Collection[int]) -> list[Recipient]:
        """The holders of these seats of a body who may see the case, each once."""
        found: dict[int, Recipient] = {}
        for seat, person, called in self._seats(body.id):
            if seat.id in seat_ids and person.id not in found and may_see(self._actor(person), case, body):
                found[person.id] = Recipient(person.id, person.name, person.email, called)
        return list(found.values())

    def _in_role(
        self, case: Case, body: DecidingBody, role: str, rule: PartyRule | None, owner: str
    ) -> list[tuple[Person, str]]:
        if role == "whoever_answers":
            if rule is None or rule.meets:
                role = "secretary" if body.kind != "officer" else "officer"
            else:
                role = rule.role or "officer"
        if role == "owner":
            named = self._named(owner) if owner else []
            return named or self._in_role(case, body, "whoever_answers", rule, "")
        if role in OF_THE_ASKER:
            held = self._roles(OF_THE_ASKER[role], case.asked_by_id)
            return held or self._roles(Role.PROGRAMME_DIRECTOR, case.asked_by_id)
        if role in OF_THE_BODY:
            holders = self._roles(OF_THE_BODY[role], body.organisation_id)
            titled = rule.titled if rule and role == "officer" else None
            return [one for one in holders if self._has_title(one[0], body.organisation_id, titled)]
        return self._seated(body.id, CHAIR_KINDS if role == "chair" else ACCOUNTABLE)

    def _actor(self, person: Person) -> Actor:
        if person.id not in self._actors:
            self._actors[person.id] = actor_of(self.session, person, self.on)
        return self._actors[person.id]

    def _roles(self, role: Role, organisation_id: int) -> list[tuple[Person, str]]:
        key = (role, organisation_id)
        if key not in self._held:
            rows = self.session.execute(
                _people()
                .add_columns(RoleHolding.programme_code)
                .join(RoleHolding, RoleHolding.person_id == Person.id)
                .where(
                    RoleHolding.role == role.value,
                    RoleHolding.organisation_id == organisation_id,
                    in_force(RoleHolding.starts, RoleHolding.ends, self.on),
                )
                .order_by(Person.name, Person.id)
            ).all()
            people = list(dict.fromkeys(row.Person for row in rows))
            of = {held.organisation_id: held.organisation_name for one in people for held in self._actor(one).roles}
            self._held[key] = [(one, f"{ROLE_NAMES[role]}, {of.get(organisation_id, '')}") for one in people]
        return self._held[key]

    def _seated(self, body_id: int, kinds: frozenset[str]) -> list[tuple[Person, str]]:
        return [(person, called) for seat, person, called in self._seats(body_id) if seat.kind in kinds]

    def _voting(self, body_id: int, but: frozenset[int]) -> list[tuple[Person, str]]:
        """The holders of voting seats but these; of seats that share a vote, one that is cast is enough."""
        seats = self._seats(body_id)
        cast = {seat.shared_vote for seat, _, _ in seats if seat.id in but and seat.shared_vote}
        return [
            (person, called)
            for seat, person, called in seats
            if seat.voting and seat.id not in but and seat.shared_vote not in cast
        ]

    def _seats(self, body_id: int) -> list[tuple[Seat, Person, str]]:
        if body_id not in self._sitting:
            rows = self.session.execute(
                _people()
                .add_columns(Seat, DecidingBody.name)
                .join(SeatHolding, SeatHolding.person_id == Person.id)
                .join(Seat, Seat.id == SeatHolding.seat_id)
                .join(DecidingBody, DecidingBody.id == Seat.body_id)
                .where(
                    Seat.body_id == body_id,
                    in_force(SeatHolding.starts, SeatHolding.ends, self.on),
                    in_force(Seat.starts, Seat.ends, self.on),
                )
                .order_by(Seat.position, Person.id)
            ).all()
            self._sitting[body_id] = [(seat, person, f"{seat.title}, {name}") for person, seat, name in rows]
        return self._sitting[body_id]

    def _named(self, owner: str) -> list[tuple[Person, str]]:
        """Who is called so; more than one of a name is nobody: a mail does not guess."""
        key = ("named", owner)
        if key not in self._held:
            people = self.session.scalars(_people().where(sa.func.lower(Person.name) == owner.strip().lower())).all()
            self._held[key] = [(one, "who sees to the condition") for one in people] if len(people) == 1 else []
        return self._held[key]

    def _has_title(self, person: Person, organisation_id: int, titled: str | None) -> bool:
        return titled is None or bool(holds_title(self.session, person.id, organisation_id, titled, self.on))


def _people() -> sa.Select[Person]:
    """Those who can sign in."""
    return sa.select(Person).join(Account, Account.person_id == Person.id).where(Account.disabled.is_(False))
