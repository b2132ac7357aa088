"""The eleven clinical commissioning groups of West Yorkshire as a workbook, from the template, for a real installation.

Codes, names and registered patients are facts, with their source in `west_yorkshire.csv`. The rest (people, programme,
texts, dates of meetings) was not public, is made up, and comes in marked as demonstration content.
`python -m tests.footprint.workbook FILE.xlsx [DAY]` fills the template FILE as if written on DAY.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from tests.footprint.governing_bodies import governing_body
from tests.footprint.rows import SOURCE, Cell, Sheets, add, day_of, moment, organisations, period_of, person, words

DIRECTOR, MANAGER = "wy-programme-director", "wy-programme-manager"
DOCUMENT = "crisis-standards"

STREAMS = (
    ("crisis-care", "Crisis care", "pilot", "A response within four hours when care at home breaks down."),
    (
        "stroke-pathway",
        "Stroke pathway",
        "service_model",
        "One pathway from the ambulance to the end of rehabilitation.",
    ),
    ("shared-standards", "Shared standards", "standards", "What the eleven bodies expect of crisis care in common."),
    ("shared-records", "Shared care records", "digital", "A record that follows the person between organisations."),
)
UNREPORTED = "shared-records"
"""It is on the highlights list and has no update yet: a gap that the director accepts."""
CLAUSES = (
    ("one-call", "1.1", "One call", "One telephone number reaches the crisis team of the place, by day and by night."),
    ("four-hours", "1.2", "Four hours", "Somebody is with the person within four hours of the call."),
    ("told", "1.3", "The practice is told", "The person’s practice reads on the next morning what was done."),
)


def sheets(today: date) -> Sheets:
    """Every row of the workbook by its sheet; meetings are two to five weeks after `today`."""
    found: Sheets = {}
    eleven = organisations()
    host = eleven[-1]["ods_code"]
    found["organisations"] = [
        {**one, "kind": "ccg", "opened": day_of(one["opened"]), "registered_patients": int(one["registered_patients"])}
        for one in eleven
    ]
    found["collaboratives"] = [
        {"code": "west-yorkshire", "name": "West Yorkshire clinical commissioning groups", "host": host}
    ]
    found["collaborative_members"] = [
        {"collaborative": "west-yorkshire", "organisation": one["ods_code"], "starts": date(2014, 4, 1)}
        for one in eleven
    ]
    _programme(found, host, today)
    for place, one in enumerate(eleven):
        governing_body(found, [stream[0] for stream in STREAMS], one, place, today)
    return found


def _programme(found: Sheets, host: str, today: date) -> None:
    """The programme, its office, one period with its updates, and a document with two issued versions."""
    wrote, sent, approved = (moment(today - timedelta(days=ago)) for ago in (8, 7, 6))
    made_up: dict[str, Cell] = {"source": SOURCE, "demonstration": "yes"}
    found["programmes"] = [
        {
            "code": "wy-programme",
            "collaborative": "west-yorkshire",
            "name": "West Yorkshire crisis and stroke programme (demonstration content)",
            "strapline": "Demonstration content on real organisations",
            "source": SOURCE,
        }
    ]
    person(found, DIRECTOR, "Honor Cragdale", "programme_director", host, "wy-programme")
    person(found, MANAGER, "Silas Beckwith", "programme_manager", host, "wy-programme")
    found["periods"] = [
        {
            "code": period_of(today),
            "programme": "wy-programme",
            "title": f"{today:%B %Y}",
            "starts": today - timedelta(days=30),
            "ends": today + timedelta(days=40),
            "updates_due": today - timedelta(days=5),
        }
    ]
    for position, (code, title, kind, sentence) in enumerate(STREAMS, 1):
        add(
            found,
            "workstreams",
            code=code,
            programme="wy-programme",
            title=title,
            sentence=sentence,
            kind=kind,
            lead=MANAGER,
            sro=DIRECTOR,
            position=position,
            starts=today - timedelta(days=200),
            **made_up,
        )
        add(
            found,
            "highlights",
            period=period_of(today),
            workstream=code,
            position=position,
            title=title,
            source=SOURCE,
        )
        add(
            found,
            "milestones",
            code=f"{code}-first",
            workstream=code,
            title=f"{title}: first stage agreed",
            position=1,
            baseline_words=words(today + timedelta(days=60)),
            baseline_earliest=today + timedelta(days=60),
            baseline_latest=today + timedelta(days=60),
            **made_up,
        )
        if code != UNREPORTED:
            add(
                found,
                "updates",
                workstream=code,
                period=period_of(today),
                state="approved",
                overall="amber" if position == 1 else "green",
                headline=f"{title} goes on as planned; demonstration content.",
                done="- The group met twice",
                next="- A draft for the bodies",
                path_to_green="A second lead begins next month." if position == 1 else "",
                written_by=MANAGER,
                written_at=wrote,
                submitted_at=sent,
                approved_by=DIRECTOR,
                approved_at=approved,
                **made_up,
            )
    found["documents"] = [
        {
            "code": DOCUMENT,
            "collaborative": "west-yorkshire",
            "title": "Standards for crisis care",
            "summary": "What eleven bodies expect of crisis care. Demonstration content.",
            "demonstration": "yes",
        }
    ]
    for label, ago, title in (("1", 60, "Draft for response"), ("2", 4, "Consolidated version for decision")):
        dated = today - timedelta(days=ago)
        add(
            found,
            "document_versions",
            document=DOCUMENT,
            label=label,
            position=int(label),
            title=title,
            note=f"{title}; demonstration content.",
            dated=dated,
            issued_at=moment(dated),
        )
        for position, (code, number, heading, text) in enumerate(CLAUSES[: 1 + int(label)], 1):
            if label == "1" or position == len(CLAUSES):
                add(found, "clauses", document=DOCUMENT, code=code)
            add(
                found,
                "clause_texts",
                document=DOCUMENT,
                version=label,
                clause=code,
                position=position,
                number=number,
                heading=heading,
                text=text,
            )


def fill(template: Path, rows: Mapping[str, Sequence[Mapping[str, Cell]]]) -> None:
    """Write rows into the template's sheets, each value under the name of its column."""
    book = load_workbook(template)
    for name, those in rows.items():
        sheet = book[name]
        header = [cell.value for cell in sheet[1]]
        for number, row in enumerate(those, 3):
            for column, value in row.items():
                if value is not None and value != "":
                    sheet.cell(number, header.index(column) + 1, value)
    book.save(template)


def main(arguments: Iterable[str]) -> None:
    """Fill the template that is named."""
    place, *day = arguments
    fill(Path(place), sheets(date.fromisoformat(day[0]) if day else datetime.now(UTC).date()))


if __name__ == "__main__":
    main(sys.argv[1:])
