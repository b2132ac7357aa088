"""Risks and issues with their assessments, the logs of actions and decisions, what milestones wait for."""

from app.exchange.formats import Choice, Code, Day, Moment, Text, Whole
from app.exchange.kinds.kind import Check, Column, Complaint, Kind, Link, Row, World
from app.exchange.kinds.people import DEMONSTRATION, PERSON, references_person
from app.exchange.kinds.programme import OF_WORKSTREAM, PROGRAMME, SOURCE, WORKSTREAM, given, same_programme, worded
from app.programme.dependency_models import MilestoneBaseline, MilestoneDependency, MilestoneSignOff
from app.programme.raid_models import ProgrammeAction, ProgrammeDecision, Risk, RiskAssessment, RiskEvent
from workflows.slippage import circle

RISK = Code(60, example="swl-commissioning-risk-1")
MILESTONE = Code(60, example="standards-agreed")
SCORE = Whole(1, 5, example="3")
OF_PROGRAMME = Column("programme", "The programme's code.", PROGRAMME, True, None)
OF_PROGRAMME_LINK = Link("programme_id", "programmes", ("programme",))
MAYBE_WORKSTREAM = Column(
    "workstream", "The workstream's code; empty for the programme as a whole.", WORKSTREAM, False, None
)
MAYBE_RISK = Column("risk", "Code of the risk or issue it is about.", RISK, False, None)
OF_RISK_LINK = Link("risk_id", "risks", ("risk",))
OF_MILESTONE = Column("milestone", "The milestone's code.", MILESTONE, True, None)
OF_MILESTONE_LINK = Link("milestone_id", "milestones", ("milestone",))
BY = Column("by", "Who did it, by name.", Text(200, example="Robin Ashcombe"), required=True)
AT = Column("at", "When it was done.", Moment("2015-10-01T09:00:00Z"), required=True)
RECORDED = (
    Column("recorded_at", "When it was written down.", Moment("2015-10-01T09:00:00Z"), required=True),
    Column("recorded_by", "Who wrote it down, by name.", Text(200, example="Robin Ashcombe"), required=True),
)


def _whole_target(world: World, row: Row) -> list[Complaint]:
    if (row.values["target_likelihood"] is None) != (row.values["target_consequence"] is None):
        missing = "target_likelihood" if row.values["target_likelihood"] is None else "target_consequence"
        return [(missing, "half a target score; expected both target_likelihood and target_consequence, or neither.")]
    return []


def _moved_with_an_event(before: World, stored: Row, after: World, row: Row) -> list[Complaint]:
    """Where a risk stands changes as in the service: with an event that gives the reason."""
    moved = [name for name in ("state", "escalation") if row.values[name] != stored.values[name]]
    known = before.rows("risk_events")
    reasons = after.grouped("risk_events", "risk").get((row.values["code"],), [])
    if moved and all(reason.key in known for reason in reasons):
        return [
            (
                moved[0],
                f"the {moved[0]} of {row.values['code']} changes without its reason; expected a new row for it in "
                "risk_events.csv.",
            )
        ]
    return []


def _known_risk(column: str) -> Check:
    """A check: the code in `column`, which is no reference of the database, is that of a risk."""

    def check(world: World, row: Row) -> list[Complaint]:
        code = row.values[column]
        if code is None or (code,) in world.rows("risks"):
            return []
        return [(column, f"“{code}” is not known; expected the code of a row in risks.csv.")]

    return check


def _known_decision(world: World, row: Row) -> list[Complaint]:
    code = row.values["corrects"]
    if code is None or ((code,) in world.rows("decisions_log") and code != row.values["code"]):
        return []
    return [("corrects", f"“{code}” is no other decision; expected the code of another row in decisions_log.csv.")]


def _no_circle(world: World, row: Row) -> list[Complaint]:
    """Milestones that wait for one another in a circle could none of them be reached."""
    rows = world.rows("milestone_dependencies")
    names = sorted({name for key in rows for name in key})
    number = {name: index for index, name in enumerate(names)}
    pairs = [(number[key[0]], number[key[1]]) for key in rows if key != row.key]
    way = circle(number[row.key[0]], number[row.key[1]], pairs)
    if way is None:
        return []
    return [("needs", f"a circle: {' needs '.join(names[step] for step in way)}; expected dependencies without one.")]


