"""One exchange, two doors: what goes out by the workbook comes in as the same facts that a folder of CSV files has."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import recorded_afterwards
from app.exchange import service
from app.exchange.folders import csv_of
from app.exchange.formats import Choice, Code, Day, Format, Moment, Text, TimeOfDay, Unreadable, Whole, YesNo, unguard
from app.exchange.kinds import BY_NAME, KINDS, Kind
from app.exchange.problems import Problems
from app.exchange.reader import read_sheet
from app.exchange.service import Forecast
from app.exchange.stored import FactRow
from app.exchange.workbook_in import read_workbook
from app.exchange.workbook_out import CELL_UNITS, write_workbook
from app.people.models import Account, Person, Seat
from tests.conftest import FIRST_DAY, SettableClock
from tests.exchange.folders import small
from tests.exchange.test_commands import run
from tests.exchange.test_import import everything, same_bytes
from tests.signoff.group import begin_session

BringIn = Callable[[Path], Forecast]
TakeOut = Callable[[Path], Path]
WhyRefused = Callable[[Path], list[str]]

NASTY = (
    "=1+1",
    "'=already guarded",
    '+44 "quoted", and; more\n\nlines\t',
    "  spaces at both ends  ",
    "‮right to left‬ שלום 🩺",
    "_x000D_ and _x005F_x0041_",
    "\ufffe\uffff",
    "007",
    "2015-11-05",
    "TRUE",
    "é" * 40_000 + "🩺" * 20_000,
    "#REF!",
    "\x85 and \x9f\u2028",
)
WORDS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1, max_size=200),
)
CODES = st.one_of(
    st.sampled_from(("007", "1e5", "TRUE", "2015-10", "=x", "-1", "ⓐ")),
    st.text("abcxyz019-_.=+@é", min_size=1, max_size=20),
)
SECONDS = st.integers(0, 4_000_000_000)


def of_format(format_: Format) -> st.SearchStrategy[Any]:
    """Any value that the format can show."""
    match format_:
        case Text():
            return WORDS.filter(lambda text: len(text) <= format_.limit)
        case Code():
            return CODES.filter(lambda text: len(text) <= format_.limit)
        case Choice():
            return st.sampled_from(format_.words)
        case Whole():
            return st.integers(format_.low, format_.high)
        case YesNo():
            return st.booleans()
        case Day():
            return st.dates(date(1850, 1, 1), date(2199, 12, 31))
        case TimeOfDay():
            return st.times().map(lambda moment: time(moment.hour, moment.minute))
        case Moment():
            return SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
    raise AssertionError(format_)


def rows_of(name: str) -> st.SearchStrategy[list[FactRow]]:
    kind = BY_NAME[name]
    values = st.fixed_dictionaries(
        {
            column.name: of_format(column.format) if column.required else st.none() | of_format(column.format)
            for column in kind.columns
        }
    )
    return st.lists(values.map(lambda found: settled(kind, found)), max_size=8)


def settled(kind: Kind, values: dict[str, Any]) -> FactRow:
    row = FactRow(kind, values, {})
    row.settle()
    return row


def nasty(name: str) -> list[FactRow]:
    """A row for each of the nasty texts."""
    kind = BY_NAME[name]
    return [
        settled(
            kind,
            {
                column.name: text
                if isinstance(column.format, Text) and len(text) <= column.format.limit
                else column.format.parse(column.format.example or "a")
                if column.required
                else None
                for column in kind.columns
            },
        )
        for text in NASTY
    ]


@given(updates=rows_of("updates"), meetings=rows_of("meetings"), periods=rows_of("periods"))
@example(updates=nasty("updates"), meetings=nasty("meetings"), periods=[])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_facts_come_back_as_they_were_by_both_doors(
    updates: list[FactRow], meetings: list[FactRow], periods: list[FactRow], tmp_path_factory: Any
) -> None:
    rows = {"updates": updates, "meetings": meetings, "periods": periods}
    problems = Problems()
    with pytest.MonkeyPatch.context() as these_only:  # other kinds: empty sheets, most of the time
        these_only.setattr("app.exchange.workbook_out.BY_NAME", {name: BY_NAME[name] for name in rows})
        written_book = write_workbook(rows, FIRST_DAY)
    sheets = read_workbook(written_book, "the workbook", problems)
    folder: Path = tmp_path_factory.getbasetemp()
    for name, written in rows.items():
        kind = BY_NAME[name]
        told = [[*(row.texts[column] for column in kind.names), row.fingerprint] for row in written]
        by_workbook = sheets[name]
        assert by_workbook.header == [*kind.names, "as_exported"]
        assert [cells for _, cells in by_workbook.rows] == told
        (folder / kind.file).write_bytes(csv_of(kind, written))
        by_folder = read_sheet(folder / kind.file, problems)
        assert by_folder is not None
        guarded = [column.format.guarded for column in kind.columns]
        assert [
            [*(unguard(cell) if guard else cell for cell, guard in zip(cells, guarded, strict=False)), cells[-1]]
            for _, cells in by_folder.rows
        ] == told
    assert problems.sentences() == []


def test_another_program_reads_what_is_written() -> None:
    rows = nasty("updates")
    book = openpyxl.load_workbook(io.BytesIO(write_workbook({"updates": rows}, FIRST_DAY)))
    assert book.sheetnames == ["README", *BY_NAME]
    sheet = book["updates"]
    header = [cell.value for cell in sheet[1]]
    first = dict(zip(header, sheet[3], strict=True))
    assert first["headline"].value == "=1+1"
    assert first["headline"].data_type == "s"
    assert sheet.freeze_panes == "B3"
    long = sheet[3 + NASTY.index(NASTY[10])]
    pieces = [str(cell.value) for cell, name in zip(long, header, strict=True) if str(name).startswith("done")]
    assert len(pieces) == 3 and all(len(piece.encode("utf-16-le")) <= CELL_UNITS * 2 for piece in pieces)


def test_the_template_describes_each_column_and_offers_lists() -> None:
    book = openpyxl.load_workbook(io.BytesIO(service.template_workbook(FIRST_DAY)))
    readme = {(row[0], row[1]): row[2] for row in book["README"].iter_rows(values_only=True) if row[1]}
    for kind in KINDS:
        sheet = book[kind.name]
        assert [cell.value for cell in sheet[1]] == [*kind.names, "as_exported"]
        for place, column in enumerate(kind.columns, 1):
            described = str(sheet.cell(2, place).value).removeprefix("ⓘ ")
            assert described.startswith(str(readme[kind.name, column.name]))
            if column.required or column.name in kind.key:
                assert "Required." in described
    lists = {str(one.sqref).split("3")[0]: one.formula1 for one in book["seats"].data_validations.dataValidation}
    assert lists["B"] == "'bodies'!$A$3:$A$1002"
    assert lists["E"] == '"yes,no"'
    assert lists["D"].startswith('"chair,deputy_chair')
    assert book["seats"]["A3"].value is None


def test_no_kind_begins_with_a_column_of_words() -> None:
    """What tells the row that describes the columns from a row of facts."""
    for kind in KINDS:
        first = kind.columns[0]
        assert not isinstance(first.format, Text), kind.name
        try:
            first.format.parse("ⓘ A description")
        except Unreadable:
            continue
        raise AssertionError(kind.name)


def test_days_are_days_and_numbers_are_numbers(exported_swl: Path) -> None:
    book = openpyxl.load_workbook(exported_swl.with_suffix(".xlsx"))
    held = cells_under(book["meetings"], "held_on")
    assert len(held) == 23 and all(isinstance(day, datetime) and day.year in (2015, 2016) for day in held)
    assert all(isinstance(begins, time) for begins in cells_under(book["meetings"], "begins"))
    assert all(isinstance(position, int) for position in cells_under(book["seats"], "position"))


def cells_under(sheet: Any, name: str) -> list[Any]:
    """The values in a column of a sheet."""
    place = [cell.value for cell in sheet[1]].index(name) + 1
    return [sheet.cell(row, place).value for row in range(3, sheet.max_row + 1)]


def test_the_demonstration_comes_in_by_the_workbook_as_by_the_folder(
    bring_in: BringIn,
    take_out: TakeOut,
    session: Session,
    client: FlaskClient,
    clock: SettableClock,
    exported_swl: Path,
    tmp_path: Path,
) -> None:
    assert not bring_in(exported_swl.with_suffix(".xlsx")).changes_nothing
    same_bytes(exported_swl, take_out(tmp_path / "out"))
    assert bring_in(exported_swl.with_suffix(".xlsx")).changes_nothing
    decided = session.scalars(
        sa.select(RecordEntry).where(RecordEntry.tag.in_(("decision.recorded", "minute.referenced")))
    ).all()
    assert len(decided) == 38
    assert all(entry.at < FIRST_DAY == recorded_afterwards(entry.payload) for entry in decided)
    brought_in = session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == "facts.imported")).one()
    assert brought_in.payload is not None
    assert "imogen-ashgrove-practice" in brought_in.payload["recorded_afterwards_rows"]["interests"]
    secretary = session.scalars(sa.select(Person).where(Person.code == "ruth-calverley")).one()
    account = Account(person_id=secretary.id, password_hash="none", demonstration=False)
    session.add(account)
    session.commit()
    client.set_cookie("concord", begin_session(session, account, clock.real))
    session.commit()
    case = client.get("/sign-offs/out-of-hospital-standards-2015/merton").text
    assert "Recorded afterwards</strong> entered on 5 November 2015 at 9am" in case
    for address in ("/interests?body=merton", "/milestones/standards-signed"):
        assert "Recorded afterwards, on 5 November 2015" in client.get(address).text, address


def edited(path: Path, sheet: str, cell: str, value: str) -> None:
    """Change a cell with another program, as a person would."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.mark.alike
