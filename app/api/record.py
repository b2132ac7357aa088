"""The record of an organisation: its entries in sentences, where its log stands and who says so, the whole log."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any, Literal

import sqlalchemy as sa
from pydantic import Field, JsonValue
from werkzeug.wrappers import Response

from app.api.operations import reads
from app.api.receipts import LeafShape
from app.api.shapes import Listed, Out, Paged, Pages
from app.audit import checkpoints as notes
from app.audit import proofs, witnesses
from app.audit.destroyed import without_text
from app.audit.models import RecordEntry, RecordLog
from app.audit.queries import checkpoints as standing
from app.audit.tags import Tag
from app.db import db
from app.people.by_address import organisation_by_code
from app.people.models import Organisation
from app.people.resources import known_organisations, resource_of
from app.permissions import Refused
from app.record import queries
from app.signoff.certificate_routes import signing
from app.web import gate
from app.web.clock import today

GROUP = "The record"
READ = "record:read"
LINES = "application/x-ndjson"
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """An organisation whose record is asked for, and whether who asks may read what it says of private things."""

    organisation: Organisation
    private: bool


def the_organisation(organisation: str) -> Kept:
    """The organisation with this ODS code, for what the operation does there."""
    found = organisation_by_code(db.session, organisation)
    resource = resource_of(db.session, found, gate.actor(), today())
    gate.permit(resource)
    return Kept(found, gate.may("meeting.private", resource))


def the_entry_of_the_record(organisation: str, entry: int) -> tuple[Kept, RecordEntry]:
    """An entry of an organisation's record."""
    kept = the_organisation(organisation)
    return kept, queries.entry_of(db.session, kept.organisation.id, entry)


class EntriesQuery(Paged):
    """Which entries of a record."""

    state: Literal["all", "asked", "destroyed"] = Field(
        "all", description="Those alone whose destruction waits for a second person, or whose text is destroyed"
    )


class EntryLine(Out):
    """One entry of an organisation’s record, in a sentence; of a private thing it tells who may read that alone."""

    number: int
    at: datetime
    sentence: str
    by: str
    capacity: str
    destroyed: bool = Field(description="Whether its text is destroyed; its leaf stays in the log")
    destruction_asked: bool = Field(description="Whether that waits for a second person")


class DestructionStep(Out):
    """What was asked and done about the text of an entry."""

    entry: int = Field(description="The entry that says so")
    what: Literal["asked", "declined", "destroyed"]
    at: datetime
    by: str
    ground: str
    under: str
    reason: str


class EntryWhole(EntryLine):
    """An entry with what it says and where its leaf stands."""

    tag: str
    says: dict[str, JsonValue] | None = Field(
        description="Null where it is destroyed, or private and not yours to read"
    )
    leaf: LeafShape | None
    steps: list[DestructionStep]


@reads(
    "/organisations/<organisation>/record",
    group=GROUP,
    scope=READ,
    of=the_organisation,
    query=EntriesQuery,
    answers=Listed[EntryLine],
)
def entries_of_record(kept: Kept, asked: EntriesQuery) -> Listed[EntryLine]:
    """List the entries of an organisation’s record, the newest first."""
    found = queries.lines(db.session, kept.organisation, asked.state, asked.page, private=kept.private, size=asked.size)
    return Listed(
        items=[EntryLine(**_line(one.entry, one.sentence, one.destroyed, one.asked)) for one in found.rows],
        page=Pages.of(asked, found.total),
    )


def _line(entry: RecordEntry, sentence: str, destroyed: bool, asked: bool) -> dict[str, Any]:
    return {
        "number": entry.id,
        "at": entry.at,
        "sentence": sentence,
        "by": entry.actor_name,
        "capacity": entry.capacity,
        "destroyed": destroyed,
        "destruction_asked": asked,
    }


@reads(
    "/organisations/<organisation>/record/<int:entry>",
    group=GROUP,
    scope=READ,
    of=the_entry_of_the_record,
    answers=EntryWhole,
)
def entry_of_record(of: tuple[Kept, RecordEntry], _asked: None) -> EntryWhole:
    """Read one entry of an organisation’s record.

    What it says name by name, its leaf, and what was asked and done about its text. That is destroyed on pages alone.
    """
    kept, entry = of
    steps = queries.steps(db.session, entry.id)
    leaf = queries.leaf_of(db.session, entry.id)
    sentence = queries.in_sentences(db.session, [entry], private=kept.private)[entry.id]
    open_to_read = entry.part == 1 or kept.private
    return EntryWhole(
        **_line(entry, sentence, without_text(entry), queries.waiting(steps) is not None),
        tag=entry.tag,
        says=dict(entry.payload) if entry.payload is not None and open_to_read else None,
        leaf=LeafShape(log=entry.organisation_name, position=leaf.position, hash=leaf.hash) if leaf else None,
        steps=[
            DestructionStep(
                entry=one.entry.id,
                what=_STEPS[one.entry.tag],
                at=one.entry.at,
                by=one.by,
                ground=one.ground,
                under=one.under,
                reason=one.reason,
            )
            for one in steps
        ],
    )


