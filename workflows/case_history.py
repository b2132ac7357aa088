"""The entries of a case, folded into its rounds and what each party did in each; no judgement yet.

The entries that count, and the payload each brings. A date is an ISO date, as text or as a date.

    case.opened         anything
    round.opened        number, stage, content_hash, version_label
    case.scheduled      body_id, meeting_id, held_on
    case.unscheduled    body_id, meeting_id, held_on, reason: it was taken off that agenda again
    papers.issued       body_id, meeting_id, held_on (may be left out)
    decision.recorded   body_id, round, stage, answer, content_hash, held_on; where they apply: meeting_id,
                        conditions (list of text), reason, minute_reference, reaffirms (clauses); until (date), or
                        deferred_to_meeting_id and deferred_to_held_on (the day it was to be on);
                        variation (clause, text, expires); answer_title for an answer of the stage's own;
                        chairs_action (person, urgent, …) where the chair decided alone, to be ratified
    decision.not_quorate body_id, held_on, meeting_id, sentence (the quorum rule's)
    decision.corrected  body_id, corrects (id of the entry), reason (why it is corrected), and what replaces what
                        was recorded: answer, answer_title, conditions, held_on, meeting_id, until,
                        deferred_to_meeting_id, deferred_to_held_on, answer_reason,
                        votes (all of them, see `corrected_votes`) and tally;
                        answer null: nothing was decided, it had been recorded by mistake
    minute.referenced   body_id, corrects (id of the entry), reference
    voting.opened       body_id, opens and closes (moments), and what `members_voting` lists
    vote.signed         body_id, voting (id of the window's entry), and what `members_voting` lists
    voting.stopped      the same, reason: the window was opened by mistake, and its votes count for nothing
    voting.declared, voting.handled as `voting_interests` lists: interests in what is voted on
    condition.…         body_id, decision (id of the decision's entry), and what `conditions` lists
    agreement.withdrawn, decision.ratified, decision.not_ratified as `after_the_answer` lists
    stage.completed     round, stage; leads_to where the stage has several ways out
    change.ruled        from_version, from_hash, to_version, to_hash, by, clauses: each with code, number, heading, how,
                        was, hash, ruling, reason (see `materiality`)
    party.…             what `standing_in` lists: who answers in a party's place
    case.agreed         anything
    case.stopped        reason
    case.withdrawn      reason

A decision belongs to the round it names; what names no round belongs to the round open at that time.
Other tags are left aside, so that a case may have more in its history than the rules use.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflows.after_the_answer import AFTER_AN_ANSWER, DECISION_RATIFIED, ENDING
from workflows.facts import CaseEntry, day_read
from workflows.voting_interests import VOTING_DECLARED, VOTING_HANDLED

LONDON = ZoneInfo("Europe/London")

CASE_OPENED = "case.opened"
ROUND_OPENED = "round.opened"
CASE_SCHEDULED = "case.scheduled"
CASE_UNSCHEDULED = "case.unscheduled"
PAPERS_ISSUED = "papers.issued"
DECISION_RECORDED = "decision.recorded"
DECISION_NOT_QUORATE = "decision.not_quorate"
DECISION_CORRECTED = "decision.corrected"
MINUTE_REFERENCED = "minute.referenced"
VOTING_OPENED = "voting.opened"
VOTE_SIGNED = "vote.signed"
VOTING_STOPPED = "voting.stopped"
STAGE_COMPLETED = "stage.completed"
CHANGE_RULED = "change.ruled"
CASE_AGREED = "case.agreed"
CASE_STOPPED = "case.stopped"
CASE_WITHDRAWN = "case.withdrawn"

OF_A_VOTING = (VOTE_SIGNED, VOTING_STOPPED, VOTING_DECLARED, VOTING_HANDLED)
"""What follows the opening of a window, and names it."""

_CLOSING = (CASE_AGREED, CASE_STOPPED, CASE_WITHDRAWN)
_OF_STANDING_IN = "party."
_OF_ONE_PARTY = (
    CASE_SCHEDULED,
    CASE_UNSCHEDULED,
    PAPERS_ISSUED,
    DECISION_RECORDED,
    DECISION_NOT_QUORATE,
    VOTING_OPENED,
)
_CORRECTABLE = (
    *("answer", "answer_title", "conditions", "keepers", "variation", "held_on", "meeting_id", "until"),
    *("deferred_to_meeting_id", "deferred_to_held_on", "votes", "tally"),
)


@dataclass(slots=True)
class Act:
    """One thing a party did or had done to it in a round, with corrections and the minute reference applied."""

    entry: CaseEntry
    said: dict[str, Any]
    corrections: list[CaseEntry] = field(default_factory=list)
    minute: CaseEntry | None = None
    later: list[CaseEntry] = field(default_factory=list)  # what became of the answer afterwards

    @property
    def tag(self) -> str:
        return self.entry.tag

    @property
    def void(self) -> bool:
        """Recorded by mistake: a correction says that nothing was decided."""
        return self.tag == DECISION_RECORDED and self.said.get("answer") is None

    @property
    def withdrawn(self) -> bool:
        """Whether the body took back what was decided here: it withdrew it, or did not ratify it."""
        return any(entry.tag in ENDING for entry in self.later)

    @property
    def stopped(self) -> bool:
        """Whether it is a window in which members voted, and was stopped."""
        return any(entry.tag == VOTING_STOPPED for entry in self.later)

    @property
    def to_ratify(self) -> bool:
        """Whether the chair decided this alone, and no meeting has ratified it so far."""
        return bool(self.said.get("chairs_action")) and not any(one.tag == DECISION_RATIFIED for one in self.later)


@dataclass(slots=True)
class Round:
    """One version put to the parties in one stage."""

    number: int
    stage: str
    content_hash: str
    version_label: str
    opened: CaseEntry
    completed: CaseEntry | None = None
    acts: dict[int, list[Act]] = field(default_factory=dict)


@dataclass(slots=True)
class CaseHistory:
    rounds: list[Round] = field(default_factory=list)
    rulings: list[CaseEntry] = field(default_factory=list)
    standing_in: list[CaseEntry] = field(default_factory=list)  # who answers in whose place
    closed: CaseEntry | None = None

    def act(self, entry_id: int) -> Act | None:
        """What this entry did, with what corrected it applied; nothing where it is no party's act of this case."""
        acts = (act for one in self.rounds for of_party in one.acts.values() for act in of_party)
        return next((act for act in acts if act.entry.id == entry_id), None)


