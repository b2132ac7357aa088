"""What is reported each period: highlights, updates and local positions."""

from app.exchange.formats import Choice, Code, Day, Moment, Text, Whole
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, World, approved_stays, in_order
from app.exchange.kinds.people import DEMONSTRATION, PERSON, references_person
from app.exchange.kinds.programme import BODY, OF_WORKSTREAM, PROGRAMME, SOURCE, WORKSTREAM, same_programme
from app.programme.models import BRAG, DIMENSIONS, Highlight, LocalPosition, Period, Update

PERIOD = Code(40, example="2015-10")
OF_PERIOD = Link("period_id", "periods", ("period",))
BRAG_WORD = Choice(BRAG, "amber")


def _in_steps(world: World, row: Row) -> list[Complaint]:
    """What a state needs beside it."""
    found: list[Complaint] = []
    state = row.values["state"]
    if state == "approved":
        found += [
            (name, f"an approved row without {name}; expected it.")
            for name in ("approved_by", "approved_at")
            if row.values[name] is None
        ]
    if state == "returned" and row.values["comment"] is None:
        found.append(("comment", "a returned row without a comment; expected why it was returned."))
    return found


def _red_needs_a_way(world: World, row: Row) -> list[Complaint]:
    worst = row.values["overall"]
    if row.values["state"] in ("submitted", "approved"):
        if worst is None:
            return [("overall", f"a {row.values['state']} update without its overall rating; expected a BRAG word.")]
        if worst in ("red", "amber") and row.values["path_to_green"] is None:
            return [("path_to_green", f"the update is {worst}; expected its path to green.")]
    return []


def _taking_part(world: World, row: Row) -> list[Complaint]:
    if (row.values["workstream"], row.values["body"]) in world.rows("workstream_bodies"):
        return []
    return [
        ("body", f"{row.values['body']} takes no part in {row.values['workstream']}; expected a workstream_bodies row.")
    ]


KINDS = (
    Kind(
        "periods",
        "Reporting periods of a programme.",
        Period,
        ("code",),
        (
            Column("code", "The period's code.", PERIOD, required=True),
            Column("programme", "The programme's code.", PROGRAMME, True, None),
            Column("title", "Its title.", Text(100, example="October/November 2015"), required=True),
            Column("starts", "Its first day.", Day("2015-10-01"), required=True),
            Column("ends", "Its last day.", Day("2015-11-30"), required=True),
            Column("updates_due", "The day on which updates are due.", Day("2015-10-23"), required=True),
        ),
        links=(Link("programme_id", "programmes", ("programme",)),),
        spans=(("starts", "ends"), ("starts", "updates_due")),
        left_out=frozenset({"released_at"}),
    ),
    Kind(
        "highlights",
        "The highlights list of a period, as it is printed; it may name a workstream that has no update.",
        Highlight,
        ("period", "workstream"),
        (
            Column("period", "The period's code.", PERIOD, True, None),
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("position", "Its place in the list.", Whole(1, 99), required=True),
            Column("title", "The heading as printed.", Text(300, example="Workforce specifications"), required=True),
            SOURCE,
        ),
        links=(OF_PERIOD, OF_WORKSTREAM),
        checks=(same_programme("workstream", "workstreams", through=("period", "periods")),),
    ),
    Kind(
        "updates",
        "The common text of a workstream for a period.",
        Update,
        ("workstream", "period"),
        (
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("period", "The period's code.", PERIOD, True, None),
            Column(
                "state",
                "Where it stands.",
                Choice(("draft", "submitted", "returned", "approved"), "approved"),
                required=True,
            ),
            *(Column(name, f"BRAG rating: {name}.", BRAG_WORD) for name in DIMENSIONS),
            Column("headline", "The update in a line.", Text(300, example="Agreed by five of six bodies")),
            Column("done", "Done this period, in Markdown.", Text(example="Responses consolidated")),
            Column("next", "Due next period, in Markdown.", Text(example="Decisions at six meetings")),
            Column("decisions", "Decisions needed, in Markdown.", Text(example="Agree version 2")),
            Column("path_to_green", "How it gets to green.", Text(example="A second reviewer from December")),
            Column("comment", "The comment with which it was returned.", Text(example="Say what changed")),
            Column("written_by", "Code of who wrote it.", PERSON, False, None),
            Column("written_at", "When it was last saved.", Moment(), required=True),
            Column("submitted_at", "When it was submitted.", Moment()),
            Column("approved_by", "Code of who approved it.", PERSON, False, None),
            Column("approved_at", "When it was approved.", Moment()),
            SOURCE,
            DEMONSTRATION,
        ),
        links=(OF_WORKSTREAM, OF_PERIOD, *references_person("written_by", "approved_by")),
        checks=(
            _in_steps,
            _red_needs_a_way,
            in_order("written_at", "submitted_at"),
            in_order("submitted_at", "approved_at"),
            in_order("written_at", "approved_at"),
            same_programme("workstream", "workstreams", through=("period", "periods")),
        ),
        change_checks=(
            approved_stays(
                *DIMENSIONS, "headline", "done", "next", "decisions", "path_to_green", "approved_by", "approved_at"
            ),
        ),
        counts="version",
        left_out=frozenset({"reopened_at"}),
    ),
    Kind(
        "local_positions",
        "What a body says of a workstream for a period: its own words, outside the common hash.",
        LocalPosition,
        ("workstream", "period", "body"),
        (
            Column("workstream", "The workstream's code.", WORKSTREAM, True, None),
            Column("period", "The period's code.", PERIOD, True, None),
            Column("body", "The body's code.", BODY, True, None),
            Column(
                "state",
                "Where it stands; nothing_local is an answer too.",
                Choice(("draft", "nothing_local", "submitted", "returned", "approved"), "approved"),
                required=True,
            ),
            Column("brag", "The body's own BRAG rating.", BRAG_WORD),
            Column("position", "The position in a line.", Text(300, example="Two of four localities live")),
            Column("note", "The body's note, in Markdown.", Text(example="Recruitment is behind in the north")),
            Column("comment", "The comment with which it was returned.", Text(example="Name the locality")),
            Column("written_by", "Code of who wrote it.", PERSON, False, None),
            Column("written_at", "When it was last saved.", Moment(), required=True),
            Column("approved_by", "Code of who approved it.", PERSON, False, None),
            Column("approved_at", "When it was approved.", Moment()),
            DEMONSTRATION,
        ),
        links=(
            OF_WORKSTREAM,
            OF_PERIOD,
            Link("body_id", "bodies", ("body",)),
            *references_person("written_by", "approved_by"),
        ),
        checks=(_in_steps, _taking_part, in_order("written_at", "approved_at")),
        change_checks=(approved_stays("brag", "position", "note", "approved_by", "approved_at"),),
        counts="version",
        left_out=frozenset({"released_at"}),
    ),
)
