"""A case that was agreed stays agreed, and says so when what its agreement rested on no longer stands."""

from collections.abc import Sequence

from workflows.after_the_answer import NOT_RATIFIED, WITHDRAWN
from workflows.case_history import CaseHistory
from workflows.party_standing import PartyStanding
from workflows.verdict import in_words


def no_longer_borne_out(parties: Sequence[PartyStanding], history: CaseHistory) -> str:
    """Which bodies no longer bear out that the case was agreed: it is never un-agreed without a word."""
    after = history.closed.id if history.closed else 0
    corrected = {
        body_id
        for one in history.rounds
        for body_id, acts in one.acts.items()
        for act in acts
        for entry in act.corrections
        if entry.id > after
    }
    gone = [
        f"{found.party.short_name} ({found.lapse or 'its decision was corrected'})"
        for found in parties
        if found.lapsed or (found.party.body_id in corrected and not found.in_favour)
    ]
    if gone and not corrected and not any(found.lapse in (WITHDRAWN, NOT_RATIFIED) for found in parties):
        return f"It held for a time and no longer does: {in_words(gone)}."
    said = "What was recorded later no longer bears this out"
    return f"{said}: {in_words(gone)}." if gone else f"{said}."
