"""What every token begins with, and how all tokens of an account end at once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.people.token_models import PersonalToken

PREFIX = "concord_"
"""By this a token is known for one wherever it turns up, by people and by scanners of what is published."""


def end_tokens_of(session: Session, account_id: int, why: str) -> None:
    """End every token of an account that did not end before; `why` is told to whoever still sends one."""
    session.execute(
        sa.update(PersonalToken)
        .where(PersonalToken.account_id == account_id, PersonalToken.ended == "")
        .values(ended=why)
    )
