"""What was recorded of a decision is corrected by a second person of the body, never by who recorded it."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.verdict import Verdict, in_words, no, yes


def may_correct(
    short_name: str, recorded_by: tuple[int | None, str], doer: tuple[int | None, str], others: Sequence[str]
) -> Verdict:
    """May this person correct what that person recorded? `others` are the names of who else of the body may.

    Each is an id and a name. What the service itself recorded, replaying, anyone entitled may correct.
    """
    recorder, name = recorded_by
    if recorder is None or recorder != doer[0]:
        return yes(f"{doer[1]} may correct what {name} recorded.")
    said = f"{name} recorded this, so a second person of {short_name} has to correct it."
    if others:
        return no(said, f"a correction by {_or(others)}")
    return no(
        f"{said} Nobody else there is board secretary, chair or officer today.",
        f"a further board secretary or officer of {short_name}",
    )


def may_become(answer: str, quorum: Mapping[str, Any] | None) -> Verdict:
    """May what a meeting decided be corrected to this answer? What was not quorate then can only have been deferred.

    `quorum` is what the entry of the decision keeps of it; nothing where the body answered without a meeting.
    """
    if answer == "defer" or quorum is None or quorum.get("quorate", True):
        return yes("The meeting could give this answer.")
    return no(
        f"The meeting cannot have answered so. {quorum.get('sentence') or 'It was not quorate for this item.'}".strip(),
        "a decision of a meeting that is quorate for the item",
    )


def _or(names: Sequence[str]) -> str:
    *first, last = names
    return f"{in_words(first) if len(first) < 2 else ', '.join(first)} or {last}" if first else last
