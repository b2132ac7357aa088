"""The certificate: what was agreed, by whom, in what capacity, when, on which hash, under which rule, and its proof.

One page of a body's decision, or of a case that was agreed. It is made anew whenever it is asked for, from entries that
never change; only the checkpoint it leads to is that of the day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLeaf
from app.audit.proofs import ProofError, Signing, prove
from app.people.models import DecidingBody
from app.people.succession import now_called
from app.permissions import Refused
from app.signoff import queries
from app.signoff.correcting import as_it_stands
from app.signoff.folding import Folded
from app.signoff.models import Case
from workflows.after_the_answer import clause_in_words, expiry_of
from workflows.case_history import CASE_AGREED, day_said
from workflows.common_core import common_core
from workflows.facts import day_in_words
from workflows.materiality import amended_in_words, amendments_of
from workflows.reading import when_complete
from workflows.stages import Stage
from workflows.standing import PartyStanding, RoundStanding

SHOWN = 3
"""So many amended clauses are printed on the one page, each with its beginning; the entry has all of them."""
BEGINNING = 400  # characters


@dataclass(frozen=True, slots=True)
class OwnText:
    """Words that a body agreed in the place of the version's: which, how they begin, and their SHA-256 or none."""

    name: str
    text: str
    hash: str


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
class Recorded:
    """A party's decision in the record: its entry, who recorded it in what capacity, and its place in the log."""

    entry: RecordEntry
    position: int


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
    parties: tuple[tuple[PartyStanding, str, Recorded | None], ...] = ()  # each with the full name of its body
    own_texts: tuple[OwnText, ...] = ()
    core: str = ""  # which clauses who varies
    now: Mapping[int, str] = field(default_factory=dict)  # by body, who has the work of an organisation that ended

    @property
    def rule(self) -> str:
        """When what was asked is complete, in words."""
        return when_complete(self.stage)

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
    entry_id = decision_of(found, body)
    made = _certificate(session, found, case, entry_id, signing, key)
    stands = as_it_stands(found, next(entry for entry in found.entries if entry.id == entry_id)).said
    now = now_called(session, [body.id], found.today)
    return replace(made, party=found.party(body.id), body=body, own_texts=own_texts(stands), now=now)


def of_case(session: Session, found: Folded, case: Case, signing: Signing, key: str) -> Certificate:
    """What certifies that a case was agreed; raises `Refused` for one that was not."""
    agreed = next((entry for entry in reversed(found.entries) if entry.tag == CASE_AGREED), None)
    if agreed is None:
        raise Refused(f"There is no certificate of this sign-off yet. {found.standing.result}", "its agreement")
    parties = [party for party in found.standing.parties if party.party.part]
    recorded = _recorded(session, [party.entry_id for party in parties if party.entry_id])
    names = {body.id: body.name for body in queries.parties_of(session, case.id)}
    made = _certificate(session, found, case, agreed.id, signing, key)
    return replace(
        made,
        parties=tuple((one, names[one.party.body_id], recorded.get(one.entry_id or 0)) for one in parties),
        core=common_core(found.standing),
        now=now_called(session, [party.party.body_id for party in parties], found.today),
    )


def _recorded(session: Session, entry_ids: Sequence[int]) -> dict[int, Recorded]:
    rows = session.execute(
        sa.select(RecordEntry, RecordLeaf.position)
        .join(RecordLeaf, RecordLeaf.entry_id == RecordEntry.id)
        .where(RecordEntry.id.in_(entry_ids))
    )
    return {entry.id: Recorded(entry, position) for entry, position in rows}


def own_texts(said: Mapping[str, Any]) -> tuple[OwnText, ...]:
    """The words of a response, of amendments or of a local variation: without them nobody knows what was said."""
    amended = amendments_of(said)
    found = [
        OwnText(
            f"As amended, {amended_in_words({**said, 'amendments': [one]})}", _begun(str(one["text"])), str(one["hash"])
        )
        for one in amended[:SHOWN]
    ]
    if len(amended) > SHOWN:
        more = amended_in_words({**said, "amendments": amended[SHOWN:]})
        found.append(OwnText("Amended too", f"{more}: the entry has the words.", ""))
    varied, until = said.get("variation"), expiry_of(said)
    if varied and said.get("answer") == "agree_with_local_variation":
        name = f"Instead of {clause_in_words(said)}{f', until {day_in_words(until)}' if until else ''}"
        found.append(OwnText(name, _begun(str(varied["text"])), ""))
    if said.get("comments") and said.get("answer") == "respond":
        found.append(OwnText("Response", _begun(str(said["comments"])), ""))
    return tuple(found)


def _begun(text: str) -> str:
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING].rsplit(' ', 1)[0]} … (the entry has the rest)"


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
