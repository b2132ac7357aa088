"""Deferrals to meetings go out and come in, those to a meeting that was moved or cancelled since as well."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.audit.service import Doer
from app.db import db, writing
from app.exchange import service
from app.exchange.service import Forecast
from app.meetings.models import Meeting
from app.meetings.service import cancel_meeting, move_meeting
from app.signoff.queries import case_by_code, standing_of
from config import Settings
from tests.conftest import FIRST_DAY
from tests.exchange.conftest import DOER
from tests.exchange.test_rulings_come_back import read

CASE = "out-of-hospital-standards-2015"
DEFERS = (
    ("croydon", "croydon-2015-11-24"),  # stays where it is
    ("kingston", "kingston-2016-01-12"),  # moved afterwards
    ("richmond", "richmond-2016-01-19"),  # cancelled afterwards
)
CORRECTIONS = (
    "case,round,body,decided_at,reason,answer,conditions,keepers,until,deferred_to,answer_reason,votes,at,by,capacity\n"
    f"{CASE},2,merton,2015-10-16T10:00:00Z,The minutes say so,defer,,,,merton-2015-11-12,,,"
    '2015-10-21T09:00:00Z,,"Concord"\n'
)


def sentences(session: Session) -> dict[str, str]:
    found = standing_of(session, case_by_code(session, CASE), FIRST_DAY)
    return {party.party.short_name: party.sentence for party in found.parties if party.word == "deferred"}


def test_what_bodies_deferred_to_comes_back(
    bring_in: Callable[[Path], Forecast],
    take_out: Callable[[Path], Path],
    session: Session,
    swl: Path,
    migrated_file: Path,
    tmp_path: Path,
) -> None:
    lines = (swl / "decisions.csv").read_text().splitlines()
    for body, meeting in DEFERS:
        [place] = [i for i, line in enumerate(lines) if line.startswith(f"{CASE},2,{body},")]
        lines[place] = lines[place].replace(",agree,,,,,,", f",defer,,,,,{meeting},")
    (swl / "decisions.csv").write_text("\n".join(lines) + "\n")
    (swl / "corrections.csv").write_text(CORRECTIONS)
    bring_in(swl)
    assert bring_in(swl).changes_nothing
    said = sentences(session)
    assert len(said) == 4
    assert said["Croydon"].endswith("on 20 October 2015 to its meeting on 24 November 2015.")
    merton = "on 15 October 2015 to its meeting on 12 November 2015; minute MGB 15/10/07 (corrected)."
    assert said["Merton"].endswith(merton)
    with writing(session):
        meetings = {one.code: one for one in session.scalars(sa.select(Meeting))}
        doer = Doer(None, "Concord", "a test")
        moved, cancelled = meetings["kingston-2016-01-12"], meetings["richmond-2016-01-19"]
        told: dict[str, Any] = {"reason": "The hall is closed.", "doer": doer, "now": FIRST_DAY}
        move_meeting(session, moved, held_on=date(2016, 1, 21), begins=moved.begins, **told)
        cancel_meeting(session, cancelled, **told)
    out = take_out(tmp_path / "out")
    rows = {row["body"]: row for row in read(out / "decisions.csv") if row["deferred_to"]}
    assert {body: (rows[body]["deferred_to"], rows[body]["until"]) for body in rows} == {
        "croydon": ("croydon-2015-11-24", ""),
        "kingston": ("kingston-2016-01-12", "2016-01-12"),
        "richmond": ("richmond-2016-01-19", "2016-01-19"),
    }
    assert [row["deferred_to"] for row in read(out / "corrections.csv")] == ["merton-2015-11-12"]
    assert bring_in(out).changes_nothing
    said = sentences(session)
    assert "to its meeting on 12 January 2016, moved since to 21 January 2016;" in said["Kingston"]
    assert "to its meeting on 19 January 2016, cancelled since;" in said["Richmond"]
    assert said["Richmond"].endswith(" As that meeting is cancelled, any later meeting of Richmond can take it up.")

    shutil.copyfile(migrated_file, tmp_path / "concord.sqlite")
    url = f"sqlite:///{tmp_path / 'concord.sqlite'}"
    app = create_app(Settings(instance=tmp_path, database_url=url, testing=True))
    with app.app_context():
        with db.sessionmaker() as empty:
            with writing(empty):
                service.import_folder(empty, out, doer=DOER, now=FIRST_DAY)
            assert sentences(empty) == said
            with writing(empty):
                service.export_folder(empty, tmp_path / "again", doer=DOER, now=FIRST_DAY)
        db.engine.dispose()
    for name in ("decisions", "corrections"):
        assert read(tmp_path / "again" / f"{name}.csv") == read(out / f"{name}.csv")
