"""Who asked thinks again, and what the record shows to who checks it, through the API."""

import sqlalchemy as sa

from app.people.models import Person, RoleHolding
from app.permissions import Role
from tests.api.world import World, said
from tests.signoff.group import BEGAN


def test_a_version_is_ruled_on_again_and_the_sign_off_is_withdrawn(world: World) -> None:
    address = world.at_decisions()
    officer, director = world.of("officer"), world.of("director")
    england = f"{address}/bodies/nhs-england"
    seen = officer.read(england)["seen"]
    officer.write(f"{england}/answer", {"answer": {"answer": "agree"}, "seen": seen})
    ruling = "/documents/ooh/versions/3/ruling"
    asked = director.read(ruling)
    editorial = [{"clause": "aims", "ruling": "editorial", "reason": "Only the number differs."}]
    director.write(ruling, {"beside": asked["beside"], "clauses": editorial})
    shown = director.read(f"{address}/ruling")
    assert [(one["clause"], one["ruling"]) for one in shown["clauses"]] == [("aims", "editorial")]
    material = [{"clause": "aims", "ruling": "material", "reason": "The aims are others now."}]
    again = {"clauses": material, "reason": "It was overlooked.", "seen": shown["seen"]}
    unknown = director.post(f"{address}/ruling", {**again, "clauses": [{**material[0], "clause": "access"}]})
    assert said(unknown)["errors"][0]["pointer"] == "#/clauses/0/clause"
    assert director.write(f"{address}/ruling", again)["state"] == "open"
    assert director.post(f"{address}/ruling", again).status_code == 409
    assert director.read(england)["standing"]["standing"] == "re-affirmation needed"
    assert [one["ruling"] for told in director.read(address)["rulings"] for one in told["clauses"]] == ["material"]

    follows = director.read(f"{address}/withdrawal")
    assert "Merton" in follows["no_longer_asked"]
    because = {"reason": "Overtaken by the plan.", "seen": follows["seen"]}
    assert world.of("merton-secretary").post(f"{address}/withdrawal", because).status_code == 403
    assert director.post(f"{address}/withdrawal", {**because, "seen": 1}).status_code == 409
    assert director.write(f"{address}/withdrawal", because)["state"] == "withdrawn"
    assert director.get(f"{address}/withdrawal").status_code == 403


def test_a_comment_is_withdrawn_by_its_writer_and_its_words_go(world: World) -> None:
    world.at_responses()
    secretary, comments = world.of("merton-secretary"), "/documents/ooh/versions/1/comments"
    spoken = {"clause": "access", "kind": "question", "text": "From when on?"}
    number = secretary.write(f"{comments}/of/merton", spoken)["number"]
    why = {"reason": "It is answered on page 2."}
    assert world.of("director").post(f"{comments}/{number}/withdrawal", why).status_code == 403
    withdrawn = secretary.write(f"{comments}/{number}/withdrawal", why)
    assert (withdrawn["text"], withdrawn["withdrawn_because"]) == ("", why["reason"])
    assert [one["text"] for one in world.of("director").read(comments, state="withdrawn")["items"]] == [""]


def test_the_record_is_shown_to_who_checks_it_and_reminders_to_who_asks(world: World) -> None:
    address = world.at_responses()
    director, secretary = world.of("director"), world.of("merton-secretary")
    [opened, *_] = director.read(f"{address}/entries")["items"]
    proof = director.read(f"{address}/entries/{opened['number']}/proof")
    assert (proof["format"], proof["content"]["tag"]) == ("concord-proof/1", "case.opened")
    assert secretary.get(f"{address}/entries/{opened['number']}/proof").status_code == 403
    assert director.get(f"{address}/entries/999999/proof").status_code == 404
    kept = {one["name"]: one["note"] for one in secretary.read("/checkpoints")["items"]}
    note = kept["NHS Croydon CCG"]
    grown = secretary.read("/checkpoints/growth", note=note)
    assert (grown["format"], [one["older"] for one in grown["logs"]]) == ("concord-growth/1", [note])
    broken = secretary.get("/checkpoints/growth", note=note.replace("concord/", "other/"))
    assert said(broken)["errors"][0]["pointer"] == "note"
    told = secretary.read(f"{address}/reminders")
    assert told["sent"] == []
    assert all(one["told_as"] and one["step"] for one in told["coming"])
    assert secretary.read("/my-reminders")["items"] == []


def test_a_merger_is_foreseen_planned_and_called_off(world: World) -> None:
    session, group = world.session, world.group
    director = session.scalars(sa.select(Person).where(Person.code == "director")).one()
    session.add(
        RoleHolding(person_id=director.id, role=Role.ADMINISTRATOR.value, organisation_id=group.host.id, starts=BEGAN)
    )
    session.commit()
    ods = {name: body.organisation.ods_code for name, body in group.bodies.items()}
    administrator = world.of("director")
    wanted = {"into": ods["Croydon"], "from_on": "2016-04-01"}
    wrong = administrator.get("/merger-plan", None, **wanted, ending="ZZZ")
    assert [one["pointer"] for one in said(wrong)["errors"]] == ["ending"]
    foreseen = administrator.read("/merger-plan", **wanted, ending=ods["Merton"])
    assert foreseen["ends"]
    planned = {**wanted, "ending": [ods["Merton"]], "reason": "An order", "seen": "something else"}
    assert administrator.post("/mergers", planned).status_code == 409
    assert world.of("merton-secretary").post("/mergers", planned).status_code == 404
    made = administrator.write("/mergers", {**planned, "seen": foreseen["seen"]})
    assert (made["state"], made["from_on"]) == ("planned", "2016-04-01")
    early = administrator.post(f"/mergers/{made['merger']}/effect", {})
    assert said(early)["detail"].startswith("The merger takes effect on 1 April 2016")
    off = administrator.write(f"/mergers/{made['merger']}/cancellation", {"reason": "The order was withdrawn."})
    assert off["state"] == "cancelled"
    assert [one["state"] for one in administrator.read("/mergers")["items"]] == ["cancelled"]
    assert administrator.read(f"/mergers/{made['merger']}")["reason"] == "An order"
