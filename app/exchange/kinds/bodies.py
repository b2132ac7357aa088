"""Organisations, collaboratives and deciding bodies, with their rules."""

from typing import Any

from app.exchange.formats import Choice, Code, Day, Fraction, NationalCode, Needs, Several, Text, Whole, YesNo
from app.exchange.kinds.kind import Column, Complaint, Composition, Kind, Link, Row, Values, World
from app.people.dated import Span, crossings, overlap
from app.people.models import (
    BodyRule,
    Collaborative,
    CollaborativeMember,
    DecidingBody,
    Organisation,
    OrganisationSuccessor,
    Seat,
)
from workflows.facts import BODY_KINDS, HANDLINGS, LEAD_UNITS, day_in_words

ODS = NationalCode(10, example="08X")
SOURCE = Column("source", "Where this was read: a publication, or “demonstration”.", Text(300, example="NHS ODS"))


def within(
    child: Row, starts: str, ends: str | None, parent: Row, opened: str, closed: str, name: str
) -> list[Complaint]:
    """Complaints where the child's dates leave the parent's. An open end is taken to end with the parent."""
    found = []
    inner = Span(child.values[starts], child.values[ends] if ends else None)
    for crossing in crossings(inner, Span(parent.values[opened], parent.values[closed])):
        column = ends if crossing.end == "ends" and ends else starts
        if crossing.side == "before":
            bound = f"{crossing.bound} ({day_in_words(crossing.bound)})"
            found.append((column, f"{crossing.day} is before {name} begins; expected {bound} or later."))
        else:
            said = f"{crossing.day} is after the last day of {name}; expected {crossing.bound} or earlier."
            found.append((column, said))
    return found


def _has_rule(world: World, row: Row) -> list[Complaint]:
    if row.values["kind"] == "officer" or world.grouped("body_rules", "body").get((row.values["code"],)):
        return []
    return [("code", f"{row.values['code']} decides by meeting and has no rule; expected a row in body_rules.csv.")]


def _of_organisation(opened: str, closed: str) -> Any:
    def check(world: World, row: Row) -> list[Complaint]:
        owner = world.rows("organisations").get((row.values["organisation"],))
        return (
            within(row, opened, closed, owner, "opened", "closed", f"organisation {row.values['organisation']}")
            if owner
            else []
        )

    return check


def of_body(starts: str, ends: str | None) -> Any:
    """A check: the dates stay within those of the body."""

    def check(world: World, row: Row) -> list[Complaint]:
        body = world.rows("bodies").get((row.values["body"],))
        return within(row, starts, ends, body, "opened", "closed", f"body {row.values['body']}") if body else []

    return check


def not_overlapping(kind: str, *columns: str) -> Any:
    """A check: of the rows alike in these columns, no two are in force on the same day.

    In the order of their first days it is enough to look at neighbours.
    """

    def check(world: World, row: Row) -> list[Complaint]:
        other = world.before(kind, columns, row)
        if other is None:
            return []
        if not overlap(Span(other.values["starts"], other.values["ends"]), Span(row.values["starts"])):
            return []
        return [
            (
                "starts",
                f"{row.values['starts']} falls within the row that starts on {other.values['starts']}; "
                "expected that one to end before it.",
            )
        ]

    return check


def _known_by_code_only(stored: Row) -> bool:
    """The organisation of the first administrator, who is invited before any facts are in."""
    return bool(stored.values["name"] == stored.values["ods_code"])


def _host_of_its_time(world: World, row: Row) -> list[Complaint]:
    """The host was open while there were members; that it has closed since is no contradiction."""
    host = world.rows("organisations").get((row.values["host"],))
    members = world.grouped("collaborative_members", "collaborative").get((row.values["code"],), [])
    first = min((member.values["starts"] for member in members if member.values["starts"]), default=None)
    closed = host.values["closed"] if host else None
    if closed and first and closed < first:
        return [
            (
                "host",
                f"{row.values['host']} closed on {day_in_words(closed)}, before the first member joined on "
                f"{day_in_words(first)}; expected an organisation that was open while there were members.",
            )
        ]
    return []


