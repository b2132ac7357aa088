"""What the addresses of the API name, each loaded and asked about as its page does."""

from dataclasses import dataclass

from app.db import db
from app.documents.models import Document, DocumentVersion
from app.documents.queries import document_by_code
from app.documents.queries import version as version_of
from app.meetings.models import Meeting
from app.meetings.queries import meeting_by_code
from app.people.models import DecidingBody
from app.permissions import Missing
from app.programme.models import Programme
from app.programme.queries import programmes_of
from app.signoff import queries
from app.signoff.folding import Folded
from app.signoff.models import Case
from app.web import gate
from app.web.clock import now

NAMES = {
    # what stands in addresses: its description, and an example of the demonstration
    "sign_off": ("The code of the sign-off", "minimum-outcomes-2015"),
    "body": ("The code of the deciding body", "merton"),
    "meeting": ("The code of the meeting", "merton-2015-11-12"),
    "document": ("The code of the document", "minimum-outcomes"),
    "version": ("The label of the version", "2"),
    "comment": ("The number of the comment on that version", "1"),
    "decision": ("The entry of the decision that set the condition", "1"),
    "position": ("Which condition of that decision, from 1", "1"),
    "item": ("The number of the agenda item, from where the case’s meetings are read", "1"),
    "name": ("The name of the definition", "standards"),
    "number": ("The version of the definition", "1"),
    "organisation": ("The ODS code of the organisation", "08R"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A body that a sign-off asks."""

    case: Case
    body: DecidingBody

    def folded(self) -> Folded:
        """As the case stands now."""
        return queries.folded(db.session, self.case, now())

    @property
    def as_secretary(self) -> str:
        """In what capacity its secretary acts."""
        return f"board secretary, {self.body.organisation.name}"


@dataclass(frozen=True, slots=True)
class AtMeeting:
    """A body that a sign-off asks, and one of its meetings."""

    case: Case
    body: DecidingBody
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version of a document, and the programme whose office keeps it."""

    version: DocumentVersion
    programme: Programme


def the_sign_off(sign_off: str) -> Case:
    """The case of this code, that the asker may know of."""
    found = queries.case_by_code(db.session, sign_off)
    gate.permit(found.as_resource())
    return found


def the_body(sign_off: str, body: str) -> Asked:
    """A body that the case asks, for what the operation does there."""
    found = queries.case_by_code(db.session, sign_off)
    asked = queries.party_of(db.session, found, body)
    gate.permit(found.as_resource(asked))
    return Asked(found, asked)


def the_body_at_a_meeting(sign_off: str, body: str, meeting: str) -> AtMeeting:
    """A body and one of its meetings; another's is not there."""
    asked = the_body(sign_off, body)
    found = meeting_by_code(db.session, meeting)
    if found.body_id != asked.body.id:
        raise Missing
    return AtMeeting(asked.case, asked.body, found)


def own_meeting(body: DecidingBody, code: str) -> Meeting:
    """A meeting of this body, named in what was sent; raises `Missing` for any other."""
    found = meeting_by_code(db.session, code)
    if found.body_id != body.id:
        raise Missing
    return found


def the_document(document: str) -> Document:
    """The document of this code."""
    found = document_by_code(db.session, document)
    gate.permit(found.as_resource())
    return found


def the_version(document: str, version: str) -> DocumentVersion:
    """A version of a document."""
    found = version_of(db.session, document, version)
    gate.permit(found.document.as_resource())
    return found


def the_version_of_the_office(document: str, version: str) -> Versioned:
    """A version of a document, for what the programme office does with it."""
    found = version_of(db.session, document, version)
    programmes = programmes_of(db.session, {found.document.collaborative_id})
    if not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    return Versioned(found, programmes[0])
