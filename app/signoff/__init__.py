"""Sign-off: cases ask deciding bodies about one exact version; where they stand is folded from the record."""

from flask import Flask

from app.db import db
from app.jobs import daily, worker
from app.meetings.in_the_room import ASKS
from app.signoff import calendar, foreseen, in_common, marks, reminding, result_due, results, voting_queries
from app.signoff.address import address_of
from app.signoff.ahead import cases_ahead
from app.signoff.asked_at_items import asked_at_items, between_meetings_at
from app.signoff.chairs_action_routes import actions_to_ratify, may_act_alone_now
from app.signoff.definitions import ON_OFFER, on_offer
from app.signoff.delegation_routes import blueprint
from app.signoff.moving_cases import move_case_item
from app.signoff.owners import owners_of
from app.signoff.service import take_case_off
from app.signoff.voting_routes import may_open_voting_now
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Join the room's pages to the application."""
    app.extensions[ON_OFFER] = on_offer(settings.definitions_folder)
    with app.app_context():
        db.sessionmaker.configure(info={ON_OFFER: app.extensions[ON_OFFER], ASKS: {"case": asked_at_items}})
    # how to link to what a case is about: kind → (session, version id) → words and address, said by its own room
    app.extensions.setdefault("concord.subjects", {})
    app.extensions.setdefault("concord.agenda_subjects", {})["case"] = address_of
    app.extensions.setdefault("concord.agenda_moved", {})["case"] = move_case_item
    app.extensions.setdefault("concord.item_owners", {})["case"] = owners_of
    app.extensions.setdefault("concord.agenda_taken_off", {})["case"] = take_case_off
    app.extensions.setdefault("concord.ahead", []).append(cases_ahead)
    daily.register(app, calendar.NAME, calendar.every_day)
    daily.register(app, reminding.NAME, reminding.every_day)
    foreseen.init_app(app)
    daily.register(app, voting_queries.NAME, voting_queries.every_day)
    app.jinja_env.globals.update(
        may_act_alone=may_act_alone_now,
        may_open_voting=may_open_voting_now,
        actions_to_ratify=actions_to_ratify,
        between_meetings_at=between_meetings_at,
    )
    worker.register(app, result_due.KIND, results.tell)
    marks.init_app(app)
    in_common.init_app(app)
    app.register_blueprint(blueprint)
