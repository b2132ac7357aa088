"""What the addresses of the API name, each loaded and asked about as its page does."""

from dataclasses import dataclass, replace

from app.audit.models import RecordEntry
from app.db import db
from app.documents.models import Document, DocumentVersion
from app.documents.queries import document_by_code
from app.documents.queries import version as version_of
from app.meetings.in_common_agenda import in_common_by_code
from app.meetings.in_common_models import InCommon
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import meeting_by_code
from app.meetings.routes import item_of
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
    "in_common": ("The code of the meeting in common", "in-common-2015-11-24"),
    "document": ("The code of the document", "minimum-outcomes"),
    "version": ("The label of the version", "2"),
    "comment": ("The number of the comment on that version", "1"),
    "decision": ("The entry of the decision that set the condition", "1"),
    "position": ("Which condition of that decision, from 1", "1"),
    "item": ("The number of the agenda item, from where the case’s meetings are read", "1"),
    "name": ("The name of the definition", "standards"),
    "number": ("The version of the definition", "1"),
    "organisation": ("The ODS code of the organisation", "08R"),
    "question": ("The number of the question on that item", "1"),
    "delegation": ("The number of the delegation, from where the body’s delegations are read", "1"),
    "merger": ("The code of the merger", "36l-2020-04-01"),
    "entry": ("The number of the entry on record", "1"),
    "seat": ("The code of the seat", "merton-lay-1"),
    "holding": ("The number of somebody’s time in that seat, from where the body is read as it is kept", "1"),
    "deputy": ("The number of somebody’s time as a deputy, from where the body is read as it is kept", "1"),
    "interest": ("The code of the interest, from where the register is read", "merton-chair-1"),
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


@dataclass(frozen=True, slots=True)
class Office:
    """A sign-off, and the programme whose office asks."""

    case: Case
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


def the_meeting(meeting: str) -> Meeting:
    """The meeting of this code, for what the operation does there."""
    found = meeting_by_code(db.session, meeting)
    gate.permit(found.as_resource())
    return found


def the_meeting_in_common(in_common: str) -> InCommon:
    """The meeting in common of this code."""
    found = in_common_by_code(db.session, in_common)
    gate.permit(found.as_resource())
    return found


def the_item(meeting: str, item: int) -> AgendaItem:
    """An item of an agenda; of Part 2 for those only who may know of it."""
    return item_of(meeting, item)[1]


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
    return Versioned(found, programme_of(found.document.collaborative_id))


def the_office_of(sign_off: str) -> Office:
    """A sign-off in public, for what the programme office that asked does with it."""
    found = queries.case_by_code(db.session, sign_off)
    if found.part != 1:
        raise Missing
    return Office(found, programme_of(found.collaborative_id))


def the_entry(sign_off: str, entry: int) -> RecordEntry:
    """An entry of a sign-off, for the people of the organisation whose log holds it."""
    found = queries.case_by_code(db.session, sign_off)
    kept = queries.entry_of(db.session, found, entry)
    gate.permit(replace(found.as_resource(), organisation_id=kept.organisation_id, name=kept.organisation_name))
    return kept


def programme_of(collaborative_id: int | None) -> Programme:
    """The programme that a collaborative's documents belong to, once it is asked whether its office may do this."""
    programmes = programmes_of(db.session, {collaborative_id} if collaborative_id else set())
    if not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    return programmes[0]
