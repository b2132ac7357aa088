"""What bodies did between their meetings, as the record holds it: chairs' actions ratified, and votes on line."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.exchange.formats import Choice, Code, Moment, Several, Text, YesNo
from app.exchange.kinds import recorded
from app.exchange.kinds.acts import DONE, KEEPERS, OF_BODY, OF_CASE, OF_ROUND, TO_BODY, TO_CASE, TO_PERSON, seats_kind
from app.exchange.kinds.kind import Column, Keys, Kind, Link, Values
from app.exchange.kinds.meetings import MEETING
from app.exchange.kinds.people import PERSON, SEAT
from app.signoff.models import Case
from workflows.facts import HANDLINGS, INTEREST_KINDS, VOTES
from workflows.members_voting import as_moment


def _about(entry: RecordEntry, case: Case, keys: Keys) -> dict[str, Any]:
    said = entry.payload or {}
    body = keys.key_of("bodies", said["body_id"])[0]
    return {"case": case.code, "round": said["round"], "body": body, **recorded.done(entry, keys)}


def _ratifications(session: Session, keys: Keys) -> Iterable[Values]:
    decided = {entry.id: entry.at for entry, _ in recorded.entries(session, Tag.DECISION_RECORDED)}
    for entry, case in recorded.entries(session, Tag.DECISION_RATIFIED, Tag.NOT_RATIFIED):
        said = entry.payload or {}
        seat = said.get("presiding_seat_id")
        yield {
            **_about(entry, case, keys),
            "decided_at": decided[said["decision"]],
            "meeting": keys.key_of("meetings", said["meeting_id"])[0],
            "ratified": entry.tag == Tag.DECISION_RATIFIED,
            "reason": said.get("reason") or None,
            "presiding_seat": keys.key_of("seats", seat)[0] if seat else None,
        }


def _votings(session: Session, keys: Keys) -> Iterable[Values]:
    for entry, case in recorded.entries(session, Tag.VOTING_OPENED):
        said = entry.payload or {}
        yield {
            **_about(entry, case, keys),
            "opens": as_moment(said["opens"]),
            "closes": as_moment(said["closes"]),
            "answer": said["answer"],
            "conditions": "\n".join(said.get("conditions") or []) or None,
            "keepers": recorded.keepers(said),
        }


def _stops(session: Session, keys: Keys) -> Iterable[Values]:
    opened = {entry.id: entry.at for entry, _ in recorded.entries(session, Tag.VOTING_OPENED)}
    for entry, case in recorded.entries(session, Tag.VOTING_STOPPED):
        said = entry.payload or {}
        yield {**_about(entry, case, keys), "opened_at": opened[said["voting"]], "reason": said["reason"]}


def _declarations(session: Session, keys: Keys) -> Iterable[Values]:
    opened = {entry.id: entry.at for entry, _ in recorded.entries(session, Tag.VOTING_OPENED)}
    for entry, case in recorded.entries(session, Tag.VOTING_DECLARED):
        said = entry.payload or {}
        yield {
            **_about(entry, case, keys),
            "opened_at": opened[said["voting"]],
            "seat": keys.key_of("seats", said["seat_id"])[0],
            "interest": said["interest"],
        }


def _rulings(session: Session, keys: Keys) -> Iterable[Values]:
    opened = {entry.id: entry.at for entry, _ in recorded.entries(session, Tag.VOTING_OPENED)}
    for entry, case in recorded.entries(session, Tag.VOTING_HANDLED):
        said = entry.payload or {}
        yield {
            **_about(entry, case, keys),
            "opened_at": opened[said["voting"]],
            "seats": [keys.key_of("seats", one["seat_id"])[0] for one in said["people"]],
            **{name: said[name] for name in ("interest_kind", "handling", "reason", "handled_by")},
        }


def _votes(session: Session, keys: Keys) -> Iterable[Values]:
    opened = {entry.id: entry.at for entry, _ in recorded.entries(session, Tag.VOTING_OPENED)}
    for entry, case in recorded.entries(session, Tag.VOTE_SIGNED):
        said = entry.payload or {}
        yield {
            **_about(entry, case, keys),
            "opened_at": opened[said["voting"]],
            "seat": keys.key_of("seats", said["seat_id"])[0],
            "vote": said["vote"],
            "interest_kind": said.get("interest_kind"),
        }


OPENED_AT = Column("opened_at", "When the voting was put on record.", Moment(), True, None)
SIGNED_BY = Column("by", "Code of who signed.", PERSON, True, None)

KINDS = (
    Kind(
        "ratifications",
        "Chairs’ actions that meetings ratified, or did not.",
        None,
        ("case", "round", "body", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            Column("decided_at", "When the chair’s action was recorded.", Moment(), True, None),
            Column("meeting", "Code of the meeting.", MEETING, True, None),
            Column("ratified", "Whether the meeting ratified it.", YesNo(), True, None),
            Column("reason", "Why it did not.", Text(example="It could have waited"), False, None),
            Column("presiding_seat", "Code of the seat that presided, where not the chair's.", SEAT, False, None),
            *DONE,
        ),
        links=(
            Link("", "decisions", ("case", "round", "body", "decided_at")),
            Link("", "meetings", ("meeting",)),
            Link("", "seats", ("presiding_seat",)),
            TO_PERSON,
        ),
        recorded=_ratifications,
    ),
    seats_kind(
        "ratification_seats",
        "Who sat in each seat when a meeting ratified a chair’s action or did not, and how they voted.",
        "ratifications",
        recorded.seats_of(Tag.DECISION_RATIFIED, Tag.NOT_RATIFIED),
    ),
    Kind(
        "votings",
        "Windows in which the members of a body vote on line. Their outcomes stand in decisions.",
        None,
        ("case", "round", "body", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            Column("opens", "From when members can vote.", Moment(), True, None),
            Column("closes", "Until when.", Moment(), True, None),
            Column("answer", "What was put to the members.", Code(40, example="agree"), True, None),
            Column("conditions", "Its conditions, one in each line.", Text(example="A yearly review"), False, None),
            KEEPERS,
            *DONE,
        ),
        links=(TO_CASE, TO_BODY, TO_PERSON),
        recorded=_votings,
    ),
    Kind(
        "votes",
        "What was signed in such a window, by seat.",
        None,
        ("case", "round", "body", "opened_at", "seat"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            OPENED_AT,
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("vote", "The vote.", Choice(VOTES, "for"), True, None),
            Column(
                "interest_kind",
                "The interest declared by who took no part for it.",
                Choice(INTEREST_KINDS, "financial"),
                False,
                None,
            ),
            DONE[0],
            SIGNED_BY,
            DONE[2],
        ),
        links=(
            Link("", "votings", ("case", "round", "body", "opened_at")),
            Link("", "seats", ("seat",)),
            TO_PERSON,
        ),
        recorded=_votes,
    ),
    Kind(
        "voting_declarations",
        "Interests that members declared in what such a window puts to them.",
        None,
        ("case", "round", "body", "opened_at", "seat", "interest"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            OPENED_AT,
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("interest", "The interest's code.", Code(60, example="ashcombe-practice"), True, None),
            DONE[0],
            Column("by", "Code of who declared it.", PERSON, True, None),
            DONE[2],
        ),
        links=(
            Link("", "votings", ("case", "round", "body", "opened_at")),
            Link("", "seats", ("seat",)),
            Link("", "interests", ("interest",)),
            TO_PERSON,
        ),
        recorded=_declarations,
    ),
    Kind(
        "voting_rulings",
        "How interests in what such a window puts to the members were handled, as who presides decided.",
        None,
        ("case", "round", "body", "at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            OPENED_AT,
            Column("seats", "Codes of the seats of whose interest it is.", Several(SEAT, ordered=True), True, None),
            Column("interest_kind", "The kind of interest.", Choice(INTEREST_KINDS, "financial"), True, None),
            Column("handling", "How it is handled.", Choice(HANDLINGS, "leave"), True, None),
            Column("reason", "What the interest is.", Text(example="The practice would be paid"), True, None),
            Column("handled_by", "Who decided on it, by name.", Text(200, example="Robin Ashcombe"), True, None),
            *DONE,
        ),
        links=(Link("", "votings", ("case", "round", "body", "opened_at")), TO_PERSON),
        recorded=_rulings,
    ),
    Kind(
        "voting_stops",
        "Windows that were opened by mistake and stopped; what was signed in them counts for nothing.",
        None,
        ("case", "round", "body", "opened_at"),
        (
            OF_CASE,
            OF_ROUND,
            OF_BODY,
            OPENED_AT,
            Column("reason", "Why it was stopped.", Text(example="It was opened for the wrong week"), True, None),
            *DONE,
        ),
        links=(Link("", "votings", ("case", "round", "body", "opened_at")), TO_PERSON),
        recorded=_stops,
    ),
)
