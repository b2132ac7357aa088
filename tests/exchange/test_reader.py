"""Whatever is in a folder, reading it ends soon, in rows or in sentences naming what and where."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from app.exchange.problems import Problems
from app.exchange.reader import FILE_BYTES, ROWS, Sheet, read_folder, read_sheet

SOON = 5.0


def read(path: Path) -> tuple[Sheet | None, list[str]]:
    problems = Problems()
    begun = time.process_time()
    sheet = read_sheet(path, problems)
    assert time.process_time() - begun < SOON
    return sheet, problems.sentences()


def file_with(folder: Path, data: bytes, name: str = "seats.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    sheet, problems = read(file_with(tmp_path, 'code,text\na,"two\nlines"\n,\nb,x\n'.encode("utf-8-sig")))
    assert problems == []
    assert sheet is not None and sheet.header == ["code", "text"]
    assert sheet.rows == [(2, ["a", "two\nlines"]), (4, ["b", "x"])]


def test_empty_columns_that_a_spreadsheet_leaves_at_the_end_are_passed_over(tmp_path: Path) -> None:
    sheet, problems = read(file_with(tmp_path, b"code,text,,\na,b,,\nc,d\n"))
    assert problems == []
    assert sheet is not None and sheet.header == ["code", "text"]
    assert sheet.rows == [(2, ["a", "b"]), (3, ["c", "d"])]
    _, problems = read(file_with(tmp_path, b"code,text,,\na,b,,lost\n"))
    assert problems == ["seats.csv, row 2: has 4 cells where the header has 2; expected one cell a column."]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "seats.csv: is empty; expected a first row with the names of the columns."),
        (
            b"code,title\na,Caf\xe9 society\nb,x\n",
            "seats.csv: byte 0xE9 is not UTF-8, on line 2 of the file, in “a,Caf� society”; expected text in UTF-8",
        ),
        (b"PK\x03\x04\x14\x00", "seats.csv: is a workbook, not CSV; expected text in UTF-8"),
        (b"code;title;kind\na;b;c,d\n", "seats.csv, row 1: the cells are separated by semicolons; expected commas"),
        (b"code\ttitle\na\tb\n", "seats.csv, row 1: the cells are separated by tabs; expected commas"),
        (b"Code,Title\na,b\n", "seats.csv, row 1: the names of the columns have capitals; expected them in small"),
        (b"\ncode,title\na,b\n", "seats.csv, row 1: the first row is empty; expected the names of the columns there."),
        (b",,\ncode,title,\na,b,\n", "seats.csv, row 1: the first row is empty; expected the names of the columns"),
        ("code\nä\n".encode("utf-16"), "It looks like UTF-16"),
        (b"code\nab\x00c\n", "seats.csv, row 2: has a NUL byte; expected text in UTF-8."),
        (b"code,title\na\n", "seats.csv, row 2: has 1 cells where the header has 2; expected one cell a column."),
        (b"code,title\na,b,c\n", "seats.csv, row 2: has 3 cells where the header has 2; expected one cell a column."),
        (b'code\n"never closed\n', "a quotation mark is opened and never closed; expected its end."),
        (b'code\n"a"b\n', "seats.csv, row 2: cannot be read as CSV"),
        (b"code\n" + b"x" * 262_145 + b"\n", "a cell has more than 262,144 characters"),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, data: bytes, sentence: str) -> None:
    _, problems = read(file_with(tmp_path, data))
    assert len(problems) == 1
    assert sentence in problems[0]


def test_a_million_columns_are_refused_in_little_memory(tmp_path: Path) -> None:
    wide = ",".join(f"c{number}" for number in range(1_000_000)).encode()
    for data, row in ((wide + b"\n", 1), (b"code\n" + wide + b"\n", 2), (b'"a\nb"\n' + b"," * 1_000_000, 2)):
        path = file_with(tmp_path, data)
        tracemalloc.start()
        sheet, problems = read(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sheet is None
        assert problems == [f"seats.csv, row {row}: has more than 200 columns; expected at most 200."]
        assert peak < 100_000_000


def test_a_long_text_with_many_commas_is_one_cell(tmp_path: Path) -> None:
    sheet, problems = read(file_with(tmp_path, b'code,text\na,"' + b"word, " * 15_000 + b'"\n'))
    assert problems == []
    assert sheet is not None and len(sheet.rows[0][1][1]) == 90_000


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    _, problems = read(file_with(tmp_path, b"x" * (FILE_BYTES + 1)))
    assert problems == ["seats.csv: has 20,000,001 bytes; expected at most 20,000,000. Import it in parts."]


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    sheet, problems = read(file_with(tmp_path, b"code\n" + b"a\n" * (ROWS + 1)))
    assert sheet is None
    assert problems == ["seats.csv: has more than 200,000 rows; split it and import the parts one by one."]


def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "seats.csv")
    (tmp_path / "people.csv").mkdir()
    (tmp_path / "roles.csv").symlink_to(tmp_path / "roles.csv")
    for name in ("seats.csv", "people.csv", "roles.csv"):
        sheet, problems = read(tmp_path / name)
        assert sheet is None
        assert len(problems) == 1 and problems[0].startswith(name)


def test_a_file_of_no_kind_is_named(tmp_path: Path) -> None:
    file_with(tmp_path, b"code\n", "sceats.csv")
    problems = Problems()
    assert read_folder(tmp_path, {"seats", "people"}, problems) == {}
    assert problems.sentences() == ["sceats.csv: there is no such kind of fact; expected one of people.csv, seats.csv."]


def test_a_folder_that_is_not_there_or_empty_is_named(tmp_path: Path) -> None:
    for folder, words in ((tmp_path / "nowhere", "there is no such folder"), (tmp_path, "there is no CSV file in it")):
        problems = Problems()
        assert read_folder(folder, {"seats"}, problems) == {}
        assert words in problems.sentences()[0]


def test_the_first_200_problems_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    _, problems = read(file_with(tmp_path, b"code,title\n" + b"a\n" * 1_000))
    assert len(problems) == 201
    assert problems[-1] == "… and 800 more."
