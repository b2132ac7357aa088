"""What agendas show of cases without knowing them: which of their items are about a case that was withdrawn."""

from collections.abc import Sequence

from flask import Flask

from app.db import db
from app.meetings.models import AgendaItem
from app.signoff.withdrawing_cases import withdrawn_since


def withdrawn_items(items: Sequence[AgendaItem]) -> set[int]:
    """The ids of those items that are about a case which who asked has withdrawn."""
    return withdrawn_since(db.session, items)


def init_app(app: Flask) -> None:
    """Offer it to the pages of meetings."""
    app.jinja_env.globals["withdrawn_items"] = withdrawn_items
