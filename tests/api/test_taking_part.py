"""What members and secretaries do around an agenda, and what bodies delegate, through the API."""

from datetime import timedelta

import sqlalchemy as sa

from app.db import writing
from app.jobs.models import Mail
from app.meetings.service import set_meeting
from app.people.models import DecidingBody, SeatDeputy
from tests.api.world import DAY, World, said
from tests.signoff.group import BEGAN, NOW

RULES = "Dr Deputy of Croydon, Deputy chair and lay member"
LATER = DAY + timedelta(days=28)


def test_an_item_is_asked_about_declared_for_placed_taken_off_and_moved(world: World) -> None:
    croydon = world.group.bodies["Croydon"]
    with writing(world.session) as session:
        set_meeting(
            session, body=croydon, code="croydon-later", title="Croydon", held_on=LATER, begins=None, place="Here",
            doer=world.group.doer("Croydon"), now=NOW,
        )  # fmt: skip
    address = world.at_decisions()
    body, meeting = f"{address}/bodies/croydon", f"/meetings/{world.meetings['Croydon']}"
    chair, secretary = world.of("croydon-chair"), world.of("croydon-secretary")
    item = secretary.write(f"{body}/schedule", {"meeting": world.meetings["Croydon"]})["item"]
    one = f"{meeting}/items/{item}"

    asked = chair.write(f"{one}/questions", {"text": "Who pays for it?"})
    assert (asked["question"], asked["asker"], asked["answer"]) == (1, "Dr Clinical of Croydon", None)
    answer = {"text": "The body, from its own budget.", "answered_at": None}
    assert world.of("merton-secretary").post(f"{one}/questions/1/answer", answer).status_code == 404
    answered = secretary.write(f"{one}/questions/1/answer", answer)
    again = secretary.post(f"{one}/questions/1/answer", answer)
    assert (again.status_code, said(again)["type"]) == (409, "/api#problem-stale")
    secretary.write(f"{one}/questions/1/answer", {**answer, "answered_at": answered["answered_at"]})

    both = chair.post(f"{one}/declarations", {"interest": "x", "new": None})
    assert said(both)["errors"] == [
        {"pointer": "#/interest", "detail": "No interest of yours that stands has this code."}
    ]
    chair.write(f"{one}/declarations", {"new": {"kind": "financial", "description": "A partner in the practice."}})
    [own] = chair.read("/my-interests")["items"]
    assert (own["kind"], secretary.read("/my-interests")["items"]) == ("financial", [])
    seat = chair.read("/bodies/croydon")["seats"][0]
    assert (seat["seat"], seat["holder"]) == ("croydon-chair", "Dr Clinical of Croydon")
    whole = chair.read(one)
    assert whole["forecast"]["awaited"] == ["Dr Clinical of Croydon"]
    assert (whole["sign_off"], [row["person"] for row in whole["awaited"]]) == ("ooh-v1", ["Dr Clinical of Croydon"])
    assert [row["answer"] for row in whole["questions"]] == ["The body, from its own budget."]

    ruled = {"seats": ["croydon-chair"], "interest": "financial", "handling": "leave", "reason": "It is paid."}
    by_whom = {**ruled, "handled_by": "Nobody in particular"}
    assert secretary.post(f"{one}/conflicts", by_whom).status_code == 403
    by_whom["handled_by"] = RULES
    assert [row["handling"] for row in secretary.write(f"{one}/conflicts", by_whom)["items"]] == ["leave"]
    assert [row["handled_by"] for row in chair.read(one)["conflicts"]] == [RULES]

    seen = secretary.read(meeting)["seen"]
    assert item in seen
    place = {"part": 1, "after": None, "seen": seen}
    assert secretary.write(f"{one}/place", place)["number"] == "1"
    assert secretary.post(f"{one}/place", place).status_code == 409
    assert chair.post(f"{one}/take-off", {"reason": "Not ready."}).status_code == 403
    off = secretary.write(f"{one}/take-off", {"reason": "The paper is not ready."})
    assert off["taken_off"] == "The paper is not ready."
    assert secretary.read(body)["standing"]["standing"] == "not yet scheduled"
    world.clock.now += timedelta(minutes=1)
    once_more = secretary.write(f"{body}/schedule", {"meeting": world.meetings["Croydon"]})["item"]
    to = {"meeting": "croydon-later", "reason": "The chair is away."}
    assert secretary.write(f"{meeting}/items/{once_more}/another-meeting", to)["meeting"] == "croydon-later"
    assert secretary.read(body)["meeting"]["code"] == "croydon-later"

    what_if = {"meetings": f"merton:{DAY + timedelta(days=30)}"}
    route = secretary.read(f"{address}/route/what-if", **what_if)
    [leg] = [one for one in route["supposed"]["legs"] if one["body"] == "merton"]
    assert leg["on"] == (DAY + timedelta(days=30)).isoformat()
    assert route["difference"]
    wrong = secretary.get(f"{address}/route/what-if", meetings="nobody:2015-12-01,croydon:2015-01-01")
    assert [one["pointer"] for one in said(wrong)["errors"]] == ["meetings", "meetings"]


