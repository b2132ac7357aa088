"""How sign-offs are told: the line of a list, one whole, each body's standing, the entries, the route."""

from datetime import date, datetime

from pydantic import ConfigDict, Field

from app.api.forecasts import Forecast
from app.api.rulings import RulingTold
from app.api.shapes import Code, In, Line, Out, Paged, SeenShape


class SignOffsQuery(Paged):
    """How the list is narrowed."""

    state: Line = Field("", description="open, between rounds, agreed, stopped or withdrawn")
    q: Line = Field("", description="Words of the title")
    body: Line = Field("", description="The code or name of a body that is still asked")


class EntriesQuery(In):
    """Which entries."""

    after: int = Field(0, ge=0, description="Only entries with a greater number")
    size: int = Field(50, ge=1, le=200, description="How many at most")


class VersionAsked(Out):
    """The version that is asked about, bound by the hash of its content."""

    label: str
    content_hash: str


class SignOffLine(Out):
    """A sign-off in a list."""

    code: str
    title: str
    state: str
    result: str = Field(description="What the bodies’ answers come to, in a sentence")
    round: int
    stage: str
    version: str
    demonstration: bool


class ConditionShape(Out):
    """A condition of an agreement as it stands."""

    decision: int = Field(description="The entry of the decision that set it")
    position: int
    text: str
    owner: str
    due: date | None
    state: str = Field(description="open, met or waived")
    overdue: bool
    settled_on: date | None = Field(description="The day on which it was met or waived")
    settled_by: str = Field(description="Who waived it, or recorded that it was met, in what capacity")
    sentence: str


class VariationShape(Out):
    """What a body varies locally."""

    clause: str
    text: str
    expires: date = Field(description="Its last day: after it, it counts no more and the body is asked again")


class BodyStanding(Out):
    """Where one body stands on the version asked about."""

    body: str
    name: str
    standing: str
    sentence: str
    asked: bool = Field(description="Whether an answer of it is asked now")
    on: date | None = Field(description="The day of its decision, or of the meeting it waits for")
    answer: str | None
    reason: str
    conditions: list[ConditionShape]
    minute_reference: str | None
    expires: date | None = Field(description="The last day of a local variation")
    variation: VariationShape | None
    deferred_until: date | None = Field(
        description="Where it deferred: until which day; of a meeting its day as set now, null where it is cancelled"
    )
    entry: int | None = Field(description="The entry of its decision")


class RoundShape(Out):
    """A round: one version, put to the bodies at one stage."""

    number: int
    stage: str
    title: str
    version: VersionAsked
    opened_on: date
    completed_on: date | None
    due: str | None = Field(description="By when it is to be answered, where its stage says")
    superseded: bool


class DefinitionUsed(Out):
    """The definition that the case keeps."""

    name: str
    version: int
    hash: str


class SignOff(Out):
    """A sign-off, with where each body stands in the round it is in."""

    code: str
    title: str
    state: str
    result: str
    needs: list[str] = Field(description="What would complete the stage")
    question: str
    asked: int
    in_favour: int
    needed: int
    early: bool = Field(description="Whether the result can no longer change, whatever the others may say")
    subject_kind: str
    asked_by: str
    definition: DefinitionUsed
    opened_at: datetime
    round: RoundShape
    earlier_rounds: list[RoundShape]
    bodies: list[BodyStanding]
    rulings: list[RulingTold] = Field(description="On what each version changed, the latest first")
    common_core: str | None = Field(description="Which clauses who varies, or did until lately; null where nobody does")
    certificate: str | None = Field(description="Its address, once it was agreed")
    demonstration: bool


class MeetingAsked(Out):
    """A meeting of the body."""

    code: str
    title: str
    held_on: date


class BodyOfSignOff(Out):
    """A body's part in a sign-off: where it stands, how it answers, and what its next write has to send back."""

    sign_off: str
    standing: BodyStanding
    decides: str | None = Field(description="“meeting”, or who answers for it; null where this stage does not ask it")
    answers: list[str] = Field(description="The answers that the stage allows")
    meeting: MeetingAsked | None = Field(description="The meeting that has it before it, or had")
    deferred_to: MeetingAsked | None = Field(description="The meeting that it deferred to, while that is how it stands")
    agenda_item: int | None = Field(description="Its item there, for the body’s own people")
    papers_due: date | None = Field(description="The last day for that meeting’s papers")
    quorum: str | None = Field(description="Whether that meeting is quorate for it, in a sentence")
    forecast: Forecast | None = Field(description="The same seat by seat, with the ways out")
    receipt: str | None = Field(description="The address of the receipt of its decision")
    certificate: str | None = Field(description="The address of the certificate of its decision")
    correctable: int | None = Field(description="The entry of its latest answer, where that can be corrected")
    now_called: str | None = Field(description="Who has its work, where its organisation has ended")
    can_be_scheduled_for: list[MeetingAsked] = Field(description="Its meetings that can take it up, for its secretary")
    can_be_recorded_of: list[MeetingAsked] = Field(description="Those that can have decided it, for its secretary")
    seen: SeenShape


class Entry(Out):
    """One entry on record, in a sentence."""

    number: int
    tag: str
    at: datetime
    sentence: str
    body: str | None = Field(description="The body that it is about, as it was called then")
    by: str
    capacity: str
    recorded_at: datetime | None = Field(description="Where it was recorded only afterwards: when")


class Entries(Out):
    """Entries in the order in which they were recorded; `next` is the address of those that follow."""

    items: list[Entry]
    next: str | None


class Leg(Out):
    """When one body can decide at the earliest."""

    body: str
    on: date | None
    meeting: str | None
    papers_due: date | None
    sentence: str


class RouteShape(Out):
    """When everything can be decided at the earliest, and who sets that day."""

    on: date | None
    set_by: list[str]
    sentence: str
    legs: list[Leg]


class RouteQuery(In):
    """What is supposed."""

    released: date | None = Field(None, description="As if the papers went out on this day")


class WhatIfQuery(RouteQuery):
    """What is supposed, of the papers and of meetings."""

    meetings: Line = Field(
        "",
        description="Other days of the bodies’ meetings: “merton:2016-01-21,croydon:2016-01-26”",
        pattern=r"^(|[^:,]+:\d{4}-\d\d-\d\d(,[^:,]+:\d{4}-\d\d-\d\d)*)$",
    )


class WhatIfShape(Out):
    """The route as things stand, and as it would be."""

    as_it_stands: RouteShape
    supposed: RouteShape
    difference: str
    unusual: list[str] = Field(description="What is out of the ordinary with the days supposed")


class Cell(Out):
    """A cell of the matrix."""

    body: str
    standing: str
    on: date | None
    conditions: str = Field(description="“1 of 2 met”; empty where there are none")
    minute_reference: str


class MatrixLine(Out):
    """A sign-off with its cells."""

    sign_off: str
    title: str
    version: str
    state: str
    cells: list[Cell]


class ScheduleShape(In):
    """Which meeting."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"meeting": "merton-2016-01-14"}]})

    meeting: Code


class Scheduled(Out):
    """Where it stands on the agenda."""

    meeting: str
    held_on: date
    item: int
    number: str = Field(description="As the agenda numbers it")
    papers_due: date | None
    late: bool = Field(description="Whether its paper is a late one")
    tabled: str | None = Field(description="Where the meeting’s pack is out without it: what becomes of its paper")
