"""The roll-up over every collaborative: what the listings read, counted once."""

from flask import Flask
from sqlalchemy.orm import Session

from app.db import writing
from app.signoff import service
from app.signoff.roll_up import Rolled, rolled_up
from tests.signoff.group import NOW, make_group, open_case


def test_each_state_of_each_collaborative_is_counted(app: Flask, session: Session) -> None:
    said = app.test_cli_runner().invoke(args=["signoff", "roll-up"])
    assert said.output == "There is no sign-off case yet.\n"
    with writing(session):
        group = make_group(session)
        first = open_case(session, group, NOW)
        open_case(session, group, NOW, code="further", version=3)
        reason = "It was asked too early."
        service.withdraw(session, case_id=first.id, reason=reason, doer=group.doer("Merton"), now=NOW)
    assert rolled_up(session) == (Rolled("A group of CCGs", "open", 1), Rolled("A group of CCGs", "withdrawn", 1))
    said = app.test_cli_runner().invoke(args=["signoff", "roll-up"])
    assert said.output == "A group of CCGs: 1 open\nA group of CCGs: 1 withdrawn\n"
