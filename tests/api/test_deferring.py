"""A program records that a body defers to a meeting of its own, and reads to which."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import writing
from tests.api.world import World, said
from tests.conftest import SettableClock
from tests.signoff.group import NOW, set_meetings

EVENING, LATER = datetime(2015, 11, 24, 18, tzinfo=UTC), date(2016, 1, 12)
TO = {"answer": "defer", "reason": "The costs are awaited."}


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    return World(session, client, clock)


def test_a_body_defers_to_its_meeting_and_where_that_is_moved_the_answer_says_so(world: World) -> None:
    address = world.at_decisions()
    with writing(world.session):
        set_meetings(world.session, world.group, LATER, NOW)
    world.clock.now = EVENING
    merton, secretary = f"{address}/bodies/merton", world.of("merton-secretary")

    def sent(**answer: str) -> dict[str, object]:
        return world.decision(address, "Merton", all_for=False, answer={**TO, **answer})

    for answer, pointer, sentence in (
        ({}, "#/answer/until", "Say until which day it is deferred, or to which meeting."),
        (
            {"until": "2016-01-20", "deferred_to": "merton-2016-01-12"},
            "#/answer/deferred_to",
            "It is deferred to a day or to a meeting: say `until` or `deferred_to`, not both.",
        ),
        (
            {"deferred_to": "croydon-2016-01-12"},
            "#/answer/deferred_to",
            "Merton has no meeting of the code “croydon-2016-01-12”.",
        ),
    ):
        refused = secretary.post(f"{merton}/decision", sent(**answer))
        [wrong] = said(refused)["errors"]
        assert (wrong["pointer"], wrong["detail"]) == (pointer, sentence)
    too_early = secretary.post(f"{merton}/decision", sent(deferred_to="merton-2015-11-24"))
    assert said(too_early)["detail"].startswith("Merton’s meeting on 24 November 2015 is not after 24 November 2015")

    sentence = "Merton deferred its decision on version 2 on 24 November 2015 to its meeting on 12 January 2016"
    recorded = secretary.write(f"{merton}/decision", sent(deferred_to="merton-2016-01-12"))
    assert (recorded["standing"], recorded["sentence"]) == ("deferred", f"{sentence}: The costs are awaited.")
    part = secretary.read(merton)
    assert part["deferred_to"] == {
        "code": "merton-2016-01-12",
        "title": "Merton Governing Body",
        "held_on": "2016-01-12",
    }
    assert part["standing"]["deferred_until"] == "2016-01-12"
    assert [one["code"] for one in part["can_be_scheduled_for"]] == ["merton-2016-01-12"]
    [waits] = secretary.read("/waiting")["items"]
    assert (waits["to_do"], waits["by"]) == ("Put it on an agenda", "2016-01-12")
    assert waits["why"] == "Deferred to its meeting on 12 January 2016."

    there = secretary.read("/meetings/merton-2016-01-12")
    to = {"held_on": "2016-01-19", "begins": None, "reason": "Snow.", "was": "2016-01-12", "seen": there["seen"]}
    secretary.write("/meetings/merton-2016-01-12/day", to)
    moved = world.of("director").read(address)
    standing = next(one for one in moved["bodies"] if one["body"] == "merton")
    assert standing["sentence"] == f"{sentence}, moved since to 19 January 2016: The costs are awaited."
    assert standing["deferred_until"] == "2016-01-19"
    [waits] = secretary.read("/waiting")["items"]
    assert (waits["by"], "moved since to 19 January 2016" in waits["why"]) == ("2016-01-19", True)


def test_a_decision_is_corrected_to_a_deferral_to_a_meeting(world: World) -> None:
    address = world.at_decisions()
    with writing(world.session):
        set_meetings(world.session, world.group, LATER, NOW)
    world.clock.now = EVENING
    croydon = f"{address}/bodies/croydon"
    recorded = world.of("croydon-secretary").write(f"{croydon}/decision", world.decision(address, "Croydon"))
    corrected = world.of("croydon-chair").write(
        f"{croydon}/correction",
        {
            "decision": recorded["entry"],
            "why": "The minutes say that it was deferred.",
            "answer": {**TO, "deferred_to": "croydon-2016-01-12"},
            "last_entry": recorded["entry"],
        },
    )
    assert corrected["standing"] == "deferred"
    assert "to its meeting on 12 January 2016: The costs are awaited (corrected)." in corrected["sentence"]
