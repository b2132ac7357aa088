"""Where a party stands on a new version by what it agreed of an earlier one: carried over, or asked to re-affirm."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from workflows.after_the_answer import AGREEMENT_WITHDRAWN, NOT_RATIFIED, Lapse, expiry_of, lapse_of
from workflows.case_history import Act, Round, day_of_act
from workflows.conditions import Condition, conditions_of
from workflows.facts import Counts, OwnAnswer, day_in_words
from workflows.materiality import (
    AGREEING,
    Agreement,
    Rulings,
    agreement_before,
    amended_in_words,
    amendments_of,
    clauses_in_words,
    reaffirmed,
    still_asked,
)
from workflows.party_history import decision_sentence
from workflows.party_standing import WORD_FOR, PartyStanding
from workflows.verdict import in_words

_ON_AN_AGENDA = ("scheduled", "papers issued")
_NOTHING_SET = ("not yet scheduled", "not yet answered", "re-affirmation needed")


def carry(
    found: PartyStanding, the_round: Round, earlier: Sequence[Round], rulings: Rulings, today: date
) -> PartyStanding:
    """The standing as read from the round alone, with what earlier agreement and the rulings since make of it."""
    if not rulings and found.entry_id is None:
        return found
    acts = the_round.acts.get(found.party.body_id, [])
    act = next((one for one in acts if one.entry.id == found.entry_id), None)
    again = reaffirmed(act.said) if act else ()
    if not rulings and not again:
        return found
    held = None if _withdrew(acts) else agreement_before(found.party.body_id, earlier, the_round, rulings)
    lapse = _lapse(found, the_round, earlier, held, today)
    if found.answer is None and lapse is not None:
        return _lapsed(found, lapse, today)
    if found.answer is None and found.lapsed and found.lapse != NOT_RATIFIED:
        return found  # it is asked about the whole
    if found.answer is not None and act is not None:
        if not again or not found.in_favour:
            return replace(found, agreement=held) if again else found
        if lapse is not None:
            return PartyStanding(
                found.party, lapse.word, lapse.sentence, on=lapse.on, lapse=lapse.word, lapsed_by=lapse
            )
        if held is None:
            sentence = f"{found.sentence} The agreement that this rests on no longer stands, so all of it is asked."
            return PartyStanding(found.party, "re-affirmation needed", sentence)
        left = replace(held, asked=still_asked(held, act))
        if left.asked:
            return _asked(PartyStanding(found.party, "re-affirmation needed", found.sentence), left, the_round)
        return _reaffirmed(found, held)
    if held is None:
        return found
    return _asked(found, held, the_round) if held.asked else _carried_over(found, held, the_round)


def _lapse(
    found: PartyStanding, the_round: Round, earlier: Sequence[Round], held: Agreement | None, today: date
) -> Lapse | None:
    """Why what the party agreed of an earlier version counts no more, though it had carried over to this one.

    It rests on each of its re-affirmations too: a variation that came with one of them ends it as well.
    """
    name = found.party.short_name
    for of_round, act in held.acts if held is not None else ():
        lapse = lapse_of(act.said, act.later, name, of_round.version_label, day_of_act(act), today)
        if lapse is not None:
            return lapse
    if held is not None:
        return None
    for before in reversed(earlier):
        for act in reversed(before.acts.get(found.party.body_id, [])):
            if any(entry.payload.get("round") == the_round.number for entry in act.later if act.withdrawn):
                return lapse_of(act.said, act.later, name, before.version_label, day_of_act(act), today)
    return None


def _lapsed(found: PartyStanding, lapse: Lapse, today: date) -> PartyStanding:
    """Asked about the whole again: a meeting still to come is said with it, and what came after it keeps its word."""
    if found.lapsed or found.word not in (*_NOTHING_SET, *_ON_AN_AGENDA):
        return replace(found, lapse=found.lapse or lapse.word, lapsed_by=found.lapsed_by or lapse)
    sentence = lapse.sentence
    if found.word in _ON_AN_AGENDA and found.on is not None and found.on >= today:
        sentence += f" It decides anew on {day_in_words(found.on)}."
    return PartyStanding(
        found.party,
        lapse.word,
        sentence,
        on=lapse.on,
        meeting_id=found.meeting_id,
        lapse=lapse.word,
        lapsed_by=lapse,
    )


def _withdrew(acts: Sequence[Act]) -> bool:
    """Whether the party withdrew, in this very round, what it had re-affirmed in it, and so all of its agreement."""
    return any(entry.tag == AGREEMENT_WITHDRAWN for act in acts for entry in act.later)


def _carried_over(found: PartyStanding, held: Agreement, the_round: Round) -> PartyStanding:
    said, party = held.act.said, found.party
    ruled = in_words(dict.fromkeys(f"{ruling.by} on {day_in_words(ruling.on)}" for ruling in held.rulings))
    amended = [act.said for _, act in held.acts if amendments_of(act.said)]
    its_own = {(str(one["clause"]), one.get("hash")) for said in amended for one in amendments_of(said)}
    its_own |= {(change.code, change.hash) for _, act in held.again for change in reaffirmed(act.said)}
    changed = [clause for ruling in held.rulings for clause in ruling.clauses if clause.ruling == "editorial"]
    others = [clause for clause in changed if (clause.change.code, clause.change.hash) not in its_own]
    why = f"that what {'else changed' if its_own else 'changed'} is editorial"
    if not others:
        why = f"that no {'other ' if its_own else ''}clause has changed"
    again = "".join(f" {decision_sentence(party, the_round, act)}" for the_round, act in held.again)
    sentence = (
        f"{decision_sentence(party, held.round, held.act)}{again} "
        f"Carried over to {the_round.version_label}{_in_which(amended)}: ruled by {ruled} {why}."
    )
    answers, tracked = _together(held)
    return PartyStanding(
        party,
        "carried over",
        sentence,
        on=day_of_act(held.act),
        meeting_id=said.get("meeting_id"),
        answer=_stronger(answers),
        conditions=tuple(one.text for one in tracked),
        reason=str(said.get("reason") or ""),
        minute_reference=said.get("minute_reference"),
        entry_id=held.act.entry.id,
        content_hash=held.content_hash,
        own=_own_of((held.again[-1][1] if held.again else held.act).said),
        tracked=tracked,
        expires=expiry_of(said),
        agreement=held,
    )


def _in_which(amended: Sequence[Mapping[str, Any]]) -> str:
    """That a version has the amendments with which these decisions agreed."""
    if not amended:
        return ""
    as_it_was = "stand as they were" if sum(len(amendments_of(said)) for said in amended) > 1 else "stands as it was"
    return f", in which {in_words(map(amended_in_words, amended))} {as_it_was} amended"


def _asked(found: PartyStanding, held: Agreement, the_round: Round) -> PartyStanding:
    """Asked to re-affirm some clauses; the calendar's word stands where a meeting has it."""
    clauses = clauses_in_words(held.asked)
    if found.word in _NOTHING_SET:
        word = "re-affirmation needed"
        begins = "" if found.word == word else f"{found.sentence} "
        sentence = (
            f"{begins}{found.party.short_name} agreed {held.round.version_label} on "
            f"{day_in_words(day_of_act(held.act))}; on {the_round.version_label} it is asked to re-affirm "
            f"only {clauses}, and the rest of that agreement stands."
        )
        return replace(found, word="re-affirmation needed", sentence=sentence, agreement=held)
    sentence = (
        f"{found.sentence} It is asked to re-affirm only {clauses}; the rest of its agreement of "
        f"{held.round.version_label} stands."
    )
    return replace(found, sentence=sentence, agreement=held)


