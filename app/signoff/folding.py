"""A case folded from its entries and the calendar, and the one way in which entries are added to it.

Who adds an entry holds the case's row first. What the entry brings about (a stage completed, the case agreed) is
worked out before anything is written, so that all of it is one act on the record, and then folded once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.meetings.queries import meetings_about
from app.people.body_facts import ASKED_BODY, AskedBody, Named, asked_bodies, party_fact
from app.people.models import DecidingBody, Organisation
from app.permissions import Missing
from app.signoff.definitions import pinned
from app.signoff.models import Case, CaseState, Party, PartyState, Round
from workflows.case_history import day_of
from workflows.facts import CaseEntry, MeetingFact, PartyFact
from workflows.stages import STOPPED, Definition, Stage
from workflows.standing import CaseStanding, PartyStanding, RoundStanding, standing

COMPUTED = Doer(None, "Concord", "computed from the decisions")
CLOSED_STATES = ("agreed", "stopped", "withdrawn")


@dataclass(frozen=True, slots=True)
class Folded:
    """A case with everything its standing was folded from, at one moment."""

    case: Case
    definition: Definition
    bodies: tuple[AskedBody, ...]
    parties: tuple[PartyFact, ...]
    entries: tuple[CaseEntry, ...]
    meetings: tuple[MeetingFact, ...]
    now: datetime
    standing: CaseStanding

    @property
    def today(self) -> date:
        """The day in London."""
        return day_of(self.now)

    @property
    def round(self) -> RoundStanding:
        """The round in which the case stands; every case has one from its opening on."""
        found = self.standing.round
        assert found is not None
        return found

    @property
    def stage(self) -> Stage:
        """The stage of that round."""
        return self.definition.stage(self.round.stage)

    def party(self, body_id: int) -> PartyStanding | None:
        """A body's standing now, or nothing when this stage does not ask it."""
        return self.standing.party(body_id)

    def last_entry_of(self, body_id: int) -> int:
        """The id of the last entry about a body, 0 for none."""
        return max((entry.id for entry in self.entries if entry.payload.get("body_id") == body_id), default=0)

    def with_entries(self, entries: Sequence[CaseEntry]) -> "Folded":
        """The same case with further entries."""
        added = (*self.entries, *entries)
        latest = self.standing.round
        beside = [entry.payload.get("round") for entry in entries if entry.tag != Tag.ROUND_OPENED]
        before = self.standing if latest and all(number == latest.number for number in beside) else None
        now = standing(self.definition, self.parties, added, self.meetings, self.now, before=before)
        return replace(self, entries=added, standing=now)


