"""A verdict is yes or no, together with the sentence that says why and what is still needed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a rule. The page, the refusal, the log and the test all show `sentence`.

    `needs` lists, one sentence or phrase each, what would turn a no into a yes.
    """

    yes: bool
    sentence: str
    needs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.yes


def yes(sentence: str) -> Verdict:
    """A yes, with the sentence that says why."""
    return Verdict(True, sentence)


def no(sentence: str, *needs: str) -> Verdict:
    """A no, with the sentence that says why and what would make it possible."""
    return Verdict(False, sentence, needs)


def all_of(*verdicts: Verdict) -> Verdict:
    """Yes when every verdict is yes; a no joins the sentences and needs of all that refuse.

    Without any verdict there is nothing that refuses, so the answer is yes.
    """
    refusals = [verdict for verdict in verdicts if not verdict]
    shown = refusals or list(verdicts)
    sentence = " ".join(dict.fromkeys(verdict.sentence for verdict in shown if verdict.sentence))
    needs = tuple(dict.fromkeys(need for verdict in refusals for need in verdict.needs))
    return Verdict(not refusals, sentence, needs)


def in_words(things: Iterable[str]) -> str:
    """Join names as a sentence does: "Merton, Sutton and NHS England"."""
    names = list(things)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