def _reaffirmed(found: PartyStanding, held: Agreement) -> PartyStanding:
    """What was re-affirmed and what stands, added up: the conditions of both, and the word of the stronger."""
    answers, kept = _together(held)
    tracked = (*kept, *found.tracked)
    if found.own is not None:
        return replace(found, conditions=tuple(one.text for one in tracked), tracked=tracked, agreement=held)
    if found.answer not in AGREEING:
        return replace(found, agreement=held)
    return replace(
        found,
        word=WORD_FOR[_stronger([*answers, found.answer])],
        answer=_stronger([*answers, found.answer]),
        conditions=tuple(one.text for one in tracked),
        tracked=tracked,
        expires=found.expires or expiry_of(held.act.said),
        agreement=held,
    )


def _together(held: Agreement) -> tuple[list[str], tuple[Condition, ...]]:
    """The answers of an agreement and its re-affirmations, and their conditions as they stand."""
    acts = [act for _, act in held.acts]
    conditions = [
        one
        for act in acts
        if act.said["answer"] == "agree_with_conditions" or act.said.get("answer_title")
        for one in conditions_of(act.entry.id, act.said, act.later)
    ]
    # an amendment that a version has is no amendment any more
    answers = ["agree" if amendments_of(act.said) else str(act.said["answer"]) for act in acts]
    return answers, tuple(conditions)


def _stronger(answers: Sequence[str]) -> str:
    """The strongest of the usual answers; of a stage's own the last that was given."""
    order = ("agree_with_conditions", "agree_with_local_variation", "agree")
    return next((answer for answer in order if answer in answers), answers[-1])


def _own_of(said: Mapping[str, Any]) -> OwnAnswer | None:
    """The answer of the stage's own that an entry holds, as it was named and counted then."""
    title = said.get("answer_title")
    return OwnAnswer(str(title), cast("Counts", said.get("counts"))) if title else None