def _one_programme(world: World, row: Row) -> list[Complaint]:
    """Milestones of two programmes do not wait for one another."""
    found = [world.rows("milestones").get((row.values[name],)) for name in ("milestone", "needs")]
    streams = [world.rows("workstreams").get((one.values["workstream"],)) for one in found if one]
    programmes = {one.values["programme"] for one in streams if one}
    if len(programmes) < 2:
        return []
    return [("needs", f"“{row.values['needs']}” is of another programme; expected a milestone of the same one.")]


KINDS = (
    Kind(
        "risks",
        "Risks, which may happen, and issues, which have. How each is judged stands in risk_assessments.csv.",
        Risk,
        ("code",),
        (
            Column("code", "The risk's code.", RISK, required=True),
            OF_PROGRAMME,
            MAYBE_WORKSTREAM,
            Column("kind", "risk or issue.", Choice(Risk.KINDS, "risk"), required=True),
            Column("title", "What may happen, in a line.", Text(300, example="Too few community nurses"), True),
            Column("cause", "What it comes from.", Text(example="Vacancies stay open")),
            Column("event", "What may happen.", Text(example="A service cannot be staffed")),
            Column("effect", "What that would do.", Text(example="The standard is not met")),
            Column("mitigation", "What is done about it.", Text(example="Joint recruitment")),
            Column("inherent_likelihood", "Likelihood if nothing is done, 1 to 5.", SCORE, required=True),
            Column("inherent_consequence", "Consequence if nothing is done, 1 to 5.", SCORE, required=True),
            Column("target_likelihood", "Likelihood aimed at, 1 to 5.", SCORE),
            Column("target_consequence", "Consequence aimed at, 1 to 5.", SCORE),
            Column("owner", "Code of the person who owns it.", PERSON, False, None),
            *given("proximity", "When it would happen"),
            Column("review_on", "When it is looked at next.", Day("2015-12-01")),
            Column("raised_on", "When it was raised.", Day("2015-10-01"), required=True),
            Column("state", "open, realised or closed.", Choice(Risk.STATES, "open"), required=True),
            Column(
                "escalation",
                "none, asked (it waits for the programme) or accepted (it stands at programme level).",
                Choice(Risk.ESCALATIONS, "none"),
                required=True,
            ),
            Column("became", "Code of the issue it became when it happened.", RISK),
            SOURCE,
            DEMONSTRATION,
        ),
        links=(OF_PROGRAMME_LINK, OF_WORKSTREAM, *references_person("owner")),
        spans=(("proximity_earliest", "proximity_latest"),),
        happened=("raised_on",),
        counts="version",
        checks=(
            worded("proximity"),
            same_programme("workstream", "workstreams"),
            _whole_target,
            _known_risk("became"),
        ),
        change_checks=(_moved_with_an_event,),
    ),
    Kind(
        "risk_assessments",
        "How a risk was judged on a day. Assessments are added and never changed: the trend follows from them.",
        RiskAssessment,
        ("risk", "number"),
        (
            Column("risk", "The risk's code.", RISK, True, None),
            Column("number", "Which of its assessments, from 1.", Whole(1, 9_999, example="1"), required=True),
            Column("assessed_on", "The day of the judgement.", Day("2015-10-01"), required=True),
            Column("likelihood", "How likely, 1 (rare) to 5 (almost certain).", SCORE, required=True),
            Column("consequence", "How grave, 1 (negligible) to 5 (catastrophic).", SCORE, required=True),
            Column("why", "What the score rests on.", Text(example="Two posts were filled")),
            BY,
            AT,
        ),
        links=(OF_RISK_LINK,),
        happened=("assessed_on",),
        keeps=("assessed_on", "likelihood", "consequence", "why", "by", "at"),
    ),
    Kind(
        "risk_events",
        "What was done with a risk, and why: changed, escalated, accepted, returned, closed and so on.",
        RiskEvent,
        ("risk", "what", "at"),
        (
            Column("risk", "The risk's code.", RISK, True, None),
            Column("what", "What was done.", Choice(RiskEvent.WHATS, "escalated"), required=True),
            Column("reason", "Why.", Text(example="Beyond what the workstream can settle"), required=True),
            BY,
            AT,
        ),
        links=(OF_RISK_LINK,),
        keeps=("reason", "by"),
    ),
    Kind(
        "actions",
        "The programme's action log.",
        ProgrammeAction,
        ("code",),
        (
            Column("code", "The action's code.", Code(60, example="swl-commissioning-action-1"), required=True),
            OF_PROGRAMME,
            MAYBE_WORKSTREAM,
            MAYBE_RISK,
            Column("title", "What is to be done.", Text(300, example="Write to the six bodies"), required=True),
            Column("origin", "Where it was agreed: a meeting, a period.", Text(300, example="Board, 12 October 2015")),
            Column("owner", "Code of the person who is to do it.", PERSON, False, None),
            *given("due", "When it is due", required=True),
            Column("raised_on", "The day on which it was agreed.", Day("2015-10-12"), required=True),
            Column("done_on", "The day on which it was done.", Day("2015-10-28")),
            Column("done_note", "What came of it.", Text(example="All six have answered")),
            *RECORDED,
            DEMONSTRATION,
        ),
        links=(OF_PROGRAMME_LINK, OF_WORKSTREAM, OF_RISK_LINK, *references_person("owner")),
        spans=(("due_earliest", "due_latest"), ("raised_on", "done_on")),
        happened=("raised_on", "done_on"),
        counts="version",
        checks=(worded("due"), same_programme("workstream", "workstreams"), same_programme("risk", "risks")),
    ),
    Kind(
        "decisions_log",
        "The programme's decision log: what its board or an officer decided, and none of the bodies' own decisions.",
        ProgrammeDecision,
        ("code",),
        (
            Column("code", "The decision's code.", Code(60, example="swl-commissioning-decision-1"), required=True),
            OF_PROGRAMME,
            MAYBE_WORKSTREAM,
            MAYBE_RISK,
            Column("decided_on", "The day of the decision.", Day("2015-10-12"), required=True),
            Column("what", "What was decided.", Text(example="Two options go forward"), required=True),
            Column("authority", "Who decided.", Text(300, example="Strategic Commissioning Board"), required=True),
            Column("why", "Why.", Text(example="The third was beyond the money there is")),
            Column("corrects", "Code of the decision it takes the place of.", Code(60)),
            *RECORDED,
            DEMONSTRATION,
        ),
        links=(OF_PROGRAMME_LINK, OF_WORKSTREAM, OF_RISK_LINK),
        happened=("decided_on",),
        keeps=("decided_on", "what", "authority", "why", "corrects"),
        checks=(
            same_programme("workstream", "workstreams"),
            same_programme("risk", "risks"),
            _known_decision,
        ),
    ),
    Kind(
        "milestone_dependencies",
        "Which milestone cannot be reached before which other: finish to start.",
        MilestoneDependency,
        ("milestone", "needs"),
        (
            OF_MILESTONE,
            Column("needs", "Code of the milestone that has to be reached first.", MILESTONE, True, None),
            Column("note", "Why.", Text(300, example="The metrics rest on the agreed outcomes")),
            DEMONSTRATION,
        ),
        links=(OF_MILESTONE_LINK, Link("needs_id", "milestones", ("needs",))),
        checks=(_one_programme, _no_circle),
    ),
    Kind(
        "milestone_sign_offs",
        "Which documents' sign-off needs a milestone: their papers cannot go out before it is reached.",
        MilestoneSignOff,
        ("milestone", "document"),
        (
            OF_MILESTONE,
            Column("document", "The document's code.", Code(60, example="minimum-outcomes"), True, None),
            Column("note", "Why.", Text(300, example="The paper holds the metrics")),
            DEMONSTRATION,
        ),
        links=(OF_MILESTONE_LINK, Link("document_id", "documents", ("document",))),
    ),
    Kind(
        "milestone_baselines",
        "Baselines that a named authority replaced; the present one stands in milestones.csv.",
        MilestoneBaseline,
        ("milestone", "at"),
        (
            OF_MILESTONE,
            *given("was", "The baseline that was replaced", required=True),
            Column("became", "The baseline that took its place, in words.", Text(200, example="May 2016"), True),
            Column("authority", "Who authorised it.", Text(300, example="Strategic Commissioning Board"), True),
            Column("authorised_on", "On what day.", Day("2015-10-12"), required=True),
            Column("reason", "Why.", Text(example="The scope was widened"), required=True),
            BY,
            AT,
        ),
        links=(OF_MILESTONE_LINK,),
        spans=(("was_earliest", "was_latest"),),
        happened=("authorised_on",),
        keeps=("was_words", "was_earliest", "was_latest", "became", "authority", "authorised_on", "reason", "by"),
        checks=(worded("was"),),
    ),
)
