"""Programmes, the system architecture's parts, workstreams with what they are to deliver, and milestones."""

from datetime import date

from app.exchange.formats import Choice, Code, Day, Moment, Text, Whole, YesNo
from app.exchange.kinds.kind import (
    RECORDED_AFTERWARDS,
    Check,
    Column,
    Complaint,
    Kind,
    Link,
    Row,
    Values,
    World,
    as_recorded,
)
from app.exchange.kinds.people import DEMONSTRATION, PERSON, references_person
from app.programme.chase_days import AFTER, BEFORE, UNITS, DaysNotUnderstood, numbers
from app.programme.drawing import LINKS
from app.programme.models import (
    Deliverable,
    Milestone,
    MilestoneChange,
    Programme,
    Segment,
    SegmentLink,
    Workstream,
    WorkstreamBody,
)
from app.programme.silence import SILENT_DAYS
from workflows.facts import day_in_words

PROGRAMME = Code(40, example="swl-commissioning")
WORKSTREAM = Code(60, example="out-of-hospital-standards")
BODY = Code(40, example="wandsworth")
SOURCE = Column("source", "Where this was read: a publication, or “demonstration”.", Text(300, example="Update, 2015"))
POSITION = Column("position", "Its place in the list.", Whole(1, 999, example="1"), required=True)
TOLERANCE = Whole(0, 999, example="14")
MADE_UP = Column("demonstration", "Whether this is demonstration content; empty: no.", YesNo("no"))
OF_WORKSTREAM = Link("workstream_id", "workstreams", ("workstream",))


def given(prefix: str, what: str, required: bool = False) -> tuple[Column, ...]:
    """The three columns of a date with the precision it was given."""
    return (
        Column(
            f"{prefix}_words", f"{what}, in the words it was given.", Text(200, example="by January 2016"), required
        ),
        Column(f"{prefix}_earliest", "The first day those words can mean.", Day("2015-11-05")),
        Column(f"{prefix}_latest", "The last day those words can mean.", Day("2016-01-31")),
    )


def worded(prefix: str) -> Check:
    """A check: days are given with the words they explain."""

    def check(world: World, row: Row) -> list[Complaint]:
        named = [end for end in ("earliest", "latest") if row.values[f"{prefix}_{end}"]]
        if named and row.values[f"{prefix}_words"] is None:
            return [(f"{prefix}_{named[0]}", f"a day without its words; expected {prefix}_words as well.")]
        return []

    return check


def same_programme(column: str, kind: str, *, through: tuple[str, str] | None = None) -> Check:
    """A check: what `column` names (of `kind`) belongs to the row's programme, its own or that of `through`."""

    def check(world: World, row: Row) -> list[Complaint]:
        named = world.rows(kind).get((row.values[column] or "",))
        if named is None:
            return []
        if through is None:
            programme = row.values["programme"]
        else:
            owner = world.rows(through[1]).get((row.values[through[0]] or "",))
            if owner is None:
                return []
            programme = owner.values["programme"]
        if named.values["programme"] == programme:
            return []
        return [
            (column, f"“{row.values[column]}” belongs to {named.values['programme']}; expected one of {programme}.")
        ]

    return check


def _days_of_chasing(world: World, row: Row) -> list[Complaint]:
    found: list[Complaint] = []
    for column in ("chase_before", "chase_after"):
        try:
            numbers(row.values[column] or "0")
        except DaysNotUnderstood as error:
            found.append((column, str(error)))
    return found


def _what_it_joins(world: World, row: Row) -> list[Complaint]:
    """A risk or a resource link joins two segments; a sector's goes from a sector into a segment."""
    if row.values["from"] == row.values["to"]:
        return [("to", f"“{row.values['to']}” is where the link begins; expected another segment.")]
    found: list[Complaint] = []
    for column, expected in (("from", "sector" if row.values["kind"] == "sector" else "segment"), ("to", "segment")):
        part = world.rows("segments").get((row.values[column] or "",))
        if part is not None and part.values["kind"] != expected:
            found.append((column, f"“{row.values[column]}” is a {part.values['kind']}; expected a {expected}."))
    return found


def _placed_in_a_segment(world: World, row: Row) -> list[Complaint]:
    part = world.rows("segments").get((row.values["segment"] or "",))
    if part is None or part.values["kind"] == "segment":
        return []
    return [("segment", f"“{row.values['segment']}” is a sector; expected a segment.")]


def _not_of_the_demonstration(world: World, row: Row, stored: Row | None) -> Values:
    """A part or link of which the file does not say is no demonstration content."""
    return {"demonstration": bool(row.values["demonstration"])}