def test_an_edited_workbook_changes_what_was_edited_and_never_what_is_newer(
    bring_in: BringIn, take_out: TakeOut, refused: WhyRefused, session: Session, tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out.xlsx")
    edited(out, "seats", "C3", "Chair")
    assert "  row 3, merton-chair, title: “Clinical chair” → “Chair”" in bring_in(out).lines()
    entry = session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id.desc()).limit(1)).one()
    assert (entry.tag, entry.thing_kind) == ("facts.imported", "workbook")
    assert entry.payload is not None and len(entry.payload["sha256"]) == 64
    assert entry.payload["sheets"]["seats"] == {"new": 0, "changed": 1, "unchanged": 1}
    edited(out, "seats", "C3", "Lay chair")
    before = everything(session)
    assert refused(out) == [
        "sheet seats, row 3, column C (title): merton-chair: the file has “Lay chair”, the service “Chair”: the row "
        "was changed after it was exported; expected an export that is newer than that change."
    ]
    assert everything(session) == before
    assert session.scalars(sa.select(Seat.title).where(Seat.code == "merton-chair")).one() == "Chair"


@pytest.mark.alike
def test_the_commands_take_a_workbook_where_they_take_a_folder(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "facts.xlsx"
    assert run(app, "template", book).output == (
        f"{book} has an empty sheet for each kind of fact, its columns described.\n"
    )
    assert run(app, "import", book).output.endswith("Nothing changed.\n")
    assert "may have been edited" in run(app, "export", book).output
    run(app, "import", small(tmp_path / "in"))
    assert "seats: 2" in run(app, "export", "--replace", book).output
    assert book.stat().st_mode & 0o777 == 0o600
    assert "sheet seats: 0 new, 0 changed, 2 unchanged" in run(app, "check", book).output
    edited(book, "seats", "C3", "=1+1")
    result = run(app, "check", book)
    assert result.exit_code == 1
    assert "sheet seats, row 3, column C: the cell holds a formula" in result.output
    assert "Error: no.xlsx" not in run(app, "check", tmp_path / "no.xlsx").output
