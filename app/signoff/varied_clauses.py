"""A local variation is of a clause that the version has."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.documents.queries import drafts_of
from app.permissions import Refused
from app.signoff import queries
from app.signoff.folding import Folded
from workflows.facts import AnswerFact


def with_its_clause(session: Session, found: Folded, number: int, answer: AnswerFact) -> AnswerFact:
    """The answer to round `number`, with the clause that it varies as the version calls it: by its number or heading.

    Its code will do too. Raises `Refused` for a clause that the version does not have.
    """
    varied = answer.variation
    if varied is None or not varied.clause.strip() or found.case.subject_kind != "document":
        return answer
    asked = queries.round_by_number(session, found.case.id, number)
    drafts = drafts_of(session, asked.version_id)
    if not drafts:
        return answer
    wanted = varied.clause.strip()
    for draft in drafts:
        if wanted in (draft.number, draft.heading, draft.code):
            return replace(answer, variation=replace(varied, clause=draft.number or draft.heading or draft.code))
    raise Refused(f"Version {asked.version_label} has no clause “{wanted}” to be varied.", "one of its clauses")
