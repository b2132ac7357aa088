"""Meetings, their agendas, conflicts of interest in an item, and who attended."""

from app.exchange.formats import Choice, Code, Day, Moment, Text, TimeOfDay, Whole
from app.exchange.kinds.bodies import of_body
from app.exchange.kinds.kind import Check, Column, Complaint, Kind, Link, Row, World, in_order
from app.exchange.kinds.people import DEMONSTRATION, PERSON, SEAT
from app.exchange.kinds.programme import BODY
from app.meetings.models import AgendaItem, Attendance, ItemConflict, ItemDeclaration, ItemQuestion, Meeting
from app.meetings.questions import LONGEST
from workflows.facts import ATTENDANCE_STATUSES, HANDLINGS, INTEREST_KINDS, day_in_words
from workflows.verdict import in_words

MEETING = Code(60, example="croydon-2015-11-24")
PART = Whole(1, 2)
ITEM = (
    Column("meeting", "The meeting's code.", MEETING, True, None),
    Column("part", "1 in public, 2 in private.", PART, True, None),
    Column("position", "The item's place in that part.", Whole(1, 999, example="7"), True, None),
)
SUBJECTS = {"case": "cases", "workstream": "workstreams", "period": "periods"}


def _rule_in_force(world: World, row: Row) -> list[Complaint]:
    body = world.rows("bodies").get((row.values["body"],))
    held = row.values["held_on"]
    if body is None or held is None or body.values["kind"] == "officer":
        return []
    for rule in world.grouped("body_rules", "body").get((row.values["body"],), []):
        ends = rule.values["ends"]
        if rule.values["starts"] and rule.values["starts"] <= held and (ends is None or held <= ends):
            return []
    return [
        (
            "held_on",
            f"{row.values['body']} has no rule in force on {day_in_words(held)}; "
            "expected a row of body_rules.csv for that day.",
        )
    ]


def _unless_cancelled(check: Check) -> Check:
    """What a meeting needs that is held; one that was cancelled when its organisation ended stays where it was set."""

    def checked(world: World, row: Row) -> list[Complaint]:
        return [] if row.values["state"] == "cancelled" else check(world, row)

    return checked


def _not_yet_held(world: World, row: Row) -> list[Complaint]:
    if row.values["state"] == "held" and row.values["held_on"] and row.values["held_on"] > world.today:
        return [("state", f"{day_in_words(row.values['held_on'])} is still to come; expected planned.")]
    return []


def _whole_item(world: World, row: Row) -> list[Complaint]:
    found: list[Complaint] = []
    if (row.values["subject_kind"] is None) != (row.values["subject"] is None):
        found.append(("subject", "subject_kind and subject belong together; expected both or neither."))
    off = ("taken_off_at", "taken_off_by", "taken_off_because")
    if len({row.values[name] is None for name in off}) == 2:
        found.append(("taken_off_at", f"{in_words(off)} belong together; expected all of them or none."))
    if row.values["part"] == 2:
        found += [
            (name, f"an item of Part 2 without {name}; expected it.")
            for name in ("private_ground", "private_review_on")
            if row.values[name] is None
        ]
    return found


def _in_the_part_of_its_case(world: World, row: Row) -> list[Complaint]:
    """A shared case is decided in public by every body; a private item about it would tell the others of itself."""
    if row.values["subject_kind"] != "case":
        return []
    case = world.rows("cases").get((row.values["subject"],))
    if case is None or case.values["part"] == row.values["part"]:
        return []
    part = case.values["part"]
    return [("part", f"{row.values['part']}; the case {row.values['subject']} is of Part {part}; expected {part}.")]


def _answered_whole(world: World, row: Row) -> list[Complaint]:
    """An answer has its words, who gave it and when, or there is none."""
    whole = ("answer", "answered_by", "answered_at")
    if len({row.values[name] is None for name in whole}) == 2:
        return [("answer", f"{in_words(whole)} belong together; expected all of them or none.")]
    return []


