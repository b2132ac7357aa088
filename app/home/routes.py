"""The first page: what waits for whoever is signed in, and what Concord is for everyone else."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, render_template, request

from app.db import db
from app.home import queries
from app.home.agreement import agreement
from app.home.changes import changes_since
from app.home.escalated import escalated_to, with_what_is_overdue
from app.home.sign_offs import my_sign_offs
from app.home.waiting import dues, named, programme_risks, tasks
from app.people.models import Account
from app.permissions import Actor, Role
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from workflows.risks import TREND_WORDS

blueprint = Blueprint("home", __name__)

FIRST_VISIT = timedelta(days=30)
"""How far back someone looks who has not been here before."""
FEW, MANY = 12, 500
"""How many changes are shown at first, and at most when all are asked for."""


@blueprint.get("/")
def index() -> str:
    """What waits for me, what is due, how my next meeting stands, what changed since my last visit."""
    actor = gate.actor()
    if not actor.signed_in:
        return render_template("home/visitor.html")
    on = today()
    bodies = queries.bodies_of(db.session, actor, on)
    cycles = queries.cycles_of(db.session, actor, on)
    sittings = queries.sittings_of(db.session, bodies, on)
    coming = [sitting for sitting in sittings if sitting.next]
    account = db.session.get_one(Account, actor.account_id)
    since = account.visit_before or now() - FIRST_VISIT
    countdowns = [queries.countdown(db.session, sitting, on) for sitting in coming if _attends(actor, sitting)]
    quorums = {item.id: quorum for one in countdowns for item, _paper, quorum in one.lines if quorum is not None}
    also = my_sign_offs(db.session, actor, bodies, now(), quorums)
    waiting = tasks(db.session, actor, cycles, bodies, sittings, on, page_asked("waits"), also)
    risks, risks_count = programme_risks(db.session, cycles, on)
    return render_template(
        "home/index.html",
        named=named,
        waiting=replace(waiting, shown=with_what_is_overdue(db.session, waiting.shown)),
        escalated=escalated_to(db.session, actor),
        programme_risks=risks,
        programme_risks_count=risks_count,
        trend_words=TREND_WORDS,
        dues=dues(actor, cycles, bodies, coming, on),
        countdowns=countdowns,
        directs=actor.holds(Role.PROGRAMME_DIRECTOR),
        cycles=[cycle for cycle in cycles if cycle.manages or cycle.directs],
        agreement=agreement(db.session, actor, on) if _looks_across(actor) else None,
        changes=changes_since(db.session, actor, since, MANY if request.args.get("changes") == "all" else FEW),
        visit_before=account.visit_before,
    )


def _attends(actor: Actor, sitting: queries.Sitting) -> bool:
    """Whether they sit on the body, or prepare its meetings."""
    body = sitting.meeting.body
    return actor.holds(Role.SECRETARY, body.organisation_id) or any(seat.body_id == body.id for seat in actor.seats)


def _looks_across(actor: Actor) -> bool:
    """Whether agreement across all bodies is their business: the director's, the officer's, a reviewer's."""
    across = (Role.PROGRAMME_DIRECTOR, Role.OFFICER, Role.ASSURANCE_REVIEWER, Role.READER)
    return any(actor.holds(role) for role in across)