_STEPS: dict[str, Literal["asked", "declined", "destroyed"]] = {
    Tag.DESTRUCTION_ASKED.value: "asked",
    Tag.DESTRUCTION_DECLINED.value: "declined",
    Tag.ENTRY_DESTROYED.value: "destroyed",
}


class WitnessShape(Out):
    """What the log of another organisation says of this one: so many entries, with this root."""

    organisation: str = Field(description="The ODS code of whose log says it")
    name: str
    at: datetime
    entry: int = Field(description="The entry of its record that says it")
    size: int
    root: str = Field(description="Base64, as the checkpoint spells it")


class CheckpointWitnessed(Out):
    """Where one log stands, as a signed note in the C2SP form, and what other logs last said of it."""

    organisation: str
    name: str
    size: int = Field(description="How many entries the log has")
    note: str = Field(description="Keep it outside: from it anyone can tell later that nothing was altered")
    key: str = Field(description="The public key that checks it; compare it with the one you were given")
    sealed_on: date | None = Field(description="Where the organisation ended: nothing follows in its log since")
    witnesses: list[WitnessShape] = Field(
        description="The latest of each organisation that you may know of; its own exported log shows it off line"
    )


@reads("/organisations/<organisation>/checkpoint", group=GROUP, of=the_organisation, answers=CheckpointWitnessed)
def checkpoint_of_organisation(kept: Kept, _asked: None) -> CheckpointWitnessed:
    """Take the latest checkpoint of an organisation’s log, with its witnesses."""
    of = kept.organisation
    log = db.session.get(RecordLog, of.id)
    if log is None:
        raise Refused(f"There is no checkpoint of {of.name}’s record yet.", "a first entry on record")
    sign, key = signing()
    try:
        [found] = standing(db.session, [of.id])
    except notes.CheckpointError as error:
        raise Refused(f"No checkpoint can be given: {error}") from None
    return CheckpointWitnessed(
        organisation=of.ods_code,
        name=of.name,
        size=found.size,
        note=sign(found),
        key=key,
        sealed_on=log.sealed_on,
        witnesses=_witnesses(found.origin),
    )


def _witnesses(origin: str) -> list[WitnessShape]:
    known = known_organisations(db.session, gate.actor(), today())
    last = witnesses.last_of_each(db.session, origin, known)
    entries = {one.id: one for one in db.session.scalars(sa.select(RecordEntry).where(RecordEntry.id.in_([*last])))}
    by = {one.organisation_id for one in entries.values()}
    codes = {one.id: one.ods_code for one in db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(by)))}
    return [
        WitnessShape(
            organisation=codes[entries[number].organisation_id],
            name=one.by,
            at=entries[number].at,
            entry=number,
            size=one.size,
            root=base64.b64encode(one.root).decode(),
        )
        for number, one in last.items()
    ]


@reads("/organisations/<organisation>/record/log", group=GROUP, scope=READ, of=the_organisation, answers=LINES)
def log_of_organisation(kept: Kept, _asked: None) -> Response:
    """Take the whole log of an organisation, which the verifier checks off line.

    One line of JSON for each entry, behind a heading with the signed checkpoint. Of what is private the leaf alone
    stands in it for who may not read that.
    """
    sign, key = signing()
    lines = proofs.export(db.session, kept.organisation.id, sign, key, private=kept.private)
    file = TemporaryFile()  # noqa: SIM115  # it is closed once the answer is sent
    try:
        file.writelines(line.encode() for line in lines)
    except proofs.ProofError as error:
        file.close()
        raise Refused(f"The log cannot be handed out. {error}") from None
    size = file.tell()
    file.seek(0)
    answer = Response(_read_out(file), content_type=LINES)
    answer.call_on_close(file.close)  # a head alone reads nothing out
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{kept.organisation.ods_code}.jsonl"'
    return answer


def _read_out(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
