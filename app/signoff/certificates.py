"""The certificate: what was agreed, by whom, in what capacity, when, on which hash, under which rule, and its proof.

One page of a body's decision, or of a case that was agreed. It is made anew whenever it is asked for, from entries that
never change; only the checkpoint it leads to is that of the day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLeaf
from app.audit.proofs import ProofError, Signing, prove
from app.people.models import DecidingBody
from app.people.succession import now_called
from app.permissions import Refused
from app.signoff import queries
from app.signoff.folding import Folded
from app.signoff.models import Case
from workflows.case_history import CASE_AGREED, day_said
from workflows.stages import Stage
from workflows.standing import PartyStanding, RoundStanding


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry with its place in its log, and how that leads to a signed checkpoint; hashes as they are printed."""

    entry: RecordEntry
    position: int
    leaf: str
    origin: str
    size: int
    root: str
    path: tuple[str, ...]
    signature: str
    key: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one page says; `party` and `body` are of a body's certificate, `parties` of a case's."""

    case: Case
    round: RoundStanding
    stage: Stage
    result: str
    said: Mapping[str, Any]
    proved: Proved
    at: datetime
    party: PartyStanding | None = None
    body: DecidingBody | None = None
    parties: tuple[tuple[PartyStanding, RecordLeaf | None], ...] = ()
    now: Mapping[int, str] = field(default_factory=dict)  # by body, who has the work of an organisation that ended

    @property
    def held_on(self) -> date | None:
        """The day of the meeting at which it was decided, where there was one."""
        return day_said(self.said, "held_on")


def decision_of(found: Folded, body: DecidingBody) -> int:
    """The id of the entry of a body's decision; raises `Refused` while it has not decided."""
    party = found.party(body.id)
    if party is None or party.answer is None or party.entry_id is None:
        raise Refused(
            f"There is no certificate of {body.short_name}’s decision yet. "
            f"{party.sentence if party else f'“{found.round.title}” does not ask it.'}",
            f"a decision of {body.short_name} on {found.round.version_label}",
        )
    return party.entry_id


def of_body(session: Session, found: Folded, case: Case, body: DecidingBody, signing: Signing, key: str) -> Certificate:
    """What certifies the decision of one body; raises `Refused` while it has not decided."""
    made = _certificate(session, found, case, decision_of(found, body), signing, key)
    return replace(made, party=found.party(body.id), body=body, now=now_called(session, [body.id], found.today))


def of_case(session: Session, found: Folded, case: Case, signing: Signing, key: str) -> Certificate:
    """What certifies that a case was agreed; raises `Refused` for one that was not."""
    agreed = next((entry for entry in reversed(found.entries) if entry.tag == CASE_AGREED), None)
    if agreed is None:
        raise Refused(f"There is no certificate of this sign-off yet. {found.standing.result}", "its agreement")
    parties = [party for party in found.standing.parties if party.party.part]
    leaves = queries.leaves_of(session, [party.entry_id for party in parties if party.entry_id])
    made = _certificate(session, found, case, agreed.id, signing, key)
    return replace(
        made,
        parties=tuple((party, leaves.get(party.entry_id or 0)) for party in parties),
        now=now_called(session, [party.party.body_id for party in parties], found.today),
    )


def proof_of(session: Session, entry_id: int, signing: Signing, key: str) -> str:
    """The proof file of an entry; raises `Refused` where the record does not bear it out."""
    try:
        return prove(session, entry_id, signing, key)
    except ProofError as error:
        raise Refused(f"No certificate can be given: the record does not bear it out. {error}") from None


def _certificate(session: Session, found: Folded, case: Case, entry_id: int, signing: Signing, key: str) -> Certificate:
    proved = _proved(session, entry_id, signing, key)
    return Certificate(
        case=case,
        round=found.round,
        stage=found.stage,
        result=found.standing.result,
        said=proved.entry.payload or {},
        proved=proved,
        at=proved.entry.at,
    )


def _proved(session: Session, entry_id: int, signing: Signing, key: str) -> Proved:
    shown = json.loads(proof_of(session, entry_id, signing, key))
    entry, leaf = session.get_one(RecordEntry, entry_id), queries.leaf_of(session, entry_id)
    assert leaf is not None
    lines = str(shown["checkpoint"]).splitlines()
    return Proved(
        entry=entry,
        position=shown["position"],
        leaf=leaf.hash,
        origin=lines[0],
        size=int(lines[1]),
        root=lines[2],
        path=tuple(shown["path"]),
        signature=lines[-1],
        key=key,
    )
