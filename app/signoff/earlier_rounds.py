"""What the rounds of a case leave to be read on its pages: conditions set at earlier stages, and words of responses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.audit.models import RecordEntry
from workflows.conditions import Condition
from workflows.rounds_standing import RoundStanding


@dataclass(frozen=True, slots=True)
class Left:
    """The conditions of one body's decision at an earlier stage."""

    stage: str
    body_id: int
    body: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What one body responded, in its own words."""

    body: str
    on: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Responded:
    """The responses of one round, whose stage asked for them about one version."""

    stage: str
    version: str
    given: tuple[Response, ...]


def conditions_left(rounds: Sequence[RoundStanding], body_id: int | None = None) -> list[Left]:
    """The conditions of all rounds but the last, as they stand; those of a superseded version bind nobody.

    An agreement that was carried over has its conditions in the last round too, where they are shown already.
    """
    shown = {(one.decision_id, one.position) for party in rounds[-1].parties for one in party.tracked}
    found = []
    for earlier in reversed(rounds[:-1]):
        for party in earlier.parties:
            if earlier.superseded or body_id not in (None, party.party.body_id):
                continue
            left = tuple(one for one in party.tracked if (one.decision_id, one.position) not in shown)
            if left:
                shown |= {(one.decision_id, one.position) for one in left}
                found.append(Left(earlier.title, party.party.body_id, party.party.short_name, left))
    return found


def responses(
    rounds: Sequence[RoundStanding], entries: Iterable[RecordEntry], body_id: int | None = None
) -> list[Responded]:
    """The words of the responses given in these rounds, the latest round first; of one body where it is named."""
    said = {entry.id: (entry.payload or {}).get("comments") for entry in entries}
    found = []
    for one in reversed(rounds):
        given = tuple(
            Response(party.party.short_name, party.on, words)
            for party in one.parties
            if body_id in (None, party.party.body_id) and party.answer == "respond"
            if party.entry_id and (words := said.get(party.entry_id))
        )
        if given:
            found.append(Responded(one.title, one.version_label, given))
    return found
