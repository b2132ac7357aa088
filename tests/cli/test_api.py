"""The API from a terminal: every operation can be called there, for one person, by the same checks."""

import json

import pyotp
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api import description
from app.api.operations import OPERATIONS
from app.audit.models import RecordEntry
from app.cli.api import address_of
from app.people import second_factor
from app.people.bearers import TERMINAL
from app.people.service import SERVICE
from config import kept_secret
from tests.api.world import World
from tests.conftest import SettableClock


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    return World(session, client, clock)


def test_every_operation_is_reached_from_a_terminal(client: FlaskClient) -> None:
    app = client.application
    adapter, runner = app.url_map.bind("localhost"), app.test_cli_runner()
    listed = runner.invoke(args=["api", "operations"]).output
    for name, one in OPERATIONS.items():
        named = {each["name"]: str(each["example"]) for each in description.parameters(one) if each["in"] == "path"}
        address, query = address_of(one, named)
        assert (adapter.match(address, method=one.method)[0], query) == (one.endpoint, {})
        assert f"  {name}: {one.told[0]}" in listed
    some = runner.invoke(args=["api", "operations", "in", "common"]).output
    assert some.startswith("Meetings in common\n  meetings_in_common: ")
    shown = runner.invoke(args=["api", "show", "set-meeting"]).output
    assert shown.startswith("Set a meeting of a body, with the items every meeting opens with.\nOnly ")
    assert "  begins (optional): " in shown


def test_a_person_reads_writes_and_signs_with_a_code_of_their_own_alone(world: World) -> None:
    app = world.client.application
    runner, address = app.test_cli_runner(), world.at_decisions()
    case, officer = f"sign_off={address.rpartition('/')[2]}", "officer@test.example"

    def called(*words: str) -> tuple[int, str]:
        result = runner.invoke(args=["api", "call", *words])
        return result.exit_code, result.output

    world.session.rollback()
    code, read = called("sign-off", case, "--as", "merton-secretary")
    assert (code, json.loads(read)["state"]) == (0, "open")
    refused = called("open_sign_off", "document=ooh", "version=3", "--as", "merton-secretary")
    assert refused == (1, "Error: Only the programme office may open a sign-off case or a further round.\n")
    day = json.dumps({"body": "merton", "title": "Merton", "held_on": "2016-03-10"})
    new = ("set_meeting", "--as", "merton-secretary")
    twice = [called(*new, "--json", day, "--key", "a-key-of-the-terminal") for _ in range(2)]
    assert (twice[0], json.loads(twice[0][1])["meeting"]) == (twice[1], "merton-2016-03-10")
    made = world.session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc())).first()
    assert made is not None
    told = (made.tag, made.actor_id, made.capacity)
    secretary = world.accounts["merton-secretary"].person_id
    assert told == ("meeting.set", secretary, "board secretary, NHS Merton CCG, by the operator at a terminal")
    assert "#/title: Field required." in called(*new)[1]
    unknown = called("sign-off", "sign_off=none", "--as", "merton-secretary")
    assert unknown[1].startswith("Error: There is no such thing")
    assert called("sign-off", case, "--as", "nobody")[1] == "Error: There is nobody called “nobody”.\n"
    assert called("sign-off", "--as", officer)[0] == called("sign-off", case, "a=b", "--as", officer)[0] == 2

    england = (case, "body=nhs-england", "--as", officer)
    seen = json.loads(called("body_of_sign_off", *england)[1])["seen"]
    answer = ("answer", *england, "--json", json.dumps({"answer": {"answer": "agree"}, "seen": seen}))
    assert "nobody signs for another" in called(*answer)[1]
    account_id, secret = world.accounts["officer"].id, pyotp.random_base32()
    key = kept_secret(app.extensions["concord.settings"].instance / "second-factor.key")
    second_factor.turn_on(world.session, account_id, secret, 1, key, SERVICE, world.clock.now, world.clock.real)
    world.session.commit()
    assert "The code is not right" in called(*answer, "--code", "000000")[1]
    code, recorded = called(*answer, "--code", pyotp.TOTP(secret).at(world.clock.real))
    assert (code, json.loads(recorded)["standing"]) == (0, "agreed")
    world.session.rollback()
    signed = world.session.get_one(RecordEntry, json.loads(recorded)["entry"])
    assert signed.capacity.endswith("by the operator at a terminal")

    headers = {"Concord-Terminal": str(account_id), "concord.terminal": str(account_id), TERMINAL: str(account_id)}
    assert world.client.get(f"/api{address}", headers=headers).status_code == 401, "no request can say it is of here"
