"""Is the core still common? Of what the bodies agreed, which clauses who varies, until when, and what that leaves.

A body that agrees with a local variation agrees the core and, to its last day, other words in the place of one clause.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.after_the_answer import EXPIRED, clause_in_words
from workflows.facts import day_in_words
from workflows.standing import CaseStanding
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class Varied:
    """A clause that a body varies until the end of a day; `clause` is as its decision calls it, "3.1".

    `body` is who decided so, by its short name; `body_id` a party for which that counts.
    """

    body: str
    body_id: int
    clause: str
    called: str
    until: date


def varied(standing: CaseStanding) -> tuple[Varied, ...]:
    """The local variations by which bodies agree now, in the order of the parties; one decision for several is one."""
    found: dict[int, Varied] = {}
    for party in standing.parties:
        if party.expires is None or party.answer is None or party.entry_id is None or party.entry_id in found:
            continue
        decision = as_decided(standing, party.entry_id)
        clause = str((decision.get("variation") or {}).get("clause") or "")
        name = party.party.through or party.party.short_name
        found[party.entry_id] = Varied(name, party.party.body_id, clause, clause_in_words(decision), party.expires)
    return tuple(found.values())


def as_decided(standing: CaseStanding, entry_id: int) -> Mapping[str, Any]:
    """What a decision says, with what corrected it applied; nothing where it is none of this case."""
    act = standing.folded.act(entry_id)
    return act.said if act is not None else {}


def common_core(standing: CaseStanding) -> str:
    """Whether the core is still common, in a sentence; "" where no body varies anything or did until lately."""
    ended = [party.party.short_name for party in standing.parties if party.word == EXPIRED]
    said = []
    clauses = [f"{one.called}, which {one.body} varies until {day_in_words(one.until)}" for one in varied(standing)]
    if clauses:
        said.append(f"The core is common to all that agree but for {'; '.join(clauses)}.")
    if len(ended) == 1:
        said.append(f"{ended[0]}, whose local variation has expired, has not agreed the core since.")
    elif ended:
        said.append(f"{in_words(ended)}, whose local variations have expired, have not agreed the core since.")
    return " ".join(said)
