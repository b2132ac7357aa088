"""Nothing of Part 2 is in what is made for Part 1: a canary in every field of a private item is found nowhere."""

import ast
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import inspect

from app import pdf
from app.audit.service import canonical
from app.db import writing
from app.jobs.models import Mail
from app.meetings.models import AgendaItem, ItemConflict
from app.packs import facts, public, storage
from app.people.models import Interest, Seat
from tests.packs.conftest import Room

ROOT = Path(__file__).resolve().parents[2]
GATHERING = [
    *sorted((ROOT / "app" / "packs").glob("*facts.py")),
    *(ROOT / "app" / "packs" / name for name in ("changes.py", "corrected.py", "corrections.py")),
]


def plant(room: Room) -> list[str]:
    """A private item on Merton's agenda with a canary in every field of text, and a conflict with its own; and
    interests that are not published: of someone without a vote, and one of the chair that is withheld."""
    canaries: list[str] = []

    def canary(column: str) -> str:
        canaries.append(f"Quokka{len(canaries):02d}{column.replace('_', '')}")
        return canaries[-1]

    with writing(room.session) as session:
        meeting = room.seed.meetings["Merton"]
        item = AgendaItem(
            meeting_id=meeting.id, part=2, position=1, origin="request", purpose="decision", demonstration=True
        )
        for column in inspect(AgendaItem).columns:
            if isinstance(column.type, sa.String) and column.key not in ("origin", "purpose"):
                setattr(item, column.key, canary(column.key))
        item.subject_kind, item.subject_id = "case", room.seed.case.id
        item.private_review_on = date(2016, 1, 1)
        session.add(item)
        session.flush()
        seat = session.scalars(sa.select(Seat).where(Seat.body_id == meeting.body_id)).first()
        assert seat is not None
        session.add(
            ItemConflict(
                item_id=item.id,
                seat_id=seat.id,
                person_id=room.seed.people["merton-chair"].id,
                interest_kind="financial",
                handling="leave",
                reason=canary("reason"),
                handled_by=canary("handled_by"),
                at=room.now,
                demonstration=True,
            )
        )
        for who, withheld in (("merton-in_attendance", ""), ("merton-chair", canary("withheld"))):
            session.add(
                Interest(
                    code=f"unpublished-{who}",
                    person_id=room.seed.people[who].id,
                    kind="financial",
                    description=canary("description"),
                    concerns=canary("concerns"),
                    mitigation=canary("mitigation"),
                    withheld=withheld,
                    declared=date(2015, 5, 1),
                    demonstration=True,
                )
            )
    assert len(canaries) >= 21
    return canaries


def test_a_private_item_cannot_be_read_through_the_public_selects(room: Room) -> None:
    plant(room)
    meeting = room.seed.meetings["Merton"]
    found = public.items(room.session, meeting.id)
    assert len(found) == 9
    every = list(room.session.scalars(sa.select(AgendaItem.id)))
    assert public.conflicts(room.session, every) == []


def test_no_canary_is_in_the_facts(room: Room) -> None:
    canaries = plant(room)
    room.edition()
    told = canonical(facts.pack_facts(room.session, room.pack(), room.now)).decode()
    assert [canary for canary in canaries if canary in told] == []
    assert "Better Care Fund" in told


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_no_canary_is_in_the_file_the_page_the_mails_or_the_list(room: Room) -> None:
    canaries = plant(room)
    room.release_edition()
    pack = room.release(room.put_forward(printed=True))
    folder = room.app.extensions["concord.settings"].packs
    content = storage.read(folder, pack.pdf_hash or "", "pdf")
    seen = {
        "the PDF, every object of it": pdf.all_text(content),
        "the PDF, page by page": "".join("".join(pdf.page_texts(content)).split()),
        "the web page": storage.read(folder, pack.web_hash or "", "html").decode(),
        "the mails": "".join(mail.body + mail.subject for mail in room.session.scalars(sa.select(Mail))),
    }
    client = room.app.test_client()
    address = f"/packs/meeting/{pack.meeting.code}/1"
    for path in (
        "/packs",
        "/registers/merton",
        "/registers/merton?as=csv",
        address,
        f"{address}.json",
        "/packs/edition/2015-10/1.json",
    ):
        answer = client.get(path)
        assert path.startswith("/packs/edition") or answer.status_code == 200
        seen[path] = answer.get_data(as_text=True)
    assert [(where, canary) for where, text in seen.items() for canary in canaries if canary in text] == []
    assert "Better Care Fund" in seen["the web page"]


def test_the_gathering_of_facts_imports_no_other_query_of_the_agenda() -> None:
    assert len(GATHERING) >= 5
    wrong = []
    for path in GATHERING:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {alias.name for alias in node.names}
                if node.module.startswith("app.meetings") and not names <= {
                    "Meeting",
                    "Attendance",
                    "papers_due_on",
                    "held_with",
                }:
                    wrong.append(f"{path.name}: {node.module} {sorted(names)}")
            elif isinstance(node, ast.Import):
                wrong += [f"{path.name}: {a.name}" for a in node.names if a.name.startswith("app.meetings")]
    assert wrong == []


def test_the_agenda_is_named_only_where_part_1_is_asked_for() -> None:
    tree = ast.parse((ROOT / "app" / "packs" / "public.py").read_text())
    for node in tree.body:
        named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if named & {"AgendaItem", "ItemConflict"}:
            assert isinstance(node, ast.Assign)
            assert ".where(AgendaItem.part == 1)" in ast.unparse(node)