def _moved_with_a_reason(before: World, stored: Row, after: World, row: Row) -> list[Complaint]:
    """A milestone's forecast and actual date change as in the service: with a change that gives the reason."""
    found: list[Complaint] = []
    for what, columns in (
        ("forecast", ("forecast_words", "forecast_earliest", "forecast_latest")),
        ("actual", ("actual",)),
        ("withdrawn" if row.values["withdrawn_on"] else "put back", ("withdrawn_on",)),
    ):
        moved = [name for name in columns if row.values[name] != stored.values[name]]
        becomes = None if columns == ("withdrawn_on",) else row.values[columns[0]]
        words = day_in_words(becomes) if isinstance(becomes, date) else becomes
        called = "withdrawn_on" if columns == ("withdrawn_on",) else f"the {what}"
        known = before.rows("milestone_changes")
        reasons = after.grouped("milestone_changes", "milestone", "what").get((row.values["code"], what), [])
        if moved and not any(
            reason.key not in known and words in (None, reason.values["became"]) for reason in reasons
        ):
            named = f", with “{words}” as became" if words else ""
            found.append(
                (
                    moved[0],
                    f"{called} of {row.values['code']} changes without its reason; expected a new row for it in "
                    f"milestone_changes.csv{named}.",
                )
            )
    return found


