"""A body is kept through the API: its rule, its seats, who holds them and who stands in."""

from typing import Any

import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from tests.api.world import World, said

BODY, LAY = "/bodies/croydon", "/bodies/croydon/seats/croydon-lay_member"
RULE: dict[str, Any] = {
    "starts": "2016-01-01",
    "quorum": {
        "share": "2/3",
        "needs": [{"count": 1, "label": "lay member", "kinds": ["lay_member", "deputy_chair"]}],
        "handlings_that_count": ["note_only"],
        "excluded_in_denominator": True,
        "vacant_in_denominator": True,
        "casting_vote": True,
        "count_person_once": True,
        "deputy_carries_kind": True,
        "chairs_action": True,
        "members_vote": True,
    },
    "lead_number": 3,
    "lead_unit": "clear",
    "source": "Section 3.6",
}


def recorded(world: World, tag: Tag) -> list[dict[str, Any]]:
    """What the record says of acts of this kind, in order."""
    world.session.rollback()
    entries = sa.select(RecordEntry.payload).where(RecordEntry.tag == tag.value).order_by(RecordEntry.id)
    return [dict(payload or {}) for payload in world.session.scalars(entries)]


def seat(world: World, code: str = "croydon-lay_member") -> dict[str, Any]:
    """A seat as it is kept."""
    found = world.of("croydon-secretary").read(f"{BODY}/keeping")["seats"]
    return next(one for one in found if one["seat"] == code)


def test_a_rule_is_set_from_a_day_and_the_one_before_ends_the_day_before(world: World) -> None:
    secretary = world.of("croydon-secretary")
    assert secretary.write(f"{BODY}/rule", RULE)["quorum"]["share_numerator"] == 2
    before, after = sorted(secretary.read(f"{BODY}/keeping")["rules"], key=lambda one: one["starts"])
    assert (before["ends"], after["starts"], after["lead_unit"]) == ("2015-12-31", "2016-01-01", "clear")
    assert after["quorum"]["members_vote"] and after["quorum"]["needs"] == RULE["quorum"]["needs"]
    [entry] = recorded(world, Tag.RULE_SET)
    assert (entry["starts"], entry["after"]["lead_number"]) == ("2016-01-01", 3)


def test_a_rule_that_says_less_or_nonsense_is_refused_by_where_it_stands(world: World) -> None:
    secretary, quorum = world.of("croydon-secretary"), RULE["quorum"]
    less = {name: value for name, value in quorum.items() if name != "members_vote"}
    for wrong, pointer in (
        ({"quorum": less}, "#/quorum/members_vote"),
        ({"quorum": {**quorum, "share": "3/2"}}, "#/quorum"),
        ({"quorum": {**quorum, "needs": [{"count": 1, "label": "sage", "kinds": ["sage"]}]}}, "#/quorum/needs/0/kinds"),
        ({"lead_unit": "lunar"}, "#/lead_unit"),
    ):
        answer = secretary.post(f"{BODY}/rule", {**RULE, **wrong})
        assert (answer.status_code, said(answer)["errors"][0]["pointer"]) == (422, pointer)
    assert secretary.post(f"{BODY}/rule", {**RULE, "quorum": None}).status_code == 403
    assert recorded(world, Tag.RULE_SET) == []


def test_a_deputy_is_named_once_and_ended_once_what_follows_was_read(world: World) -> None:
    secretary = world.of("croydon-secretary")
    codes = [one["person"] for one in secretary.read(f"{BODY}/people", size=200)["items"]]
    assert "croydon-gp_member" in codes and "kingston-chair" not in codes
    named = {"person": "croydon-gp_member", "starts": "2015-11-10", "ends": None}
    [deputy] = secretary.write(f"{LAY}/deputies", named, key="one-deputy")["deputies"]
    assert secretary.write(f"{LAY}/deputies", named, key="one-deputy")["deputies"] == [deputy]  # the same request again
    again = secretary.post(f"{LAY}/deputies", named)
    assert again.status_code == 403 and "is named already" in said(again)["detail"]
    elsewhere = secretary.post(f"{LAY}/deputies", {**named, "person": "kingston-chair"})
    assert said(elsewhere)["errors"][0]["pointer"] == "#/person"
    itself = secretary.post(f"{LAY}/deputies", {**named, "person": "croydon-lay_member"})
    assert "nobody stands in for themselves" in said(itself)["detail"]
    address = f"{LAY}/deputies/{deputy['number']}"
    unread = secretary.post(f"{address}/end", {"ends": "2015-12-31", "seen": "never-read"})
    assert unread.status_code == 409
    assert "no longer stands in for Lay member after 31 December 2015" in " ".join(said(unread)["changes"])
    foreseen = said(secretary.post(f"{address}/end-foreseen", {"ends": "2015-12-31"}))
    assert said(unread)["changes"] == foreseen["hangs_on_it"]
    other_day = secretary.post(f"{address}/end", {"ends": "2016-01-31", "seen": foreseen["seen"]})
    assert other_day.status_code == 409
    [ended] = secretary.write(f"{address}/end", {"ends": "2015-12-31", "seen": foreseen["seen"]})["deputies"]
    assert ended["ends"] == "2015-12-31"
    assert [len(recorded(world, tag)) for tag in (Tag.DEPUTY_NAMED, Tag.DEPUTY_ENDED)] == [1, 1]


