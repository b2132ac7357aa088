"""The API: JSON over the same services, rules and permissions as the pages, described by OpenAPI 3.1."""

from flask import Blueprint, Flask
from werkzeug.exceptions import TooManyRequests

from app.api import (
    afterwards,
    agendas,
    asking,
    bodies,
    certificates,
    chairs_actions,
    comments,
    conditions,
    conflicts,
    decisions,
    definitions,
    delegations,
    documents,
    in_common,
    items,
    keeping_bodies,
    keeping_seats,
    meetings,
    mergers,
    once,
    packs,
    proofs,
    receipts,
    record,
    reference,
    registering,
    reminders,
    seat_holders,
    sign_offs,
    taking_part,
    texts,
    versions,
    voting,
    voting_interests,
    waiting,
    ways_ahead,
)
from app.api.answering import Problem, answering, too_many
from app.api.operations import OPERATIONS
from app.jobs import daily
from app.web import csrf, gate
from config import Settings

DECLARED = (
    *(
        sign_offs,
        waiting,
        ways_ahead,
        decisions,
        receipts,
        conflicts,
        voting,
        chairs_actions,
        conditions,
        asking,
        documents,
        comments,
    ),
    *(certificates, definitions, afterwards, agendas, taking_part, delegations, mergers, reminders, proofs, record),
    *(voting_interests, in_common, meetings, items, texts, bodies, versions),
    *(keeping_bodies, keeping_seats, seat_holders, registering, packs),
)
"""The modules that declare operations: importing one is all it takes."""


def init_app(app: Flask, settings: Settings) -> None:
    """Join the operations, their description and the page about them to the application."""
    blueprint = Blueprint("api", __name__)
    for operation in OPERATIONS.values():
        blueprint.add_url_rule(
            f"/api{operation.path}",
            operation.name,
            answering(operation),
            methods=[operation.method],
        )
    reference.join(blueprint)
    blueprint.register_error_handler(Problem, Problem.answer)
    blueprint.register_error_handler(gate.ProofNeeded, lambda _error: Problem.proof_needed().answer())
    blueprint.register_error_handler(TooManyRequests, too_many)
    csrf.exempt(blueprint)  # who asks is told by a header that no other site can make a browser send
    app.register_blueprint(blueprint)
    daily.register(app, once.DAILY, once.forget_old)
