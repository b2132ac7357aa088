"""What the rules are told: frozen values that the rooms of the service hand in, with no rule in them.

Dates are calendar days in Europe/London; a day named as an end (`until`, `closed_on`) is the last day
included. Moments are aware datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, get_args

BodyKind = Literal["governing_body", "joint_committee", "board", "officer"]
AttendanceStatus = Literal["present", "part", "apologies", "absent"]
Handling = Literal["note_only", "stay_speak_no_vote", "stay_silent", "leave", "paper_withheld"]
InterestKind = Literal["financial", "non_financial_professional", "non_financial_personal", "indirect"]
Vote = Literal["for", "against", "abstain", "recused", "absent"]
LeadUnit = Literal["working", "clear", "calendar"]
Answer = Literal[
    "agree",
    "agree_as_amended",
    "agree_with_conditions",
    "agree_with_local_variation",
    "defer",
    "not_agree",
    "respond",
    "put_forward",
    "release",
    "return",
]

BODY_KINDS: tuple[BodyKind, ...] = get_args(BodyKind)
ATTENDANCE_STATUSES: tuple[AttendanceStatus, ...] = get_args(AttendanceStatus)
HANDLINGS: tuple[Handling, ...] = get_args(Handling)
INTEREST_KINDS: tuple[InterestKind, ...] = get_args(InterestKind)
VOTES: tuple[Vote, ...] = get_args(Vote)
LEAD_UNITS: tuple[LeadUnit, ...] = get_args(LeadUnit)
ANSWERS: tuple[Answer, ...] = get_args(Answer)
"""The usual answers. A stage may name answers of its own beside them."""

Counts = Literal["in_favour", "against", "neither"]
Need = Literal["reason", "conditions"]

CHAIR_KINDS = frozenset({"chair", "clinical_chair", "lay_chair"})
"""Kinds of seat whose holder presides, unless another person is named as presiding."""


@dataclass(frozen=True, slots=True)
class QuorumNeed:
    """At least `count` seats of any of `kinds` must count as present; `label` names one ("clinician")."""

    kinds: frozenset[str]
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """One body's quorum: a share of its voting seats (rounded up) and named kinds of seat.

    All of it is the body's own setting. `handlings_that_count` are the ways of handling a conflict of
    interest that leave the seat counting. `count_person_once` decides whether a person who holds two seats
    counts once; `deputy_carries_kind`, whether a deputy counts as the kind of seat the holder has. Between meetings,
    `chairs_action` lets the chair decide what is urgent, `members_vote` the members vote on line.
    """

    share_numerator: int
    share_denominator: int
    needs: tuple[QuorumNeed, ...] = ()
    excluded_in_denominator: bool = True
    vacant_in_denominator: bool = True
    handlings_that_count: frozenset[str] = frozenset({"note_only"})
    casting_vote: bool = True
    count_person_once: bool = True
    deputy_carries_kind: bool = True
    chairs_action: bool = True
    members_vote: bool = False


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long before its meeting a body wants its papers; `calendar.papers_due` explains the units."""

    number: int
    unit: LeadUnit


@dataclass(frozen=True, slots=True)
class SeatFact:
    """A seat and who holds it on the day; no person means vacant.

    Seats with the same `shared_vote` (any label, for example "GP leads") hold one vote together.
    `until` is the last day on which the person holds the seat.
    """

    id: int
    title: str
    kind: str
    voting: bool
    person_id: int | None = None
    person_name: str | None = None
    shared_vote: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def vacant(self) -> bool:
        return self.person_id is None and self.person_name is None

    @property
    def presides(self) -> bool:
        return self.kind in CHAIR_KINDS


@dataclass(frozen=True, slots=True)
class AttendanceFact:
    """Who sat in a seat for one item; `deputy_for` names the holder when a deputy attends.

    Conflicts do not belong here: a person who came and left for a conflict is present, with an exclusion.
    `present_for_item` is asked of `part` only: were they there for this item?
    """

    seat_id: int
    person_id: int | None
    person_name: str
    status: AttendanceStatus
    deputy_for: str | None = None
    present_for_item: bool = True

    @property
    def in_the_room(self) -> bool:
        return self.status == "present" or (self.status == "part" and self.present_for_item)


@dataclass(frozen=True, slots=True)
class ExclusionFact:
    """How one person's interest is handled for one item; a deputy in the same seat is free of it."""

    seat_id: int
    person_name: str
    interest_kind: InterestKind
    handling: Handling
    reason: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A deciding body as it stood on the day of the item; `closed_on` is the last day it could decide."""

    id: int
    name: str
    short_name: str
    kind: BodyKind
    seats: tuple[SeatFact, ...] = ()
    quorum: QuorumRule | None = None
    lead_time: LeadTime | None = None
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class VoteFact:
    seat_id: int
    vote: Vote


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer that a stage names itself: what it is called, how it counts, what it has to carry."""

    title: str
    counts: Counts
    needs: Need | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who sees to a condition (a person or a body, by name) and by when; either may be left open."""

    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """What a body agrees to in the place of a clause, to the end of the day on which it expires."""

    clause: str
    text: str
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A clause, by its code, as a body would have it read; `number` and `hash` of its words by who knows the thing."""

    clause: str
    text: str
    number: str = ""
    hash: str = ""

    @property
    def called(self) -> str:
        """ "clause 2.1", or by its code where it has no number."""
        return f"clause {self.number}" if self.number else f"the clause “{self.clause}”"


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """What a party answers, with what that answer has to carry.

    `conditions` for an agreement with conditions, with their `keepers` in the same order where they are given;
    `reason` for not agreed, `until` or `meeting_id` for a deferral (`meeting_on`: the day that meeting is to be on),
    `comments` for a response. `own` is there where the stage names this answer itself; `variation` for an agreement
    with local variation, whose rationale is `reason`, as it is that of the `amendments` of an agreement as amended.
    """

    answer: str
    reason: str = ""
    conditions: tuple[str, ...] = ()
    comments: str = ""
    until: date | None = None
    meeting_id: int | None = None
    meeting_on: date | None = None
    own: OwnAnswer | None = None
    keepers: tuple[Keeper, ...] = ()
    variation: Variation | None = None
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One past-tense entry of a case; the tags and payloads that count are listed in `standing`."""

    id: int
    tag: str
    at: datetime
    organisation_id: int
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartyFact:
    """A deciding body that a case asks; `organisation` is the national code of the organisation it belongs to.

    `through` names who answers for it, where another does; `part` is untrue of a body that only answers for others,
    and `stands_for` names those: see `standing_in`.
    """

    body_id: int
    name: str
    short_name: str
    kind: BodyKind
    organisation: str = ""
    through: str = ""
    part: bool = True
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """A meeting of a body; `papers_due` is the day its papers must be out.

    `agenda_has_case` says whether the case that is being asked about stands on its agenda, and `item` how that
    agenda numbers it.
    """

    id: int
    body_id: int
    title: str
    held_on: date
    papers_due: date
    agenda_has_case: bool = False
    cancelled: bool = False
    item: str | None = None


def day_read(value: Any) -> date | None:
    """A date in a payload, whether it came as text or as a date."""
    return value if value is None or isinstance(value, date) else date.fromisoformat(value)


@lru_cache(maxsize=4096)
def day_in_words(day: date) -> str:
    """A date as the pages show it: "5 November 2015"."""
    return f"{day.day} {day:%B} {day.year}"
