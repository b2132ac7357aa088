"""A case decided by a stage's own answers comes in, is gone through again, and goes out as it came in."""

import shutil
from pathlib import Path

from app import create_app
from app.db import db, writing
from app.exchange import service
from app.signoff import queries
from config import Settings
from tests.conftest import FIRST_DAY
from tests.exchange.conftest import DOER
from tests.exchange.test_rulings_come_back import BY, CAPACITY, read, written

CASE = "standards-tried-out"


def answered(round_number: int, answer: str, day: int) -> dict[str, str]:
    return {
        "case": CASE,
        "round": str(round_number),
        "body": "nhs-england",
        "role": "officer",
        "answer": answer,
        "at": f"2015-10-{day}T09:00:00Z",
        "by": "isobel-tremayne",
        "capacity": "officer who answers for the organisation, NHS England",
    }


def test_a_pilot_comes_in_and_goes_out_again(exported_swl: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    opened = {
        "code": CASE,
        "title": "The standards tried out",
        "part": "1",
        "document": "out-of-hospital-standards",
        "version": "1",
        "definition": "pilot",
        "definition_version": "1",
        "asked_by": "08X",
        "collaborative": "swlcc",
        "parties": "nhs-england",
        "at": "2015-10-20T09:00:00Z",
        "by": BY,
        "capacity": CAPACITY,
        "demonstration": "yes",
    }
    written(folder / "cases.csv", [opened])
    decisions = [answered(1, "agree", 21), answered(2, "ready", 22), answered(3, "run", 23), answered(4, "adopt", 27)]
    written(folder / "decisions.csv", decisions)
    further = {"case": CASE, "number": "4", "version": "2", "at": "2015-10-26T09:00:00Z", "by": BY}
    written(folder / "rounds.csv", [{**further, "capacity": CAPACITY}])
    shutil.copyfile(exported_swl.parent / "concord.sqlite", tmp_path / "concord.sqlite")
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'concord.sqlite'}", testing=True))
    with app.app_context():
        with db.sessionmaker() as session:
            with writing(session):
                service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)
            standing = queries.standing_of(session, queries.case_by_code(session, CASE), FIRST_DAY)
            assert standing.result == (
                "1 of 1 has answered in favour, 1 needed; 1 “Adopt” (NHS England). The case was closed as agreed on "
                "27 October 2015."
            )
            with writing(session):
                service.export_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY)
                assert service.import_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY).changes_nothing
        db.engine.dispose()
    back = [row["answer"] for row in read(tmp_path / "out" / "decisions.csv") if row["case"] == CASE]
    assert sorted(back) == ["adopt", "agree", "ready", "run"]