def _after_closing(world: World, row: Row) -> list[Complaint]:
    before = world.rows("organisations").get((row.values["predecessor"],))
    if before is None or row.values["from_on"] is None:
        return []
    closed = before.values["closed"]
    if row.values["predecessor"] == row.values["successor"]:
        return [("successor", f"{row.values['successor']} cannot succeed itself; expected another organisation.")]
    if closed is None:
        return [("predecessor", f"{row.values['predecessor']} has not closed; expected a closed date for it.")]
    if row.values["from_on"] <= closed:
        return [("from_on", f"{row.values['from_on']} is not after {closed}, its last day; expected a later day.")]
    return []


FLAGS = {
    "excluded_in_denominator": "Whether a seat excluded for a conflict stays in the number the share is taken of.",
    "vacant_in_denominator": "Whether a vacant seat stays in the number the share is taken of.",
    "casting_vote": "Whether the chair has a casting vote.",
    "count_person_once": "Whether a person holding two seats counts once.",
    "deputy_carries_kind": "Whether a deputy counts as the kind of seat the holder has.",
    "chairs_action": "Whether the chair may decide what is urgent between meetings, to be ratified.",
    "members_vote": "Whether members may vote on line between meetings, where what is asked provides for it.",
}
UNUSUAL = frozenset({"members_vote"})
"""Flags that are no where nothing is said."""


def _join_quorum(values: Values) -> dict[str, Any] | None:
    if values["quorum_share"] is None:
        return None
    numerator, denominator = values["quorum_share"]
    return {
        "share_numerator": numerator,
        "share_denominator": denominator,
        "needs": [
            {"count": count, "label": label, "kinds": list(kinds)}
            for count, label, kinds in values["quorum_needs"] or []
        ],
        "handlings_that_count": list(values["handlings_that_count"] or []),
        **{flag: bool(values[flag]) if values[flag] is not None else flag not in UNUSUAL for flag in FLAGS},
    }


def _split_quorum(stored: dict[str, Any] | None) -> Values:
    if stored is None:
        return dict.fromkeys(("quorum_share", "quorum_needs", "handlings_that_count", *FLAGS))
    return {
        "quorum_share": (stored["share_numerator"], stored["share_denominator"]),
        "quorum_needs": [(need["count"], need["label"], tuple(need["kinds"])) for need in stored["needs"]] or None,
        "handlings_that_count": stored.get("handlings_that_count", ["note_only"]) or None,
        **{flag: stored.get(flag, flag not in UNUSUAL) for flag in FLAGS},
    }


def _whole_rule(world: World, row: Row) -> list[Complaint]:
    found: list[Complaint] = []
    if (row.values["lead_number"] is None) != (row.values["lead_unit"] is None):
        found.append(("lead_unit", "lead_number and lead_unit belong together; expected both or neither."))
    body = world.rows("bodies").get((row.values["body"],))
    if body and body.values["kind"] != "officer" and row.values["quorum_share"] is None:
        found.append(("quorum_share", f"{row.values['body']} decides by meeting; expected its quorum, such as 1/2."))
    if row.values["quorum_share"] is None and any(row.values[name] for name in ("quorum_needs", *FLAGS)):
        found.append(("quorum_share", "a quorum without its share; expected a share such as 1/2."))
    return found


