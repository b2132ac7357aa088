"""Between meetings, through the API: members vote on line, a chair decides alone and a meeting ratifies it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.people.models import BodyRule
from tests.api.world import Program, give_token, said
from tests.conftest import SettableClock
from tests.signoff.test_chairs_action import DURING, Between
from tests.signoff.test_members_voting import AFTER, Voting

BODY = "/sign-offs/standards/bodies/croydon"
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


def program(world: Between, who: str) -> Program:
    world.session.rollback()
    return Program(world.client, give_token(world.session, world.accounts[who].id, world.clock))


def test_members_vote_in_a_window_and_its_outcome_is_recorded(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    world = Voting(session, client, clock)
    secretary, chair = program(world, "croydon-secretary"), program(world, "croydon-chair")
    window = {
        "answer": "agree",
        "opens": "2015-11-06T09:00:00Z",
        "closes": "2015-11-12T17:00:00Z",
        "seen": secretary.read(BODY)["seen"],
    }
    assert secretary.write(f"{BODY}/voting", window)["standing"] == "voting open"
    mistaken = {"voting": chair.read(f"{BODY}/voting")["voting"], "reason": "It is for the week after."}
    assert chair.post(f"{BODY}/voting/stop", mistaken).status_code == 403
    assert secretary.write(f"{BODY}/voting/stop", mistaken)["standing"] == "not yet scheduled"
    again = {**window, "seen": secretary.read(BODY)["seen"]}
    assert secretary.write(f"{BODY}/voting", again)["standing"] == "voting open"
    clock.now = datetime(2015, 11, 10, 12, 0, tzinfo=UTC)
    shown = chair.read(f"{BODY}/voting")
    [mine] = [one["seat"] for one in shown["seats"] if one["yours"]]
    assert mine == "croydon-chair"
    vote = {"voting": shown["voting"], "content_hash": shown["content_hash"], "seat": mine, "vote": "for"}
    interest = {"kind": "financial", "description": "A partner in the practice."}
    chair.write(f"{BODY}/voting/declarations", {"voting": shown["voting"], "new": interest})
    assert chair.post(f"{BODY}/voting/votes", vote).status_code == 403
    ruling = {
        "voting": shown["voting"],
        "seats": [mine],
        "interest": "financial",
        "handling": "note_only",
        "reason": "It is the same for every practice.",
        "handled_by": "Dr Deputy of Croydon, Deputy chair and lay member",
    }
    unknown = secretary.post(f"{BODY}/voting/interests", {**ruling, "seats": ["no-such"]})
    assert said(unknown)["errors"][0]["pointer"] == "#/seats/0"
    secretary.write(f"{BODY}/voting/interests", ruling)
    both = chair.post(f"{BODY}/voting/votes", {**vote, "interest": "financial"})
    assert (both.status_code, said(both)["errors"][0]["pointer"]) == (422, "#")
    others = chair.post(f"{BODY}/voting/votes", {**vote, "seat": "croydon-lay_member"})
    assert others.status_code == 403
    waits = chair.read("/waiting")
    assert [(one["sign_off"], one["seat"], one["standing"]) for one in waits["items"]] == [
        ("standards", mine, "voting open")
    ]
    chair.write(f"{BODY}/voting/votes", vote)
    signed = [one["signed_by"] for one in chair.read(f"{BODY}/voting")["seats"] if one["seat"] == mine]
    assert signed == ["Dr Clinical of Croydon"]
    outcome = {"voting": shown["voting"]}
    assert secretary.post(f"{BODY}/voting/outcome", outcome).status_code == 403
    for kind in ("lay_member", "registered_nurse", "gp_member", "accountable_officer"):
        world.sign(kind)
    session.rollback()
    clock.now = AFTER
    recorded = secretary.write(f"{BODY}/voting/outcome", outcome)
    assert recorded["sentence"] == "Croydon agreed version 1 on 12 November 2015 by the votes of its members on line."


def test_a_chair_decides_alone_and_a_meeting_ratifies_it(
    session: Session, client: FlaskClient, clock: SettableClock
) -> None:
    world = Between(session, client, clock)
    rule = session.scalars(sa.select(BodyRule).where(BodyRule.body_id == world.group.bodies["Croydon"].id)).one()
    rule.quorum = {**(rule.quorum or {}), "chairs_action": True}
    session.commit()
    clock.now = DURING
    secretary, chair = program(world, "croydon-secretary"), program(world, "croydon-chair")
    action = {
        "answer": {"answer": "agree"},
        "urgent": "The contract ends on Friday.",
        "officer": "croydon-accountable_officer",
        "lay_member": "croydon-lay_member",
        "seen": chair.read(BODY)["seen"],
    }
    refused = chair.post(f"{BODY}/chairs-action", {**action, "urgent": ""})
    assert refused.status_code == 403
    taken = chair.write(f"{BODY}/chairs-action", action)
    assert taken["standing"] == "to be ratified"
    clock.now = EVENING
    alone = secretary.read(f"{BODY}")["receipt"].removeprefix("/api")
    assert secretary.read(alone)["chairs_action"]["urgent"] == action["urgent"]
    assert secretary.read("/waiting")["items"][0]["to_do"] == "Record whether the chair’s action is ratified"
    room = secretary.read(f"{BODY}/meetings/croydon-2015-11-24/ratification")
    seats = [{"seat": one["seat"], "attended": "present"} for one in room["seats"] if one["holder"]]
    ratified = secretary.write(
        f"{BODY}/ratification",
        {
            "meeting": "croydon-2015-11-24",
            "seats": seats,
            "all_for": True,
            "ratified": True,
            "decision": taken["entry"],
            "seen": room["seen"],
        },
    )
    assert ratified["standing"] == "agreed"
