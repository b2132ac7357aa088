"""The certificates of decisions as PDF, and the proof of one that is checked off line."""

from pathlib import Path

from flask import current_app, render_template
from werkzeug.wrappers import Response

from app import pdf
from app.audit import checkpoints, keys, proofs
from app.db import db
from app.people.models import DecidingBody
from app.permissions import Refused
from app.signoff import certificates, queries
from app.signoff.certificates import Certificate
from app.signoff.folding import Folded
from app.signoff.models import Case
from app.signoff.reminder_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now
from config import Settings


@blueprint.get("/sign-offs/<code>/certificate.pdf")
def case_certificate(code: str) -> Response:
    """What was agreed by whom, on one page; refused while the case is not agreed."""
    found = queries.case_by_code(db.session, code)
    gate.permit(found.as_resource())
    made = certificates.of_case(db.session, queries.folded(db.session, found, now()), found, *signing())
    return _printed(made, f"{code}-certificate.pdf")


@blueprint.get("/sign-offs/<code>/<body_code>/certificate.pdf")
def certificate(code: str, body_code: str) -> Response:
    """What one body decided, on one page; refused while it has not decided."""
    found, asked, as_it_is = _of_body(code, body_code)
    made = certificates.of_body(db.session, as_it_is, found, asked, *signing())
    return _printed(made, f"{code}-{body_code}-certificate.pdf")


@blueprint.get("/sign-offs/<code>/<body_code>/proof.json")
def proof(code: str, body_code: str) -> Response:
    """The whole entry of a body's decision with its proof: the organisation's own, as it tells who sat and voted."""
    _found, asked, as_it_is = _of_body(code, body_code)
    text = certificates.proof_of(db.session, certificates.decision_of(as_it_is, asked), *signing())
    answer = Response(text, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{body_code}-proof.json"'
    return answer


def _of_body(code: str, body_code: str) -> tuple[Case, DecidingBody, Folded]:
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    gate.permit(found.as_resource(asked))
    return found, asked, queries.folded(db.session, found, now())


def signing() -> tuple[proofs.Signing, str]:
    """What signs the checkpoint that a proof leads to, and the public key that checks it."""
    settings: Settings = current_app.extensions["concord.settings"]
    try:
        own = keys.keys(settings.instance)
    except checkpoints.CheckpointError as error:
        raise Refused(f"Nothing can be certified: {error}") from None
    return lambda checkpoint: checkpoints.signed(checkpoint, own.now), checkpoints.verifier_key(own.now.public_key())


def _printed(made: Certificate, name: str) -> Response:
    fonts = Path(current_app.static_folder or "") / "vendor" / "fonts"
    html = render_template("pdf/certificate.html", made=made)
    answer = Response(pdf.render(html, assets=pdf.font_assets(fonts)).pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
