"""What is said and read of a body as it is kept: its rule, its seats, and everybody's time in them."""

from datetime import date

from pydantic import Field, field_validator, model_validator

from app.api.shapes import Code, In, Line, Out
from app.people.models import Seat
from workflows.facts import Handling, LeadUnit

MOST_SHARE = 1_000


def kind_of_seat(kind: str) -> str:
    """A kind of seat that there is; raises `ValueError` for any other word."""
    if kind not in Seat.KINDS:
        raise ValueError(f"“{kind}” is not a kind of seat: it is one of {', '.join(Seat.KINDS)}.")
    return kind


class NeedShape(In):
    """A kind of member of whom so many have to be there."""

    count: int = Field(ge=1, le=50)
    label: Line = Field(min_length=1, max_length=60, description="What one of them is called: lay member")
    kinds: list[Code] = Field(min_length=1, max_length=len(Seat.KINDS), description="The kinds of seat that count")

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: list[str]) -> list[str]:
        return [kind_of_seat(kind) for kind in kinds]


class QuorumShape(In):
    """What a body needs to decide. Everything is said each time, so that nothing changes by being left out."""

    share: str = Field(pattern=r"^[0-9]{1,4}/[0-9]{1,4}$", description="Of the voting seats: 1/2")
    needs: list[NeedShape] = Field(max_length=3)
    handlings_that_count: list[Handling] = Field(description="With such an interest a member still counts as present")
    excluded_in_denominator: bool
    vacant_in_denominator: bool
    casting_vote: bool
    count_person_once: bool
    deputy_carries_kind: bool
    chairs_action: bool
    members_vote: bool = Field(description="Where what is asked provides for it too")

    @model_validator(mode="after")
    def _a_share(self) -> "QuorumShape":
        part, whole = self.parts
        if not 0 < part <= whole <= MOST_SHARE:
            raise ValueError(f"The share is more than none and at most all, of at most {MOST_SHARE:,} parts.")
        return self

    @property
    def parts(self) -> tuple[int, int]:
        """The share as two numbers."""
        part, _, whole = self.share.partition("/")
        return int(part), int(whole)

    def as_stored(self) -> dict[str, object]:
        """As the rule keeps it."""
        part, whole = self.parts
        return {"share_numerator": part, "share_denominator": whole, **self.model_dump(exclude={"share"})}


class RuleShape(Out):
    """A rule of a body, from a day on."""

    starts: date
    ends: date | None
    quorum: dict[str, object] | None = Field(description="As it is stored; null for a body of one officer")
    lead_number: int | None
    lead_unit: LeadUnit | None
    source: str | None


class PersonNamed(Out):
    """A person, by the code by which they are named."""

    person: str
    name: str


class TimeInSeat(PersonNamed):
    """Somebody's time in a seat, or as a deputy for it."""

    number: int = Field(description="By which its end is said")
    starts: date
    ends: date | None


class SeatKept(Out):
    """A seat with who ever held it, or may stand in for it."""

    seat: str
    title: str
    kind: str
    voting: bool
    shared_vote: str | None
    position: int
    starts: date
    ends: date | None
    holders: list[TimeInSeat]
    deputies: list[TimeInSeat]
    seen: str = Field(description="What correcting it has to send back")


class BodyKept(Out):
    """A body as it is kept: its names, its rules and its seats, with what was and what is to come."""

    body: str
    name: str
    short_name: str
    seen: str = Field(description="What correcting its names has to send back")
    rules: list[RuleShape]
    seats: list[SeatKept]
