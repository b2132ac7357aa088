"""What becomes of an answer after it was given: it is withdrawn by the body, not ratified, or its variation expires.

Each way the history stays, the answer no longer counts, and the body is asked again. The entries, beside those of
`conditions`:

    agreement.withdrawn   body_id, decision (id of the decision's entry), held_on, reason;
                          decided_by (body_id, body) where a successor decided it
                          answer_title of an answer of the stage's own
    decision.ratified     body_id, decision, meeting_id, held_on: what the chair decided alone now counts
    decision.not_ratified body_id, decision, meeting_id, held_on, reason
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.conditions import ABOUT_CONDITIONS
from workflows.conditions import line_of as line_of_condition
from workflows.facts import AnswerFact, CaseEntry, day_in_words, day_read
from workflows.verdict import Verdict, no, yes

AGREEMENT_WITHDRAWN = "agreement.withdrawn"
DECISION_RATIFIED = "decision.ratified"
DECISION_NOT_RATIFIED = "decision.not_ratified"
ENDING = (AGREEMENT_WITHDRAWN, DECISION_NOT_RATIFIED)
"""The tags of entries by which a meeting took back what was decided."""
AFTER_AN_ANSWER = (*ABOUT_CONDITIONS, AGREEMENT_WITHDRAWN, DECISION_RATIFIED, DECISION_NOT_RATIFIED)
"""The tags of entries that say what became of a decision; each names it by `decision`."""

WITHDRAWN = "agreement withdrawn"
EXPIRED = "local variation expired"
NOT_RATIFIED = "not ratified"
LAPSED = frozenset({WITHDRAWN, EXPIRED, NOT_RATIFIED})
"""The standings of a body whose agreement counts no more, so that it is asked again, though the case be closed."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """Why an agreement counts no more, since which day, and by which entry where it is not by the calendar alone.

    `decided_on`: the day of the decision that counts no more, which was made in round `number`.
    """

    word: str
    sentence: str
    on: date
    decided_on: date
    number: int | None = None
    entry_id: int | None = None

    def before(self, day: date, entry_id: int | None) -> bool:
        """Whether a decision of that day, in that entry, came after the agreement counted no more."""
        if self.entry_id is None:
            return self.on < day
        return self.on <= day and (entry_id is None or self.entry_id < entry_id)


def lapse_of(
    said: Mapping[str, Any], later: Iterable[CaseEntry], short_name: str, version: str, decided_on: date, today: date
) -> Lapse | None:
    """Why this decision no longer counts in favour; nothing while it does.

    A local variation counts to the end of its last day; a withdrawal from when it is recorded.
    """
    for entry in later:
        if entry.tag in ENDING:
            on = day_read(entry.payload["held_on"])
            assert on is not None
            word = WITHDRAWN if entry.tag == AGREEMENT_WITHDRAWN else NOT_RATIFIED
            return Lapse(word, line_of(entry, short_name, version), on, decided_on, said.get("round"), entry.id)
    expires = expiry_of(said)
    if expires is None or expires >= today:
        return None
    sentence = (
        f"{short_name} agreed {version} on {day_in_words(decided_on)}; its local variation of "
        f"{clause_in_words(said)} expired on {day_in_words(expires)}, and it is asked whether it agrees the core."
    )
    return Lapse(EXPIRED, sentence, expires, decided_on, said.get("round"))


def expiry_of(said: Mapping[str, Any]) -> date | None:
    """The last day of a decision's local variation, where it has one."""
    if said.get("answer") != "agree_with_local_variation":
        return None
    return day_read((said.get("variation") or {}).get("expires"))


def clause_in_words(said: Mapping[str, Any]) -> str:
    """ "clause 3", or what the decision calls the place that it varies."""
    clause = str((said.get("variation") or {}).get("clause") or "")
    return f"clause {clause}" if clause[:1].isdigit() else clause or "a clause"


def may_vary_until(answer: AnswerFact, on: date) -> Verdict:
    """Does the local variation of an answer given on this day last longer than that day?"""
    variation = answer.variation
    if variation is None or variation.expires is None or variation.expires > on:
        return yes("The local variation ends after the decision.")
    return no(
        f"A local variation that expires on {day_in_words(variation.expires)} does not outlast the decision "
        f"of {day_in_words(on)}.",
        f"a day after {day_in_words(on)}",
    )


def line_of(entry: CaseEntry, short_name: str, version: str) -> str:
    """What an entry that follows a decision says in a history."""
    if entry.tag in ABOUT_CONDITIONS:
        return line_of_condition(entry, short_name)
    said = entry.payload
    day, reason = day_read(said["held_on"]), str(said.get("reason") or "").rstrip(".")
    on = day_in_words(day) if day else "a later day"
    if entry.tag == DECISION_RATIFIED:
        return f"{short_name} ratified its chair’s action on {version} on {on}."
    if entry.tag == DECISION_NOT_RATIFIED:
        return f"{short_name} did not ratify its chair’s action on {version} on {on}: {reason}."
    what = f"answer “{said['answer_title']}” on" if said.get("answer_title") else "agreement to"
    by = (said.get("decided_by") or {}).get("body")
    if by:
        return f"{by}, which has {short_name}’s work now, withdrew its {what} {version} on {on}: {reason}."
    return f"{short_name} withdrew its {what} {version} on {on}: {reason}."
