"""What a vote of members on line says of itself: where it stands, and each line of it in a history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.facts import CaseEntry
from workflows.members_voting import Window, as_moment, moment_in_words
from workflows.voting_interests import VOTING_DECLARED, VOTING_HANDLED, line_of


def standing_sentence(short_name: str, window: Window, now: datetime) -> str:
    """ "The members of Merton vote on line until 5 November 2015 at 5pm; 3 have signed so far."."""
    if now >= window.closes:
        return (
            f"The members of {short_name} voted until {moment_in_words(window.closes)}; the outcome is not "
            "recorded yet."
        )
    since = f"from {moment_in_words(window.opens)} " if now < window.opens else ""
    number = len(window.signed)
    signed = f"{number} {'has' if number == 1 else 'have'} signed so far" if number else "nobody has signed so far"
    return f"The members of {short_name} vote on line {since}until {moment_in_words(window.closes)}; {signed}."


def opened_sentence(short_name: str, version: str, said: Mapping[str, Any]) -> str:
    """The line of a window in a history."""
    return (
        f"{short_name}: {version} was put to the vote of its members on line, from "
        f"{moment_in_words(as_moment(said['opens']))} to {moment_in_words(as_moment(said['closes']))}."
    )


def sentence_within(entry: CaseEntry, short_name: str) -> str:
    """The line of what happened in a window: of a vote that it was signed, and never how; or that it was stopped."""
    said = entry.payload
    if entry.tag in (VOTING_DECLARED, VOTING_HANDLED):
        return line_of(entry, short_name)
    if entry.tag == "voting.stopped":
        reason = str(said["reason"]).rstrip(".")
        return f"{short_name}: the vote of its members on line was stopped, and counts for nothing: {reason}."
    deputy = f", deputy for {said['deputy_for']}," if said.get("deputy_for") else ""
    took = "declared an interest and took no part" if said.get("interest_kind") else "signed a vote"
    return f"{said['person']}{deputy} {took} for the seat {said['seat']}."
