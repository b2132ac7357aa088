"""A write is done once, on what was before the writer, and refused with the sentence that the page gives."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.api import once
from app.api.models import ApiAnswer
from app.audit.models import RecordEntry
from config import Settings
from tests.api.world import World, said

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
PROBLEM = "application/problem+json"


def decisions_on_record(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).where(RecordEntry.tag == "decision.recorded")) or 0


def test_the_same_request_with_its_key_is_done_once_and_answered_alike(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    secretary, merton = world.of("merton-secretary"), f"{address}/bodies/merton"
    decision, before = world.decision(address, "Merton"), decisions_on_record(world.session)
    first = secretary.post(f"{merton}/decision", decision, "the-same-key")
    again = secretary.post(f"{merton}/decision", decision, "the-same-key")
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert decisions_on_record(world.session) == before + 1
    other = secretary.post(f"{merton}/minute-reference", {"reference": "GB/1"}, "the-same-key")
    assert (other.status_code, other.mimetype, said(other)["type"]) == (422, PROBLEM, "/api#problem-key-used")
    # the key is this person's: another's program may use the same
    croydon = f"{address}/bodies/croydon/decision"
    answered = world.of("croydon-secretary").post(croydon, world.decision(address, "Croydon"), "the-same-key")
    assert answered.status_code == 201
    without = secretary.client.post(
        f"/api{merton}/decision", json={}, headers={"Authorization": f"Bearer {secretary.token}"}
    )
    assert (without.status_code, said(without)["type"]) == (400, "/api#problem-malformed")


def test_what_was_refused_is_not_kept_and_a_kept_answer_is_forgotten_in_time(world: World, settings: Settings) -> None:
    director, path = world.of("director"), "/documents/ooh/versions/2/round"
    assert director.post(path, {}, "asked-too-soon").status_code == 403
    world.at_responses()
    kept = sa.select(sa.func.count()).select_from(ApiAnswer)
    assert world.session.scalar(kept) == 1
    once.forget_old(world.session, world.clock.now, world.clock.real + timedelta(hours=47), settings)
    assert world.session.scalar(kept) == 1
    once.forget_old(world.session, world.clock.now, world.clock.real + timedelta(hours=48), settings)
    assert world.session.scalar(kept) == 0


def test_who_decides_on_what_is_not_so_any_more_is_told_what_changed(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    secretary, merton = world.of("merton-secretary"), f"{address}/bodies/merton"
    seen_first = secretary.get(merton)
    unchanged = secretary.get(merton, {"If-None-Match": seen_first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    decision = world.decision(address, "Merton")
    secretary.write(f"{merton}/schedule", {"meeting": world.meetings["Merton"]})
    assert secretary.get(merton, {"If-None-Match": seen_first.headers["ETag"]}).status_code == 200
    stale = secretary.post(f"{merton}/decision", decision)
    assert (stale.status_code, stale.mimetype, said(stale)["type"]) == (409, PROBLEM, "/api#problem-stale")
    assert said(stale)["detail"].startswith("Something about Merton was recorded since this page was shown.")
    assert len(said(stale)["changes"]) == 1
    room = secretary.read(f"{merton}/meetings/{world.meetings['Merton']}")["seen"]
    another = {**world.decision(address, "Merton"), "seen": {**room, "room": "0" * 64}}
    other_room = secretary.post(f"{merton}/decision", another)
    assert other_room.status_code == 409
    assert "Who sits in the seats" in said(other_room)["detail"]


def test_a_conflict_that_is_handled_counts_and_the_rule_refuses_with_its_own_sentence(world: World) -> None:
    address = world.at_decisions()
    secretary, merton = world.of("merton-secretary"), f"{address}/bodies/merton"
    secretary.write(f"{merton}/schedule", {"meeting": world.meetings["Merton"]})
    handled = secretary.write(
        f"{merton}/meetings/{world.meetings['Merton']}/conflicts",
        {
            "seats": ["merton-gp_member"],
            "interest": "financial",
            "handling": "leave",
            "reason": "The practice would be paid.",
            "handled_by": "Dr Clinical of Merton, Clinical chair",
        },
    )
    assert [one["handling"] for one in handled["items"]] == ["leave"]
    world.clock.now = EVENING
    decision = world.decision(address, "Merton")
    seats = decision["seats"]
    assert isinstance(seats, list)
    few = [
        {**one, "attended": "present" if one["seat"] in ("merton-chair", "merton-lay_member") else "apologies"}
        for one in seats
    ]
    refused = secretary.post(f"{merton}/decision", {**decision, "seats": few})
    assert (refused.status_code, said(refused)["type"]) == (403, "/api#problem-refused")
    assert said(refused)["detail"].startswith("Merton is not quorate for this item: 2 more voting seats needed")
    assert said(refused)["needs"]
    unsaid = secretary.post(f"{merton}/decision", {**decision, "seats": seats[1:], "all_for": False})
    assert (unsaid.status_code, said(unsaid)["type"]) == (422, "/api#problem-invalid")
    errors = {one["pointer"]: one["detail"] for one in said(unsaid)["errors"]}
    assert "was there" in errors["#/seats"]
    assert errors["#/seats/0/vote"].startswith("Say how ")
    recorded = secretary.write(f"{merton}/decision", decision)
    assert recorded["sentence"] == "Merton agreed version 2 on 24 November 2015."


def test_an_agreement_is_corrected_by_a_second_person_and_withdrawn_by_the_officer(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    secretary, croydon = world.of("croydon-secretary"), f"{address}/bodies/croydon"
    recorded = secretary.write(f"{croydon}/decision", world.decision(address, "Croydon"))
    correction = {
        "decision": recorded["entry"],
        "why": "Nothing was decided.",
        "answer": "entered_in_error",
        "last_entry": recorded["entry"],
    }
    refused = secretary.post(f"{croydon}/correction", correction)
    assert refused.status_code == 403
    assert "a second person" in said(refused)["detail"]
    chair = world.of("croydon-chair")
    against = {"answer": "not_agree", "reason": "The costs are not known."}
    refused = chair.post(f"{croydon}/correction", {**correction, "answer": against})
    assert said(refused)["detail"].endswith("“Not agreed” does not follow from the votes: 8 for, 0 against.")
    unknown = chair.post(f"{croydon}/correction", {**correction, "votes": [{"seat": "no-such", "vote": "for"}]})
    assert said(unknown)["errors"][0]["pointer"] == "#/votes/0/seat"
    room = secretary.read(f"{croydon}/meetings/{world.meetings['Croydon']}")
    votes = [{"seat": one["seat"], "vote": "against"} for one in room["seats"] if one["voting"]]
    corrected = chair.write(f"{croydon}/correction", {**correction, "answer": against, "votes": votes})
    assert corrected["standing"] == "not agreed"
    correction["last_entry"] = corrected["entry"]
    corrected = secretary.write(f"{croydon}/correction", correction)
    assert corrected["standing"] == "not yet scheduled"
    officer, england = world.of("officer"), f"{address}/bodies/nhs-england"
    seen = officer.read(england)["seen"]
    officer.write(f"{england}/answer", {"answer": {"answer": "agree"}, "seen": seen})
    seen = officer.read(england)["seen"]
    withdrawn = officer.write(f"{england}/withdrawal", {"reason": "The budget was cut.", "seen": seen})
    assert withdrawn["standing"] == "agreement withdrawn"


def test_versions_are_compared_comments_answered_and_a_round_needs_its_ruling(world: World) -> None:
    address = world.at_responses()
    secretary, director = world.of("merton-secretary"), world.of("director")
    comments = "/documents/ooh/versions/1/comments"
    written = secretary.write(
        f"{comments}/of/merton", {"clause": "access", "kind": "question", "text": "From when on?"}
    )
    answered = director.write(
        f"{comments}/{written['number']}/answer",
        {"outcome": "answered", "answer": "From April.", "landed": "access", "answered_at": None},
    )
    assert (answered["landed_version"], answered["landed_clause"]) == ("2", "access")
    assert secretary.read(comments, state="answered")["page"]["total"] == 1
    rows = secretary.read("/documents/ooh/comparison", older="1", newer="2")["rows"]
    assert [(one["code"], one["kind"]) for one in rows] == [("aims", "changed"), ("access", "same")]
    assert {"kind": "added", "text": "2"} in [
        {"kind": one["kind"], "text": one["text"].strip()} for one in rows[0]["words"]
    ]
    assert director.read("/documents/ooh/versions/2/ruling")["changes"] == []
    nothing = director.post("/documents/ooh/versions/2/ruling", {"beside": "0" * 64, "clauses": []})
    assert (nothing.status_code, said(nothing)["needs"]) == (403, ["a further round"])
    assert director.read(address)["round"]["stage"] == "response"

    path, third = "/documents/ooh/versions", director.read("/documents/ooh/versions/3")
    fourth = {
        **{"after": "3", "label": "4", "title": third["title"], "note": "As agreed.", "dated": "2015-11-24"},
        "clauses": [*third["clauses"], {"number": "3", "heading": "Carers", "text": "Each is asked."}],
    }
    assert secretary.post(path, fourth).status_code == 403
    assert director.post(path, fourth | {"after": "2"}).status_code == 409
    assert [one["code"] for one in director.write(path, fourth)["clauses"]] == ["aims", "access", "carers"]
    assert director.read("/documents/ooh/versions/4")["hash"]


def test_what_a_further_version_changes_is_ruled_on_and_the_signatures_of_the_rest_stand(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    merton, director = f"{address}/bodies/merton", world.of("director")
    world.of("merton-secretary").write(f"{merton}/decision", world.decision(address, "Merton"))
    ruling = "/documents/ooh/versions/3/ruling"
    too_soon = director.post("/documents/ooh/versions/3/round", {})
    assert too_soon.status_code == 403
    assert said(too_soon)["detail"].startswith("Merton (version 2) agreed before:")
    asked = director.read(ruling)
    assert [(one["clause"], one["how"]) for one in asked["changes"]] == [("aims", "reworded")]
    half = director.post(ruling, {"beside": asked["beside"], "clauses": []})
    assert half.status_code == 403
    clauses = [{"clause": "aims", "ruling": "material", "reason": "The aims are others now."}]
    other = director.post(ruling, {"beside": "0" * 64, "clauses": clauses})
    assert (other.status_code, said(other)["type"]) == (409, "/api#problem-stale")
    opened = director.write(ruling, {"beside": asked["beside"], "clauses": clauses})
    assert (opened["round"], opened["version"]) == (3, "version 3")
    assert director.read(merton)["standing"]["standing"] == "re-affirmation needed"


def test_a_meeting_that_was_not_quorate_is_recorded_as_that_and_a_deputy_by_name(world: World) -> None:
    address = world.at_decisions()
    world.clock.now = EVENING
    secretary, merton = world.of("merton-secretary"), f"{address}/bodies/merton"
    decision = world.decision(address, "Merton")
    refused = secretary.post(f"{merton}/decision", {**decision, "answer": "not_quorate"})
    assert said(refused)["detail"].startswith("It cannot be recorded as not quorate.")
    seats = decision["seats"]
    assert isinstance(seats, list)
    unknown = secretary.post(f"{merton}/decision", {**decision, "seats": [{**seats[0], "seat": "croydon-chair"}]})
    assert said(unknown)["errors"] == [
        {"pointer": "#/seats/0/seat", "detail": "Merton had no seat “croydon-chair” on that day."}
    ]
    nobody = [{**one, "attended": "apologies"} for one in seats]
    recorded = secretary.write(f"{merton}/decision", {**decision, "seats": nobody, "answer": "not_quorate"})
    assert recorded["standing"] == "not quorate"
