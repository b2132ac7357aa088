"""The next version of a document is written and issued by the programme office's program."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from app.api.decisions import ASK
from app.api.documents import GROUP, VersionShape, version_shape
from app.api.operations import writes
from app.api.places import programme_of
from app.api.shapes import Code, In, Line, Text, exampled
from app.db import db
from app.documents.hashing import ClauseDraft
from app.documents.models import Document
from app.documents.next_version import begin, write_next
from app.documents.queries import document_by_code, version_by_id
from app.documents.service import CLAUSE_TEXT
from app.permissions import Stale
from app.programme.models import Programme
from app.programme.routes.places import for_programme
from app.web.clock import now
from app.web.forms import clean


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, and the programme whose office keeps it."""

    document: Document
    programme: Programme


def the_document_of_the_office(document: str) -> Kept:
    """A document, for what the programme office does with it."""
    found = document_by_code(db.session, document)
    return Kept(found, programme_of(found.collaborative_id))


class ClauseSaid(In):
    """A clause of the new version."""

    code: Code | None = Field(None, description="As it is read of the latest version; null for a clause that is new")
    number: Line
    heading: Line
    text: Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=CLAUSE_TEXT)]


class VersionSaid(In):
    """A version, whole: what is not named of the latest version is left out of it."""

    model_config = exampled(
        {
            "after": "2",
            "label": "3",
            "title": "Consolidated version for decision",
            "note": "What six bodies said of version 2 is worked in.",
            "dated": "2015-11-20",
            "clauses": [
                {"code": "access", "number": "1", "heading": "Access", "text": "One number to call."},
                {"number": "2", "heading": "Carers", "text": "Each carer is asked what they need."},
            ],
        }
    )

    after: Code | None = Field(description="The label of the latest version as it was read; null where there is none")
    label: Code
    title: Line = Field(min_length=1, max_length=200)
    note: Text = Field(min_length=1, max_length=2_000, description="What this version is for")
    dated: date
    clauses: list[ClauseSaid] = Field(min_length=1, max_length=5000, description="In their order")


@writes(
    "/documents/<document>/versions",
    group=GROUP,
    scope=ASK,
    of=the_document_of_the_office,
    body=VersionSaid,
    answers=VersionShape,
)
def write_version(session: Session, of: Kept, said: VersionSaid) -> VersionShape:
    """Write and issue the next version of a document.

    Nobody is asked about it by that: a sign-off or a round is opened on it. An issued version never changes again.
    """
    begun = begin(session, of.document)
    latest = begun.latest
    if said.after != (latest.label if latest else None):
        raise Stale(
            f"The latest version is {latest.label if latest else 'none'}, not {said.after or 'none'}. Nothing was "
            "recorded now.",
            f"version {latest.label}: {latest.title}" if latest else "no version",
        )
    written = write_next(
        session,
        of.document.id,
        beside=begun.mark,
        label=said.label,
        title=said.title,
        note=said.note,
        dated=said.dated,
        clauses=[ClauseDraft(one.code or "", one.number, one.heading, one.text) for one in said.clauses],
        doer=for_programme(of.programme),
        now=now(),
    )
    return version_shape(version_by_id(session, written.id))
