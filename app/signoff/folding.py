"""A case folded from its entries and the calendar, and the one way in which entries are added to it.

Who adds an entry holds the case's row first. What the entry brings about (a stage completed, the case agreed) is
worked out before anything is written, so that all of it is one act on the record, and then folded once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer, ReadEnd, append_at
from app.audit.tags import Tag
from app.people.body_facts import AskedBody, Named, party_fact
from app.people.models import Organisation
from app.permissions import Missing
from app.signoff.definitions import holidays_for, pinned
from app.signoff.kept import keep_conditions
from app.signoff.models import Case, Round
from app.signoff.projecting import Projections, along, projections_of, refused_where_used, write_projections
from app.signoff.reading import BesideCase, CaseFacts, case_facts, held_to_decide
from app.signoff.result_due import ask_to_tell
from app.signoff.subject import AskedCase
from workflows.case_history import day_of
from workflows.facts import CaseEntry, MeetingFact, PartyFact
from workflows.rounds_standing import RoundsStanding, RoundStanding, rounds_standing
from workflows.ruling_again import last_entry_about
from workflows.stages import STOPPED, Definition, Stage
from workflows.standing import CaseStanding, PartyStanding, add_up

COMPUTED = Doer(None, "Concord", "computed from the decisions")
CLOSED_STATES = ("agreed", "stopped", "withdrawn")


@dataclass(frozen=True)
class Folded:
    """A case with everything its standing was folded from, at one moment; it is added up when that is asked for."""

    case: Case | AskedCase
    definition: Definition
    bodies: tuple[AskedBody, ...]
    parties: tuple[PartyFact, ...]
    entries: tuple[CaseEntry, ...]
    meetings: tuple[MeetingFact, ...]
    now: datetime
    rounds: RoundsStanding
    bank_holidays: frozenset[date] = frozenset()

    @cached_property
    def standing(self) -> CaseStanding:
        """What the case adds up to."""
        return add_up(self.definition, self.rounds, self.now)

    @property
    def today(self) -> date:
        """The day in London."""
        return day_of(self.now)

    @property
    def round(self) -> RoundStanding:
        """The round in which the case stands; every case has one from its opening on."""
        found = self.rounds.round
        assert found is not None
        return found

    @property
    def stage(self) -> Stage:
        """The stage of that round."""
        return self.definition.stage(self.round.stage)

    def party(self, body_id: int) -> PartyStanding | None:
        """A body's standing now, or nothing when this stage does not ask it."""
        return self.rounds.party(body_id)

    def last_entry_of(self, body_id: int) -> int:
        """The id of the last entry about a body, 0 for none."""
        return last_entry_about(self.rounds.folded, self.entries, body_id)

    def with_entries(self, entries: Sequence[CaseEntry]) -> "Folded":
        """The same case with further entries."""
        added = (*self.entries, *entries)
        latest = self.rounds.round
        beside = [entry.payload.get("round") for entry in entries if entry.tag != Tag.ROUND_OPENED]
        before = self.rounds if latest and all(number == latest.number for number in beside) else None
        if any(entry.tag == Tag.CHANGE_RULED for entry in entries):
            before = None  # a ruling is about no party, and moves all that agreed before
        about = {entry.payload["body_id"] for entry in entries if "body_id" in entry.payload}
        now = rounds_standing(
            self.definition,
            self.parties,
            added,
            self.meetings,
            self.now,
            before=before,
            about=about,
            bank_holidays=self.bank_holidays,
        )
        return replace(self, entries=added, rounds=now)


