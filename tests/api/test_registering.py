"""The register of interests is kept through the API as on its pages."""

from typing import Any

import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.people.models import Interest
from tests.api.world import World, said

SAID: dict[str, Any] = {"kind": "financial", "description": "A partner in a practice.", "concerns": "The practice"}


def recorded(world: World) -> list[str]:
    """What the record says happened to interests, in order."""
    world.session.rollback()
    tags = sa.select(RecordEntry.tag).where(RecordEntry.thing_kind.in_(("interest", "class_interest")))
    return list(world.session.scalars(tags.order_by(RecordEntry.id)))


def test_a_member_declares_changes_confirms_and_closes_an_interest(world: World) -> None:
    chair = world.of("croydon-chair")
    made = chair.write("/interests", SAID)
    assert (made["description"], made["ended"], made["of_class"]) == (SAID["description"], None, False)
    address = f"/interests/{made['interest']}"
    changed = {**SAID, "description": "A partner until March.", "seen": made["seen"]}
    assert chair.write(f"{address}/change", changed)["description"] == "A partner until March."
    stale = chair.post(f"{address}/change", changed)
    assert stale.status_code == 409 and "A partner until March." in said(stale)["changes"][0]
    assert chair.write(f"{address}/confirmation", {})["confirmed"] == made["declared"]
    assert chair.write("/my-interests/confirmation", {}) == {"confirmed": 0}  # it was just now
    [listed] = chair.read("/my-interests")["items"]
    assert listed["interest"] == made["interest"]
    late = chair.post(f"{address}/close", {"ended": "2035-01-01"})
    assert late.status_code == 403 and "is still to come" in said(late)["detail"]
    assert chair.write(f"{address}/close", {"ended": made["declared"]})["ended"] == made["declared"]
    assert chair.post(f"{address}/close", {"ended": made["declared"]}).status_code == 403
    assert recorded(world) == [f"interest.{what}" for what in ("declared", "changed", "reviewed", "closed")]


def test_a_secretary_declares_for_who_is_of_the_organisation_and_nobody_else_does(world: World) -> None:
    secretary, chair = world.of("croydon-secretary"), world.of("croydon-chair")
    made = secretary.write("/interests", {**SAID, "person": "croydon-lay_member"})
    assert made["person"] == "Dr Lay of Croydon"
    for asked, person in ((secretary, "kingston-chair"), (chair, "croydon-lay_member")):
        refused = asked.post("/interests", {**SAID, "person": person})
        assert said(refused)["errors"][0]["pointer"] == "#/person"
    address = f"/interests/{made['interest']}"
    refused = chair.post(f"{address}/close", {"ended": made["declared"]})
    assert refused.status_code == 403
    assert world.of("kingston-secretary").get(address).status_code == 404


def test_the_words_of_a_withheld_interest_are_told_to_few(world: World) -> None:
    secretary, chair = world.of("croydon-secretary"), world.of("croydon-chair")
    made = secretary.write("/interests", {**SAID, "person": "croydon-lay_member"})
    address = f"/interests/{made['interest']}"
    own = chair.write("/interests", SAID)
    mine = {**SAID, "seen": own["seen"], "withheld": "My own wish."}
    assert said(chair.post(f"/interests/{own['interest']}/change", mine))["errors"][0]["pointer"] == "#/withheld"
    kept = {**SAID, "seen": made["seen"], "withheld": "It would put them at risk."}
    assert secretary.write(f"{address}/change", kept)["withheld"] == "It would put them at risk."
    for told in (
        chair.read(address),
        next(one for one in chair.read("/interests")["items"] if one["interest"] == made["interest"]),
    ):
        assert (told["description"], told["concerns"], told["withheld"]) == (None, None, None)
    assert chair.read(address)["seen"] == ""
    assert secretary.read(address)["description"] == SAID["description"]


def test_an_interest_of_a_class_is_declared_confirmed_and_closed_by_the_secretary(world: World) -> None:
    secretary = world.of("croydon-secretary")
    said_of_all = {**SAID, "seat_kind": "gp_member"}
    assert world.of("croydon-chair").post("/bodies/croydon/class-interests", said_of_all).status_code == 403
    made = secretary.write("/bodies/croydon/class-interests", said_of_all)
    assert (made["of_class"], made["person"]) == (True, "all GP members of Croydon")
    address = f"/interests/classes/{made['interest']}"
    assert secretary.read(address) == made
    assert secretary.write(f"{address}/confirmation", {})["confirmed"] == made["declared"]
    assert secretary.write(f"{address}/close", {"ended": made["declared"]})["ended"] == made["declared"]
    assert secretary.post(f"{address}/confirmation", {}).status_code == 403


def test_a_declaration_sent_twice_is_one_interest(world: World) -> None:
    chair = world.of("croydon-chair")
    first = chair.write("/interests", SAID, key="sent-twice")
    assert chair.write("/interests", SAID, key="sent-twice") == first
    assert said(chair.post("/interests", {**SAID, "kind": "other"}, key="sent-twice"))["status"] == 422
    world.session.rollback()
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Interest)) == 1
