"""A body agrees a version as amended: which clause is meant, and the hash by which a version that has it is known."""

import json
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.documents.hashing import text_hash
from app.documents.next_version import Amended
from app.documents.queries import drafts_of
from app.documents.service import CLAUSE_TEXT
from app.people.models import DecidingBody
from app.permissions import Refused
from app.signoff import queries
from app.signoff.folding import Folded
from app.signoff.models import Case, CaseState, PartyState
from workflows.facts import Amendment, AnswerFact
from workflows.materiality import AS_AMENDED, amendments_of
from workflows.party_standing import WORD_FOR

MOST = 20
"""So many clauses are amended by one decision at most: beyond that it is another version that the body asks for."""


def told_in_full(session: Session, found: Folded, answer: AnswerFact) -> AnswerFact:
    """The answer with the number of each clause that it amends, and the hash of its words as amended.

    Raises `Refused` for a clause that the version does not have, that is amended twice, or that reads so already.
    """
    if not answer.amendments:
        return answer
    if found.case.subject_kind != "document":
        raise Refused("Only the clauses of a document can be amended.", "another answer, with its reason")
    if len(answer.amendments) > MOST:
        raise Refused(f"One decision amends {MOST} clauses at most.", "fewer amendments, or another version")
    round_row = queries.round_by_number(session, found.case.id, found.round.number)
    drafts = {draft.code: draft for draft in drafts_of(session, round_row.version_id)}
    told: dict[str, Amendment] = {}
    for one in answer.amendments:
        text = one.text.replace("\r\n", "\n").strip()
        draft = drafts.get(one.clause)
        if draft is None:
            raise Refused(f"{found.round.version_label} has no clause “{one.clause}”.", "one of its clauses")
        called = replace(one, number=draft.number or draft.heading).called
        if one.clause in told:
            raise Refused(f"There are two amendments of {called}.", "one text for each clause")
        if text == draft.text.strip():
            raise Refused(f"{called[:1].upper()}{called[1:]} reads so already.", "the text as amended")
        if len(text) > CLAUSE_TEXT:
            raise Refused(f"The amendment of {called} has {len(text):,} characters.", f"{CLAUSE_TEXT:,} at most")
        told[one.clause] = Amendment(one.clause, text, draft.number, text_hash(draft.heading, text))
    return replace(answer, amendments=tuple(told.values()))


def amended_by_bodies(session: Session, document_id: int) -> dict[str, list[Amended]]:
    """By the code of the clause, how bodies that agreed a document as amended would have it read, and whose text it is.

    Of cases that are neither stopped nor withdrawn, and that all the parties see. One statement.
    """
    rows = session.execute(
        sa.select(RecordEntry.payload, DecidingBody.short_name)
        .join(PartyState, PartyState.entry_id == RecordEntry.id)
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .join(Case, Case.id == PartyState.case_id)
        .join(DecidingBody, DecidingBody.id == PartyState.body_id)
        .where(
            Case.subject_kind == "document",
            Case.subject_id == document_id,
            Case.part == 1,
            CaseState.state.not_in(("stopped", "withdrawn")),
            PartyState.standing == WORD_FOR[AS_AMENDED],
        )
        .order_by(Case.id, RecordEntry.id)
    )
    found: dict[str, list[Amended]] = {}
    for said, whose in rows:
        for one in amendments_of(said or {}):
            found.setdefault(str(one["clause"]), []).append(Amended(str(one["text"]), whose))
    return found


def as_text(amendments: Sequence[dict[str, str]]) -> str | None:
    """What a file says of the amendments of a decision: JSON, as a clause can have lines of its own."""
    said = [{"clause": one["clause"], "text": one["text"]} for one in amendments]
    return json.dumps(said, ensure_ascii=False) if said else None


def from_text(text: str | None) -> tuple[Amendment, ...]:
    """The amendments that a file tells so; raises `Refused` for what is no such list."""
    try:
        said = json.loads(text) if text else []
        return tuple(Amendment(str(one["clause"]), str(one["text"])) for one in said)
    except (ValueError, TypeError, KeyError):
        raise Refused(
            "The amendments are not a list of clauses with their texts.", '[{"clause": "response", "text": "Within …"}]'
        ) from None
