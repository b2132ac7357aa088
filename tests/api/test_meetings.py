"""Meetings through the API: set, moved, cancelled, their items written, who came; and two texts compared."""

from base64 import b64encode
from datetime import timedelta

import sqlalchemy as sa

from app.api.models import ApiAnswer
from tests.api.world import DAY, World, said
from tests.documents.word_files import numbered

LATER = (DAY + timedelta(days=28)).isoformat()


def test_a_meeting_is_set_filled_moved_attended_and_cancelled(world: World) -> None:
    secretary, chair, other = (world.of(one) for one in ("croydon-secretary", "croydon-chair", "merton-secretary"))
    new = {"body": "croydon", "title": "Croydon", "held_on": LATER, "begins": "10:00"}
    assert chair.post("/meetings", new).status_code == 403
    assert other.post("/meetings", new).status_code == 404
    zoned = secretary.post("/meetings", {**new, "begins": "10:00Z"})
    assert said(zoned)["errors"][0]["pointer"] == "#/begins"
    made = secretary.write("/meetings", new)
    path = f"/meetings/{made['meeting']}"
    assert (made["held_on"], made["begins"], len(made["seen"])) == (LATER, "10:00:00", 6)
    assert said(secretary.post("/meetings", new))["detail"].startswith("Croydon meets on 22 December 2015 already")
    listed = chair.read("/meetings", since=LATER, size=1)
    assert ([one["meeting"] for one in listed["items"]], listed["page"]["total"]) == ([made["meeting"]], 1)
    assert other.read("/meetings", body="croydon")["items"] == []

    item = {"title": "Winter", "purpose": "decision", "summary": "Beds.", "part": 2}
    private = secretary.post(f"{path}/items", item)
    assert "needs the ground on which it is private" in said(private)["detail"]
    assert other.post(f"{path}/items", item).status_code == 404
    added = secretary.write(f"{path}/items", {**item, "part": 1})
    one = f"{path}/items/{added['item']}"
    whole = secretary.read(one)
    assert (added["number"], added["paper"], whole["cover"]["summary"]) == ("7", "to follow", "Beds.")
    assert (whole["forecast"]["quorate"], whole["at_risk"], chair.read(one)["seen"]) == (True, False, {})
    changed = {"paper": "Open forty beds.", "seen": whole["seen"]}
    assert secretary.write(f"{one}/cover", changed)["paper"] == "in"
    assert (cover := secretary.read(one)["cover"])["paper"] == "Open forty beds."
    assert (cover["summary"], cover["reference"]) == ("Beds.", None)
    stale = secretary.post(f"{one}/cover", {**changed, "paper": "Open fifty beds."})
    assert (stale.status_code, said(stale)["changes"]) == (409, ["Paper now says: “Open forty beds.”."])
    assert chair.post(f"{one}/cover", changed).status_code == 403

    there = secretary.read(path)
    to = {"held_on": "2015-12-29", "begins": None, "reason": "Snow.", "was": LATER, "seen": made["seen"]}
    unseen = secretary.post(f"{path}/day", to)
    assert (unseen.status_code, said(unseen)["changes"]) == (409, ["“Winter” is on its agenda."])
    moved = secretary.write(f"{path}/day", {**to, "seen": there["seen"]})
    assert (moved["held_on"], moved["begins"], moved["seen"]) == ("2015-12-29", None, there["seen"])
    off = {"reason": "Snow again.", "was": LATER, "seen": there["seen"]}
    again = secretary.post(f"{path}/cancellation", off)
    assert said(again)["changes"] == ["The meeting is on 29 December 2015 now."]
    assert said(chair.post(f"{path}/cancellation", off))["detail"].startswith("Only Croydon’s")

    sheet = secretary.read(f"{path}/attendance")
    assert chair.get(f"{path}/attendance").status_code == 403
    seat, instead = sheet["seats"][0], sheet["could_come"][-1]
    absent = {
        "seats": [{"seat": seat["seat"], "attended": "absent", "person": "nobody"}, {"seat": "x", "attended": "part"}]
    }
    assert [one["pointer"] for one in said(secretary.post(f"{path}/attendance", absent))["errors"]] == [
        *("#/seats/0/person", "#/seats/0/attended", "#/seats/1/seat", "#/seats/1/attended"),
    ]
    comes = {"seat": seat["seat"], "attended": "present", "person": instead["person"]}
    recorded = secretary.write(f"{path}/attendance", {"seats": [comes]})["seats"][0]
    assert (recorded["attended"], recorded["came"]) == ("present", instead)
    cancelled = secretary.write(f"{path}/cancellation", {**off, "was": "2015-12-29"})
    assert cancelled["state"] == "cancelled"

    texts = {"older": {"text": "1. Access\nWithin four hours."}, "newer": {"text": "1. Access\nWithin two hours."}}
    compared = secretary.post("/compare-texts", texts)
    assert compared.status_code == 200
    assert [row["kind"] for row in said(compared)["rows"]] == ["changed"]
    file = {"name": "redraft.docx", "file": b64encode(numbered((None, "Normal", "Within four hours."))).decode()}
    both = said(secretary.post("/compare-texts", {**texts, "newer": file}))
    assert (both["newer"], both["rows"][0]["kind"]) == ("redraft.docx", "changed")
    broken = secretary.post("/compare-texts", {**texts, "newer": {**file, "file": b64encode(b"PK no").decode()}})
    assert said(broken)["errors"][0]["pointer"] == "#/newer/file"
    world.session.rollback()
    kept = world.session.scalars(sa.select(ApiAnswer.body)).all()
    assert not any("four hours" in one for one in kept), "what is compared is not kept"
