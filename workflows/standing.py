"""Where a case stands is folded from its entries and the calendar: each party's standing, and what they add up to.

Nothing here is stored or typed in. The result is computed from the parties' decisions, never voted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workflows.across import Position, come_to
from workflows.borne_out import no_longer_borne_out
from workflows.case_history import (
    CASE_AGREED,
    CASE_STOPPED,
    CASE_WITHDRAWN,
    STAGE_COMPLETED,
)
from workflows.counting import agreeing, count_sentence
from workflows.facts import CaseEntry, MeetingFact, PartyFact
from workflows.party_history import HistoryItem, lines_of
from workflows.party_standing import PartyStanding, Word
from workflows.rounds_standing import RoundsStanding, RoundStanding, closing_sentence, rounds_standing
from workflows.stages import DONE, STOPPED, Definition, Stage

__all__ = ["CaseStanding", "HistoryItem", "PartyStanding", "RoundStanding", "State", "Word", "add_up", "standing"]

State = Literal["not opened", "open", "between rounds", "agreed", "stopped", "withdrawn"]


@dataclass(frozen=True, slots=True)
class CaseStanding(RoundsStanding):
    """What a case adds up to.

    `complete`: the rule of the stage is met. `early`: it is met, or can no longer be, whatever the parties still to
    answer may say; `needs` is what would meet it. `crossing`: the tag that must now be written, exactly once, because
    the rule is met and the entry is not there yet. `next_stage`: where a further round may be opened, once the
    stage is complete or has been declined. `leads_to`: where the complete stage leads, among its several ways out.
    """

    state: State
    result: str
    complete: bool
    can_still_complete: bool
    early: bool
    needs: tuple[str, ...]
    crossing: str | None
    asked: int
    in_favour: int
    needed: int
    next_stage: str | None
    leads_to: str | None

    def asks(self, found: PartyStanding) -> bool:
        """Whether the party is asked now: it has not answered, or what it agreed in an agreed case counts no more.

        Who answers in others’ places is asked again where the agreement of one of these counts no more.
        """
        if self.state == "agreed":
            name = found.party.short_name
            lapsed = found.lapsed or any(one.lapsed for one in self.parties if one.party.through == name)
            return lapsed and found.to_answer
        return self.state == "open" and found.to_answer

    def history(self, party: PartyFact) -> tuple[HistoryItem, ...]:
        """What the party did in every round, in the order of its acts; old lines stay, whatever comes after."""
        return tuple(line for the_round in self.folded.rounds for line in lines_of(party, the_round))


def standing(
    definition: Definition,
    parties: Sequence[PartyFact],
    entries: Sequence[CaseEntry],
    meetings: Sequence[MeetingFact],
    now: datetime,
    *,
    before: RoundsStanding | None = None,
    about: Collection[int] = (),
    bank_holidays: Collection[date] = (),
) -> CaseStanding:
    """Where the case stands at the moment `now` (aware). The entries that count are listed in `case_history`.

    It is what `rounds_standing` reads, added up.
    """
    read = rounds_standing(
        definition, parties, entries, meetings, now, before=before, about=about, bank_holidays=bank_holidays
    )
    return add_up(definition, read, now)


def add_up(definition: Definition, read: RoundsStanding, now: datetime) -> CaseStanding:
    """What the case adds up to, its parties standing so."""
    rounds, history = read.rounds, read.folded
    closed = history.closed
    if not rounds:
        return CaseStanding(
            state=_STATE_WHEN_CLOSED[closed.tag] if closed else "not opened",
            result=closing_sentence(closed) or "No version has been put to the parties yet.",
            complete=False,
            can_still_complete=closed is None,
            early=False,
            needs=(),
            crossing=None,
            asked=0,
            in_favour=0,
            needed=0,
            next_stage=None if closed else definition.first_stage.name,
            leads_to=None,
            rounds=(),
            folded=history,
        )
    current = rounds[-1]
    stage = definition.stage(current.stage)
    taken = [found for found in current.parties if found.party.part]
    asked = len(taken)
    in_favour = sum(found.in_favour for found in taken)
    needed = stage.across.needed(asked)
    outcome = come_to(stage.across, [(found.party, position(found)) for found in taken], agreeing(stage))
    complete = outcome.met
    recorded = current.completed_on is not None
    possible = complete or (closed is None and outcome.can_be_met)
    leads_to, settled = _way(stage, taken, history.rounds[-1].completed)
    last = leads_to == DONE
    early = outcome.early and (settled or not complete)
    crossing: str | None = None
    if complete and settled and closed is None and (last or not recorded):
        crossing = CASE_AGREED if last else STAGE_COMPLETED
    next_stage: str | None = None
    if closed is None and recorded and not last:
        next_stage = leads_to
    elif closed is None and not possible and stage.then.declined != STOPPED:
        next_stage = stage.then.declined
    state: State = "open"
    if closed:
        state = _STATE_WHEN_CLOSED[closed.tag]
    elif recorded:
        state = "between rounds"
    said = [count_sentence(stage, taken, in_favour, outcome)]
    if closed is None and not possible:
        whatever = ", whatever the answers still to come" if early else ""
        said.append(f"“{stage.title}” can no longer be completed on {current.version_label}{whatever}.")
    elif complete and not settled and closed is None:
        said.append("Where it leads depends on the answers still to come, so it waits for them.")
    elif early and closed is None:
        said.append("It is decided early: the answers still to come cannot change this.")
    elif early and closed is not None and closed.tag == CASE_AGREED:
        said.append("It was decided early: the answers not given could not have changed this.")
    if current.due and state == "open" and not complete and possible:
        said.append(current.due.sentence(now))
    if closed:
        said.append(closing_sentence(closed))
        if closed.tag == CASE_AGREED and not complete:
            said.append(no_longer_borne_out(taken, history))
    return CaseStanding(
        state=state,
        result=" ".join(said),
        complete=complete,
        can_still_complete=possible,
        early=early,
        needs=() if closed else outcome.needs,
        crossing=crossing,
        asked=asked,
        in_favour=in_favour,
        needed=needed,
        next_stage=next_stage,
        leads_to=leads_to if complete and settled else None,
        rounds=rounds,
        folded=history,
    )


_STATE_WHEN_CLOSED: Mapping[str, State] = {
    CASE_AGREED: "agreed",
    CASE_STOPPED: "stopped",
    CASE_WITHDRAWN: "withdrawn",
}


def _way(stage: Stage, parties: Sequence[PartyStanding], completed: CaseEntry | None) -> tuple[str, bool]:
    """Where completing the stage leads, and whether the answers still to come leave it so.

    What the entry of its completion says stands, whatever is corrected later.
    """
    if completed is not None:
        return str(completed.payload.get("leads_to") or stage.then.complete), True
    given = {found.answer for found in parties if not found.to_ratify}
    rules = [stage.rule_for(found.party.kind) for found in parties if found.answer is None or found.to_ratify]
    still = {answer for rule in rules if rule for answer in rule.answers}
    settled = True
    for branch in stage.then.branches:
        if branch.answered in given:
            return branch.goes_to, settled
        settled = settled and branch.answered not in still
    return stage.then.complete, settled


def position(found: PartyStanding) -> Position:
    if found.in_favour:
        return "in favour"
    if found.declined:
        return "against"
    return "open" if found.answer is None or found.to_ratify else "neither"
