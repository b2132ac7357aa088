"""What can be shown to others: certificates as PDF, proofs that hold off line, the signed checkpoints of the logs."""

from collections.abc import Sequence

import sqlalchemy as sa
from pydantic import Field
from werkzeug.wrappers import Response

from app.api.operations import reads
from app.api.places import Asked, the_body, the_sign_off
from app.api.shapes import Out, Paged, Pages, cut
from app.audit import checkpoints as notes
from app.audit.queries import standing
from app.db import db
from app.people.models import CollaborativeMember, Organisation
from app.people.queries import in_force
from app.permissions import Refused
from app.signoff import certificate_routes as pages
from app.signoff.models import Case
from app.web import gate
from app.web.clock import today

GROUP = "Certificates and proofs"
PDF, JSON = "application/pdf", "application/json"


@reads("/sign-offs/<sign_off>/certificate.pdf", group=GROUP, of=the_sign_off, answers=PDF)
def sign_off_certificate(case: Case, _asked: None) -> Response:
    """Take the certificate of a sign-off that was agreed.

    One page: what was agreed, by whom, in what capacity, when, on which hash, under which rule, and its proof.
    """
    return pages.case_certificate(case.code)


@reads("/sign-offs/<sign_off>/bodies/<body>/certificate.pdf", group=GROUP, of=the_body, answers=PDF)
def body_certificate(asked: Asked, _asked: None) -> Response:
    """Take the certificate of a body’s decision."""
    return pages.certificate(asked.case.code, asked.body.code)


@reads("/sign-offs/<sign_off>/bodies/<body>/proof", group=GROUP, of=the_body, answers=JSON)
def body_proof(asked: Asked, _asked: None) -> Response:
    """Take the proof of a body’s decision.

    The whole entry with its path to a signed checkpoint, for the body’s own people. The verifier checks it off line.
    """
    return pages.proof(asked.case.code, asked.body.code)


class CheckpointShape(Out):
    """Where one organisation’s log stands, as a signed note in the C2SP form."""

    organisation: str
    name: str
    size: int = Field(description="How many entries the log has")
    note: str = Field(description="Keep it outside: from it anyone can tell later that nothing was altered")


class Checkpoints(Out):
    """The checkpoints of the logs that you may know of, and the public key that they are checked with."""

    key: str
    items: list[CheckpointShape]
    page: Pages


def known_organisations() -> Sequence[Organisation]:
    """Those whose checkpoints the person here may take: their own, and their partners in a collaborative."""
    actor = gate.actor()
    members = sa.select(CollaborativeMember.organisation_id).where(
        CollaborativeMember.collaborative_id.in_(actor.collaborative_ids),
        in_force(CollaborativeMember.starts, CollaborativeMember.ends, today()),
    )
    known = sa.or_(Organisation.id.in_(actor.organisation_ids), Organisation.id.in_(members))
    return db.session.scalars(sa.select(Organisation).where(known).order_by(Organisation.id)).all()


@reads("/checkpoints", group=GROUP, query=Paged, answers=Checkpoints)
def checkpoints(_of: None, asked: Paged) -> Checkpoints:
    """Take the signed checkpoints of the logs.

    Those of your own organisations and of your partners in a collaborative, to be kept where Concord cannot reach them.
    """
    shown, page = cut(asked, known_organisations())
    organisations = {one.id: one for one in shown}
    sign, key = pages.signing()
    try:
        found = standing(db.session, list(organisations))
    except notes.CheckpointError as error:
        raise Refused(f"No checkpoint can be given: {error}") from None
    return Checkpoints(
        key=key,
        page=page,
        items=[
            CheckpointShape(
                organisation=organisations[organisation_id].ods_code,
                name=organisations[organisation_id].name,
                size=one.size,
                note=sign(one),
            )
            for organisation_id, one in found.items()
        ],
    )
