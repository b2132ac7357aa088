"""Where one party stands on one version: read from its entries in a round, its earlier rounds and the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from workflows.after_the_answer import DECISION_RATIFIED, Lapse, expiry_of, lapse_of
from workflows.case_history import (
    CASE_SCHEDULED,
    CASE_UNSCHEDULED,
    DECISION_NOT_QUORATE,
    DECISION_RECORDED,
    PAPERS_ISSUED,
    VOTING_OPENED,
    Act,
    Round,
    day_of,
    day_said,
)
from workflows.conditions import Condition, conditions_of
from workflows.deferral import Deferral, deferral_of
from workflows.facts import MeetingFact, OwnAnswer, PartyFact, day_in_words
from workflows.materiality import Agreement
from workflows.members_voting import window_of
from workflows.party_history import decision_sentence
from workflows.stages import COMPLETING, DECLINING, Stage
from workflows.voting_in_words import standing_sentence

Word = Literal[
    "not yet scheduled",
    "not yet answered",
    "scheduled",
    "papers issued",
    "agreed",
    "agreed as amended",
    "agreed with conditions",
    "agreed with local variation",
    "deferred",
    "not agreed",
    "not quorate",
    "re-affirmation needed",
    "superseded",
    "responded",
    "put forward",
    "released",
    "returned",
    "withdrawn",
    "carried over",
    "agreement withdrawn",
    "local variation expired",
    "to be ratified",
    "not ratified",
    "voting open",
    "not asked",
]

WORD_FOR: Mapping[str, Word] = {
    "agree": "agreed",
    "agree_as_amended": "agreed as amended",
    "agree_with_conditions": "agreed with conditions",
    "agree_with_local_variation": "agreed with local variation",
    "defer": "deferred",
    "not_agree": "not agreed",
    "respond": "responded",
    "put_forward": "put forward",
    "release": "released",
    "return": "returned",
}
"""The standing that each answer gives."""

TO_BE_RATIFIED: Word = "to be ratified"
"""The standing of a body whose chair decided alone, until one of its meetings ratifies that or does not."""

VOTING: Word = "voting open"
"""The standing of a body whose members vote on line, until the outcome is recorded."""

_OF_AN_AGENDA = (CASE_SCHEDULED, PAPERS_ISSUED)


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """Where one party stands on one version. `on` is the day of its decision, or of the meeting it waits for.

    `agreement` is what it agreed of an earlier version, where rulings have kept it: see `carrying`.
    `to_ratify`: its chair decided alone, so that its answer counts only once a meeting has ratified it.
    `lapse`: why what it agreed counts no more, in a word of `after_the_answer`; empty where nothing lapsed.
    `lapsed_by`: the same with its day and entry, of what the party agreed itself.
    `deferral`: until when it deferred, while that is where it stands.
    """

    party: PartyFact
    word: Word | str  # the title of an answer of the stage's own
    sentence: str
    on: date | None = None
    meeting_id: int | None = None
    answer: str | None = None
    conditions: tuple[str, ...] = ()
    reason: str = ""
    minute_reference: str | None = None
    entry_id: int | None = None
    content_hash: str | None = None
    own: OwnAnswer | None = None
    tracked: tuple[Condition, ...] = ()  # the conditions as they stand, in the order of `conditions`
    expires: date | None = None  # the last day of a local variation
    agreement: Agreement | None = field(default=None, hash=False)
    to_ratify: bool = False
    lapse: str = ""
    lapsed_by: Lapse | None = None
    deferral: Deferral | None = None

    @property
    def in_favour(self) -> bool:
        if self.to_ratify:
            return False
        return self.own.counts == "in_favour" if self.own else self.answer in COMPLETING

    @property
    def to_answer(self) -> bool:
        """Whether it is itself to answer: nobody answers for it, and it is there for itself or for others."""
        return self.answer is None and not self.party.through and bool(self.party.part or self.party.stands_for)

    @property
    def lapsed(self) -> bool:
        """Whether it agreed and that counts no more: it is asked again, in a case that is closed as agreed too."""
        return bool(self.lapse)

    @property
    def declined(self) -> bool:
        if self.to_ratify:
            return False
        return self.own.counts == "against" if self.own else self.answer in DECLINING


@dataclass(frozen=True, slots=True)
class PartyReader:
    """Reads what one round's entries and the calendar say of one party."""

    stage: Stage
    round: Round
    earlier: Sequence[Round]
    meetings: Sequence[MeetingFact]
    opened_on: date
    today: date
    now: datetime

    def read(self, party: PartyFact) -> PartyStanding:
        """Where the party stands."""
        if party.body_id not in self.round.acts:
            return self._waiting(party, None, ())
        acts = _still_counting(self.round.acts[party.body_id])
        decided = [act for act in acts if act.tag == DECISION_RECORDED and not act.void]
        decision = decided[-1] if decided else None
        after = acts[acts.index(decision) + 1 :] if decision else acts
        given = next((act for act in reversed(decided) if act.said["answer"] != "defer"), None)
        lapse = self._lapse(party, given) if given else None
        if decision and decision is given and not lapse:
            return self._decided(party, decision)
        waiting = self._waiting(party, decision if decision is not given else None, after)
        if given and lapse and decision is given and waiting.word != VOTING:
            return self._lapsed(party, given, lapse)
        return replace(waiting, lapse=lapse.word, lapsed_by=lapse) if lapse else waiting

    def _decided(self, party: PartyFact, act: Act) -> PartyStanding:
        said, answer = act.said, str(act.said["answer"])
        content_hash = said.get("content_hash")
        if content_hash is not None and content_hash != self.round.content_hash:
            sentence = f"{party.short_name} answered on other content than {self.round.version_label}."
            return PartyStanding(party, "re-affirmation needed", sentence)
        own = self.stage.own(answer)
        with_conditions = answer == "agree_with_conditions" or (own is not None and own.needs == "conditions")
        return PartyStanding(
            party=party,
            word=TO_BE_RATIFIED if act.to_ratify else own.title if own else WORD_FOR[answer],
            sentence=f"{decision_sentence(party, self.round, act)}{_ratified(act)}",
            on=day_said(said, "held_on") or day_of(act.entry.at),
            meeting_id=said.get("meeting_id"),
            answer=answer,
            conditions=tuple(said.get("conditions") or ()) if with_conditions else (),
            tracked=conditions_of(act.entry.id, said, act.later) if with_conditions else (),
            expires=expiry_of(said),
            reason=str(said.get("reason") or ""),
            minute_reference=said.get("minute_reference"),
            entry_id=act.entry.id,
            content_hash=content_hash,
            own=own,
            to_ratify=act.to_ratify,
        )

    def _lapse(self, party: PartyFact, act: Act) -> Lapse | None:
        decided_on = day_said(act.said, "held_on") or day_of(act.entry.at)
        version = self.round.version_label
        return lapse_of(act.said, act.later, party.short_name, version, decided_on, self.today)

    def _lapsed(self, party: PartyFact, decision: Act, lapse: Lapse) -> PartyStanding:
        """A party whose agreement counts no more, with the meeting that takes it up again where there is one."""
        coming = self._coming(party, max(lapse.on, self._settled_on(decision) or lapse.on))
        sentence = lapse.sentence
        if coming and coming.held_on >= self.today:
            sentence += f" It decides anew on {day_in_words(coming.held_on)}."
        meeting_id = coming.id if coming else None
        return PartyStanding(
            party, lapse.word, sentence, on=lapse.on, meeting_id=meeting_id, lapse=lapse.word, lapsed_by=lapse
        )

    def _waiting(self, party: PartyFact, deferral: Act | None, acts: Sequence[Act]) -> PartyStanding:
        """A party that has not answered: the last thing that happened counts, then what the calendar knows."""
        last = next((act for act in reversed(acts) if not act.void), None)
        voting = next((act for act in reversed(acts) if _of_a_voting(act)), None)
        if voting is not None and voting.tag == VOTING_OPENED:
            window = window_of(voting.entry, voting.later)
            sentence = standing_sentence(party.short_name, window, self.now)
            return PartyStanding(party, VOTING, sentence, on=day_of(window.closes))
        issued = {act.said.get("meeting_id") for act in acts if act.tag == PAPERS_ISSUED}
        coming = self._coming(party, self._settled_on(deferral, last))
        if last and last.tag in (CASE_SCHEDULED, PAPERS_ISSUED):
            meeting_id = last.said.get("meeting_id")
            meeting = next((found for found in self.meetings if found.id == meeting_id), None)
            held_on = meeting.held_on if meeting else day_said(last.said, "held_on")
            passed_over = coming is not None and held_on is not None and held_on < min(self.today, coming.held_on)
            if not passed_over and not (meeting and meeting.cancelled):
                return self._scheduled(party, held_on, meeting_id, meeting_id in issued)
        if coming:
            return self._scheduled(party, coming.held_on, coming.id, coming.id in issued)
        if last and last.tag == DECISION_NOT_QUORATE:
            on = day_in_words(day_said(last.said, "held_on") or day_of(last.entry.at))
            sentence = f"Nothing was decided on {on}. {last.said.get('sentence') or ''}".strip()
            return self._undecided(party, "not quorate", sentence, last)
        if deferral:
            sentence = decision_sentence(party, self.round, deferral, self.meetings)
            until = deferral_of(deferral.said, self.meetings)
            if until:
                sentence += until.what_now(party.short_name, self.today)
            return replace(self._undecided(party, "deferred", sentence, deferral), deferral=until)
        agreed_before = self._agreed_before(party)
        if agreed_before:
            sentence = (
                f"{party.short_name} agreed {agreed_before.version_label}; "
                f"it is asked again about {self.round.version_label}."
            )
            return PartyStanding(party, "re-affirmation needed", sentence)
        rule = self.stage.rule_for(party.kind)
        if rule and rule.decide == "officer":
            sentence = f"{party.short_name} has not answered yet; it answers without a meeting."
            return PartyStanding(party, "not yet answered", sentence)
        sentence = f"No meeting of {party.short_name} has this on its agenda yet."
        return PartyStanding(party, "not yet scheduled", sentence)

    def _undecided(self, party: PartyFact, word: Word, sentence: str, act: Act) -> PartyStanding:
        return PartyStanding(
            party,
            word,
            sentence,
            on=day_said(act.said, "held_on") or day_of(act.entry.at),
            meeting_id=act.said.get("meeting_id"),
            reason=str(act.said.get("reason") or ""),
            minute_reference=act.said.get("minute_reference"),
            entry_id=act.entry.id,
        )

    def _scheduled(
        self,
        party: PartyFact,
        held_on: date | None,
        meeting_id: int | None,
        issued: bool,
    ) -> PartyStanding:
        when = f"on {day_in_words(held_on)}" if held_on else "at its next meeting"
        papers = "; its papers have been issued" if issued else ""
        if held_on and held_on < self.today:
            sentence = f"{party.short_name} had this before it {when}{papers}; no decision is recorded yet."
        else:
            sentence = f"{party.short_name} decides {when}{papers}."
        word: Word = "papers issued" if issued else "scheduled"
        return PartyStanding(party, word, sentence, on=held_on, meeting_id=meeting_id)

    def _settled_on(self, *acts: Act | None) -> date | None:
        """The latest day on which the party deferred or was not quorate: only later meetings can take it up."""
        days = [
            day_said(act.said, "held_on") or day_of(act.entry.at)
            for act in acts
            if act and act.tag in (DECISION_RECORDED, DECISION_NOT_QUORATE)
        ]
        return max(days, default=None)

    def _coming(self, party: PartyFact, after: date | None) -> MeetingFact | None:
        """The soonest meeting still to come with the case on its agenda, or else the last one that had it."""
        with_case = sorted(
            (
                meeting
                for meeting in self.meetings
                if meeting.body_id == party.body_id
                and meeting.agenda_has_case
                and not meeting.cancelled
                and meeting.held_on >= self.opened_on
                and (after is None or meeting.held_on > after)
            ),
            key=lambda meeting: (meeting.held_on, meeting.id),
        )
        still_to_come = [meeting for meeting in with_case if meeting.held_on >= self.today]
        return still_to_come[0] if still_to_come else with_case[-1] if with_case else None

    def _agreed_before(self, party: PartyFact) -> Round | None:
        """The latest earlier round of this stage, on other content, in which the party agreed."""
        for the_round in reversed(self.earlier):
            if the_round.stage != self.round.stage or the_round.content_hash == self.round.content_hash:
                continue
            acts = the_round.acts.get(party.body_id, [])
            decided = [act for act in acts if act.tag == DECISION_RECORDED and not act.void]
            if (
                decided
                and not decided[-1].to_ratify
                and not self._lapse(party, decided[-1])
                and self.stage.counts(decided[-1].said["answer"]) == "in_favour"
            ):
                return the_round
        return None


