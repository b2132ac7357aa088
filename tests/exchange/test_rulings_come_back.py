"""What was ruled on the changes of a further round comes in, is done again, and goes out as it came in."""

import csv
import shutil
from pathlib import Path

from app import create_app
from app.db import db, writing
from app.exchange import service
from app.signoff import queries
from config import Settings
from tests.conftest import FIRST_DAY
from tests.exchange.conftest import DOER

CASE, BY = "minimum-outcomes-2015", "jerome-applewhite"
CAPACITY = "programme manager, NHS Wandsworth CCG"


def written(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def third_version(exported: Path) -> list[dict[str, str]]:
    """Version 2 with one clause said otherwise and another left out."""
    rows = [row for row in read(exported / "clause_texts.csv") if (row["document"], row["version"]) == OF]
    kept = [row for row in rows if row["clause"] != "preferred-place"]
    names = ("document", "clause", "position", "number", "heading", "text")
    told = [{**{name: row[name] for name in names}, "version": "3"} for row in kept]
    for row in told:
        if row["clause"] == "scope":
            row["text"] += " It is read once a year."
    return told


OF = ("minimum-outcomes", "2")


def test_a_ruling_comes_in_and_goes_out_again(exported_swl: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    done = {"case": CASE, "by": BY, "capacity": CAPACITY}
    written(
        folder / "document_versions.csv",
        [
            {
                "document": OF[0],
                "label": "3",
                "position": "3",
                "title": "Second consolidation",
                "note": "One clause left out.",
                "dated": "2015-11-02",
                "issued_at": "2015-11-02T09:00:00Z",
            }
        ],
    )
    written(folder / "clause_texts.csv", third_version(exported_swl))
    written(
        folder / "decisions.csv",
        [
            {
                "case": CASE,
                "round": "2",
                "body": "nhs-england",
                "role": "officer",
                "answer": "agree",
                "at": "2015-10-30T09:00:00Z",
                "by": "isobel-tremayne",
                "capacity": "officer who answers for the organisation, NHS England",
            }
        ],
    )
    written(folder / "rounds.csv", [{**done, "number": "3", "version": "3", "at": "2015-11-03T09:00:00Z"}])
    ruled = [
        {"case": CASE, "round": "3", "clause": "scope", "ruling": "editorial", "reason": "It says the same."},
        {"case": CASE, "round": "3", "clause": "preferred-place", "ruling": "material", "reason": "It is dropped."},
    ]
    written(folder / "rulings.csv", ruled)
    again = {"case": CASE, "round": "3", "at": "2015-11-04T09:00:00Z"}
    written(folder / "rulings_again.csv", [{**done, **again, "why": "The clinical leads read it otherwise."}])
    otherwise = [
        {**again, "clause": "scope", "ruling": "material", "reason": "It adds a promise."},
        {**again, "clause": "preferred-place", "ruling": "material", "reason": "It is dropped."},
    ]
    written(folder / "rulings_again_clauses.csv", otherwise)
    shutil.copyfile(exported_swl.parent / "concord.sqlite", tmp_path / "concord.sqlite")
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'concord.sqlite'}", testing=True))
    with app.app_context():
        with db.sessionmaker() as session:
            with writing(session):
                service.import_folder(session, folder, doer=DOER, now=FIRST_DAY)
            standing = queries.standing_of(session, queries.case_by_code(session, CASE), FIRST_DAY)
            england = next(party for party in standing.parties if party.party.short_name == "NHS England")
            assert (england.word, england.in_favour) == ("re-affirmation needed", False)
            assert "asked to re-affirm only clause" in england.sentence  # it was editorial before
            assert "and that clause 3.2 is left out" in england.sentence
            with writing(session):
                service.export_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY)
                assert service.import_folder(session, tmp_path / "out", doer=DOER, now=FIRST_DAY).changes_nothing
        db.engine.dispose()
    names = ("case", "round", "clause", "ruling", "reason")
    back = [{name: row[name] for name in names} for row in read(tmp_path / "out" / "rulings.csv")]
    assert sorted(back, key=str) == sorted(ruled, key=str)
    [made] = read(tmp_path / "out" / "rulings_again.csv")
    assert (made["case"], made["at"], made["why"]) == (CASE, again["at"], "The clinical leads read it otherwise.")
    of_each = [
        {name: row[name] for name in (*names, "at")} for row in read(tmp_path / "out" / "rulings_again_clauses.csv")
    ]
    assert sorted(of_each, key=str) == sorted(
        ({name: row[name] for name in (*names, "at")} for row in otherwise), key=str
    )
