"""One form, one decision: what a form has recorded already, so that a second press of its button finds that again."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.permissions import Stale
from app.signoff.models import Receipt

_RECEIPTS = cast(sa.Table, Receipt.__table__)
_RECEIPT = sa.select(_RECEIPTS).where(_RECEIPTS.c.token == sa.bindparam("of_token"))


def recorded_before(session: Session, token: str, case_id: int, body_id: int, stale: Stale) -> int:
    """The entry this form has made already, where the page is stale because of it; else raises that it is stale.

    Whoever pressed first wrote an entry about the body, so the second press of one button always comes stale.
    """
    receipt = receipt_with(session, token)
    if receipt is None:
        raise stale
    if (receipt.case_id, receipt.body_id) != (case_id, body_id):
        raise used_elsewhere()
    entry_id: int = receipt.entry_id
    return entry_id


def receipt_with(session: Session, token: str) -> sa.Row[Any] | None:
    """What a form with this token has recorded already, as the columns of a `Receipt`."""
    return session.connection().execute(_RECEIPT, {"of_token": token}).first()


def used_elsewhere() -> Stale:
    """A form's token was used for something else already."""
    return Stale("This form was used for another decision. Nothing was recorded.", "Open the body’s page again.")
