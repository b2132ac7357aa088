"""Whatever is in a workbook, reading it ends soon, in rows or in sentences naming sheet, row and column."""

import json
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.db import writing
from app.exchange import service
from app.exchange.problems import Problems
from app.exchange.reader import FILE_BYTES
from app.exchange.workbook_in import read_path, read_workbook
from app.office.workbook import child
from config import ROOT
from tests.conftest import FIRST_DAY
from tests.exchange import hostile_workbooks as made
from tests.exchange.conftest import DOER
from tests.exchange.hostile_workbooks import CASES, PLANNED, book, seats
from tests.exchange.test_import import everything

MOST_KILOBYTES = 512_000
IN_THE_CHILD = ("formula", "zip bomb", "zip bomb that lies", "deep XML", "entities", "too much text", "unknown sheet")
KILOBYTES = "the most memory that the process held"  # its own: what `getrusage` tells begins with its parent's
_ALL = (
    f"import json, pickle, sys; sys.path.insert(0, {str(ROOT / 'app')!r}); from office.workbook import child\n"
    "child.bounded(); read = [child.answered(data) for data in pickle.load(sys.stdin.buffer)]\n"
    "held = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')]\n"
    "json.dump([read, int(held[0])], sys.stdout)"
)


def refused(data: bytes) -> list[str]:
    problems = Problems()
    assert read_workbook(data, "the workbook", problems) == {} or problems
    return problems.sentences()


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without a child: the same function, without its limits."""
    monkeypatch.setattr(
        "app.exchange.workbook_in._answer", lambda data, *_: json.loads(json.dumps(child.answered(data)))
    )


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What is read of each case, all in one process with the memory and the seconds that one workbook may have."""
    made_ready = pickle.dumps([make() for make, _ in CASES.values()])
    done = subprocess.run([sys.executable, "-I", "-S", "-c", _ALL], input=made_ready, capture_output=True, check=True)
    read, kilobytes = json.loads(done.stdout)
    return {**dict(zip(CASES, read, strict=True)), KILOBYTES: kilobytes}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_or_broken_workbook_is_refused_with_its_place(
    name: str, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.exchange.workbook_in._answer", lambda *_: answers[name])
    found = refused(b"")
    assert len(found) == 1
    assert CASES[name][1] in found[0]


@pytest.mark.parametrize("name", IN_THE_CHILD)
def test_the_child_says_the_same(name: str) -> None:
    make, sentence = CASES[name]
    found = refused(make())
    assert len(found) == 1
    assert sentence in found[0]


def test_there_are_forty_of_them_and_none_took_more_memory_than_allowed(answers: dict[str, Any]) -> None:
    assert len(CASES) + len(PLANNED) >= 40 < len(answers)
    assert answers[KILOBYTES] <= MOST_KILOBYTES


@pytest.mark.usefixtures("in_this_process")
def test_several_wrong_cells_are_all_said() -> None:
    cells = '<c r="A3"><f>1</f></c><c r="B3" t="e"><v>#N/A</v></c>'
    assert [sentence.split(":")[0] for sentence in refused(book(seats(f'<row r="3">{cells}</row>')))] == [
        "sheet seats, row 3, column A",
        "sheet seats, row 3, column B",
    ]


def test_a_right_workbook_is_read() -> None:
    problems = Problems()
    sheets = read_workbook(book(seats()), "the workbook", problems)
    assert problems.sentences() == []
    assert sheets["seats"].header == list(made.SEATS)
    assert sheets["seats"].rows == [
        (2, ["merton-chair", "merton", "Clinical chair", "chair", "yes", "1", "2013-04-01", ""])
    ]


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize(
    ("styles", "after"),
    [
        ('<fonts><font><family val="34"/></font></fonts><fills><fill/></fills>', ""),
        ("", '<pageSetup orientation="sideways"/>'),
        ("", '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'),
    ],
)
def test_how_a_workbook_looks_does_not_keep_it_out(styles: str, after: str) -> None:
    """What a reader of all of it fails on, or takes a range for a million cells over, is not read at all."""
    parts = made.parts({"seats": seats(after=after)})
    parts["xl/styles.xml"] = made.STYLES.replace("<cellXfs", styles + "<cellXfs")
    problems = Problems()
    assert len(read_workbook(made.packed(parts), "the workbook", problems)["seats"].rows) == 1
    assert problems.sentences() == []


@pytest.mark.usefixtures("in_this_process")
def test_cells_are_read_as_what_they_are() -> None:
    """Days counted from 1900 and from 1904, times of day, yes and no, runs of text, and escaped characters."""
    problems = Problems()
    run = '<c r="C3" t="s"><v>0</v></c>'
    day = '<c r="G3" t="d"><v>2015-11-05</v></c>'
    rows = seats(f'<row r="3"><c r="A3"><v>2015</v></c>{run}<c r="E3" t="b"><v>0</v></c>{day}</row>')
    parts = made.parts({"seats": rows})
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{made.MAIN}"><si><r><t>=1+</t></r><r><t xml:space="preserve">1 </t></r><rPh><t>read</t></rPh>'
        "<phoneticPr/></si></sst>"
    )
    sheets = read_workbook(made.packed(parts), "the workbook", problems)
    assert problems.sentences() == []
    assert sheets["seats"].rows[1] == (3, ["2015", "", "=1+1 ", "", "no", "", "2015-11-05", ""])
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    sheets = read_workbook(made.packed(parts), "the workbook", problems)
    assert sheets["seats"].rows[0][1][6] == "2017-04-02"


def test_a_workbook_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.exchange.workbook_in._CHILD",
        "import sys; sys.path.insert(0, 'app'); from office.workbook import child\n"
        "child.SECONDS = 1\nchild.answered = lambda data: sum(iter(int, 1))\nchild.main()",
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused(book(seats())) == [
        "the workbook: takes longer to read than a workbook may. Import it in parts, or as a folder of CSV files."
    ]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime < 2


def test_a_workbook_that_needs_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.exchange.workbook_in._CHILD",
        "import sys; sys.path.insert(0, 'app'); from office.workbook import child\n"
        "child.answered = lambda data: [bytearray(600_000_000)]\nchild.main()",
    )
    assert refused(book(seats())) == [
        "the workbook: needs more memory than reading a workbook may take. Import it in parts, or as a folder of CSV "
        "files."
    ]
    assert child.MEMORY_BYTES <= 512_000_000 and child.SECONDS < 5


def test_too_large_or_absent_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.xlsx").write_bytes(b"x" * (FILE_BYTES + 1))
    for name, said in (("large.xlsx", "has more than 20,000,000 bytes"), ("gone.xlsx", "there is no such workbook")):
        problems = Problems()
        assert read_path(tmp_path / name, problems) == {}
        assert said in problems.sentences()[0]


@pytest.mark.usefixtures("in_this_process")
def test_nothing_is_changed_by_a_refused_workbook(session: Session) -> None:
    """The sentences of what is only seen beside the facts, and a sample of what is refused while it is read."""
    before = everything(session)
    sample: dict[str, tuple[Callable[[], bytes], str]] = {
        **PLANNED,
        **{name: CASES[name] for name in ("formula", "zip bomb that lies", "entities")},
    }
    for name, (make, sentence) in sample.items():
        data = make()
        with pytest.raises(service.Unfit) as unfit, writing(session):
            service.import_folder(session, data, doer=DOER, now=FIRST_DAY)
        assert any(sentence in one for one in unfit.value.sentences), (name, unfit.value.sentences)
    assert everything(session) == before
    assert "openpyxl" in sys.modules  # the service writes workbooks with it; the child that reads them knows neither