KINDS = (
    Kind(
        "programmes",
        "Programmes of work of a collaborative.",
        Programme,
        ("code",),
        (
            Column("code", "The programme's code.", PROGRAMME, required=True),
            Column("collaborative", "The collaborative's code.", Code(40, example="swlcc"), True, None),
            Column("name", "Its name.", Text(200, example="South West London Collaborative Commissioning"), True),
            Column("strapline", "The line under its name.", Text(300, example="Working together")),
            SOURCE,
            Column("tolerance_days", "Days a milestone may slip, as this programme sets it.", TOLERANCE),
            Column(
                "chase_before",
                f"Days before updates are due on which owners are chased; empty: {BEFORE}; “none” for no day.",
                Text(60, example=BEFORE),
            ),
            Column(
                "chase_after",
                f"Days after that; empty: {AFTER}; “none” for no day.",
                Text(60, example=AFTER),
            ),
            Column("chase_unit", "How those days are counted; empty: working.", Choice(UNITS, "working")),
            Column(
                "silent_days",
                f"Days without an update after which a workstream is silent; empty: {SILENT_DAYS}.",
                Whole(1, 365, example=str(SILENT_DAYS)),
            ),
        ),
        links=(Link("collaborative_id", "collaboratives", ("collaborative",)),),
        checks=(_days_of_chasing,),
    ),
    Kind(
        "segments",
        "Parts of the system architecture: the sectors it goes from and the segments it goes to.",
        Segment,
        ("code",),
        (
            Column("code", "The part's code.", Code(60, example="urgent-care"), required=True),
            Column("programme", "The programme's code.", PROGRAMME, True, None),
            Column("kind", "sector (from here) or segment (to here).", Choice(("sector", "segment"), "segment"), True),
            Column("name", "Its name.", Text(100, example="Urgent care"), required=True),
            Column("what_works", "What has been found to work there.", Text(example="One point of access")),
            POSITION,
            SOURCE,
            MADE_UP,
        ),
        links=(Link("programme_id", "programmes", ("programme",)),),
        counts="version",
        complete=_not_of_the_demonstration,
    ),
    Kind(
        "segment_links",
        "Risk and resource links between segments, and links of sectors into the segments they go into.",
        SegmentLink,
        ("code",),
        (
            Column("code", "The link's code.", Code(60, example="risk-1"), required=True),
            Column(
                "from",
                "Code of the segment, or of the sector, it begins at.",
                Code(60, example="urgent-care"),
                True,
                None,
            ),
            Column("to", "Code of the segment it ends at.", Code(60, example="planned-care"), True, None),
            Column(
                "kind",
                "risk or resource, between two segments; sector, from a sector into a segment.",
                Choice(tuple(LINKS), "risk"),
                required=True,
            ),
            Column("reconstructed", "Whether the source shows the link but not what it joins.", YesNo(), required=True),
            Column("note", "What is known of it.", Text(300, example="Drawn by the programme office")),
            SOURCE,
            MADE_UP,
        ),
        links=(Link("from_id", "segments", ("from",)), Link("to_id", "segments", ("to",))),
        checks=(_what_it_joins, same_programme("to", "segments", through=("from", "segments"))),
        counts="version",
        complete=_not_of_the_demonstration,
    ),
    Kind(
        "workstreams",
        "Lines of work: what each is, who leads it, what is in and out of its remit.",
        Workstream,
        ("code",),
        (
            Column("code", "The workstream's code.", WORKSTREAM, required=True),
            Column("programme", "The programme's code.", PROGRAMME, True, None),
            Column("title", "Its title.", Text(200, example="Out-of-hospital principles and standards"), required=True),
            Column("sentence", "What it is, in a sentence.", Text(400, example="Shared standards for six CCGs."), True),
            Column("kind", "What kind of work it is.", Choice(Workstream.KINDS, "standards"), required=True),
            Column("segment", "Code of the segment it belongs to.", Code(60, example="urgent-care"), False, None),
            Column("lead", "Code of the person who leads it.", PERSON, False, None),
            Column("sro", "Code of its senior responsible owner.", PERSON, False, None),
            Column("in_remit", "What is in its remit, one line each.", Text(example="Models of care")),
            Column("out_of_remit", "What is not, one line each.", Text(example="The number of sites")),
            POSITION,
            Column("starts", "Its first day.", Day("2015-04-01"), required=True),
            Column("ends", "Its last day.", Day("2016-03-31")),
            *given("runs", "When it runs"),
            SOURCE,
            DEMONSTRATION,
        ),
        links=(
            Link("programme_id", "programmes", ("programme",)),
            Link("segment_id", "segments", ("segment",)),
            *references_person("lead", "sro"),
        ),
        spans=(("starts", "ends"), ("runs_earliest", "runs_latest")),
        checks=(worded("runs"), same_programme("segment", "segments"), _placed_in_a_segment),
    ),
    Kind(
        "workstream_bodies",
        "Which bodies take part in a workstream, and so owe a local position each period.",
        WorkstreamBody,
        ("workstream", "body"),
        (
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("body", "The body's code.", BODY, True, None),
        ),
        links=(OF_WORKSTREAM, Link("body_id", "bodies", ("body",))),
    ),
    Kind(
        "deliverables",
        "What a workstream is to deliver.",
        Deliverable,
        ("code",),
        (
            Column("code", "The deliverable's code.", Code(60, example="patient-vignettes"), required=True),
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("title", "Its title.", Text(300, example="Patient vignettes"), required=True),
            Column("description", "What it is to be.", Text(example="Snapshots of patients' care")),
            POSITION,
            *given("due", "When it is due"),
            Column("accepted_on", "When it was accepted.", Day("2016-01-20")),
            SOURCE,
        ),
        links=(OF_WORKSTREAM,),
        spans=(("due_earliest", "due_latest"),),
        happened=("accepted_on",),
        checks=(worded("due"),),
    ),
    Kind(
        "milestones",
        "Milestones, each date as precise as it was given.",
        Milestone,
        ("code",),
        (
            Column("code", "The milestone's code.", Code(60, example="standards-agreed"), required=True),
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("title", "Its title.", Text(300, example="Standards agreed by six bodies"), required=True),
            POSITION,
            *given("baseline", "The date agreed, re-set only in the service by a named authority", required=True),
            *given("forecast", "The date now expected"),
            Column("actual", "The day it was reached.", Day("2015-10-28")),
            Column(
                "added_on",
                "The day it came into the plan; empty where it was there from the start.",
                Day("2015-11-20"),
            ),
            Column(
                "withdrawn_on",
                "The day it was withdrawn from the plan; empty where it stands. Its reason is a milestone change.",
                Day("2015-11-20"),
            ),
            Column("tolerance_days", "Days it may slip, where that is not the programme's setting.", TOLERANCE),
            SOURCE,
            DEMONSTRATION,
        ),
        links=(OF_WORKSTREAM,),
        spans=(("baseline_earliest", "baseline_latest"), ("forecast_earliest", "forecast_latest")),
        happened=("actual", "added_on", "withdrawn_on"),
        checks=(worded("baseline"), worded("forecast")),
        keeps=("baseline_words", "baseline_earliest", "baseline_latest"),
        change_checks=(_moved_with_a_reason,),
    ),
    Kind(
        "milestone_changes",
        "Changes of a milestone's forecast or actual date, and its coming into the plan and leaving it, each with why.",
        MilestoneChange,
        ("milestone", "what", "at"),
        (
            Column("milestone", "The milestone's code.", Code(60, example="standards-agreed"), True, None),
            Column(
                "what",
                "What changed; added and withdrawn say that it came into the plan and left it.",
                Choice(("forecast", "actual", "added", "withdrawn", "put back"), "forecast"),
                required=True,
            ),
            Column("was", "The date before, in words.", Text(200, example="September 2015"), required=True),
            Column("was_earliest", "The first day the date before could mean.", Day("2015-09-01")),
            Column("was_latest", "The last day the date before could mean.", Day("2015-09-30")),
            Column("became", "The date after, in words.", Text(200, example="October 2015"), required=True),
            Column("reason", "Why it changed.", Text(example="A meeting was moved"), required=True),
            Column("by", "Who changed it, by name.", Text(200, example="Robin Ashcombe"), required=True),
            Column("at", "When it was changed.", Moment("2015-10-01T09:00:00Z"), required=True),
            RECORDED_AFTERWARDS,
        ),
        links=(Link("milestone_id", "milestones", ("milestone",)),),
        spans=(("was_earliest", "was_latest"),),
        complete=as_recorded,
    ),
)
