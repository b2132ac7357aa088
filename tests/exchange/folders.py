"""Folders of CSV files for tests: a small world of facts, and files with single cells changed."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

Table = list[dict[str, str]]

SMALL: dict[str, str] = {
    "organisations": """ods_code,ons_code,name,short_name,kind,opened,closed
08X,E38000193,NHS Wandsworth CCG,Wandsworth,ccg,2013-04-01,2020-03-31
08R,E38000105,NHS Merton CCG,Merton,ccg,2013-04-01,2020-03-31
36L,,NHS South West London CCG,South West London,ccg,2020-04-01,
""",
    "organisation_successors": "predecessor,successor,from_on\n08R,36L,2020-04-01\n",
    "collaboratives": "code,name,host\nswl,South West London,08X\n",
    "collaborative_members": """collaborative,organisation,starts,ends
swl,08X,2014-04-01,
swl,08R,2014-04-01,2020-03-31
""",
    "bodies": """code,organisation,kind,name,short_name,opened,closed
merton,08R,governing_body,NHS Merton CCG Governing Body,Merton,2013-04-01,2020-03-31
""",
    "body_rules": """body,starts,ends,quorum_share,quorum_needs,lead_number,lead_unit,source
merton,2013-04-01,,1/2,1 lay member: lay_member; 1 clinician: gp_member|chair,5,working,This body's setting
""",
    "seats": """code,body,title,kind,voting,position,starts,ends
merton-chair,merton,Clinical chair,chair,yes,1,2013-04-01,
merton-lay,merton,Lay member,lay_member,yes,2,2013-04-01,2016-03-31
""",
    "people": """code,name,email,demonstration
ann-example,Dr Ann Example,ann@example.org,yes
lee-example,Lee Example,lee@example.org,yes
""",
    "seat_holdings": """seat,person,starts,ends
merton-chair,ann-example,2013-04-01,
merton-lay,lee-example,2014-01-01,
""",
    "roles": "person,role,organisation,programme,starts,ends\nlee-example,secretary,08R,,2015-04-01,\n",
    "programmes": "code,collaborative,name\nswl-programme,swl,Programme\n",
    "workstreams": """code,programme,title,sentence,kind,position,starts,demonstration,runs_words,runs_latest
standards,swl-programme,Standards,One set of standards.,standards,1,2015-04-01,yes,by January 2016,2016-01-31
""",
    "workstream_bodies": "workstream,body\nstandards,merton\n",
    "periods": """code,programme,title,starts,ends,updates_due
2015-10,swl-programme,October 2015,2015-10-01,2015-11-30,2015-10-23
""",
    "updates": """workstream,period,state,overall,headline,done,written_by,written_at,demonstration
standards,2015-10,draft,green,In draft,'- one thing,lee-example,2015-10-20T09:00:00Z,yes
""",
    "meetings": """code,body,title,held_on,begins,state,demonstration
merton-2015-11-12,merton,Governing Body meeting,2015-11-12,14:00,planned,yes
""",
    "agenda_items": """meeting,part,position,origin,title,purpose,demonstration
merton-2015-11-12,1,1,request,Finance report,assurance,yes
""",
}


def small(folder: Path, **changed: str) -> Path:
    """The small world as a folder; `changed` replaces whole files by the name of their kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**SMALL, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def edit(path: Path, change: Callable[[Table], Table | None]) -> None:
    """Read a file as a table, change it, write it back."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows: Table = list(reader)
        rows = change(rows) or rows
    names = list(dict.fromkeys([*(reader.fieldnames or ()), *(name for row in rows for name in row)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def cell(path: Path, row: int, column: str, value: str) -> None:
    """Set one cell; rows are numbered as a spreadsheet shows them, the header being row 1."""

    def change(rows: Table) -> None:
        rows[row - 2][column] = value

    edit(path, change)
