"""Delegations to a joint committee as a ledger keeps them: by whom, on which days, and in which rounds they count.

It is written from the domain's words (one decision counts for the bodies that delegated, on the dates and within the
scope; while a delegation is in force the body's own answer is not asked) and shares nothing with the service.
"""

from dataclasses import dataclass
from datetime import date

from tests.signoff.ledger_facts import Decision

THIS, OTHER = "the document", "another document"
THIS_STREAM, OTHER_STREAM = "its workstream", "another workstream"
SCOPES = (THIS, OTHER, THIS_STREAM, OTHER_STREAM)
"""What a body can delegate: the document that the case is about, everything of its workstream, or what is neither."""


@dataclass
class Delegation:
    """A body delegated this to the joint committee, each of `scope` one of `SCOPES`."""

    id: int
    body: str
    starts: date
    ends: date | None
    minute: str
    scope: frozenset[str]

    @property
    def of_this(self) -> bool:
        """Whether the case is the committee’s by it: its document is named, or its workstream."""
        return THIS in self.scope or THIS_STREAM in self.scope

    def in_force(self, on: date) -> bool:
        """Both its first day and its last are days of it."""
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True)
class Through:
    """From this round on the joint committee is asked for who delegated."""

    delegation: Delegation
    from_round: int

    def covers(self, number: int, on: date) -> bool:
        """Whether what is decided in that round, on that day, is decided for who delegated."""
        return self.from_round <= number and self.delegation.in_force(on)


def why_not_given(
    every: list[Delegation],
    body: str,
    starts: date,
    ends: date | None,
    minute: str,
    scope: frozenset[str],
    today: date,
) -> str:
    """Why a body cannot delegate so; nothing where it can."""
    if not scope:
        return "nothing is named"
    if not minute:
        return "no minute"
    if starts < today:
        return "past"
    if ends is not None and ends < starts:
        return "ends before it begins"
    for one in every:
        apart = (one.ends is not None and one.ends < starts) or (ends is not None and ends < one.starts)
        if one.body == body and one.scope & scope and not apart:
            return "delegated already"
    return ""


def why_not_ended(one: Delegation, ends: date, minute: str, today: date) -> str:
    """Why a delegation cannot end so; nothing where it can."""
    if not minute:
        return "no minute"
    if ends < today:
        return "past"
    return "" if one.in_force(ends) else "not a day of it"


def follows(made: Decision, lapsed: Decision | None) -> bool:
    """Whether a decision came after what lapsed, so that it can stand in its place."""
    if lapsed is None:
        return True
    if lapsed.ended:
        return made.place > lapsed.ended_place and made.on >= lapsed.ended_at[1]
    return lapsed.until is not None and made.on > lapsed.until
