"""A round may be opened when the route of the definition leads to it, on the version its stage asks for.

Within a round, what a body did not decide at one meeting is for a later one to take up.
"""

from collections.abc import Iterable
from datetime import date

from workflows.after_the_answer import DECISION_NOT_RATIFIED, ENDING
from workflows.case_history import DECISION_NOT_QUORATE, DECISION_RECORDED, Act, CaseHistory, day_of, day_said
from workflows.deferral import deferral_of
from workflows.facts import MeetingFact, PartyFact, day_in_words
from workflows.stages import Definition
from workflows.standing import CaseStanding, RoundStanding
from workflows.verdict import Verdict, no, yes


def may_open_round(definition: Definition, now: CaseStanding, stage: str, content_hash: str) -> Verdict:
    """May a round of this stage be opened on this content?

    The first round is the first stage. After that: the stage the route leads to, when the one before is complete
    or has been declined; or at any time the stage at which the present version was first put to the parties, on
    a new version, which supersedes. So a pack that changes after it was put forward has to be put forward again.
    """
    if now.state in ("agreed", "stopped", "withdrawn"):
        return no(f"The case is closed: {now.result}", "a new case")
    wanted, current = definition.stage(stage), now.round
    if current is None:
        first = definition.first_stage
        if stage != first.name:
            return no(f"The case begins with “{first.title}”.", f"a round of “{first.title}”")
        return yes(f"“{first.title}” may begin.")
    same = content_hash == current.content_hash
    if stage == now.next_stage:
        if wanted.version == "same" and not same:
            return no(
                f"“{wanted.title}” is asked about {current.version_label} exactly, and this is other content.",
                f"the content of {current.version_label}",
            )
        needs_other_content = wanted.version == "new"
    elif stage == _where_the_version_began(definition, now.rounds):
        needs_other_content = True
    elif now.next_stage is None:
        return no(f"“{current.title}” is not complete: {now.result}", "the answers still missing, or a new version")
    elif now.next_stage == current.stage:
        return no(f"What follows is “{current.title}” once more, on a new version.", "a new version in that stage")
    else:
        title = definition.stage(now.next_stage).title
        return no(f"What follows “{current.title}” is “{title}”.", f"a round of “{title}”")
    if same and needs_other_content:
        return no(
            f"“{wanted.title}” needs a new version: this is the content of {current.version_label}, "
            f"put to the parties on {day_in_words(current.opened_on)}.",
            "a version with other content",
        )
    return yes(f"“{wanted.title}” may begin.")


def may_take_up(
    history: CaseHistory,
    number: int,
    party: PartyFact,
    meeting: MeetingFact,
    *,
    planned: bool = False,
    meetings: Iterable[MeetingFact] = (),
) -> Verdict:
    """May this meeting take up what round `number` asks of its body?

    Not the meeting that was not quorate or deferred it, nor one before that: what was recorded there stands, and is
    corrected with a reason where it is wrong. `planned`, for putting it on an agenda: not before the day, or the
    meeting, it was deferred to either; `meetings` has that one as the calendar has it now.
    """
    for act, what, meeting_id, on in _unfinished(history, number, party):
        when, there = day_in_words(meeting.held_on), day_in_words(on)
        needs = (f"a meeting of {party.short_name} after {there}", "a correction with its reason, if that is wrong")
        if meeting_id == meeting.id:
            return no(f"{party.short_name} {what} at this very meeting, on {there}.", *needs)
        if meeting.held_on < on:
            return no(f"{party.short_name} {what} on {there}, after the meeting of {when}.", *needs)
        deferral = deferral_of(act.said, meetings) if planned else None
        if deferral and deferral.day and meeting.id != deferral.meeting_id and meeting.held_on < deferral.day:
            return no(
                f"{party.short_name} deferred it {deferral.in_words}, and the meeting of {when} is before that.",
                f"a meeting of {party.short_name} on {day_in_words(deferral.day)} or later",
            )
    return yes(f"{party.short_name} may take it up.")


def _unfinished(history: CaseHistory, number: int, party: PartyFact) -> list[tuple[Act, str, int | None, date]]:
    """What the party left open in this round, but for what was recorded by mistake: in words, at which meeting, when.

    It deferred, was not quorate, agreed with a variation (which ends), or withdrew what it had agreed.
    """
    acts = [(one.number, act) for one in history.rounds for act in one.acts.get(party.body_id, [])]
    found: list[tuple[Act, str, int | None, date]] = []
    for of_round, act in acts:
        at, on = act.said.get("meeting_id"), _held_on(act)
        if of_round == number and act.tag == DECISION_NOT_QUORATE:
            found.append((act, "was not quorate for it", at, on))
        elif of_round == number and act.tag == DECISION_RECORDED and act.said.get("answer") in _LEFT_OPEN:
            found.append((act, _LEFT_OPEN[act.said["answer"]], at, on))
        for entry in act.later:
            if entry.tag in ENDING and entry.payload.get("round", of_round) == number:
                day = day_said(entry.payload, "held_on") or day_of(entry.at)
                refused = entry.tag == DECISION_NOT_RATIFIED
                what = "did not ratify its chair’s action on it" if refused else "withdrew its agreement to it"
                found.append((act, what, entry.payload.get("meeting_id"), day))
    return found


_LEFT_OPEN = {"defer": "deferred it", "agree_with_local_variation": "agreed it with a local variation"}


def _held_on(act: Act) -> date:
    return day_said(act.said, "held_on") or day_of(act.entry.at)


def _where_the_version_began(definition: Definition, rounds: tuple[RoundStanding, ...]) -> str:
    began = [found.stage for found in rounds if definition.stage(found.stage).version != "same"]
    return began[-1] if began else definition.first_stage.name
