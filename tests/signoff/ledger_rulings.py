"""A ruling made again, as a ledger keeps it: until a body has acted on it, and then it is as if it had been made so.

It shares nothing with the service.
"""

from tests.signoff.ledger import Ledger
from tests.signoff.ledger_facts import Voting
from tests.signoff.ledger_versions import Ruling


def why_not_ruled_again(ledger: Ledger) -> str:
    """Why the ruling on the version that is asked about cannot be made again; nothing where it can."""
    if ledger.round not in ledger.rulings:
        return "nothing was ruled"
    if ledger.state != "open":
        return "closed"
    return "acted on" if any(acted(ledger, code) for code in ledger.bodies) else ""


def acted(ledger: Ledger, code: str) -> bool:
    """Whether a body answered what it was asked to re-affirm, put it to its members, or withdrew what carried over."""
    for one in ledger.log[code]:
        if one.round == ledger.round and one.reaffirms:
            if isinstance(one, Voting) or one.answer not in ("", "not_quorate"):
                return True
        elif not isinstance(one, Voting) and one.round < ledger.round and one.ended_in == ledger.round:
            return True
    return False


def why_not_ruled_so(ledger: Ledger, seen: int, ruling: Ruling, again: str) -> str:
    """Why this ruling cannot be put in the place of the one that stands; nothing where it can."""
    why = why_not_ruled_again(ledger)
    if why:
        return why
    if seen != ledger.ruled:
        return "stale"
    if not again:
        return "no reason"
    return "ruled so already" if ruling == ledger.rulings[ledger.round] else ""


def rule_again(ledger: Ledger, ruling: Ruling) -> list[str]:
    """Another ruling counts; a form of who agreed an earlier version shows what was asked by the one before."""
    for code in ledger.bodies:
        if ledger.held(code) is not None:
            ledger.about[code] += 1
    ledger.rulings[ledger.round] = ruling
    ledger.ruled += 1
    return ledger.crossed("change.ruled")
