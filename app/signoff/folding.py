"""A case folded from its entries and the calendar, and the one way in which entries are added to it.

Who adds an entry holds the case's row first. What the entry brings about (a stage completed, the case agreed) is
worked out before anything is written, so that all of it is one act on the record, and then folded once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.meetings.queries import meetings_about
from app.people.models import DecidingBody, Organisation
from app.people.queries import party_fact
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
        return replace(
            self, entries=added, standing=standing(self.definition, self.parties, added, self.meetings, self.now)
        )


def locked_case(session: Session, case_id: int) -> Case:
    """The case, its row held to the end of the transaction; raises `Missing`."""
    case = session.scalar(
        sa.select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    )
    if case is None:
        raise Missing
    return case


def folded(session: Session, case: Case, now: datetime) -> Folded:
    """The case as it stands at `now`, in three statements."""
    definition = pinned(case)
    entries = tuple(case_entries(session, case.id))
    parties = tuple(
        party_fact(body)
        for body in session.scalars(
            sa.select(DecidingBody)
            .join(Party, Party.body_id == DecidingBody.id)
            .where(Party.case_id == case.id)
            .order_by(Party.position)
        )
    )
    meetings = meetings_about(session, "case", case.id)
    return Folded(
        case, definition, parties, entries, meetings, now, standing(definition, parties, entries, meetings, now)
    )


def case_entries(session: Session, case_id: int) -> list[CaseEntry]:
    """The case's entries as the rules know them, in the order of their ids."""
    rows = session.execute(
        sa.select(RecordEntry.id, RecordEntry.tag, RecordEntry.at, RecordEntry.organisation_id, RecordEntry.payload)
        .where(RecordEntry.thing_kind == "case", RecordEntry.thing_id == case_id)
        .order_by(RecordEntry.id)
    )
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
    entries = [CaseEntry(e.id, e.tag, e.at, e.organisation_id, e.payload or {}) for e in written]
    project(session, found.with_entries(entries))
    return written[: len(acts)]


def project(session: Session, found: Folded) -> None:
    """Write the case's projections as the fold has them; what has not changed is not written."""
    now = found.standing
    current = found.round
    state = session.get(CaseState, found.case.id)
    if state is None:
        state = CaseState(case_id=found.case.id)
        session.add(state)
    state.state, state.round, state.stage, state.sentence = now.state, current.number, current.stage, now.result
    kept = {
        (row.round, row.stage, row.body_id): row
        for row in session.scalars(sa.select(PartyState).where(PartyState.case_id == found.case.id))
    }
    for the_round in now.rounds:
        asked_now = the_round is current and now.state == "open"
        for party in the_round.parties:
            key = (the_round.number, the_round.stage, party.party.body_id)
            row = kept.pop(key, None)
            if row is None:
                row = PartyState(case_id=found.case.id, round=key[0], stage=key[1], body_id=key[2])
                session.add(row)
            row.standing, row.sentence, row.on = party.word, party.sentence, party.on
            row.waiting = asked_now and party.answer is None
            row.meeting_id, row.entry_id = party.meeting_id, party.entry_id
            row.conditions, row.minute_reference = list(party.conditions), party.minute_reference or ""
    for row in kept.values():
        session.delete(row)
    session.flush()


def act_of(found: Folded, tag: Tag, doer: Doer, owner: Organisation, said: dict[str, object]) -> Act:
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