def fold(entries: Iterable[CaseEntry]) -> CaseHistory:
    """Fold a case's entries, in the order of their ids; of two rounds with one number the first counts."""
    history = CaseHistory()
    acts: dict[int, Act] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        said = entry.payload
        if entry.tag == ROUND_OPENED:
            _open_round(history, entry)
        elif entry.tag == CHANGE_RULED:
            history.rulings.append(entry)
        elif entry.tag.startswith(_OF_STANDING_IN):
            history.standing_in.append(entry)
        elif entry.tag in _CLOSING:
            history.closed = history.closed or entry
        elif entry.tag in (DECISION_CORRECTED, MINUTE_REFERENCED):
            act = acts.get(int(said["corrects"]))
            if act is not None:
                _amend(act, entry)
                acts[entry.id] = act
        elif entry.tag in AFTER_AN_ANSWER or entry.tag in OF_A_VOTING:
            act = acts.get(int(said["voting" if entry.tag in OF_A_VOTING else "decision"]))
            if act is not None:
                act.later.append(entry)
        elif history.rounds:
            in_round = _round(history.rounds, said.get("round"))
            if in_round is None:
                continue
            if entry.tag == STAGE_COMPLETED:
                in_round.completed = in_round.completed or entry
            elif entry.tag in _OF_ONE_PARTY:
                act = Act(entry, dict(said))
                acts[entry.id] = act
                in_round.acts.setdefault(int(said["body_id"]), []).append(act)
    return history


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in Europe/London."""
    return moment.astimezone(LONDON).date()


def day_said(said: Mapping[str, Any], key: str) -> date | None:
    """A date in a payload, whether it came as text or as a date."""
    return day_read(said.get(key))


def day_of_act(act: Act) -> date:
    """The day of the meeting, or else the day on which it was recorded."""
    return day_said(act.said, "held_on") or day_of(act.entry.at)


def _open_round(history: CaseHistory, entry: CaseEntry) -> None:
    said = entry.payload
    number = int(said["number"])
    if _round(history.rounds, number) is None or not history.rounds:
        history.rounds.append(
            Round(
                number,
                str(said["stage"]),
                str(said["content_hash"]),
                str(said.get("version_label") or f"version {number}"),
                entry,
            )
        )


def _round(rounds: Sequence[Round], number: object) -> Round | None:
    if number is None:
        return rounds[-1]
    return next((found for found in rounds if found.number == number), None)


def _amend(act: Act, entry: CaseEntry) -> None:
    if entry.tag == MINUTE_REFERENCED:
        act.minute = entry
        act.said["minute_reference"] = entry.payload["reference"]
        return
    act.corrections.append(entry)
    act.said.update({key: entry.payload[key] for key in _CORRECTABLE if key in entry.payload})
    if "answer_reason" in entry.payload:
        act.said["reason"] = entry.payload["answer_reason"]
