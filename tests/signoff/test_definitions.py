"""The pages of the definitions, and a footprint's own file: picked up without code, and pinned by each case."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.audit.service import Doer
from app.db import db
from app.permissions import Refused
from app.signoff import queries, service
from app.signoff.models import Case
from config import Settings
from tests.conftest import SettableClock
from tests.signoff.group import NOW, Group, begin_session, make_group, open_accounts, open_case, subject
from tests.workflows.test_definition import GOOD
from workflows.definition import DefinitionError

OWN = GOOD.replace("An example", "Our own way").replace("at_least: 1", "every: true")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one definition of a footprint's own."""
    made = tmp_path / "own"
    made.mkdir()
    (made / "example.v1.yaml").write_text(OWN)
    return made


@pytest.fixture
def app(settings: Settings, clock: SettableClock, folder: Path) -> Iterator[Flask]:
    """The service with that folder."""
    made = create_app(replace(settings, definitions_folder=str(folder)), clock.hands)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def group(session: Session, client: FlaskClient, clock: SettableClock) -> Group:
    made = make_group(session)
    account = open_accounts(session, made)["merton-secretary"]
    client.set_cookie("concord", begin_session(session, account, clock.real))
    session.commit()
    return made


def open_own(session: Session, group: Group, code: str = "ours") -> Case:
    """A case under the footprint's own definition."""
    assert group.director is not None
    return service.open_case(
        session,
        code=code,
        title="Decided our own way",
        subject=subject(1, thing=2),
        definition=("example", 1),
        parties=list(group.bodies.values()),
        asked_by=group.host,
        collaborative_id=group.collaborative.id,
        doer=Doer(group.director.id, group.director.name, "programme director"),
        now=NOW,
    )


def test_the_list_and_a_definitions_page_tell_what_is_decided_under_it(
    session: Session, group: Group, client: FlaskClient
) -> None:
    open_case(session, group, NOW)
    session.commit()
    listed = client.get("/definitions").text
    assert "17 definitions" in listed
    assert "This installation’s own" in listed
    rows = client.get("/definitions?as=csv").text.splitlines()[1:]
    assert [row.split(",")[1:6] for row in rows] == [
        ["assurance-checkpoints", "1", "4", "Shipped", "0"],
        ["assurance-checkpoints", "2", "4", "Shipped", "0"],
        ["deliverable-acceptance", "1", "2", "Shipped", "0"],
        ["deliverable-acceptance", "2", "2", "Shipped", "0"],
        ["deliverable-acceptance", "3", "2", "Shipped", "0"],
        ["example", "1", "2", "This installation’s own", "0"],
        ["expression-of-interest", "1", "4", "Shipped", "0"],
        ["expression-of-interest", "2", "4", "Shipped", "0"],
        ["pack-release", "1", "2", "Shipped", "0"],
        ["pilot", "1", "4", "Shipped", "0"],
        ["pilot", "2", "4", "Shipped", "0"],
        ["quarterly-return", "1", "3", "Shipped", "0"],
        ["quarterly-return", "2", "3", "Shipped", "0"],
        ["standards", "1", "2", "Shipped", "1"],
        ["standards", "2", "2", "Shipped", "0"],
        ["standards", "3", "2", "Shipped", "0"],
        ["standards", "4", "2", "Shipped", "0"],
    ]
    page = client.get("/definitions/standards/1").text
    assert "It is complete when at least 4 of the parties asked have answered in favour." in page
    assert '<desc id="drawing-description">“Responses to the draft' in page
    assert "Out-of-hospital standards standards" in page
    assert "# The route that the six governing bodies" in page
    assert "Out-of-hospital standards standards,open," in client.get("/definitions/standards/1?as=csv").text
    assert "No case that you may see is decided under it." in client.get("/definitions/example/1").text
    assert "Shared principles and standards, version 1</a>" in client.get("/sign-offs/standards").text
    for nothing in ("/definitions/standards/9", f"/definitions/standards/1?hash={'0' * 64}", "/definitions/none/1"):
        assert client.get(nothing).status_code == 404


