"""Appending to the record: the entry, its leaf and the log's new root in the caller's own transaction."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_lite
from sqlalchemy.orm import Session

from app.audit import as_stored
from app.audit.appending import INSERT_ENTRY, MOVE_LOG, Along, PlaceTakenError, as_text, insert_leaf, write_one
from app.audit.merkle import appended, leaf_hash
from app.audit.models import RecordEntry, RecordLog
from app.audit.naming import next_name
from app.audit.tags import Tag
from app.permissions import Refused


class RecordDamagedError(Exception):
    """A log is not as the service writes it, so nothing can be appended: answered 503, with what the operator does."""

    def __init__(self, whose: str, what: str) -> None:
        self.sentence = f"Nothing was recorded: the record is damaged. In the log of {whose} {what}."
        self.needs = (
            "The operator has to run `flask --app wsgi record verify`, which says what is wrong, "
            "and restore the last backup that verifies. Nothing can be recorded for this organisation before that.",
        )
        super().__init__(f"{self.sentence} {self.needs[0]}")


class LogSealed(Refused):  # a refusal, like those of the permission page
    """The log takes nothing more: its organisation has ended, and `continued_by` keeps the record from there on."""

    def __init__(self, organisation_id: int, name: str, on: date, continued_by: int | None) -> None:
        super().__init__(
            f"Nothing was recorded: the record of {name} was sealed when it ended, on {on.day} {on:%B %Y}.",
            "an act of the organisation that succeeded it, in its own record",
        )
        self.organisation_id, self.continued_by = organisation_id, continued_by


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it and in what capacity ("board secretary, NHS Croydon CCG"); the service itself has no `person_id`.

    `recorded` is the moment at which it was entered, where that was only afterwards: the entry then says so.
    """

    person_id: int | None
    name: str
    capacity: str
    recorded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One entry to be written. `payload` holds JSON values only: ids and the names as they were."""

    tag: Tag
    doer: Doer
    organisation_id: int
    organisation_name: str
    thing_kind: str
    thing_id: int | None
    payload: Mapping[str, Any] = field(default_factory=dict)
    part: int = 1


def canonical(value: Any) -> bytes:
    """JSON in one spelling (sorted keys, no spaces, UTF-8): the bytes that are hashed."""
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def stamp(at: datetime) -> str:
    """An instant as it stands in canonical JSON: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def recorded_afterwards(payload: Mapping[str, Any] | None) -> datetime | None:
    """When an entry was entered, where that was only after what it tells of."""
    said = (payload or {}).get("recorded_afterwards")
    return datetime.fromisoformat(said) if said else None


def content_of(entry: RecordEntry) -> dict[str, Any]:
    """What an entry says, as JSON values: the content whose canonical JSON is hashed."""
    return {
        "tag": entry.tag,
        "at": stamp(entry.at),
        "actor": [entry.actor_id, entry.actor_name, entry.capacity],
        "organisation": [entry.organisation_id, entry.organisation_name],
        "part": entry.part,
        "thing": [entry.thing_kind, entry.thing_id],
        "payload": entry.payload,
    }


def entry_leaf(entry: RecordEntry) -> bytes:
    """The leaf hash of an entry: RFC 6962 over SHA-256(salt ‖ canonical JSON)."""
    return leaf_hash(sha256(bytes.fromhex(entry.salt or "") + canonical(content_of(entry))).digest())


_LOGS = cast(sa.Table, RecordLog.__table__)
_LOCK_LOG = (
    sa.select(_LOGS.c.size, _LOGS.c.frontier, _LOGS.c.organisation_name, _LOGS.c.sealed_on, _LOGS.c.continued_by)
    .where(_LOGS.c.organisation_id == sa.bindparam("of_organisation"))
    .with_for_update()
)


@dataclass(slots=True)
class _End:
    """Where a log ends: its size and the roots of its full subtrees."""

    size: int
    frontier: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ReadEnd:
    """Where a log ended when it was read, without holding it: its columns as they stood."""

    organisation_id: int
    size: Any
    frontier: Any


def locked_ends(connection: sa.Connection, names: Mapping[int, str]) -> dict[int, _End]:
    """The ends of these organisations' logs, made where missing, locked in the order of their ids against deadlock."""
    ends: dict[int, _End] = {}
    for organisation_id in sorted(names):
        asked = {"of_organisation": organisation_id}
        row = connection.execute(_LOCK_LOG, asked).first()
        if row is None:
            connection.execute(_insert_if_absent(connection, organisation_id, names[organisation_id]))
            row = connection.execute(_LOCK_LOG, asked).one()
        if row.sealed_on is not None:
            raise LogSealed(organisation_id, row.organisation_name, row.sealed_on, row.continued_by)
        ends[organisation_id] = _end(names[organisation_id], row.size, row.frontier)
    return ends


def _end(whose: str, size: Any, frontier: Any) -> _End:
    """Where a log ends, as its row says. Raises `RecordDamagedError` where that cannot be an end."""
    hashes = as_stored.frontier(frontier)
    if hashes is None or any(len(each) != 32 for each in hashes):
        raise RecordDamagedError(whose, "the hashes at its end cannot be read")
    if not isinstance(size, int) or size < 0 or len(hashes) != size.bit_count():
        raise RecordDamagedError(whose, "the number of entries does not fit the hashes at its end")
    return _End(size, hashes)


