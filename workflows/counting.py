"""How many have answered in favour, who has answered what, and who is still to: one sentence about a stage."""

from collections.abc import Sequence

from workflows.across import Outcome, counted, names, single
from workflows.after_the_answer import EXPIRED, NOT_RATIFIED, WITHDRAWN
from workflows.party_standing import TO_BE_RATIFIED, PartyStanding
from workflows.stages import Stage

_IN_FAVOUR = {"respond": "responded", "put_forward": "put it forward", "release": "released it"}
_STILL_TO = {"respond": "respond", "put_forward": "answer", "release": "answer"}

_HOW = {
    "agreed with conditions": "with conditions",
    "agreed with local variation": "with local variation",
    "carried over": "carried over",
}
"""Agreement that is not simply agreement, in the order in which it is told."""


def agreeing(stage: Stage) -> str:
    """What to answer in favour is called in this stage."""
    first = stage.parties[0].answers[0]
    return "answer in favour" if first in _IN_FAVOUR or stage.own(first) else "agree"


def count_sentence(stage: Stage, parties: Sequence[PartyStanding], in_favour: int, outcome: Outcome) -> str:
    """ "4 of 7 have agreed; Merton, Sutton and NHS England are still to decide."."""
    first = stage.parties[0].answers[0]
    count = f"{in_favour} of {len(parties)} {'has' if len(parties) == 1 else 'have'}"
    said = [f"{count} {'answered in favour' if stage.own(first) else _IN_FAVOUR.get(first, 'agreed')}"]
    by_word: dict[str, list[PartyStanding]] = {}
    for found in parties:
        by_word.setdefault(found.word, []).append(found)
    if qualified := "; ".join(f"{_names(by_word[word])} {how}" for word, how in _HOW.items() if word in by_word):
        said[0] += f" ({qualified})"
    number = counted(stage.across, len(parties))
    if number is not None:
        said[0] += f", {number} needed"
    by_title: dict[str, list[PartyStanding]] = {}
    for found in parties:
        if found.own:
            by_title.setdefault(found.own.title, []).append(found)
    if by_title:
        said.append(", ".join(f"{len(such)} “{title}” ({_names(such)})" for title, such in by_title.items()))
    said += outcome.clauses
    waiting = [found for found in parties if found.answer is None and found.party.body_id not in outcome.named]
    for word, one, many in (
        ("agreed as amended", "has agreed as amended", "have agreed as amended"),
        ("not agreed", "has not agreed", "have not agreed"),
        ("returned", "has returned it", "have returned it"),
        ("deferred", "has deferred", "have deferred"),
        ("not quorate", "was not quorate", "were not quorate"),
        ("re-affirmation needed", "is asked to re-affirm", "are asked to re-affirm"),
        (WITHDRAWN, "has withdrawn its agreement", "have withdrawn their agreement"),
        (TO_BE_RATIFIED, "has still to ratify its chair’s action", "have still to ratify their chairs’ actions"),
        (NOT_RATIFIED, "has not ratified its chair’s action", "have not ratified their chairs’ actions"),
        (EXPIRED, "is asked anew, as its variation expired", "are asked anew, as their variations expired"),
    ):
        such = by_word.get(word)
        if such:
            said.append(f"{_names(such)} {one if single(found.party for found in such) else many}")
            waiting = [found for found in waiting if found.word != word]
    if waiting:
        verb = "is" if single(found.party for found in waiting) else "are"
        said.append(f"{_names(waiting)} {verb} still to {_STILL_TO.get(first, 'decide')}")
    return f"{'; '.join(said)}."


def _names(parties: Sequence[PartyStanding]) -> str:
    return names(found.party for found in parties)
