"""What is read comes in pages of a stable order, and whatever cannot be answered is a problem."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.db import writing
from app.people.models import OrganisationSuccessor
from app.signoff.queries import case_by_code
from tests.api.world import World, said
from tests.signoff.group import NOW, open_case

DAY = timedelta(days=1)
PROBLEM = "application/problem+json"


def kind(answer: TestResponse) -> tuple[int, str, str]:
    told: dict[str, Any] = answer.json or {}
    return answer.status_code, answer.mimetype or "", str(told.get("type")).removeprefix("/api#problem-")


def test_a_list_is_gone_through_by_its_links(world: World) -> None:
    with writing(world.session):
        for number in range(5):
            open_case(world.session, world.group, NOW, code=f"case-{number}")
    reader = world.of("merton-secretary")
    seen, path = [], "/sign-offs?size=2"
    while path:
        answer = reader.get(path)
        seen += [one["code"] for one in said(answer)["items"]]
        link = answer.headers["Link"]
        path = (said(answer)["page"]["next"] or "").removeprefix("/api")
        assert ('rel="next"' in link) == bool(path)
    assert seen == [f"case-{number}" for number in (4, 3, 2, 1, 0)]
    assert kind(reader.get("/sign-offs?size=2&page=4")) == (404, PROBLEM, "not-found")
    with writing(world.session) as session:
        case, host = case_by_code(session, "case-1"), world.group.host
        doer = Doer(None, "Concord", "by its times")
        append(session, [Act(Tag.CASE_REMINDED, doer, host.id, host.name, "case", case.id, {})], NOW)
    entries, path = [], "/sign-offs/case-1/entries?size=1"
    while path:
        part = reader.read(path)
        entries += [one["tag"] for one in part["items"]]
        path = (part["next"] or "").removeprefix("/api")
    assert entries == ["case.opened", "round.opened"]  # a reminder stands in a list of its own
    wrong = reader.get("/sign-offs?size=1000&sise=2&page=x")
    assert kind(wrong) == (422, PROBLEM, "invalid")
    assert {one["pointer"] for one in said(wrong)["errors"]} == {"size", "sise", "page"}
    twice = reader.get("/sign-offs?size=1&size=2")
    assert kind(twice) == (422, PROBLEM, "invalid")


def test_what_cannot_be_answered_is_a_problem_with_its_status(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary, comment = world.of("merton-secretary"), "/documents/ooh/versions/1/comments/of/merton"
    headers = {"Authorization": f"Bearer {secretary.token}", "Idempotency-Key": "a-key-of-its-own"}
    assert kind(secretary.get("/no-such-thing")) == (404, PROBLEM, "not-found")
    assert kind(secretary.get("/sign-offs/no-such")) == (404, PROBLEM, "not-found")
    for path in ("/sign-offs/a%00b", "/documents/ooh/versions/1/comments/99999999999999999999/answer"):
        answer = secretary.get(path) if "sign" in path else secretary.post(path, {})
        assert kind(answer) == (404, PROBLEM, "not-found")
    method = world.client.put("/api/sign-offs", headers=headers)
    assert kind(method) == (405, PROBLEM, "method-not-allowed")
    assert "GET" in method.headers["Allow"]
    assert kind(world.client.post(f"/api{comment}", data="a=b", headers=headers)) == (415, PROBLEM, "media-type")
    broken = world.client.post(f"/api{comment}", data="{", headers={**headers, "Content-Type": "application/json"})
    assert kind(broken) == (422, PROBLEM, "invalid")
    large = world.client.post(
        f"/api{comment}", data=b"{" * 3_000_000, headers={**headers, "Content-Type": "application/json"}
    )
    assert kind(large) == (413, PROBLEM, "too-large")
    wrong = secretary.post(comment, {"clause": 1, "kind": "praise", "more": ""})
    assert kind(wrong) == (422, PROBLEM, "invalid")
    assert {one["pointer"] for one in said(wrong)["errors"]} == {"#/clause", "#/kind", "#/text", "#/more"}
    refused = secretary.post("/documents/ooh/versions/1/sign-off", {})
    assert kind(refused) == (403, PROBLEM, "refused")
    assert said(refused)["detail"] == "Only the programme office may open a sign-off case or a further round."
    pressed = world.client.get("/api/sign-offs", headers={"Host": "elsewhere.example"})
    assert kind(pressed) == (400, PROBLEM, "malformed")

    # and what breaks says nothing of how
    def breaks(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("app.signoff.listing.cases", breaks)
    app.testing = False
    answer = world.of("director").get("/sign-offs")
    assert kind(answer) == (500, PROBLEM, "broken")
    assert "secret" not in answer.text


def test_the_page_shows_every_operation_to_anyone(client: FlaskClient) -> None:
    page = client.get("/api")
    assert page.status_code == 200
    assert "/sign-offs/{sign_off}/bodies/{body}/decision" in page.text
    assert 'id="problem-stale"' in page.text


def test_a_body_says_who_has_its_work_from_the_day_on_which_it_passes(world: World) -> None:
    croydon, merton = (world.group.bodies[name].organisation for name in ("Croydon", "Merton"))
    today, reader = NOW.date(), world.of("merton-secretary")
    with writing(world.session):
        passing = OrganisationSuccessor(predecessor_id=croydon.id, successor_id=merton.id, from_on=today + DAY)
        world.session.add(passing)
    assert reader.read("/bodies/croydon")["now_called"] == []
    with writing(world.session):
        passing.from_on = today
    assert reader.read("/bodies/croydon")["now_called"] == [merton.name]
