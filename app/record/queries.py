"""What can be asked of an organisation's record: its entries as sentences, one entry, and what may become of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.destroyed import GONE, THING, without_text
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.tags import Tag
from app.home import naming
from app.people.history import names_of
from app.people.models import Interest, Organisation
from app.permissions import Missing
from app.record.sentences import of_entry
from app.signoff.models import Case, CaseState
from workflows.case_history import day_of
from workflows.destruction import GROUNDS, CaseOfEntry, EntryFact

PAGE = 25
STATES = {"all": "All", "asked": "Waiting for a second person", "destroyed": "Destroyed"}
CLOSED = ("agreed", "stopped", "withdrawn")
_CLOSING = (Tag.CASE_AGREED.value, Tag.CASE_STOPPED.value, Tag.CASE_WITHDRAWN.value)
_OF_DESTRUCTION = (Tag.DESTRUCTION_ASKED.value, Tag.DESTRUCTION_DECLINED.value, Tag.ENTRY_DESTROYED.value)
_PRIVATE = "It tells of something private (Part 2), which is read by who may read that."


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in a list: its sentence, and whether its text is destroyed or that is asked for."""

    entry: RecordEntry
    sentence: str
    destroyed: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a list of entries."""

    rows: Sequence[Line]
    total: int
    number: int
    size: int = PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Told:
    """A step towards the destruction of an entry: asked for, declined or done; `ground` is in words."""

    entry: RecordEntry
    ground: str
    under: str
    reason: str

    @property
    def by(self) -> str:
        return f"{self.entry.actor_name}, {self.entry.capacity}"


def lines(
    session: Session, organisation: Organisation, state: str, page: int, *, private: bool, size: int = PAGE
) -> Lines:
    """The entries of an organisation's log, the newest first; of Part 2 without words where `private` is not asked."""
    asked = _waiting(session)
    query = sa.select(RecordEntry).where(RecordEntry.organisation_id == organisation.id)
    if state == "all":  # how long a log is, its own row says: a long one need not be counted
        total = session.scalar(sa.select(RecordLog.size).where(RecordLog.organisation_id == organisation.id)) or 0
    else:
        query = query.where(RecordEntry.id.in_(asked if state == "asked" else _destroyed(session)))
        total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(RecordEntry.id.desc()).limit(size).offset((page - 1) * size)).all()
    sentences = in_sentences(session, rows, private=private)
    found = [Line(entry, sentences[entry.id], without_text(entry), entry.id in asked) for entry in rows]
    return Lines(found, total, page, size)


def in_sentences(session: Session, entries: Sequence[RecordEntry], *, private: bool) -> dict[int, str]:
    """What each entry says, by its id; that it says it no more; or that it is private."""
    about, names = naming.about(session, entries), names_of(session, entries)
    found: dict[int, str] = {}
    for entry in entries:
        if without_text(entry):
            found[entry.id] = GONE
        elif entry.part == 2 and not private:
            found[entry.id] = _PRIVATE
        else:
            found[entry.id] = of_entry(Tag(entry.tag), naming.said_of(entry, *about[entry.id], names))
    return found


def entry_of(session: Session, organisation_id: int, entry_id: int, *, lock: bool = False) -> RecordEntry:
    """One entry of an organisation's record; raises `Missing`."""
    query = sa.select(RecordEntry).where(RecordEntry.id == entry_id, RecordEntry.organisation_id == organisation_id)
    query = query.execution_options(populate_existing=True)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise Missing
    return found


def leaf_of(session: Session, entry_id: int) -> RecordLeaf | None:
    """The leaf of an entry; None where it was inserted past the log."""
    return session.scalar(sa.select(RecordLeaf).where(RecordLeaf.entry_id == entry_id))


def case_of(session: Session, entry: RecordEntry) -> Case | None:
    """The case that an entry is about."""
    return session.get(Case, entry.thing_id) if entry.thing_kind == "case" and entry.thing_id else None


def fact_of(session: Session, entry: RecordEntry, *, private: bool) -> EntryFact:
    """The entry as the rule of destruction takes it; what is private is named to no one who may not read it."""
    case, of_case = case_of(session, entry), None
    if entry.thing_kind == "case":
        state = session.get(CaseState, entry.thing_id) if case is not None else None
        title = case.title if case is not None and (case.part == 1 or private) else "a private case"
        over = state is not None and state.state in CLOSED
        closed = session.scalar(
            sa.select(sa.func.min(RecordEntry.at)).where(
                RecordEntry.thing_kind == "case", RecordEntry.thing_id == entry.thing_id, RecordEntry.tag.in_(_CLOSING)
            )
        )
        of_case = CaseOfEntry(
            title, state.state if state else "open", day_of(closed) if over and closed is not None else None
        )
    ended = None
    if entry.thing_kind == "interest":
        ended = session.scalar(sa.select(Interest.ended).where(Interest.id == entry.thing_id))
    return EntryFact(entry.tag, day_of(entry.at), without_text(entry), of_case, ended)


def steps(session: Session, entry_id: int) -> list[Told]:
    """What was asked and done about the text of an entry, first to last."""
    found = session.scalars(
        sa.select(RecordEntry)
        .where(RecordEntry.thing_kind == THING, RecordEntry.thing_id == entry_id, RecordEntry.tag.in_(_OF_DESTRUCTION))
        .order_by(RecordEntry.id)
    )
    return [_told(one) for one in found]


def waiting(told: Sequence[Told]) -> Told | None:
    """What is asked for and neither declined nor done."""
    return told[-1] if told and told[-1].entry.tag == Tag.DESTRUCTION_ASKED.value else None


def destroyed(session: Session, organisation_id: int | None = None) -> list[tuple[Told, int]]:
    """Everything that was destroyed, first to last, each with the number of the entry whose text it was."""
    query = sa.select(RecordEntry).where(RecordEntry.tag == Tag.ENTRY_DESTROYED.value).order_by(RecordEntry.id)
    if organisation_id is not None:
        query = query.where(RecordEntry.organisation_id == organisation_id)
    return [(_told(one), one.thing_id or 0) for one in session.scalars(query)]


def _waiting(session: Session) -> set[int]:
    """The entries whose destruction is asked for and neither declined nor done."""
    latest = (
        sa.select(sa.func.max(RecordEntry.id))
        .where(RecordEntry.thing_kind == THING, RecordEntry.tag.in_(_OF_DESTRUCTION))
        .group_by(RecordEntry.thing_id)
    )
    found = session.scalars(
        sa.select(RecordEntry.thing_id).where(
            RecordEntry.id.in_(latest), RecordEntry.tag == Tag.DESTRUCTION_ASKED.value
        )
    )
    return {one for one in found if one is not None}


def _destroyed(session: Session) -> set[int]:
    """The entries of which the record says that their text was destroyed."""
    found = session.scalars(sa.select(RecordEntry.thing_id).where(RecordEntry.tag == Tag.ENTRY_DESTROYED.value))
    return {one for one in found if one is not None}


def _told(entry: RecordEntry) -> Told:
    said = entry.payload or {}
    ground = str(said.get("ground") or "")
    return Told(entry, GROUNDS.get(ground, ground), str(said.get("under") or ""), str(said.get("reason") or ""))
