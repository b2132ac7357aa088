"""Meetings in common, and the meetings of bodies that are held in them."""

from app.exchange.formats import Code, Day, Moment, Text, TimeOfDay
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, World
from app.exchange.kinds.meetings import MEETING
from app.exchange.kinds.people import DEMONSTRATION
from app.exchange.kinds.programme import BODY
from app.meetings.in_common_models import InCommon, Joined
from workflows.facts import day_in_words

IN_COMMON = Code(60, example="in-common-2015-11-24")


def _on_the_same_day(world: World, row: Row) -> list[Complaint]:
    meeting = world.rows("meetings").get((row.values["meeting"],))
    held = world.rows("meetings_in_common").get((row.values["in_common"],))
    if meeting is None or held is None:
        return []
    day, expected = meeting.values["held_on"], held.values["held_on"]
    if day is None or expected is None or day == expected:
        return []
    return [("meeting", f"it is held on {day_in_words(day)}; expected a meeting of {day_in_words(expected)}.")]


def _of_a_member(world: World, row: Row) -> list[Complaint]:
    """Bodies meet in common within their collaborative."""
    meeting = world.rows("meetings").get((row.values["meeting"],))
    held = world.rows("meetings_in_common").get((row.values["in_common"],))
    body = world.rows("bodies").get((meeting.values["body"],)) if meeting else None
    day = held.values["held_on"] if held else None
    if body is None or held is None or day is None:
        return []
    together = held.values["collaborative"]
    rows = world.grouped("collaborative_members", "collaborative").get((together,), [])
    for one in (row.values for row in rows if row.values["organisation"] == body.values["organisation"]):
        if one["starts"] and one["starts"] <= day and (one["ends"] is None or day <= one["ends"]):
            return []
    whose = body.values["organisation"]
    return [("meeting", f"{whose} is no member of {together} on {day_in_words(day)}; expected a meeting of a member.")]


KINDS = (
    Kind(
        "meetings_in_common",
        "Meetings in common: when and where several bodies sit together, each deciding for itself.",
        InCommon,
        ("code",),
        (
            Column("code", "Its code.", IN_COMMON, required=True),
            Column("collaborative", "Of which collaborative the bodies are.", Code(40, example="swlcc"), True, None),
            Column("set_by", "Code of the body that set it.", BODY, True, None),
            Column("title", "Its title.", Text(200, example="Committees in common"), required=True),
            Column("held_on", "The day it is held.", Day("2015-11-24"), required=True),
            Column("begins", "When it begins.", TimeOfDay()),
            Column("place", "Where it is held.", Text(300, example="Town hall")),
            DEMONSTRATION,
        ),
        links=(
            Link("collaborative_id", "collaboratives", ("collaborative",)),
            Link("set_by_id", "bodies", ("set_by",)),
        ),
    ),
    Kind(
        "meetings_joined",
        "Which bodies’ meetings are held in common. Each was put there by its own secretary.",
        Joined,
        ("meeting",),
        (
            Column("meeting", "The body's meeting.", MEETING, True, None),
            Column("in_common", "The meeting in common.", IN_COMMON, True, None),
            Column("at", "When it joined.", Moment("2015-10-20T12:30:00Z"), required=True),
            Column("by", "Who had it join, by name and capacity.", Text(400, example="Robin Ashcombe"), required=True),
        ),
        links=(
            Link("meeting_id", "meetings", ("meeting",)),
            Link("in_common_id", "meetings_in_common", ("in_common",)),
        ),
        checks=(_on_the_same_day, _of_a_member),
        happened=("at",),
    ),
)
