"""A pack is put forward, released and returned by programs too, with what was seen and a proof of who is there."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import RecordEntry
from app.db import writing
from app.jobs.models import Mail
from app.people.models import Account
from tests.api.world import Program, give_token, said
from tests.packs.conftest import Room

PACK = "/meetings/merton-2015-11/pack"


def program(room: Room, client: FlaskClient, code: str, **values: Any) -> Program:
    """A program of one of the seed's people."""
    with writing(room.session) as session:
        account = Account(person_id=room.seed.people[code].id, password_hash="-", demonstration=False)
        session.add(account)
        session.flush()
        number = account.id
    return Program(client, give_token(room.session, number, room.clock, **values))


def built(room: Room) -> str:
    """Merton's pack built with its gaps accepted; gives the hash of its facts."""
    room.release_edition()
    pack = room.pack()
    room.accept_all(pack, room.secretary("Merton"))
    room.as_built(pack)
    room.session.rollback()
    return pack.facts_hash or ""


def test_a_pack_goes_from_its_secretary_to_its_chair_and_out(room: Room, client: FlaskClient) -> None:
    seen = {"seen": built(room)}
    secretary, chair = program(room, client, "merton-secretary"), program(room, client, "merton-chair")
    before = secretary.read(PACK)
    assert (before["state"], before["facts_hash"], before["steps"], before["changed"]) == (
        "built",
        seen["seen"],
        [],
        [],
    )
    assert {one["reason"] for one in before["gaps"]} == {"It is reported in January."}
    early = chair.post(f"{PACK}/release", seen)
    assert early.status_code == 403 and "has not been put forward" in said(early)["detail"]
    other = secretary.post(f"{PACK}/put-forward", {"seen": sha256(b"another build").hexdigest()})
    assert other.status_code == 409 and "built anew" in said(other)["detail"]
    assert secretary.write(f"{PACK}/put-forward", seen)["state"] == "put_forward"
    refused = secretary.post(f"{PACK}/release", seen)
    assert refused.status_code == 403 and said(refused)["detail"] == "Only Merton’s chair may release its pack."
    out = chair.write(f"{PACK}/release", seen, key="the-chair-releases")
    assert chair.write(f"{PACK}/release", seen, key="the-chair-releases") == out
    assert [(one["answer"], one["facts_hash"]) for one in out["steps"]] == [
        ("put_forward", seen["seen"]),
        ("release", seen["seen"]),
    ]
    assert (out["state"], out["steps"][1]["capacity"]) == ("released", "chair, NHS Merton CCG Governing Body")
    room.session.rollback()
    assert room.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 7
    facts = client.get("/packs/meeting/merton-2015-11/1.json")
    assert sha256(facts.data).hexdigest() == seen["seen"]


def test_the_chair_returns_a_pack_with_a_reason_and_it_comes_again(room: Room, client: FlaskClient) -> None:
    seen = {"seen": built(room)}
    secretary, chair = program(room, client, "merton-secretary"), program(room, client, "merton-chair")
    secretary.write(f"{PACK}/put-forward", seen)
    bare = chair.post(f"{PACK}/return", {"reason": " "})
    assert bare.status_code == 403 and said(bare)["needs"] == ["the reason"]
    returned = chair.write(f"{PACK}/return", {"reason": "Item 4 has the wrong paper."})
    assert (returned["state"], returned["steps"][1]["reason"]) == ("built", "Item 4 has the wrong paper.")
    assert secretary.write(f"{PACK}/put-forward", seen)["state"] == "put_forward"


def test_who_releases_proves_to_be_there(room: Room, client: FlaskClient) -> None:
    seen = {"seen": built(room)}
    program(room, client, "merton-secretary").write(f"{PACK}/put-forward", seen)
    long_ago = room.clock.real - timedelta(days=2)
    chair = program(room, client, "merton-chair", proved_at=long_ago)
    for what, body in (("release", seen), ("return", {"reason": "No."})):
        refused = chair.post(f"{PACK}/{what}", body)
        assert refused.status_code == 403 and said(refused)["type"] == "/api#problem-proof-needed", what
    room.session.rollback()
    released = sa.select(RecordEntry.id).where(RecordEntry.tag == "pack.released")
    assert room.session.scalars(released).all() == []


def test_another_bodys_pack_is_not_there(room: Room, client: FlaskClient) -> None:
    seen = {"seen": built(room)}
    neighbour = program(room, client, "sutton-secretary")
    assert neighbour.get(PACK).status_code == 404
    assert neighbour.post(f"{PACK}/put-forward", seen).status_code == 404
    assert json.loads(neighbour.get("/meetings/sutton-2015-11/pack").text)["status"] == 404  # none was ever built
