"""What a party did, in sentences: the line of each act, of its corrections, and of what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.after_the_answer import clause_in_words, expiry_of, line_of
from workflows.case_history import MINUTE_REFERENCED, OF_A_VOTING, Act, Round, day_of, day_said
from workflows.deferral import deferral_of
from workflows.facts import MeetingFact, PartyFact, day_in_words
from workflows.materiality import amended_in_words, clauses_in_words, reaffirmed
from workflows.voting_in_words import opened_sentence, sentence_within


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of a party's history; old lines stay, whatever comes after."""

    entry_id: int
    at: datetime
    round: int
    tag: str
    sentence: str


def lines_of(party: PartyFact, the_round: Round) -> list[HistoryItem]:
    """The lines of a party's history in one round, in the order of its acts."""
    return [line for act in the_round.acts.get(party.body_id, []) for line in _history_of(party, the_round, act)]


def _history_of(party: PartyFact, the_round: Round, act: Act) -> list[HistoryItem]:
    """The lines one act leaves in a party's history: itself, its corrections and its minute reference."""
    held_on = day_said(act.entry.payload, "held_on")
    when = f" on {day_in_words(held_on)}" if held_on else ""
    match act.tag:
        case "case.scheduled":
            said = f"{party.short_name}: scheduled for the meeting{when}."
        case "case.unscheduled":
            why = str(act.said.get("reason") or "no reason given").rstrip(".")
            said = f"{party.short_name}: taken off the agenda of the meeting{when}: {why}."
        case "papers.issued":
            said = f"{party.short_name}: papers issued{f' for the meeting{when}' if when else ''}."
        case "decision.not_quorate":
            said = f"{party.short_name} was not quorate for this item{when}."
        case "voting.opened":
            said = opened_sentence(party.short_name, the_round.version_label, act.entry.payload)
        case _:
            said = decision_sentence(party, the_round, Act(act.entry, dict(act.entry.payload)))
    lines = [HistoryItem(act.entry.id, act.entry.at, the_round.number, act.tag, said)]
    for entry in (*act.corrections, *([act.minute] if act.minute else [])):
        if entry.tag == MINUTE_REFERENCED:
            said = f"Minute reference: {entry.payload['reference']}."
        else:
            how = "Corrected" if entry.payload.get("answer") else "Entered in error"
            said = f"{how}: {str(entry.payload.get('reason') or 'no reason given').rstrip('.')}."
        lines.append(HistoryItem(entry.id, entry.at, the_round.number, entry.tag, said))
    for entry in act.later:
        lines.append(
            HistoryItem(
                entry.id,
                entry.at,
                the_round.number,
                entry.tag,
                sentence_within(entry, party.short_name)
                if entry.tag in OF_A_VOTING
                else line_of(entry, party.short_name, the_round.version_label),
            )
        )
    return lines


def decision_sentence(party: PartyFact, the_round: Round, act: Act, meetings: Iterable[MeetingFact] = ()) -> str:
    """ "Merton agreed v0.2 with conditions on 5 November 2015: a yearly review; minute GBP/1516/041.".

    `meetings`, as the calendar has them, for what became of the one that it was deferred to.
    """
    said = act.said
    answer = said.get("answer")
    version = the_round.version_label
    done = {
        "agree": f"agreed {version}",
        "agree_as_amended": f"agreed {version} as amended in {amended_in_words(said)}",
        "agree_with_conditions": f"agreed {version} with conditions",
        "agree_with_local_variation": f"agreed {version} with {_varied(said)}",
        "defer": f"deferred its decision on {version}",
        "not_agree": f"did not agree {version}",
        "respond": f"responded to {version}",
        "put_forward": f"put {version} forward",
        "release": f"released {version}",
        "return": f"returned {version}",
    }.get(str(answer), f"answered on {version}")
    title = said.get("answer_title")
    if title:
        done = f"answered “{title}” on {version}"
    again = clauses_in_words(reaffirmed(said))
    if again:
        on_them = f"answered “{title}” on" if title else _AGAIN.get(str(answer), "answered on")
        done = f"{on_them} {again} of {version}"
    on = day_said(said, "held_on") or day_of(act.entry.at)
    sentence = f"{party.short_name} {done} on {day_in_words(on)}"
    alone = said.get("chairs_action")
    if alone:
        sentence += f" by chair’s action of {alone['person']}, as it was urgent ({str(alone['urgent']).rstrip('.')})"
    if said.get("voting"):
        sentence += " by the votes of its members on line"
    deferral = deferral_of(said, meetings)
    if deferral and deferral.in_words:
        sentence += f" {deferral.in_words}"
    detail = "; ".join(str(text).rstrip(".") for text in said.get("conditions") or ())
    detail = detail if answer == "agree_with_conditions" or title else ""
    detail = detail or str(said.get("reason") or "").rstrip(".")
    if detail:
        sentence += f": {detail}"
    if said.get("minute_reference"):
        sentence += f"; minute {said['minute_reference']}"
    if again:
        sentence += f"; the rest of its agreement of {said['rest_of']['version_label']} stands"
    if act.corrections:
        sentence += " (corrected)"
    return f"{sentence}."


_AGAIN = {
    "agree": "re-affirmed",
    "agree_as_amended": "re-affirmed, as amended,",
    "agree_with_conditions": "re-affirmed, with conditions,",
    "agree_with_local_variation": "re-affirmed, with local variation,",
    "defer": "deferred re-affirming",
    "not_agree": "did not re-affirm",
}


def _varied(said: Mapping[str, Any]) -> str:
    expires = expiry_of(said)
    if expires is None:
        return "local variation"
    return f"a local variation of {clause_in_words(said)}, until {day_in_words(expires)},"