_LOCKED = (
    sa.select(Case)
    .where(Case.id == sa.bindparam("case_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked_case(session: Session, case_id: int) -> Case:
    """The case, its row held to the end of the transaction; raises `Missing`."""
    case = session.scalar(_LOCKED, {"case_id": case_id})
    if case is None:
        raise Missing
    return case


def folded(session: Session, case: Case | AskedCase, now: datetime) -> Folded:
    """The case as it stands at `now`, in one statement; see `reading`."""
    session.flush()
    return _folded(case, case_facts(session.connection(), case.id), now)


def folded_to_decide(
    session: Session, case_id: int, body_id: int, meeting_id: int | None, now: datetime
) -> tuple[Folded, BesideCase]:
    """The same, its row held, with what the body needs to decide at that meeting, or today; raises `Missing`."""
    session.flush()
    case, facts, beside = held_to_decide(session.connection(), case_id, body_id, meeting_id, day_of(now))
    return _folded(case, facts, now), beside


def _folded(case: Case | AskedCase, facts: CaseFacts, now: datetime) -> Folded:
    definition, (entries, bodies, meetings) = pinned(case), (facts.entries, facts.bodies, facts.meetings)
    parties = tuple(party_fact(body) for body in bodies)
    days_off = holidays_for(definition, entries[0].at if entries else now, now)
    found = rounds_standing(definition, parties, entries, meetings, now, bank_holidays=days_off)
    return Folded(case, definition, bodies, parties, entries, meetings, now, found, days_off)


def settle(
    session: Session,
    found: Folded,
    acts: Sequence[Act],
    *,
    read: ReadEnd | None = None,
    receipt: Mapping[str, object] | None = None,
) -> list[int]:
    """Append the acts together with what they bring about, and bring the projections up; gives the ids of the acts.

    The case's row must be held. A crossing is written when the fold asks for it, which it does only until the
    entry is there: so exactly once. `read` is where the log of a single act ended a moment ago; `receipt`
    the token and the body of the form that the first act comes from. Raises `TokenUsedError`.
    """
    after = found.with_entries(_provisional(found.entries, acts, found.now))
    brought: list[Act] = []
    while (follows := _consequence(session, after)) is not None:
        brought.append(follows)
        after = after.with_entries(_provisional(after.entries, [follows], found.now))
    all_acts, added = [*acts, *brought], after.entries[len(found.entries) :]
    given = {**receipt, "case_id": found.case.id, "entry_id": added[0].id} if receipt else None
    projections = projections_of(found.case, after.standing, found.rounds, given)
    written = _written(session, all_acts, added, projections, found.now, read)
    for act in brought:
        if act.tag is Tag.ROUND_OPENED:
            _pin_again(session, found.case, act, found.now)
    keep_conditions(session, found.case.id, after.standing, written, before=found.rounds)
    ask_to_tell(session, found.case, acts, brought, found.now)
    return [*written.values()][: len(acts)]


def _written(
    session: Session,
    acts: Sequence[Act],
    entries: Sequence[CaseEntry],
    projections: Projections,
    now: datetime,
    read: ReadEnd | None,
) -> dict[int, int]:
    """Write the acts and the projections; gives the ids of their entries by those that the fold knew them by.

    The fold is right as it is but for these ids. An act alone takes its projections along, where it can.
    """
    session.flush()
    connection = session.connection()
    if read and projections.receipt and len(acts) == 1 and connection.dialect.name == "postgresql":
        with refused_where_used():
            alone = append_at(connection, acts[0], now, read, along=along(projections, entries[0].id))
        if alone is not None:
            return {entries[0].id: alone}
    written = append_or_continue(session, acts, now, read=read)
    ids = {entry.id: given for entry, given in zip(entries, written, strict=True)}
    write_projections(connection, projections.with_ids(ids))
    return ids


def with_acts(found: Folded, acts: Sequence[Act]) -> Folded:
    """The case as it would be with these acts; nothing is written."""
    return found.with_entries(_provisional(found.entries, acts, found.now))


def project(session: Session, found: Folded) -> None:
    """Write the case's projections as the fold has them."""
    write_projections(session.connection(), projections_of(found.case, found.standing))


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
    if now.early:
        said["early"] = True
    if now.crossing is not None:
        tag = Tag(now.crossing)
        if stage.then.branches:
            said["leads_to"] = now.leads_to
        said |= {"asked": now.asked, "in_favour": now.in_favour, "needed": now.needed}
    elif not now.can_still_complete and stage.then.declined == STOPPED:
        tag = Tag.CASE_STOPPED
        said["reason"] = " ".join(party.sentence for party in now.parties if party.declined)
    elif now.next_stage is not None and after.definition.stage(now.next_stage).version == "same":
        tag = Tag.ROUND_OPENED
        said |= {"number": current.number + 1, "round": current.number + 1, "stage": now.next_stage}
        said["title"] = after.definition.stage(now.next_stage).title
    else:
        return None
    return act_of(after, tag, COMPUTED, session.get_one(Organisation, after.case.asked_by_id), said)


def _pin_again(session: Session, case: Case | AskedCase, act: Act, now: datetime) -> None:
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