def test_bodies_meet_in_common_each_by_its_own_secretary(world: World) -> None:
    address = world.at_decisions()
    croydon, merton, kingston = (world.of(f"{name}-secretary") for name in ("croydon", "merton", "kingston"))
    own, their = f"/meetings/{world.meetings['Croydon']}/in-common", f"/meetings/{world.meetings['Merton']}/in-common"
    assert croydon.read(own)["collaboratives"] == ["group"]
    unknown = croydon.post(own, {"collaborative": "no-such", "title": "In common"})
    assert said(unknown)["errors"][0]["pointer"] == "#/collaborative"
    new = {"collaborative": "group", "title": "Committees in common"}
    assert merton.post(own, new).status_code == 404
    made = croydon.write(own, new, key="set-it-once")
    assert croydon.write(own, new, key="set-it-once") == made  # the same request is one write
    assert "held in common already" in said(croydon.post(own, new))["detail"]
    code = made["in_common"]
    assert [one["in_common"] for one in kingston.read("/meetings-in-common")["items"]] == [code]
    assert merton.read(f"/meetings-in-common/{code}")["you_may_join_with"] == [world.meetings["Merton"]]
    assert merton.read(their)["can_join"] == [code]
    assert merton.post(f"{their}/join", {"in_common": "no-such"}).status_code == 404
    body = f"{address}/bodies/croydon"
    croydon.write(f"{body}/schedule", {"meeting": world.meetings["Croydon"]})
    [line] = [one for one in merton.write(f"{their}/join", {"in_common": code})["items"] if one["sign_off"]]
    places = {one["body"]: one for one in line["bodies"]}
    assert (places["croydon"]["standing"], places["croydon"]["take_up"]) == ("scheduled", None)
    taken = {"in_common": code, "item": places["merton"]["take_up"]}
    assert kingston.post(f"/meetings/{world.meetings['Kingston']}/in-common/take-up", taken).status_code == 404
    assert merton.write(f"{their}/take-up", taken)["sign_off"] == line["sign_off"]
    assert [one["sign_off"] for one in kingston.read(f"/meetings-in-common/{code}")["items"]] == [line["sign_off"]]
    assert merton.post(f"{their}/leave", {"reason": ""}).status_code == 403
    assert merton.write(f"{their}/leave", {"reason": "It meets alone."})["in_common"] is None
    assert [one["meeting"] for one in croydon.read(f"/meetings-in-common/{code}")["joined"]] == [
        world.meetings["Croydon"]
    ]


def test_apologies_are_sent_with_a_deputy_and_taken_back(world: World) -> None:
    seat = next(one for one in world.group.seats["Croydon"] if one.kind == "chair")
    gp = next(one for one in world.group.people["Croydon"] if one.code == "croydon-gp_member")
    world.session.add(SeatDeputy(seat_id=seat.id, person_id=gp.id, starts=BEGAN, demonstration=False))
    world.session.commit()
    path = f"/meetings/{world.meetings['Croydon']}/apologies"
    chair, secretary = world.of("croydon-chair"), world.of("croydon-secretary")
    [mine] = chair.read(path)["items"]
    assert (mine["seat"], mine["deputies"]) == ("croydon-chair", [gp.name])
    assert len(secretary.read(path)["items"]) == len(world.group.seats["Croydon"])
    unknown = chair.post(path, {"deputies": [{"seat": "croydon-chair", "deputy": "Nobody"}]})
    assert said(unknown)["errors"][0]["pointer"] == "#/deputies/0/deputy"
    sent = chair.write(path, {"deputies": [{"seat": "croydon-chair", "deputy": gp.name}]})
    assert [(one["away"], one["deputy"]) for one in sent["items"]] == [(True, gp.name)]
    world.session.rollback()
    assert gp.email in set(world.session.scalars(sa.select(Mail.recipient)))
    assert chair.post(f"{path}/withdrawal", {"person": "croydon-gp_member"}).status_code == 403
    back = secretary.write(f"{path}/withdrawal", {"person": "croydon-chair"})
    assert [one["away"] for one in back["items"]] == [False]
    assert secretary.post(f"{path}/withdrawal", {"person": "croydon-chair"}).status_code == 403


def test_a_body_delegates_and_ends_it(world: World) -> None:
    with writing(world.session) as session:
        host = world.group.host
        session.add(
            DecidingBody(
                code="joint", organisation_id=host.id, kind="joint_committee", name="Joint committee",
                short_name="Joint committee", opened=BEGAN,
            )
        )  # fmt: skip
    secretary, path = world.of("merton-secretary"), "/bodies/merton/delegations"
    assert secretary.read(path)["can_delegate_to"] == ["joint"]
    given = {"to": "joint", "documents": ["ooh"], "starts": NOW.date().isoformat(), "decided": "GB/1"}
    wrong = secretary.post(path, {**given, "to": "croydon", "documents": ["ooh", "no-such"]})
    assert [one["pointer"] for one in said(wrong)["errors"]] == ["#/to", "#/documents/1"]
    refused = world.of("croydon-secretary").post(path, given)
    assert said(refused)["detail"].startswith("Only Merton’s own board secretary")
    begun = secretary.write(path, given)
    ended = secretary.write(f"{path}/{begun['delegation']}/end", {"ends": DAY.isoformat(), "decided": "GB/2"})
    assert ended["ends"] == DAY.isoformat()
    taken = secretary.read("/bodies/joint/delegations")
    assert [one["body"] for one in taken["taken"]] == ["merton"]
    elsewhere = world.of("croydon-secretary").post("/bodies/croydon/delegations/1/end", {"ends": "2015-12-01"})
    assert elsewhere.status_code == 404