KINDS = (
    Kind(
        "organisations",
        "Organisations with their national codes and the dates between which they exist.",
        Organisation,
        ("ods_code",),
        (
            Column("ods_code", "The organisation's ODS code.", ODS, required=True),
            Column("ons_code", "Its ONS code, where it has one.", Code(12, example="E38000193")),
            Column("name", "Its full name.", Text(200, example="NHS Wandsworth CCG"), required=True),
            Column("short_name", "The name used in tables.", Text(60, example="Wandsworth"), required=True),
            Column("kind", "What kind of organisation it is.", Choice(Organisation.KINDS, "ccg"), required=True),
            Column("opened", "Its first day.", Day("2013-04-01"), required=True),
            Column("closed", "Its last day, where it has closed or will.", Day("2020-03-31")),
            Column("registered_patients", "Patients registered with its practices.", Whole(example="383625")),
            Column("registered_patients_as_at", "When they were counted, in words.", Text(60, example="Oct–Dec 2015")),
            SOURCE,
        ),
        spans=(("opened", "closed"),),
        placeholder=_known_by_code_only,
    ),
    Kind(
        "organisation_successors",
        "Which organisation took on the work of one that closed.",
        OrganisationSuccessor,
        ("predecessor", "successor"),
        (
            Column("predecessor", "ODS code of the organisation that closed.", ODS, True, None),
            Column("successor", "ODS code of the one that took on its work.", ODS, True, None),
            Column("from_on", "The successor's first day with that work.", Day("2020-04-01"), required=True),
        ),
        links=(
            Link("predecessor_id", "organisations", ("predecessor",)),
            Link("successor_id", "organisations", ("successor",)),
        ),
        checks=(_after_closing,),
    ),
    Kind(
        "collaboratives",
        "Organisations that commission together. A collaborative is no organisation and decides nothing.",
        Collaborative,
        ("code",),
        (
            Column("code", "The collaborative's code.", Code(40, example="swlcc"), required=True),
            Column("name", "Its name.", Text(200, example="South West London Collaborative Commissioning"), True),
            Column("host", "ODS code of the member that hosts its staff.", ODS, True, None),
        ),
        links=(Link("host_id", "organisations", ("host",)),),
        checks=(_host_of_its_time,),
    ),
    Kind(
        "collaborative_members",
        "Which organisations are members of a collaborative, for dates.",
        CollaborativeMember,
        ("collaborative", "organisation", "starts"),
        (
            Column("collaborative", "The collaborative's code.", Code(40, example="swlcc"), True, None),
            Column("organisation", "The member's ODS code.", ODS, True, None),
            Column("starts", "First day of membership.", Day("2013-04-01"), required=True),
            Column("ends", "Last day of membership.", Day("2020-03-31")),
        ),
        links=(
            Link("collaborative_id", "collaboratives", ("collaborative",)),
            Link("organisation_id", "organisations", ("organisation",)),
        ),
        spans=(("starts", "ends"),),
        checks=(_of_organisation("starts", "ends"),),
    ),
    Kind(
        "bodies",
        "Deciding bodies: governing bodies, committees, boards, or one officer who answers for an organisation.",
        DecidingBody,
        ("code",),
        (
            Column("code", "The body's code.", Code(40, example="wandsworth"), required=True),
            Column("organisation", "ODS code of the organisation it decides for.", ODS, True, None),
            Column("kind", "What kind of body it is.", Choice(BODY_KINDS, "governing_body"), required=True),
            Column("name", "Its full name.", Text(200, example="NHS Wandsworth CCG Governing Body"), required=True),
            Column("short_name", "The name used in tables.", Text(60, example="Wandsworth"), required=True),
            Column("opened", "First day on which it can decide.", Day("2013-04-01"), required=True),
            Column("closed", "Last day on which it can decide.", Day("2020-03-31")),
        ),
        links=(Link("organisation_id", "organisations", ("organisation",)),),
        spans=(("opened", "closed"),),
        checks=(_of_organisation("opened", "closed"), _has_rule),
    ),
    Kind(
        "body_rules",
        "How a body decides and when its papers are due, for dates: each body's own setting.",
        BodyRule,
        ("body", "starts"),
        (
            Column("body", "The body's code.", Code(40, example="wandsworth"), True, None),
            Column("starts", "First day of the rule.", Day("2013-04-01"), required=True),
            Column("ends", "Last day of the rule.", Day("2017-03-31")),
            Column("quorum_share", "Share of the voting seats that must be present.", Fraction(), False, None),
            Column("quorum_needs", "Kinds of seat that must be present.", Needs(Seat.KINDS), False, None),
            Column(
                "handlings_that_count",
                "Ways of handling a conflict that leave the seat counting; empty for none.",
                Several(Choice(HANDLINGS, "note_only")),
                False,
                None,
            ),
            *(
                Column(flag, f"{meaning} Empty means {'no' if flag in UNUSUAL else 'yes'}.", YesNo(), False, None)
                for flag, meaning in FLAGS.items()
            ),
            Column(
                "lead_number",
                "How many days before the meeting its papers are due.",
                Whole(0, 365, "below nought the papers would be due after the meeting", "5"),
            ),
            Column("lead_unit", "What kind of days those are.", Choice(LEAD_UNITS, "working")),
            SOURCE,
        ),
        links=(Link("body_id", "bodies", ("body",)),),
        compositions=(
            Composition(
                "quorum",
                ("quorum_share", "quorum_needs", "handlings_that_count", *FLAGS),
                _join_quorum,
                _split_quorum,
            ),
        ),
        spans=(("starts", "ends"),),
        checks=(of_body("starts", "ends"), not_overlapping("body_rules", "body"), _whole_rule),
    ),
)