def _ratified(act: Act) -> str:
    if act.to_ratify:
        return " It is to be ratified by a meeting, and counts only then."
    by = next((entry for entry in act.later if entry.tag == DECISION_RATIFIED), None)
    on = day_said(by.payload, "held_on") if by else None
    return f" It was ratified by the meeting of {day_in_words(on)}." if on else ""


def _of_a_voting(act: Act) -> bool:
    """Whether an act began a voting or ended one: an outcome recorded by mistake ended it all the same."""
    ended = act.tag == DECISION_RECORDED and act.void and act.said.get("voting") is not None
    return ended or act.tag in (VOTING_OPENED, DECISION_NOT_QUORATE)


def _still_counting(acts: Sequence[Act]) -> Sequence[Act]:
    """The acts without stopped votings, and without what came of an agenda that the case was taken off again."""
    if any(act.stopped for act in acts):
        acts = [act for act in acts if not act.stopped]
    if not any(act.tag == CASE_UNSCHEDULED for act in acts):
        return acts
    counting: list[Act] = []
    for act in acts:
        if act.tag == CASE_UNSCHEDULED:
            gone = act.said.get("meeting_id")
            counting = [one for one in counting if one.tag not in _OF_AN_AGENDA or one.said.get("meeting_id") != gone]
        else:
            counting.append(act)
    return counting


def as_superseded(found: PartyStanding, version: str, by: str) -> PartyStanding:
    """The same party on a version that another one has taken the place of before it was complete."""
    sentence = f"{version[:1].upper()}{version[1:]} was superseded by {by}."
    if found.answer is None:
        return PartyStanding(found.party, "superseded", sentence)
    return replace(found, word="superseded", sentence=f"{sentence} {found.sentence}")