_LOCKED = (
    sa.select(Case)
    .where(Case.id == sa.bindparam("case_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ENTRY = RecordEntry.__table__.c
_ENTRIES = (
    sa.select(_ENTRY.id, _ENTRY.tag, _ENTRY.at, _ENTRY.organisation_id, _ENTRY.payload)
    .where(_ENTRY.thing_kind == "case", _ENTRY.thing_id == sa.bindparam("case_id"))
    .order_by(_ENTRY.id)
)
_PARTY = Party.__table__.c
_PARTIES = (
    ASKED_BODY.join(Party.__table__, _PARTY.body_id == DecidingBody.__table__.c.id)
    .where(_PARTY.case_id == sa.bindparam("case_id"))
    .order_by(_PARTY.position)
)
_STATES = sa.select(PartyState.__table__).where(PartyState.__table__.c.case_id == sa.bindparam("of_case"))


def locked_case(session: Session, case_id: int) -> Case:
    """The case, its row held to the end of the transaction; raises `Missing`."""
    case = session.scalar(_LOCKED, {"case_id": case_id})
    if case is None:
        raise Missing
    return case


def folded(session: Session, case: Case, now: datetime) -> Folded:
    """The case as it stands at `now`, in three statements."""
    session.flush()
    definition = pinned(case)
    entries = tuple(case_entries(session, case.id))
    bodies = asked_bodies(session, _PARTIES, {"case_id": case.id})
    parties = tuple(party_fact(body) for body in bodies)
    meetings = meetings_about(session, "case", case.id, case.part)
    return Folded(
        case, definition, bodies, parties, entries, meetings, now, standing(definition, parties, entries, meetings, now)
    )


def case_entries(session: Session, case_id: int) -> list[CaseEntry]:
    """The case's entries as the rules know them, in the order of their ids."""
    rows = session.connection().execute(_ENTRIES, {"case_id": case_id})
    return [CaseEntry(row.id, row.tag, row.at, row.organisation_id, row.payload or {}) for row in rows]


def settle(session: Session, found: Folded, acts: Sequence[Act]) -> list[RecordEntry]:
    """Append the acts together with what they bring about, and bring the projections up; gives the acts' entries.

    The case's row must be held. A crossing is written when the fold asks for it, which it does only until the
    entry is there: so exactly once.
    """
    after = found.with_entries(_provisional(found.entries, acts, found.now))
    brought: list[Act] = []
    while (follows := _consequence(session, after)) is not None:
        brought.append(follows)
        after = after.with_entries(_provisional(after.entries, [follows], found.now))
    written = append(session, [*acts, *brought], found.now)
    for act in brought:
        if act.tag is Tag.ROUND_OPENED:
            _pin_again(session, found.case, act, found.now)
    # the fold is right as it is but for the ids that the new entries now have
    ids = {provisional.id: entry.id for provisional, entry in zip(after.entries[-len(written) :], written, strict=True)}
    project(session, after, ids)
    return written[: len(acts)]


def project(session: Session, found: Folded, ids: Mapping[int, int] = MappingProxyType({})) -> None:
    """Write the case's projections as the fold has them; what has not changed is not written.

    `ids` gives the entries' ids where the fold knew them by provisional ones. What is stored is read, not folded: the
    calendar too moves where a case stands, without an entry.
    """
    now, current, case_id = found.standing, found.round, found.case.id
    connection = session.connection()
    state = {"state": now.state, "round": current.number, "stage": current.stage, "sentence": now.result}
    if connection.execute(_UPDATE_CASE, {"of_case": case_id, **state}).rowcount == 0:
        connection.execute(_INSERT_CASE, {"case_id": case_id, **state})
    kept = {row[:4]: tuple(row) for row in connection.execute(_STATES, {"of_case": case_id})}
    for key, values in _rows(found, ids).items():
        was = kept.pop(key, None)
        if was == values:
            continue
        if was is None:
            connection.execute(_INSERT_PARTY, dict(zip(_PARTY_COLUMNS, values, strict=True)))
        else:
            connection.execute(_UPDATE_PARTY, dict(zip(_PARTY_PARAMETERS, values, strict=True)))
    for key in kept:
        connection.execute(sa.delete(_PARTY_STATE).where(_is_row(key)))


def _rows(found: Folded, ids: Mapping[int, int]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Each party's row in the projection by its key, in the order of the table's columns."""
    now, case_id = found.standing, found.case.id
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for the_round in now.rounds:
        asked_now = the_round is now.round and now.state == "open"
        for party in the_round.parties:
            entry_id = ids.get(party.entry_id, party.entry_id) if party.entry_id else None
            values = (
                case_id,
                the_round.number,
                the_round.stage,
                party.party.body_id,
                party.word,
                asked_now and party.answer is None,
                party.meeting_id,
                party.on,
                list(party.conditions),
                party.minute_reference or "",
                entry_id,
                party.sentence,
            )
            rows[values[:4]] = values
    return rows


_CASE_STATE, _PARTY_STATE = cast(sa.Table, CaseState.__table__), cast(sa.Table, PartyState.__table__)
_PARTY_COLUMNS = tuple(column.name for column in _PARTY_STATE.columns)
_PARTY_PARAMETERS = (*(f"of_{name}" for name in _PARTY_COLUMNS[:4]), *_PARTY_COLUMNS[4:])
_UPDATE_CASE = (
    sa.update(_CASE_STATE)
    .where(_CASE_STATE.c.case_id == sa.bindparam("of_case"))
    .values({name: sa.bindparam(name) for name in ("state", "round", "stage", "sentence")})
)
_INSERT_CASE, _INSERT_PARTY = sa.insert(_CASE_STATE), sa.insert(_PARTY_STATE)
_UPDATE_PARTY = (
    sa.update(_PARTY_STATE)
    .where(*(_PARTY_STATE.c[name] == sa.bindparam(f"of_{name}") for name in _PARTY_COLUMNS[:4]))
    .values({name: sa.bindparam(name) for name in _PARTY_COLUMNS[4:]})
)


def _is_row(key: Sequence[Any]) -> sa.ColumnElement[bool]:
    """The row of a party with this case, round, stage and body."""
    return sa.and_(*(column == value for column, value in zip(_PARTY_STATE.primary_key.columns, key, strict=True)))


def act_of(found: Folded, tag: Tag, doer: Doer, owner: Organisation | Named, said: dict[str, object]) -> Act:
    """An act on the case, in the log of `owner`: the deciding body's organisation, or who asked."""
    return Act(tag, doer, owner.id, owner.name, "case", found.case.id, said, found.case.part)


def _provisional(entries: Sequence[CaseEntry], acts: Sequence[Act], now: datetime) -> list[CaseEntry]:
    last = entries[-1].id if entries else 0
    return [
        CaseEntry(last + number, act.tag.value, now, act.organisation_id, act.payload)
        for number, act in enumerate(acts, start=1)
    ]


def _consequence(session: Session, after: Folded) -> Act | None:
    """The next thing that follows by itself: the crossing, the end of a declined case, a stage on the same version."""
    now, stage, current = after.standing, after.stage, after.round
    if now.state in CLOSED_STATES:
        return None
    said: dict[str, object] = {
        "round": current.number,
        "stage": current.stage,
        "version_label": current.version_label,
        "content_hash": current.content_hash,
        "sentence": now.result,
    }
    if now.crossing is not None:
        tag = Tag(now.crossing)
        said |= {"asked": now.asked, "in_favour": now.in_favour, "needed": now.needed}
    elif not now.can_still_complete and stage.then.declined == STOPPED:
        tag = Tag.CASE_STOPPED
        said["reason"] = " ".join(party.sentence for party in now.parties if party.declined)
    elif (
        now.state == "between rounds"
        and now.next_stage is not None
        and after.definition.stage(now.next_stage).version == "same"
    ):
        tag = Tag.ROUND_OPENED
        said |= {"number": current.number + 1, "round": current.number + 1, "stage": now.next_stage}
    else:
        return None
    return act_of(after, tag, COMPUTED, session.get_one(Organisation, after.case.asked_by_id), said)


def _pin_again(session: Session, case: Case, act: Act, now: datetime) -> None:
    """The row of a round that opened by itself, on the version of the round before."""
    number = int(str(act.payload["number"]))
    before = session.scalars(sa.select(Round).where(Round.case_id == case.id, Round.number == number - 1)).one()
    session.add(
        Round(
            case_id=case.id,
            number=number,
            version_id=before.version_id,
            version_label=before.version_label,
            content_hash=before.content_hash,
            opened_at=now,
        )
    )
    session.flush()
