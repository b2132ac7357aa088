"""The whole life of a sign-off through the API alone: opened, answered, put on agendas, decided by all, certified."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import pdf
from config import ROOT
from tests.api.world import World
from tests.conftest import SettableClock
from tests.signoff.group import SIX

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


def test_a_standard_is_opened_decided_by_everyone_and_certified(
    session: Session, client: FlaskClient, clock: SettableClock, tmp_path: Path
) -> None:
    world = World(session, client, clock, SIX)
    address = world.at_responses()
    for name in SIX[:4]:
        program, body = world.of(f"{name.lower()}-secretary"), f"{address}/bodies/{name.lower()}"
        seen = program.read(body)["seen"]
        program.write(f"{body}/answer", {"answer": {"answer": "respond", "comments": "None."}, "seen": seen})
    world.of("director").write("/documents/ooh/versions/2/round", {})
    merton = f"{address}/bodies/merton"
    for name, meeting in world.meetings.items():
        secretary = world.of(f"{name.lower()}-secretary")
        scheduled = secretary.write(f"{address}/bodies/{name.lower()}/schedule", {"meeting": meeting})
        assert scheduled["held_on"] == "2015-11-24"
    route = world.of("director").read(f"{address}/route")
    assert (route["on"], len(route["legs"])) == ("2015-11-24", 7)
    world.clock.now = EVENING
    for name in world.meetings:
        recorded = world.of(f"{name.lower()}-secretary").write(
            f"{address}/bodies/{name.lower()}/decision", world.decision(address, name)
        )
        assert recorded["standing"] == "agreed"
    officer = world.of("officer")
    assert [one["to_do"] for one in officer.read("/waiting")["items"]] == ["Answer for the body"]
    seen = officer.read(f"{address}/bodies/nhs-england")["seen"]
    last = officer.write(
        f"{address}/bodies/nhs-england/answer",
        {
            "answer": {
                "answer": "agree_with_conditions",
                "conditions": [{"text": "A review after a year", "owner": "The office", "due": "2016-11-24"}],
            },
            "seen": seen,
        },
    )
    assert last["state"] == "agreed"
    [waits] = officer.read("/waiting")["items"]
    assert (waits["to_do"], waits["by"]) == ("Say what became of the condition", "2016-11-24")
    assert waits["capacity"] == "officer who answers for the organisation, NHS England"

    whole = officer.read(address)
    assert (whole["state"], whole["in_favour"], whole["asked"]) == ("agreed", 7, 7)
    cells = officer.read("/matrix")["items"][0]["cells"]
    assert [one["standing"] for one in cells] == ["agreed"] * 6 + ["agreed with conditions"]
    certificate = officer.get(whole["certificate"].removeprefix("/api"))
    assert certificate.mimetype == "application/pdf"
    assert whole["round"]["version"]["content_hash"] in pdf.all_text(certificate.data).replace("\n", "")

    part = officer.read(merton)
    receipt = officer.read(part["receipt"].removeprefix("/api"))
    assert (receipt["answer"], receipt["body"], receipt["entry"]) == ("agree", "merton", part["standing"]["entry"])
    assert receipt["version"] == whole["round"]["version"]
    assert {one["vote"] for one in receipt["seats"] if one["counted"]} == {"for"}
    assert receipt["leaf"]["log"] == "NHS Merton CCG"
    opened = officer.read(f"{address}/entries")["items"][0]["number"]
    assert officer.get(f"{address}/receipts/{opened}").status_code == 404
    assert part["correctable"] == receipt["entry"]

    proof = world.of("merton-secretary").get(f"{merton}/proof")
    (tmp_path / "proof.json").write_bytes(proof.data)
    checked = [sys.executable, str(ROOT / "verify_record.py"), str(tmp_path / "proof.json")]
    assert subprocess.run(checked, capture_output=True).returncode == 0
    notes = officer.read("/checkpoints")
    assert json.loads(proof.text)["checkpoint"] in [one["note"] for one in notes["items"]]

    referenced = world.of("merton-secretary").write(f"{merton}/minute-reference", {"reference": "GBM/1516/041"})
    assert referenced["state"] == "agreed"
    assert officer.read(merton)["standing"]["minute_reference"] == "GBM/1516/041"
    [condition] = officer.read("/conditions")["items"]
    became = {"what": "met", "evidence": "The review was held.", "on": "2015-11-24", "seen": "open"}
    officer.write(
        f"{address}/bodies/nhs-england/conditions/{condition['decision']}/{condition['position']}", {"became": became}
    )
    assert officer.read("/conditions", state="met")["page"]["total"] == 1
    tags = [one["tag"] for one in officer.read(f"{address}/entries", size=200)["items"]]
    assert tags.count("case.agreed") == 1
    assert tags[-2:] == ["minute.referenced", "condition.met"]
