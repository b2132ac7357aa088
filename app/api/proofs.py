"""The record shown to who checks it off line: that an entry is in its log, and that a log only grew."""

from flask import current_app
from pydantic import Field
from werkzeug.wrappers import Response

from app.api.answering import Invalid, Wrong
from app.api.certificates import GROUP, JSON, known_organisations
from app.api.operations import reads
from app.api.places import the_entry
from app.api.shapes import In
from app.audit import checkpoints as notes
from app.audit import keys
from app.audit.models import RecordEntry
from app.audit.proofs import ProofError, growth
from app.audit.queries import origins
from app.db import db
from app.permissions import Missing, Refused
from app.signoff.certificate_routes import signing
from app.signoff.certificates import proof_of
from config import Settings


@reads("/sign-offs/<sign_off>/entries/<int:entry>/proof", group=GROUP, of=the_entry, answers=JSON)
def entry_proof(entry: RecordEntry, _asked: None) -> Response:
    """Take the proof that an entry is in its log.

    The whole entry with its path to a signed checkpoint, for the people of the organisation whose log holds it.
    """
    return Response(proof_of(db.session, entry.id, *signing()), content_type=JSON)


class GrowthQuery(In):
    """Since when."""

    note: str = Field(max_length=2000, description="The signed checkpoint that was kept, whole, with its line ends")


@reads("/checkpoints/growth", group=GROUP, query=GrowthQuery, answers=JSON)
def log_growth(_of: None, asked: GrowthQuery) -> Response:
    """Take the proof that a log only grew since a checkpoint that was kept.

    It is of a log whose checkpoints you may take. The verifier checks it off line.
    """
    settings: Settings = current_app.extensions["concord.settings"]
    sign, key = signing()
    try:
        kept = notes.read(asked.note, *keys.keys(settings.instance).public)
    except notes.CheckpointError as error:
        raise Invalid(Wrong("note", str(error))) from None
    if kept.origin not in origins(db.session, [one.id for one in known_organisations()]):
        raise Missing
    try:
        return Response(growth(db.session, [(kept, asked.note)], sign, key), content_type=JSON)
    except ProofError as error:
        raise Refused(f"It cannot be shown that the log only grew. {error}") from None
