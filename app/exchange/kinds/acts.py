"""What was done in sign-off, as the record holds it: it comes in by being done again, in the order of its time."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.audit.tags import Tag
from app.exchange.formats import Choice, ChoiceOrOwn, Code, Day, Moment, Several, Text, Whole, YesNo
from app.exchange.kinds import recorded
from app.exchange.kinds.bodies import ODS
from app.exchange.kinds.documents import CLAUSE, DOCUMENT, LABEL
from app.exchange.kinds.kind import Column, Complaint, Keys, Kind, Link, Row, Values, World
from app.exchange.kinds.meetings import MEETING
from app.exchange.kinds.people import DEMONSTRATION, PERSON, SEAT
from app.exchange.kinds.programme import BODY
from workflows.case_history import day_of
from workflows.facts import ANSWERS, ATTENDANCE_STATUSES, VOTES, day_in_words

CASE = Code(60, example="out-of-hospital-standards-2015")
OF_CASE = Column("case", "The case's code.", CASE, True, None)
OF_ROUND = Column("round", "The number of the round.", Whole(1, 99), True, None)
OF_BODY = Column("body", "The body's code.", BODY, True, None)
AT = Column("at", "When it was recorded.", Moment(), True, None)
BY = Column("by", "Code of who did it; empty for the service itself.", PERSON, False, None)
CAPACITY = Column("capacity", "In what capacity.", Text(200, example="board secretary, NHS Sutton CCG"), True, None)
DONE = (AT, BY, CAPACITY)

TO_CASE = Link("", "cases", ("case",))
TO_BODY = Link("", "bodies", ("body",))
TO_PERSON = Link("", "people", ("by",))


def _free(name: str, meaning: str, format_: Any, required: bool = False) -> Column:
    return Column(name, meaning, format_, required, None)


def _by_meeting_or_role(world: World, row: Row) -> list[Complaint]:
    if row.values.get("voting"):
        both = row.values["meeting"] or row.values["role"]
        return [("voting", "votes on line are of no meeting and no officer; expected both empty.")] if both else []
    if (row.values["meeting"] is None) == (row.values["role"] is None):
        return [("meeting", "a decision is of a meeting or of one officer; expected either meeting or role.")]
    return []


def _before_the_meeting(world: World, row: Row) -> list[Complaint]:
    meeting = world.rows("meetings").get((row.values["meeting"],))
    held = meeting.values["held_on"] if meeting else None
    if held is None or row.values["at"] is None or day_of(row.values["at"]) <= held:
        return []
    return [
        (
            "at",
            f"papers issued on {day_in_words(day_of(row.values['at']))} for a meeting held on {day_in_words(held)}; "
            "expected that day or an earlier one.",
        )
    ]


def _by_its_secretary(world: World, row: Row) -> list[Complaint]:
    """A meeting's decision is recorded by the body's secretary of the day, or by the service itself."""
    by, at = row.values["by"], row.values["at"]
    body = world.rows("bodies").get((row.values["body"],))
    if row.values["meeting"] is None or by is None or body is None:
        return []
    on, owner = day_of(at), body.values["organisation"]
    for organisation in _with_its_work(world, owner, on):
        for held in world.grouped("roles", "person", "role", "organisation").get((by, "secretary", organisation), []):
            if held.values["starts"] <= on and (held.values["ends"] is None or on <= held.values["ends"]):
                return []
    return [
        (
            "by",
            f"“{by}” was not board secretary at {owner} on {day_in_words(on)}; expected who held that role on the "
            "day, or an empty cell for the service itself.",
        )
    ]


def _with_its_work(world: World, owner: str, on: date) -> list[str]:
    """An organisation, and those to which its work had passed by a day."""
    found = [owner]
    for one in found:  # grows while it is read: who succeeded may have been succeeded
        for row in world.grouped("organisation_successors", "predecessor").get((one,), []):
            after = row.values["successor"]
            if row.values["from_on"] and row.values["from_on"] <= on and after not in found:
                found.append(after)
    return found


CONDITIONS = _free(
    "conditions", "The conditions, one in each line.", Text(example="Before April the provider reports.")
)
KEEPERS = _free(
    "keepers",
    "Who sees to each condition and by when: a line for each with a name, an upright stroke and a day, as in the "
    "example; either may be left out.",
    Text(example="Director of nursing | 2016-03-31"),
)
VARIATION = (
    _free("varied_clause", "What a local variation varies.", Text(200, example="2.1")),
    _free("varied_text", "The text that applies instead.", Text(example="Within four hours at night")),
    _free("varied_until", "The last day on which the variation counts.", Day("2016-09-30")),
)
AMENDMENTS = _free(
    "amendments",
    "The clauses as the body would have them read, as JSON: a list with the code of each clause and its text.",
    Text(example='[{"clause": "response", "text": "Within two hours."}]'),
)
UNTIL = "The day it {} deferred to. With a meeting only where that was moved or cancelled since: the day it was to be."
ANSWER_WORDS = (*ANSWERS, recorded.NOT_QUORATE)


def seats_kind(name: str, meaning: str, of: str, rows: Callable[[Session, Keys], Iterable[Values]]) -> Kind:
    """Seats with their votes, of acts of the kind `of`."""
    return Kind(
        name,
        meaning,
        None,
        ("case", "round", "body", "at", "seat"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("at", "When it was recorded.", Moment(), True),
            _free("seat", "The seat's code.", SEAT, True),
            _free("person", "Code of who sat there or sent apologies.", PERSON),
            _free("name", "Their name, where they are not in people.csv.", Text(200, example="Robin Ashcombe")),
            _free("status", "Whether they were there.", Choice(ATTENDANCE_STATUSES, "present"), True),
            _free("deputy_for", "Name of the holder they deputised for.", Text(200, example="Robin Ashcombe")),
            _free("there_for_item", "Whether they were in the room for the item.", YesNo(), True),
            _free("vote", "Their vote.", Choice(VOTES, "for")),
        ),
        links=(
            Link("", of, ("case", "round", "body", "at")),
            Link("", "seats", ("seat",)),
            Link("", "people", ("person",)),
        ),
        recorded=rows,
    )


ACTS = (
    Kind(
        "cases",
        "Sign-off cases: bodies are asked to decide on one version of a document.",
        None,
        ("code",),
        (
            _free("code", "The case's code.", CASE, True),
            _free("title", "What is asked.", Text(200, example="Out-of-hospital principles and standards"), True),
            _free("part", "1 in public, 2 in private.", Whole(1, 2), True),
            _free("document", "The document's code.", DOCUMENT, True),
            _free("version", "Label of the version of the first round.", LABEL, True),
            _free("definition", "The workflow definition.", Code(60, example="standards"), True),
            _free("definition_version", "Its version.", Whole(1, 999), True),
            _free("asked_by", "ODS code of the organisation that asks.", ODS, True),
            _free("collaborative", "The collaborative's code.", Code(40, example="swlcc")),
            _free("parties", "Codes of the bodies that are asked, in their order.", Several(BODY, ordered=True), True),
            *DONE,
            DEMONSTRATION,
        ),
        links=(
            Link("", "document_versions", ("document", "version")),
            Link("", "organisations", ("asked_by",)),
            Link("", "collaboratives", ("collaborative",)),
            TO_PERSON,
        ),
        recorded=recorded.cases,
    ),
    Kind(
        "rounds",
        "Further rounds of cases, each on another version. The first opens with its case.",
        None,
        ("case", "number"),
        (
            OF_CASE,
            _free("number", "The number of the round.", Whole(2, 99, example="2"), True),
            _free("version", "The label of the version put to the bodies.", LABEL, True),
            *DONE,
        ),
        links=(TO_CASE, TO_PERSON),
        recorded=recorded.rounds,
    ),
    Kind(
        "rulings",
        "What was ruled on each clause that a further round’s version changed, by who opened the round. A round whose "
        "changes are ruled on lists every one of them.",
        None,
        ("case", "round", "clause"),
        (
            OF_CASE,
            _free("round", "The number of the round.", Whole(2, 99, example="2"), True),
            _free("clause", "The clause’s code.", CLAUSE, True),
            _free("ruling", "What the change is.", Choice(("editorial", "material"), "editorial"), True),
            _free("reason", "Why.", Text(example="The meaning is the same"), True),
        ),
        links=(Link("", "rounds", ("case", "round")),),
        recorded=recorded.rulings,
    ),
    *(
        Kind(
            name,
            meaning,
            None,
            ("case", "round", "body", "meeting", *key),
            (OF_CASE, OF_ROUND, OF_BODY, _free("meeting", "The meeting's code.", MEETING, True), *DONE),
            links=(TO_CASE, TO_BODY, Link("", "meetings", ("meeting",)), TO_PERSON),
            checks=checks,
            recorded=recorded.at_meetings(tag),
        )
        for name, meaning, tag, key, checks in (
            ("schedulings", "Cases put on the agendas of meetings.", Tag.CASE_SCHEDULED, ("at",), ()),
            (
                "papers_issued",
                "Papers of cases sent out to a body before its meeting.",
                Tag.PAPERS_ISSUED,
                (),
                (_before_the_meeting,),
            ),
        )
    ),
    Kind(
        "unschedulings",
        "Cases taken off the agendas of meetings again.",
        None,
        ("case", "round", "body", "meeting", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("meeting", "The meeting's code.", MEETING, True),
            _free("reason", "Why it was taken off.", Text(example="The costs are not known"), True),
            *DONE,
        ),
        links=(TO_CASE, TO_BODY, Link("", "meetings", ("meeting",)), TO_PERSON),
        recorded=recorded.unschedulings,
    ),
    Kind(
        "decisions",
        "What each body answered, at a meeting or by one officer.",
        None,
        ("case", "round", "body", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("meeting", "Code of the meeting that decided.", MEETING),
            _free("role", "The role of the officer who answered.", Code(40, example="officer")),
            _free("answer", "The answer, or that it was not quorate.", ChoiceOrOwn(ANSWER_WORDS, "agree"), True),
            _free("reason", "The reason, where the answer needs one.", Text(example="The costs are not known")),
            CONDITIONS,
            KEEPERS,
            *VARIATION,
            AMENDMENTS,
            _free("comments", "The comments of a response.", Text(example="Supported without change")),
            _free("until", UNTIL.format("is"), Day("2016-01-19")),
            _free("deferred_to", "Code of the meeting it is deferred to.", MEETING),
            _free("presiding_seat", "Code of the seat that presided, where not the chair's.", SEAT),
            _free(
                "urgent", "Why the chair decided alone, where so: it could not wait.", Text(example="It ends on Friday")
            ),
            _free("officer_seat", "Code of the accountable officer’s seat who decided it with the chair.", SEAT),
            _free("lay_seat", "Code of the seat of the lay member who was consulted.", SEAT),
            _free("voting", "Whether it is the outcome of its members’ votes on line, computed from these.", YesNo()),
            *DONE,
        ),
        links=(
            TO_CASE,
            TO_BODY,
            Link("", "meetings", ("meeting",)),
            Link("", "meetings", ("deferred_to",)),
            Link("", "seats", ("presiding_seat",)),
            Link("", "seats", ("officer_seat",)),
            Link("", "seats", ("lay_seat",)),
            TO_PERSON,
        ),
        checks=(_by_meeting_or_role, _by_its_secretary),
        recorded=recorded.decisions,
    ),
    seats_kind(
        "decision_seats",
        "Who sat in each seat when a meeting decided, and how they voted.",
        "decisions",
        recorded.seats_of(Tag.DECISION_RECORDED, Tag.NOT_QUORATE),
    ),
    Kind(
        "corrections",
        "Corrections of what was recorded of a decision, each with its reason.",
        None,
        ("case", "round", "body", "decided_at", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("decided_at", "When the decision was recorded.", Moment(), True),
            _free("reason", "Why it is corrected.", Text(example="The condition was left out"), True),
            _free("answer", "The answer as it was; empty where nothing was decided.", ChoiceOrOwn(ANSWERS, "agree")),
            CONDITIONS,
            KEEPERS,
            *VARIATION,
            _free("until", UNTIL.format("was"), Day("2016-01-19")),
            _free("deferred_to", "Code of the meeting it was deferred to.", MEETING),
            _free("answer_reason", "The reason of the answer.", Text(example="The costs are not known")),
            _free("votes", "The votes by seat, where they are corrected too.", Text(example="merton-chair | against")),
            *DONE,
        ),
        links=(
            Link("", "decisions", ("case", "round", "body", "decided_at")),
            Link("", "meetings", ("deferred_to",)),
            TO_PERSON,
        ),
        recorded=recorded.after_a_decision(Tag.DECISION_CORRECTED, recorded.correction),
    ),
    Kind(
        "minute_references",
        "The minutes in which decisions stand.",
        None,
        ("case", "round", "body", "decided_at", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("decided_at", "When the decision was recorded.", Moment(), True),
            _free("reference", "The reference of the minute.", Text(100, example="GB/1516/047"), True),
            *DONE,
        ),
        links=(Link("", "decisions", ("case", "round", "body", "decided_at")), TO_PERSON),
        recorded=recorded.after_a_decision(Tag.MINUTE_REFERENCED, recorded.reference),
    ),
    Kind(
        "agreement_withdrawals",
        "Agreements withdrawn by a further decision of the body, at a later meeting or by its officer.",
        None,
        ("case", "round", "body", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("meeting", "Code of the meeting that withdrew.", MEETING),
            _free("role", "The role of the officer who withdrew.", Code(40, example="officer")),
            _free("reason", "Why it was withdrawn.", Text(example="The provider has closed"), True),
            _free("presiding_seat", "Code of the seat that presided, where not the chair's.", SEAT),
            *DONE,
        ),
        links=(
            TO_CASE,
            TO_BODY,
            Link("", "meetings", ("meeting",)),
            Link("", "seats", ("presiding_seat",)),
            TO_PERSON,
        ),
        checks=(_by_meeting_or_role, _by_its_secretary),
        recorded=recorded.agreement_withdrawals,
    ),
    seats_kind(
        "agreement_withdrawal_seats",
        "Who sat in each seat when a meeting withdrew an agreement, and how they voted.",
        "agreement_withdrawals",
        recorded.seats_of(Tag.AGREEMENT_WITHDRAWN),
    ),
    Kind(
        "conditions",
        "What became of the conditions of agreements: given to someone, met, waived, open again.",
        None,
        ("case", "round", "body", "decided_at", "position", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            _free("decided_at", "When the decision was recorded.", Moment(), True),
            _free("position", "The condition’s place in the decision.", Whole(1, 99), True),
            _free("became", "What became of it.", Choice(tuple(recorded.ABOUT_CONDITIONS), "met"), True),
            _free("owner", "Who sees to it, where it was given to someone.", Text(200, example="Director of nursing")),
            _free("due", "The day it is due by.", Day("2016-03-31")),
            _free("on", "The day on which it was met or waived.", Day("2016-03-14")),
            _free("why", "The evidence that it is met, or the reason.", Text(example="Report to the March meeting")),
            _free("decided_by", "Who waived it.", Text(200, example="The governing body")),
            *DONE,
        ),
        links=(Link("", "decisions", ("case", "round", "body", "decided_at")), TO_PERSON),
        recorded=recorded.conditions,
    ),
    Kind(
        "withdrawals",
        "Cases withdrawn by who asked.",
        None,
        ("case",),
        (OF_CASE, _free("reason", "Why it was withdrawn.", Text(example="Overtaken by the new plan"), True), *DONE),
        links=(TO_CASE, TO_PERSON),
        recorded=recorded.withdrawals,
    ),
)
