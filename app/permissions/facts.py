"""What the permission page is told: who is asking, and what about. Frozen values the features load."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Roles held for an organisation and, where given, one programme. Members and chairs come from their seats."""

    READER = "reader"
    PROGRAMME_MANAGER = "programme_manager"
    PROGRAMME_DIRECTOR = "programme_director"
    SECRETARY = "secretary"
    OFFICER = "officer"
    ASSURANCE_REVIEWER = "assurance_reviewer"
    ORGANISATION_ADMINISTRATOR = "organisation_administrator"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.READER: "reader",
    Role.PROGRAMME_MANAGER: "programme manager",
    Role.PROGRAMME_DIRECTOR: "programme director",
    Role.SECRETARY: "board secretary",
    Role.OFFICER: "officer who answers for the organisation",
    Role.ASSURANCE_REVIEWER: "assurance reviewer",
    Role.ORGANISATION_ADMINISTRATOR: "organisation administrator",
    Role.ADMINISTRATOR: "administrator",
}


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in force today. `programme_code` None means every programme of the organisation."""

    role: Role
    organisation_id: int
    organisation_name: str
    programme_code: str | None = None


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat held today. `presides` is true for the chair."""

    seat_id: int
    body_id: int
    organisation_id: int
    title: str
    kind: str
    voting: bool
    presides: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, with everything they hold today. Nobody signed in is `ANONYMOUS`."""

    person_id: int | None = None
    account_id: int | None = None
    name: str = ""
    roles: tuple[HeldRole, ...] = ()
    seats: tuple[HeldSeat, ...] = ()
    collaborative_ids: frozenset[int] = field(default_factory=frozenset)  # of the actor's organisations, today
    succeeded: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """Organisations whose work passed to the actor's by today, each with that one of theirs which has it now."""

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations they act for, by role or seat."""
        return frozenset(r.organisation_id for r in self.roles) | frozenset(s.organisation_id for s in self.seats)

    @property
    def succeeded_ids(self) -> frozenset[int]:
        """The organisations that have ended, and whose work passed to those they act for."""
        return frozenset(before for before, _ in self.succeeded)

    def holds_at_successor(self, role: Role, organisation_id: int) -> bool:
        """Whether they hold `role` at an organisation to which the work of this one passed."""
        return any(self.holds(role, after) for before, after in self.succeeded if before == organisation_id)

    def holds(self, role: Role, organisation_id: int | None = None) -> bool:
        """Whether they hold `role`, for that organisation where one is named."""
        return any(
            r.role is role and (organisation_id is None or r.organisation_id == organisation_id) for r in self.roles
        )

    def holds_for_programme(self, role: Role, programme_code: str, host_id: int) -> bool:
        """Whether they hold `role` at the programme's host, for this programme or all of them."""
        return any(
            r.role is role and r.organisation_id == host_id and r.programme_code in (None, programme_code)
            for r in self.roles
        )

    def capacity(self) -> str:
        """Their first capacity in words, for a record entry that needs no particular one."""
        for held in self.roles:
            return f"{ROLE_NAMES[held.role]}, {held.organisation_name}"
        for seat in self.seats:
            return seat.title
        return "signed-in person" if self.signed_in else "no one signed in"


ANONYMOUS = Actor()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about, as far as permission needs to know. Features fill in what applies.

    `organisation_id` owns it (a body's meeting, a local position); `host_id` and `programme_code` say which
    programme it belongs to; `owner_id` the person who answers for it; `collaborative_id` who shares it; `published`
    that it is released in public.
    """

    kind: str
    organisation_id: int | None = None
    collaborative_id: int | None = None
    body_id: int | None = None
    host_id: int | None = None
    programme_code: str | None = None
    owner_id: int | None = None
    part: int = 1
    published: bool = False
    name: str = ""  # how a refusal names it: "Merton", "the workstream"