def test_a_case_out_of_sight_is_neither_counted_nor_named(session: Session, group: Group, client: FlaskClient) -> None:
    case = open_case(session, group, NOW)
    case.part = 2
    session.commit()
    assert "Out-of-hospital" not in client.get("/definitions/standards/1").text
    assert ",Shipped,0," in client.get("/definitions?as=csv").text.splitlines()[-2]


def test_a_case_under_ones_own_file_keeps_it_when_the_file_changes_or_goes(
    session: Session, group: Group, client: FlaskClient, folder: Path, settings: Settings, clock: SettableClock
) -> None:
    case = open_own(session, group)
    session.commit()
    assert client.get("/definitions/example/1").text.count("Decided our own way") == 1
    file, before = folder / "example.v1.yaml", case.definition_hash
    later = OWN.replace("Asked first", "Asked otherwise").replace("meeting", "officer\n        role: chair")

    def restarted() -> FlaskClient:
        made = create_app(replace(settings, definitions_folder=str(folder)), clock.hands)
        visitor = made.test_client()
        cookie = client.get_cookie("concord")
        assert cookie is not None
        visitor.set_cookie("concord", cookie.value)
        return visitor

    for change in (lambda: file.write_text(later), file.unlink):
        change()
        visitor = restarted()
        session.expire_all()
        standing = queries.standing_of(session, case, NOW)
        assert (standing.round.title if standing.round else "", case.definition_hash) == ("Asked first", before)
        assert queries.pinned(case).first_stage.parties[0].decide == "meeting"
        assert "Our own way, version 1</a>" in visitor.get("/sign-offs/ours").text
        kept = visitor.get(f"/definitions/example/1?hash={before}").text
        assert "its file was changed or removed" in kept
        assert "Decided our own way" in kept
        assert f"hash={before}" in visitor.get("/definitions").text
        with visitor.application.app_context():
            db.engine.dispose()


def test_what_no_folder_offers_cannot_be_opened(session: Session, group: Group) -> None:
    assert group.director is not None
    with pytest.raises(Refused) as refused:
        service.open_case(
            session,
            code="none",
            title="None",
            subject=subject(1),
            definition=("none", 1),
            parties=list(group.bodies.values()),
            asked_by=group.host,
            collaborative_id=group.collaborative.id,
            doer=Doer(group.director.id, group.director.name, "programme director"),
            now=NOW,
        )
    assert refused.value.needs == (
        "one of assurance-checkpoints version 1, assurance-checkpoints version 2, deliverable-acceptance version 1, "
        "deliverable-acceptance version 2, deliverable-acceptance version 3, example version 1, "
        "expression-of-interest version 1, expression-of-interest version 2, pack-release version 1, pilot version 1, "
        "pilot version 2, "
        "quarterly-return version 1, quarterly-return version 2, standards version 1, standards version 2, "
        "standards version 3 and standards version 4",
    )


def test_a_file_that_could_not_work_stops_the_start(settings: Settings, folder: Path) -> None:
    (folder / "example.v1.yaml").write_text(OWN.replace("every: true", "at_least: 0"))
    with pytest.raises(DefinitionError, match="example.v1.yaml:13: “at_least: 0” is impossible"):
        create_app(replace(settings, definitions_folder=str(folder)))


def test_the_check_reads_what_is_shipped_and_the_configured_folder(app: Flask, folder: Path) -> None:
    runner = app.test_cli_runner()
    assert "17 definitions hold." in runner.invoke(args=["workflows", "check"]).output
    (folder / "example.v1.yaml").write_text(OWN.replace("name: decide", "name: decided"))
    result = runner.invoke(args=["workflows", "check"])
    assert result.exit_code == 1
    assert "example.v1.yaml:14: “decide” is not a stage of this definition, nor “done”" in result.output
    assert runner.invoke(args=["workflows", "check", str(folder)]).output == result.output