def test_somebody_takes_a_seat_over_and_leaves_it(world: World) -> None:
    secretary = world.of("croydon-secretary")
    comes = {"person": "croydon-secretary", "starts": "2015-12-01"}
    taken = secretary.post(f"{LAY}/holders", comes)
    assert taken.status_code == 403 and "holds this seat" in said(taken)["detail"]
    was, now = secretary.write(f"{LAY}/holders", {**comes, "takes_over": True})["holders"]
    assert (was["ends"], now["person"], now["ends"]) == ("2015-11-30", "croydon-secretary", None)
    address = f"{LAY}/holders/{now['number']}"
    foreseen = said(secretary.post(f"{address}/end-foreseen", {"ends": "2016-03-31"}))
    assert any("is vacant from 1 April 2016" in line for line in foreseen["hangs_on_it"])
    secretary.write(f"{address}/end", {"ends": "2016-03-31", "seen": foreseen["seen"]})
    assert seat(world)["holders"][-1]["ends"] == "2016-03-31"
    assert [len(recorded(world, tag)) for tag in (Tag.HOLDER_JOINED, Tag.HOLDER_LEFT)] == [1, 2]


def test_a_seat_is_added_corrected_given_another_vote_and_ended(world: World) -> None:
    secretary = world.of("croydon-secretary")
    new = {"title": "GP member, south", "kind": "gp_member", "voting": True, "position": 12, "starts": "2015-12-01"}
    added = secretary.write(f"{BODY}/seats", new)
    address = f"{BODY}/seats/{added['seat']}"
    corrected = {"title": "GP member, south-east", "position": 12, "seen": added["seen"]}
    assert secretary.write(f"{address}/correction", corrected)["title"] == "GP member, south-east"
    assert secretary.post(f"{address}/correction", corrected).status_code == 409
    vote = {"starts": "2016-01-01", "kind": "gp_member", "voting": False}
    follows = secretary.write(f"{address}/vote", vote)
    assert (follows["voting"], follows["seat"] != added["seat"]) == (False, True)
    other = secretary.post(f"{BODY}/seats", {**new, "shares_with": "kingston-gp_member"})
    assert said(other)["errors"][0]["pointer"] == "#/shares_with"
    last = f"{BODY}/seats/{follows['seat']}"
    seen = said(secretary.post(f"{last}/end-foreseen", {"ends": "2016-06-30"}))["seen"]
    assert secretary.write(f"{last}/end", {"ends": "2016-06-30", "seen": seen})["ends"] == "2016-06-30"


def test_the_names_of_a_body_are_corrected_from_what_was_read(world: World) -> None:
    secretary = world.of("croydon-secretary")
    seen = secretary.read(f"{BODY}/keeping")["seen"]
    told = {"name": "Croydon CCG Governing Body", "short_name": "Croydon", "seen": seen}
    assert secretary.write(f"{BODY}/names", told)["name"] == "Croydon CCG Governing Body"
    assert secretary.post(f"{BODY}/names", told).status_code == 409


def test_only_its_own_secretary_keeps_a_body_and_with_a_token_for_that(world: World) -> None:
    deputy = {"person": "croydon-gp_member", "starts": "2015-11-10"}
    for who in ("kingston-secretary", "croydon-chair"):
        for path, body in ((f"{BODY}/rule", RULE), (f"{LAY}/deputies", deputy), (f"{LAY}/holders", deputy)):
            refused = world.of(who).post(path, body)
            assert refused.status_code == 403 and "may change its bodies" in said(refused)["detail"]
    scoped = world.program("croydon-secretary", ("sign-off:read", "sign-off:attend"))
    assert said(scoped.post(f"{LAY}/deputies", deputy))["needs"] == ["a token with the scope body:keep"]
    elsewhere = world.of("croydon-secretary").post("/bodies/croydon/seats/kingston-lay_member/deputies", deputy)
    assert elsewhere.status_code == 404
    assert recorded(world, Tag.DEPUTY_NAMED) == []