def _seat_of_meeting(world: World, row: Row) -> list[Complaint]:
    meeting = world.rows("meetings").get((row.values["meeting"],))
    seat = world.rows("seats").get((row.values["seat"],))
    if meeting is None or seat is None:
        return []
    held = meeting.values["held_on"]
    if seat.values["body"] != meeting.values["body"]:
        return [
            ("seat", f"“{row.values['seat']}” is a seat of {seat.values['body']}; expected {meeting.values['body']}.")
        ]
    if seat.values["ends"] and held and held > seat.values["ends"]:
        ended = day_in_words(seat.values["ends"])
        return [("seat", f"“{row.values['seat']}” ended on {ended}; expected a seat of {day_in_words(held)}.")]
    return []


KINDS = (
    Kind(
        "meetings",
        "Meetings of deciding bodies.",
        Meeting,
        ("code",),
        (
            Column("code", "The meeting's code.", MEETING, required=True),
            Column("body", "The body's code.", BODY, True, None),
            Column("title", "Its title.", Text(200, example="Governing Body meeting"), required=True),
            Column("held_on", "The day it is held.", Day("2015-11-24"), required=True),
            Column("begins", "When it begins.", TimeOfDay()),
            Column("place", "Where it is held.", Text(300, example="Town hall")),
            Column("state", "Where it stands.", Choice(("planned", "held", "cancelled"), "planned"), required=True),
            DEMONSTRATION,
        ),
        links=(Link("body_id", "bodies", ("body",)),),
        checks=(_unless_cancelled(of_body("held_on", None)), _unless_cancelled(_rule_in_force), _not_yet_held),
    ),
    Kind(
        "agenda_items",
        "Items of agendas with their cover sheets and papers.",
        AgendaItem,
        ("meeting", "part", "position"),
        (
            Column("meeting", "The meeting's code.", MEETING, True, None),
            Column("part", "1 in public, 2 in private.", PART, required=True),
            Column("position", "Its place in that part.", Whole(1, 999, example="7"), required=True),
            Column(
                "origin",
                "Where the item comes from.",
                Choice(("standing", "workstream", "case", "edition", "request"), "request"),
                required=True,
            ),
            Column("standing_kind", "Which standing item it is.", Code(40, example="apologies")),
            Column("subject_kind", "What kind of thing it is about.", Choice(tuple(SUBJECTS), "workstream")),
            Column("subject", "The code of that thing.", Code(120, example="out-of-hospital-standards"), False, None),
            Column("title", "Its title.", Text(300, example="Minutes of the last meeting"), required=True),
            Column("purpose", "What is asked of the body.", Choice(AgendaItem.PURPOSES, "noting"), required=True),
            Column("minutes", "How many minutes it is given.", Whole(1, 600, example="10")),
            Column("reference", "The body's own reference.", Text(40, example="GBP/1516/041")),
            Column("author", "Who wrote the paper.", Text(200, example="Robin Ashcombe")),
            Column("lead_director", "The lead director.", Text(200, example="Robin Ashcombe")),
            Column("summary", "Executive summary.", Text(example="Six bodies decide on one version.")),
            Column("key_points", "Key points or concerns.", Text(example="One condition is proposed.")),
            Column("recommendation", "“The Governing Body is asked to …”.", Text(example="agree version 2")),
            Column("seen_by", "Committees that have seen it.", Text(300, example="Clinical board")),
            Column("financial_implications", "Financial implications.", Text(example="None")),
            Column("paper", "The paper, in Markdown; empty means to follow.", Text(example="The paper.")),
            Column("paper_on", "The day the paper came in.", Day("2015-11-16")),
            Column("private_ground", "Part 2: why it is private.", Text(300, example="Commercial in confidence")),
            Column("private_review_on", "Part 2: when that is looked at again.", Day("2016-05-31")),
            Column("taken_off_at", "When it was taken off the agenda.", Moment("2015-11-10T09:00:00Z")),
            Column("taken_off_by", "Who took it off, by name.", Text(200, example="Robin Ashcombe")),
            Column("taken_off_because", "Why it was taken off.", Text(example="It is not ready")),
            DEMONSTRATION,
        ),
        links=(
            Link("meeting_id", "meetings", ("meeting",)),
            Link("subject_id", "", ("subject",), by="subject_kind", kinds=SUBJECTS),
        ),
        checks=(_whole_item, _in_the_part_of_its_case),
        happened=("paper_on", "taken_off_at"),
    ),
    Kind(
        "conflicts",
        "Conflicts of interest in an item, and how the chair handled each.",
        ItemConflict,
        ("meeting", "part", "position", "seat", "person"),
        (
            *ITEM,
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("person", "The person's code.", PERSON, True, None),
            Column("interest_kind", "The kind of interest.", Choice(INTEREST_KINDS, "financial"), required=True),
            Column("handling", "How it was handled.", Choice(HANDLINGS, "leave"), required=True),
            Column("reason", "Why so.", Text(example="The practice would be paid"), required=True),
            Column("handled_by", "Who decided on it, by name.", Text(200, example="Robin Ashcombe"), required=True),
            Column("at", "When.", Moment("2015-10-20T12:30:00Z"), required=True),
            DEMONSTRATION,
        ),
        links=(
            Link("item_id", "agenda_items", ("meeting", "part", "position")),
            Link("seat_id", "seats", ("seat",)),
            Link("person_id", "people", ("person",)),
        ),
        checks=(_seat_of_meeting,),
    ),
    Kind(
        "item_declarations",
        "Interests that members declared for one item; how each is handled stands in conflicts.csv once it is decided.",
        ItemDeclaration,
        ("meeting", "part", "position", "person", "interest"),
        (
            *ITEM,
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("person", "The person's code.", PERSON, True, None),
            Column("interest", "The interest's code.", Code(60, example="ashcombe-practice"), True, None),
            Column("at", "When.", Moment("2015-10-20T12:30:00Z"), required=True),
        ),
        links=(
            Link("item_id", "agenda_items", ("meeting", "part", "position")),
            Link("seat_id", "seats", ("seat",)),
            Link("person_id", "people", ("person",)),
            Link("interest_id", "interests", ("interest",)),
        ),
        checks=(_seat_of_meeting,),
    ),
    Kind(
        "item_questions",
        "Questions on an item and their answers; they come in as they were, and nobody is told of them again.",
        ItemQuestion,
        ("meeting", "part", "position", "number"),
        (
            *ITEM,
            Column("number", "Its number among the questions on the item.", Whole(1, 9999), required=True),
            Column("person", "Code of who asked; empty where they are not in people.csv.", PERSON, False, None),
            Column("asker", "Their name, as it was.", Text(200, example="Robin Ashcombe"), required=True),
            Column("capacity", "In what capacity.", Text(200, example="GP member"), required=True),
            Column("to", "Code of who was asked; empty: the board secretary.", PERSON, False, None),
            Column("to_name", "Their name, as it was.", Text(200, example="Robin Ashcombe"), required=True),
            Column("text", "Its words.", Text(LONGEST, example="Who pays for it?"), required=True),
            Column("asked_at", "When it was asked.", Moment(), required=True),
            Column("answer", "The answer; empty while there is none.", Text(LONGEST, example="Each CCG its own.")),
            Column("answered_by", "Who answered.", Text(200, example="Robin Ashcombe")),
            Column("answered_at", "When it was answered.", Moment()),
            DEMONSTRATION,
        ),
        links=(
            Link("item_id", "agenda_items", ("meeting", "part", "position")),
            Link("person_id", "people", ("person",)),
            Link("to_id", "people", ("to",)),
        ),
        checks=(in_order("asked_at", "answered_at"), _answered_whole),
        keeps=("asker", "capacity", "to_name", "text", "asked_at"),
        happened=("asked_at", "answered_at"),
    ),
    Kind(
        "attendance",
        "Who attended a meeting for each seat, or sent apologies.",
        Attendance,
        ("meeting", "seat"),
        (
            Column("meeting", "The meeting's code.", MEETING, True, None),
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("person", "Code of who attended or sent apologies for it.", PERSON, True, None),
            Column("status", "Whether they were there.", Choice(ATTENDANCE_STATUSES, "present"), required=True),
            Column("note", "For example “item 7 only”.", Text(300, example="item 7 only")),
        ),
        links=(
            Link("meeting_id", "meetings", ("meeting",)),
            Link("seat_id", "seats", ("seat",)),
            Link("person_id", "people", ("person",)),
        ),
        checks=(_seat_of_meeting,),
    ),
)
