"""An organisation's record through the API: its entries, its checkpoint with its witnesses, its whole log."""

import base64
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.audit.destroyed import GONE
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, append
from app.audit.tags import Tag
from app.db import writing
from app.people.models import Organisation, RoleHolding
from app.people.witnesses import witness
from app.permissions import Role
from app.record import service
from config import ROOT
from tests.api.world import Program, World, said
from tests.audit.test_verify_record import changed
from tests.signoff.group import BEGAN, begin_session

CANARY = "The contract of the chief officer"
RECORD = "/organisations/T00/record"


@pytest.fixture
def croydon(world: World) -> Organisation:
    """Croydon, whose record tells of a sign-off and, in one entry, of something private."""
    world.at_responses()
    organisation = world.group.bodies["Croydon"].organisation
    with writing(world.session) as session:
        own = (organisation.id, organisation.name, "document", 1)
        append(
            session, [Act(Tag.COMMENT_MADE, world.group.doer("Croydon"), *own, {"text": CANARY}, 2)], world.clock.now
        )
    return organisation


def administrator(world: World, organisation: Organisation) -> Program:
    """A program of who administers the organisation, and may not read what is private there."""
    person = world.group.director
    assert person is not None
    holds = Role.ORGANISATION_ADMINISTRATOR.value
    world.session.add(RoleHolding(person_id=person.id, role=holds, organisation_id=organisation.id, starts=BEGAN))
    world.session.commit()
    return world.program("director")


