"""The time of this request: decisions use `now()`, sessions and throttling `real_now()`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, g

from app.db import db
from app.db.installation import Clock

LONDON = ZoneInfo("Europe/London")


def the_clock() -> Clock:
    """The clock the application was made with."""
    clock: Clock = current_app.extensions["concord.clock"]
    return clock


def now() -> datetime:
    """The time of decisions, aware, UTC; one value for the whole request."""
    if "now" not in g:
        g.now = the_clock().now(db.session)
    moment: datetime = g.now
    return moment


def real_now() -> datetime:
    """Real time, aware, UTC."""
    return the_clock().real()


def today() -> date:
    """Today in Europe/London, in the time of decisions."""
    return now().astimezone(LONDON).date()
