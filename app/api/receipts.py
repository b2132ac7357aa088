"""The receipt of what was decided: what was recorded, by whom, on which content, and where its leaf stands."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field

from app.api.decision_shapes import ConflictShape
from app.api.operations import reads
from app.api.places import the_sign_off
from app.api.shapes import Out
from app.api.sign_off_shapes import DefinitionUsed, VariationShape, VersionAsked
from app.audit.models import RecordEntry
from app.audit.service import recorded_afterwards
from app.db import db
from app.people.models import DecidingBody
from app.permissions import Missing
from app.signoff import queries
from app.signoff.minuting import for_the_minutes
from app.signoff.models import Case
from app.signoff.sentences import told
from app.web.clock import now
from workflows.facts import day_read


class SeatVoted(Out):
    """A seat as it counted, and how it voted."""

    seat: str
    counted: bool
    why: str
    vote: str | None


class AmendedShape(Out):
    """A clause as the body would have it read."""

    clause: str = Field(description="Its code")
    number: str
    text: str
    hash: str = Field(description="Of its heading and this text: a version that has these words has it")


class AloneShape(Out):
    """The grounds of a chair’s action."""

    person: str
    urgent: str
    officer: str | None
    lay_member: str | None


class LeafShape(Out):
    """Where the entry stands in its log."""

    log: str = Field(description="Whose log it is")
    position: int
    hash: str


class ReceiptShape(Out):
    """What was recorded."""

    entry: int
    sign_off: str
    body: str
    sentence: str
    result: str = Field(description="What the bodies’ answers come to now")
    recorded_at: datetime
    entered_at: datetime | None = Field(description="Where it was recorded afterwards, from records kept elsewhere")
    by: str
    capacity: str
    answer: str | None = Field(description="Null where nothing could be decided: the item was not quorate")
    meeting: str | None
    item: str | None = Field(description="As its agenda numbered it")
    version: VersionAsked
    definition: DefinitionUsed
    reaffirms: list[str] = Field(description="The clauses that alone were asked again; else empty")
    quorum: str | None
    votes: str | None = Field(description="How the vote came out, in words")
    seats: list[SeatVoted]
    conflicts: list[ConflictShape]
    conditions: list[str]
    variation: VariationShape | None
    amendments: list[AmendedShape] = Field(description="Of “agree_as_amended”; why is the reason")
    reason: str
    comments: str
    chairs_action: AloneShape | None
    leaf: LeafShape | None
    for_the_minutes: str = Field(description="The decision with its content’s hash, and root and size of the log now")


def the_receipt(sign_off: str, entry: int) -> tuple[Case, RecordEntry]:
    """An entry of a sign-off that a decision made."""
    case = the_sign_off(sign_off)
    found = queries.entry_of(db.session, case, entry)
    if queries.receipt_of(db.session, entry) is None:
        raise Missing
    return case, found


@reads("/sign-offs/<sign_off>/receipts/<int:entry>", group="Decisions", of=the_receipt, answers=ReceiptShape)
def receipt(of: tuple[Case, RecordEntry], _asked: None) -> ReceiptShape:
    """Read the receipt of a recorded decision."""
    case, entry = of
    standing = queries.standing_of(db.session, case, now())
    said: Mapping[str, Any] = entry.payload or {}
    body = db.session.get_one(DecidingBody, said["body_id"])
    leaf = queries.leaf_of(db.session, entry.id)
    sentence = next((line.sentence for line in told([entry], standing)), "")
    quorum, alone, used = said.get("quorum") or {}, said.get("chairs_action"), said.get("definition") or {}
    return ReceiptShape(
        entry=entry.id,
        sign_off=case.code,
        body=body.code,
        sentence=sentence,
        result=standing.result,
        recorded_at=entry.at,
        entered_at=recorded_afterwards(said),
        by=entry.actor_name,
        capacity=entry.capacity,
        answer=said.get("answer"),
        meeting=said.get("meeting"),
        item=said.get("item") or None,
        version=VersionAsked(label=said["version_label"], content_hash=said["content_hash"]),
        definition=DefinitionUsed(
            name=used.get("name", case.definition_name),
            version=used.get("version", case.definition_version),
            hash=used.get("hash", case.definition_hash),
        ),
        reaffirms=[str(one["number"]) for one in said.get("reaffirms") or ()],
        quorum=quorum.get("sentence"),
        votes=said.get("tally"),
        seats=_seats(said, quorum),
        conflicts=[
            ConflictShape(
                person=one["person"], interest=one["interest_kind"], handling=one["handling"], reason=one["reason"]
            )
            for one in said.get("exclusions") or ()
        ],
        conditions=[str(one) for one in said.get("conditions") or ()],
        variation=_variation(said.get("variation")),
        amendments=[
            AmendedShape(clause=one["clause"], number=one["number"], text=one["text"], hash=one["hash"])
            for one in said.get("amendments") or ()
        ],
        reason=said.get("reason") or "",
        comments=said.get("comments") or "",
        chairs_action=None
        if not alone
        else AloneShape(
            person=alone["person"], urgent=alone["urgent"], officer=alone.get("officer"), lay_member=alone.get("lay")
        ),
        leaf=LeafShape(log=entry.organisation_name, position=leaf.position, hash=leaf.hash) if leaf else None,
        for_the_minutes=for_the_minutes(db.session, sentence, entry, leaf),
    )


def _seats(said: Mapping[str, Any], quorum: Mapping[str, Any]) -> list[SeatVoted]:
    votes = {one["seat_id"]: one["vote"] for one in said.get("votes") or ()}
    return [
        SeatVoted(seat=one["seat"], counted=one["counted"], why=one["why"], vote=votes.get(one["seat_id"]))
        for one in quorum.get("seats") or ()
    ]


def _variation(said: Mapping[str, Any] | None) -> VariationShape | None:
    expires: date | None = day_read((said or {}).get("expires"))
    if said is None or expires is None:
        return None
    return VariationShape(clause=said["clause"], text=said["text"], expires=expires)