def _insert_if_absent(connection: sa.Connection, organisation_id: int, name: str) -> sa.Insert:
    values = {
        "organisation_id": organisation_id,
        "organisation_name": name,
        "origin": next_name(connection, organisation_id),
        "size": 0,
        "frontier": "",
    }
    if connection.dialect.name == "postgresql":
        return insert_pg(RecordLog).values(values).on_conflict_do_nothing()
    return insert_lite(RecordLog).values(values).on_conflict_do_nothing()


def fresh_salt() -> str:
    """16 random bytes as hex: without them, a short payload could be guessed from its leaf."""
    return secrets.token_hex(16)


def append(
    session: Session,
    acts: Sequence[Act],
    now: datetime,
    *,
    salt: Callable[[], str] = fresh_salt,
    read: ReadEnd | None = None,
) -> list[int]:
    """Write `acts` as entries at `now`, each with its leaf, in order; gives their ids. The caller's transaction
    commits them. Raises `RecordDamagedError` where a log does not end as the service leaves it, and `LogSealed`, before
    anything is written, where one is sealed.

    Everything that belongs to one act on the world goes in one call, so that the logs are locked once, in order.
    It is part of every act, so it writes by statements that are built once, not by the unit of work, and a payload
    is put into JSON once: the text that is stored is the text that was hashed.

    With `read`, where the log of a single act ended a moment ago, the act is written there without asking again;
    if somebody else has written to it since, it is locked and read as it always is.
    """
    session.flush()
    connection = session.connection()
    if read is not None and len(acts) == 1:
        entry_id = append_at(connection, acts[0], now, read, salt=salt)
        if entry_id is not None:
            return [entry_id]
    ends = locked_ends(connection, {act.organisation_id: act.organisation_name for act in acts})
    if len(acts) == 1:
        entry_id = _write_alone(connection, acts[0], now, salt(), ends[acts[0].organisation_id])
        if entry_id is not None:
            return [entry_id]
    ids = []
    for act in acts:
        end = ends[act.organisation_id]
        values, leaf = _entry(act, now, salt())
        ids.append(INSERT_ENTRY.send(connection, values).scalar_one())
        with _refused_where_taken(act.organisation_name, end.size):
            insert_leaf(connection, act.organisation_id, end.size, ids[-1], leaf)
        end.frontier, end.size = appended(end.frontier, end.size, leaf), end.size + 1
    for organisation_id, end in ends.items():
        moved = {"of_organisation": organisation_id, "new_size": end.size, "new_frontier": as_text(end.frontier)}
        MOVE_LOG.send(connection, moved)
    return ids


def append_at(
    connection: sa.Connection,
    act: Act,
    now: datetime,
    read: ReadEnd,
    *,
    along: Along | None = None,
    salt: Callable[[], str] = fresh_salt,
) -> int | None:
    """Write one act where its log ended when it was read; gives the entry's id, and nothing where nothing was written.

    So it is where somebody else has written to the log since, or it is of another organisation. `along` is what
    PostgreSQL writes in the same statement, or does not write either. Raises `RecordDamagedError`.
    """
    if act.organisation_id != read.organisation_id:
        return None
    return _write_alone(connection, act, now, salt(), _end(act.organisation_name, read.size, read.frontier), along)


def _write_alone(
    connection: sa.Connection, act: Act, now: datetime, salt: str, end: _End, along: Along | None = None
) -> int | None:
    values, leaf = _entry(act, now, salt)
    with _refused_where_taken(act.organisation_name, end.size):
        return write_one(connection, values, end.size, appended(end.frontier, end.size, leaf), leaf, along)


@contextmanager
def _refused_where_taken(whose: str, position: int) -> Iterator[None]:
    try:
        yield
    except PlaceTakenError:
        raise RecordDamagedError(
            whose, f"an entry stands already at place {position}, where the log says it ends"
        ) from None


def _entry(act: Act, now: datetime, salt: str) -> tuple[dict[str, Any], bytes]:
    """The entry that an act becomes, as its statements name it, and its leaf."""
    payload = canonical(_said(act))
    leaf = leaf_hash(sha256(bytes.fromhex(salt) + _content(act, now, payload)).digest())
    return {
        "entry_tag": act.tag.value,
        "entry_at": now,
        "entry_actor_id": act.doer.person_id,
        "entry_actor_name": act.doer.name,
        "entry_capacity": act.doer.capacity,
        "entry_organisation_id": act.organisation_id,
        "entry_organisation_name": act.organisation_name,
        "entry_part": act.part,
        "entry_thing_kind": act.thing_kind,
        "entry_thing_id": act.thing_id,
        "entry_payload_text": payload.decode(),
        "entry_salt": salt,
    }, leaf


def _content(act: Act, now: datetime, payload: bytes) -> bytes:
    """What `entry_leaf` hashes of the entry that this act becomes, with its payload already in canonical JSON."""
    before = {
        "at": stamp(now),
        "actor": [act.doer.person_id, act.doer.name, act.doer.capacity],
        "organisation": [act.organisation_id, act.organisation_name],
        "part": act.part,
    }
    after = {"tag": act.tag.value, "thing": [act.thing_kind, act.thing_id]}
    return canonical(before)[:-1] + b',"payload":' + payload + b"," + canonical(after)[1:]


def _said(act: Act) -> Mapping[str, Any]:
    """The payload, with the moment at which it was entered where that was only afterwards."""
    if act.doer.recorded is None:
        return act.payload
    return {**act.payload, "recorded_afterwards": stamp(act.doer.recorded)}