def checked(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What the one file that checks says of another, run as a process of its own."""
    command = [sys.executable, "-I", str(ROOT / "verify_record.py"), str(file), *words]
    return subprocess.run(command, env={}, capture_output=True, text=True, encoding="utf-8")


def test_its_entries_come_in_pages_in_the_sentences_of_its_own_page(world: World, croydon: Organisation) -> None:
    secretary = world.of("croydon-secretary")
    whole = secretary.read(RECORD)
    size = world.session.scalar(sa.select(sa.func.count()).where(RecordEntry.organisation_id == croydon.id))
    assert whole["page"]["total"] == len(whole["items"]) == size
    numbers = [one["number"] for one in whole["items"]]
    assert numbers == sorted(numbers, reverse=True)
    first = secretary.read(RECORD, size=2)
    second = secretary.read(first["page"]["next"].removeprefix("/api"))
    assert [one["number"] for one in [*first["items"], *second["items"]]] == numbers[:4]
    assert secretary.get(RECORD, page=99).status_code == 404
    world.client.set_cookie(
        "concord", begin_session(world.session, world.accounts["croydon-secretary"], world.clock.real)
    )
    world.session.commit()
    page = unescape(world.client.get("/organisations/T00/record").text)
    for one in whole["items"]:
        assert f"{one['sentence']}" in page and f"{one['by']}, {one['capacity']}" in page


def test_of_what_is_private_it_tells_who_may_read_that(world: World, croydon: Organisation) -> None:
    secretary, other = world.of("croydon-secretary"), administrator(world, croydon)
    [line] = [one for one in other.read(RECORD)["items"] if "something private" in one["sentence"]]
    entry = f"{RECORD}/{line['number']}"
    assert (other.read(entry)["says"], other.read(entry)["sentence"]) == (None, line["sentence"])
    assert secretary.read(entry)["says"] == {"text": CANARY}
    assert "something private" not in secretary.read(entry)["sentence"]
    for path in (RECORD, entry, f"{RECORD}/log"):
        assert CANARY not in other.get(path).text
    assert secretary.read(entry)["leaf"] == other.read(entry)["leaf"]


def test_what_is_asked_for_and_destroyed_is_told(world: World, croydon: Organisation) -> None:
    secretary = world.of("croydon-secretary")
    number = secretary.read(RECORD)["items"][0]["number"]
    why = {"ground": "request", "under": "UK GDPR, article 17", "reason": "She asked for it."}
    assert world.group.director is not None
    director = world.group.doer("Merton")
    with writing(world.session) as session:
        asked = service.ask(session, croydon.id, number, **why, doer=director, now=world.clock.now, years=20)
    assert [one["number"] for one in secretary.read(RECORD, state="asked")["items"]] == [number]
    assert [one["what"] for one in secretary.read(f"{RECORD}/{number}")["steps"]] == ["asked"]
    with writing(world.session) as session:
        doer = world.group.doer("Croydon")
        service.confirm(session, croydon.id, number, asked=asked, doer=doer, now=world.clock.now, years=20)
    [gone] = secretary.read(RECORD, state="destroyed")["items"]
    assert (gone["number"], gone["destroyed"], gone["destruction_asked"]) == (number, True, False)
    told = secretary.read(f"{RECORD}/{number}")
    assert (told["says"], told["sentence"]) == (None, GONE)
    assert [(one["what"], one["under"], one["reason"]) for one in told["steps"]] == [
        ("asked", "UK GDPR, article 17", "She asked for it."),
        ("destroyed", "UK GDPR, article 17", "She asked for it."),
    ]
    assert secretary.get(RECORD, state="other").status_code == 422


def test_anothers_record_is_answered_like_one_that_does_not_exist(world: World, croydon: Organisation) -> None:
    merton, secretary, chair = (world.of(who) for who in ("merton-secretary", "croydon-secretary", "croydon-chair"))
    narrow = world.program("croydon-secretary", ["sign-off:read"])
    of_merton = world.group.bodies["Merton"].organisation.ods_code
    assert merton.read(f"/organisations/{of_merton}/record")["page"]["total"] > 0
    number = secretary.read(RECORD)["items"][0]["number"]
    for path in ("record", f"record/{number}", "record/log"):
        theirs, nobodys = merton.get(f"/organisations/T00/{path}"), merton.get(f"/organisations/Z99/{path}")
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        of_both = [{**said(one), "instance": ""} for one in (theirs, nobodys)]
        assert of_both[0] == of_both[1]
    assert merton.get(f"/organisations/{of_merton}/record/{number}").status_code == 404
    refused = chair.get(RECORD)
    assert (refused.status_code, said(refused)["detail"]) == (
        403,
        "Only Croydon’s own administrator or board secretary may read its record entry by entry.",
    )
    for path in (RECORD, f"{RECORD}/{number}", f"{RECORD}/log"):
        assert said(narrow.get(path))["type"].endswith("problem-scope")


@pytest.mark.parametrize("who", ["secretary", "administrator"])
def test_the_whole_log_is_checked_off_line_and_refused_with_one_byte_flipped(
    world: World, croydon: Organisation, tmp_path: Path, who: str
) -> None:
    program = world.of("croydon-secretary") if who == "secretary" else administrator(world, croydon)
    note = program.read("/organisations/T00/checkpoint")
    answer = program.get(f"{RECORD}/log")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="record-T00.jsonl"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    log, outside = tmp_path / "log.jsonl", tmp_path / "outside.txt"
    log.write_bytes(answer.data)
    outside.write_text(note["note"], encoding="utf-8")
    good = checked(log, "--checkpoint", str(outside), "--key", note["key"])
    assert (good.returncode, good.stderr) == (0, ""), good.stdout
    assert f"The log holds the first {note['size']} entries as the checkpoint kept outside has them." in good.stdout
    assert ("Of 1 the text is withheld" in good.stdout) == (who == "administrator")
    assert (CANARY in answer.text) == (who == "secretary")
    middle = len(answer.data) // 2
    log.write_bytes(answer.data[:middle] + bytes([answer.data[middle] ^ 1]) + answer.data[middle + 1 :])
    bad = checked(log)
    assert (bad.returncode, bad.stderr) == (1, "")
    assert bad.stdout.startswith("DOES NOT HOLD: ")


def test_a_log_that_is_not_what_was_written_is_not_handed_out(world: World, croydon: Organisation) -> None:
    program = world.of("croydon-secretary")
    changed(world.session, program.read(RECORD)["items"][0]["number"], actor_name="Somebody Else")
    answer = program.get(f"{RECORD}/log")
    assert answer.status_code == 403
    assert said(answer)["detail"].startswith("The log cannot be handed out. Leaf ")


def test_its_checkpoint_comes_with_what_other_logs_last_said_of_it(
    world: World, croydon: Organisation, tmp_path: Path
) -> None:
    session, bodies = world.session, world.group.bodies
    partners = [(bodies[name].organisation.id, bodies[name].organisation.name) for name in ("Croydon", "Merton")]
    far = Organisation(ods_code="F00", name="Far CCG", short_name="Far", kind="ccg", opened=BEGAN)
    with writing(session):
        session.add(far)
        session.flush()
        witness(session, [*partners, (far.id, far.name)], world.clock.now)
    size = session.scalar(sa.select(sa.func.count()).where(RecordLeaf.organisation_id == croydon.id)) or 0
    secretary = world.of("merton-secretary")
    found = secretary.read("/organisations/T00/checkpoint")
    assert (found["organisation"], found["name"], found["sealed_on"]) == ("T00", "NHS Croydon CCG", None)
    assert found["note"].startswith(f"{session.get_one(RecordLog, croydon.id).origin}\n{found['size']}\n")
    [noted] = found["witnesses"]  # and not the far one, of which nobody here may know
    assert (noted["organisation"], noted["name"]) == (bodies["Merton"].organisation.ods_code, "NHS Merton CCG")
    assert noted["size"] <= found["size"] == size
    assert len(base64.b64decode(noted["root"])) == 32
    file = tmp_path / "note.txt"
    file.write_text(found["note"], encoding="utf-8")
    assert checked(file, "--key", found["key"]).returncode == 0

    own, log = tmp_path / "own.jsonl", tmp_path / "log.jsonl"
    own.write_bytes(secretary.get(f"/organisations/{noted['organisation']}/record/log").data)
    log.write_bytes(world.of("croydon-secretary").get(f"{RECORD}/log").data)
    together = checked(log, "--witness", str(own))
    assert together.returncode == 0, together.stdout
    assert "It is as NHS Merton CCG witnessed it, 1 time." in together.stdout

    world.clock.now = world.clock.now.replace(hour=18)
    with writing(session):
        append(
            session,
            [Act(Tag.MEETING_SET, world.group.doer("Croydon"), croydon.id, croydon.name, "meeting", 1, {})],
            world.clock.now,
        )
        witness(session, partners, world.clock.now)
    [latest] = secretary.read("/organisations/T00/checkpoint")["witnesses"]
    assert latest["size"] > noted["size"] and latest["entry"] > noted["entry"]
    assert secretary.get("/organisations/F00/checkpoint").status_code == 404
    with writing(session):
        session.add(
            RoleHolding(
                person_id=world.accounts["merton-secretary"].person_id,
                role=Role.READER.value,
                organisation_id=far.id,
                starts=BEGAN,
            )
        )
    assert {one["organisation"] for one in secretary.read("/organisations/T00/checkpoint")["witnesses"]} >= {"F00"}
