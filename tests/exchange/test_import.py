"""All of a folder comes in or nothing; what was changed meanwhile is shown and never overwritten."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import Base, db, writing
from app.exchange import service
from app.exchange.kinds import KINDS
from app.exchange.service import Forecast
from app.people.body_facts import quorum_rule
from app.people.models import BodyRule, Organisation, Person, Seat
from app.programme.models import Update
from tests.conftest import REAL_DAY
from tests.exchange.conftest import DOER
from tests.exchange.folders import SMALL, cell, edit, small

BringIn = Callable[[Path], Forecast]
TakeOut = Callable[[Path], Path]
WhyRefused = Callable[[Path], list[str]]


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    session.rollback()
    return {
        table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def same_bytes(one: Path, other: Path) -> None:
    names = {path.name for path in one.iterdir()}
    assert names == {path.name for path in other.iterdir()}
    for name in sorted(names):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_a_folder_comes_in_and_is_said_kind_by_kind(bring_in: BringIn, session: Session, tmp_path: Path) -> None:
    forecast = bring_in(small(tmp_path / "in"))
    assert "organisations.csv: 3 new, 0 changed, 0 unchanged" in forecast.lines()
    rule = session.scalars(sa.select(BodyRule)).one()
    found = quorum_rule(rule.quorum)
    assert found is not None and (found.share_numerator, found.share_denominator) == (1, 2)
    assert [(need.count, need.label) for need in found.needs] == [(1, "lay member"), (1, "clinician")]
    update = session.scalars(sa.select(Update)).one()
    assert (update.done, update.version) == ("- one thing", 1)


def test_the_same_folder_twice_changes_nothing(bring_in: BringIn, session: Session, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    bring_in(folder)
    before = everything(session)
    again = bring_in(folder)
    assert again.changes_nothing
    assert everything(session) == before


def test_one_entry_says_what_came_in(bring_in: BringIn, session: Session, tmp_path: Path) -> None:
    bring_in(small(tmp_path / "in"))
    entry = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "facts.imported")).one()
    assert entry.organisation_name == "NHS Wandsworth CCG"
    assert entry.payload is not None
    seats = entry.payload["files"]["seats.csv"]
    assert (seats["new"], seats["changed"], seats["unchanged"]) == (2, 0, 0)
    assert len(seats["sha256"]) == 64


def test_an_export_imports_again_as_unchanged(bring_in: BringIn, take_out: TakeOut, tmp_path: Path) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    assert {path.name for path in out.iterdir()} == {kind.file for kind in KINDS}
    assert bring_in(out).changes_nothing


def test_a_row_edited_in_an_export_is_changed_and_said_old_to_new(
    bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    cell(out / "seats.csv", 2, "title", "Chair")
    cell(out / "updates.csv", 2, "headline", "Nearly done")
    lines = bring_in(out).lines()
    assert "  row 2, merton-chair, title: “Clinical chair” → “Chair”" in lines
    assert session.scalars(sa.select(Seat.title).where(Seat.code == "merton-chair")).one() == "Chair"
    assert session.scalars(sa.select(Update)).one().version == 2  # a form opened before is stale now


def test_a_row_changed_since_its_export_is_shown_and_not_overwritten(
    bring_in: BringIn, take_out: TakeOut, refused: WhyRefused, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    session.execute(sa.update(Seat).where(Seat.code == "merton-chair").values(title="Lay chair"))
    session.commit()
    cell(out / "seats.csv", 2, "title", "Chair")
    assert refused(out) == [
        "seats.csv, row 2, column title: merton-chair: the file has “Chair”, the service “Lay chair”: the row was "
        "changed after it was exported; expected an export that is newer than that change."
    ]
    assert session.scalars(sa.select(Seat.title).where(Seat.code == "merton-chair")).one() == "Lay chair"


def test_a_row_that_nobody_touched_in_the_file_is_left_as_it_is_in_the_service(
    bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    session.execute(sa.update(Seat).where(Seat.code == "merton-chair").values(title="Lay chair"))
    session.commit()
    cell(out / "seats.csv", 3, "title", "Lay person")
    forecast = bring_in(out)
    lines = [line for line in forecast.lines() if "merton-" in line]
    assert lines == [
        "  row 2, merton-chair: newer in the service, left as it is",
        "  row 3, merton-lay, title: “Lay member” → “Lay person”",
    ]
    assert session.scalars(sa.select(Seat.title).order_by(Seat.code)).all() == ["Lay chair", "Lay person"]


def test_the_mark_of_an_export_is_never_a_number(exported_swl: Path) -> None:
    marks = [
        line.rsplit(",", 1)[1] for line in (exported_swl / "roles.csv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert marks and all(len(mark) == 16 and mark[0] == "x" for mark in marks)


def test_a_row_that_was_not_exported_is_not_overwritten(bring_in: BringIn, refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    bring_in(folder)
    cell(folder / "people.csv", 2, "name", "Dr Anne Example")
    assert refused(folder) == [
        "people.csv, row 2, column name: ann-example: the file has “Dr Anne Example”, the service “Dr Ann Example”: "
        "the row exists and this is no export of it; expected an export, and the change made there."
    ]


def test_an_organisation_known_by_its_code_only_is_completed(
    bring_in: BringIn, take_out: TakeOut, session: Session, exported_swl: Path, tmp_path: Path
) -> None:
    for code in ("08R", "36L"):
        session.add(Organisation(ods_code=code, name=code, short_name=code, kind="ccg", opened=date(2015, 11, 5)))
    session.commit()
    assert "organisations.csv: 1 new, 2 changed, 0 unchanged" in bring_in(small(tmp_path / "in")).lines()
    names = sa.select(Organisation.name).where(Organisation.ods_code == "08R")
    assert session.scalars(names).one() == "NHS Merton CCG"
    session.execute(sa.update(Organisation).where(Organisation.ods_code == "08R").values(name="08R", source=""))
    session.commit()
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "organisations.csv").write_bytes((exported_swl / "organisations.csv").read_bytes())
    edit(moved / "organisations.csv", lambda rows: [row for row in rows if row["ods_code"] == "08R"])
    bring_in(moved)  # an export of another installation, whose marks are not of this one
    assert session.scalars(names).one() == "NHS Merton CCG"


def test_absent_rows_files_and_columns_stay_as_they_are(
    bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    for path in out.iterdir():
        if path.name != "organisations.csv":
            path.unlink()
    edit(out / "organisations.csv", lambda rows: [row for row in rows if row["ods_code"] == "08R"])
    text = (out / "organisations.csv").read_text().splitlines()
    names = text[0].split(",")
    drop = names.index("ons_code")
    (out / "organisations.csv").write_text(
        "\n".join(",".join(c for i, c in enumerate(line.split(",")) if i != drop) for line in text) + "\n"
    )
    assert bring_in(out).changes_nothing
    found = session.scalars(sa.select(Organisation).where(Organisation.ods_code == "08R")).one()
    assert found.ons_code == "E38000105"


def test_one_wrong_row_keeps_everything_out(refused: WhyRefused, session: Session, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    cell(folder / "updates.csv", 2, "overall", "yellow")
    before = everything(session)
    assert refused(folder) == [
        "updates.csv, row 2, column overall: “yellow” is not right; expected one of blue, green, amber, red."
    ]
    assert everything(session) == before


def test_places_may_be_exchanged(bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path) -> None:
    more = (
        SMALL["workstreams"] + "vignettes,swl-programme,Vignettes,Snapshots.,workforce,2,2015-04-01,yes,,\n",
        "period,workstream,position,title\n2015-10,standards,1,Standards\n2015-10,vignettes,2,Vignettes\n",
    )
    bring_in(small(tmp_path / "in", workstreams=more[0], highlights=more[1]))
    out = take_out(tmp_path / "out")
    cell(out / "highlights.csv", 2, "position", "2")
    cell(out / "highlights.csv", 3, "position", "1")
    bring_in(out)
    again = take_out(tmp_path / "again")
    assert [line.split(",")[2] for line in (again / "highlights.csv").read_text().splitlines()[1:]] == ["2", "1"]


def test_text_survives_as_it_was(bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    texts = {
        "done": '\'=HYPERLINK("http://example.org")\n- a point, "quoted"',
        "next": "<script>alert(1)</script> file:///etc/passwd",
        "decisions": "‮right to left‬ שלום 🩺",
        "path_to_green": "x" * 100_000,
    }
    header = "workstream,period,state,written_at,demonstration," + ",".join(texts)
    row = "standards,2015-10,draft,2015-10-20T09:00:00Z,yes," + ",".join(
        '"' + text.replace('"', '""') + '"' for text in texts.values()
    )
    (folder / "updates.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    bring_in(folder)
    update = session.scalars(sa.select(Update)).one()
    assert update.done == texts["done"][1:]
    assert (update.next, update.decisions, update.path_to_green) == (
        texts["next"],
        texts["decisions"],
        texts["path_to_green"],
    )
    out = take_out(tmp_path / "out")
    assert "'=HYPERLINK" in (out / "updates.csv").read_text(encoding="utf-8")
    assert bring_in(out).changes_nothing


def test_texts_with_windows_line_ends_are_the_same_texts(
    bring_in: BringIn, take_out: TakeOut, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    session.execute(sa.update(Update).values(done="one\r\ntwo", version=2))
    session.commit()
    assert bring_in(take_out(tmp_path / "out")).changes_nothing


def test_the_demonstration_comes_out_as_it_went_in_from_any_engine(
    app: Flask, bring_in: BringIn, take_out: TakeOut, session: Session, swl: Path, exported_swl: Path, tmp_path: Path
) -> None:
    bring_in(exported_swl)
    out = take_out(tmp_path / "out")
    same_bytes(exported_swl, out)
    assert bring_in(swl).changes_nothing
    with app.app_context():
        assert db.session.scalars(sa.select(Person.demonstration).distinct()).all() == [True]


def test_an_export_comes_in_where_its_organisations_have_long_closed(
    take_out: TakeOut, session: Session, exported_swl: Path, tmp_path: Path
) -> None:
    with writing(session):
        service.import_folder(session, exported_swl, doer=DOER, now=REAL_DAY)
    same_bytes(exported_swl, take_out(tmp_path / "out"))


def test_the_closing_of_a_body_is_checked_against_what_is_stored(
    bring_in: BringIn, take_out: TakeOut, refused: WhyRefused, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    cell(out / "bodies.csv", 2, "closed", date(2015, 10, 31).isoformat())
    for path in out.iterdir():
        if path.name != "bodies.csv":
            path.unlink()
    assert any(
        sentence.startswith("meetings.csv, column held_on: merton-2015-11-12, as stored: 2015-11-12 is after the last")
        for sentence in refused(out)
    )
