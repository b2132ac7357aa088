"""An act on a log that does not end as the service leaves it is refused in a sentence, and nothing of it is kept."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, Doer, RecordDamagedError, append
from app.audit.tags import Tag
from app.db import writing
from app.people.models import Account
from tests.people import made

NOW = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
SECRETARY = Doer(7, "A Secretary", "board secretary, NHS Merton CCG")
MERTON, SUTTON = (1, "NHS Merton CCG"), (2, "NHS Sutton CCG")


def written(session: Session, *organisations: tuple[int, str]) -> None:
    with writing(session):
        acts = [Act(Tag.DECISION_RECORDED, SECRETARY, *organisation, "case", 1) for organisation in organisations]
        append(session, acts, NOW)


def numbers(session: Session) -> list[int]:
    session.rollback()
    return [session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in (RecordEntry, RecordLeaf)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"frontier": "nonsense"}, "the hashes at its end cannot be read"),
        ({"frontier": "00ff 00ff"}, "the hashes at its end cannot be read"),
        ({"frontier": ""}, "the number of entries does not fit the hashes at its end"),
        ({"size": 4}, "the number of entries does not fit the hashes at its end"),
        ({"size": -3}, "the number of entries does not fit the hashes at its end"),
        ({"size": 0, "frontier": ""}, "an entry stands already at place 0, where the log says it ends"),
    ],
)
def test_an_act_on_a_damaged_log_says_that_nothing_was_recorded_and_what_the_operator_does(
    session: Session, values: dict[str, object], sentence: str
) -> None:
    for _ in range(3):
        written(session, SUTTON)
    with writing(session):
        session.execute(sa.update(RecordLog).where(RecordLog.organisation_id == 2).values(values))
    with pytest.raises(RecordDamagedError) as refused:
        written(session, MERTON, SUTTON)
    assert refused.value.sentence == (
        f"Nothing was recorded: the record is damaged. In the log of {SUTTON[1]} {sentence}."
    )
    assert "`flask --app wsgi record verify`" in refused.value.needs[0]
    assert numbers(session) == [3, 3]
    written(session, MERTON)
    assert numbers(session) == [4, 4]


def test_a_log_whose_own_row_is_gone_is_not_begun_anew(session: Session) -> None:
    written(session, SUTTON)
    with writing(session):
        session.execute(sa.delete(RecordLog))
    with pytest.raises(RecordDamagedError, match="an entry stands already at place 0"):
        written(session, SUTTON)
    assert numbers(session) == [1, 1]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_size_that_only_sqlite_keeps_is_refused_too(session: Session) -> None:
    written(session, SUTTON)
    with writing(session):
        session.execute(sa.text("UPDATE record_log SET size = 'many'"))
    with pytest.raises(RecordDamagedError, match="does not fit the hashes"):
        written(session, SUTTON)


def test_a_page_answers_503_and_a_command_one_sentence(app: Flask, client: FlaskClient, session: Session) -> None:
    made.make(session)
    made.sign_in(client)
    with writing(session):
        session.execute(sa.update(RecordLog).values(frontier="nonsense"))
    answer = made.sign_in(app.test_client())
    assert answer.status_code == 503
    assert "Nothing was recorded: the record is damaged." in answer.text
    assert "record verify" in answer.text
    assert numbers(session) == [1, 1]
    refused = app.test_cli_runner().invoke(args=["people", "disable", made.EMAIL])
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert refused.output.startswith("Error: Nothing was recorded: the record is damaged.")
    session.rollback()
    assert session.scalars(sa.select(Account).where(Account.disabled)).all() == []
