"""What the sheets of the workbook are made of: the eleven organisations as published, codes, days, rows."""

import csv
from datetime import date, timedelta
from pathlib import Path

FACTS = Path(__file__).with_name("west_yorkshire.csv")
SOURCE = "Demonstration: made up for this workbook"
Cell = str | int | date | None
Sheets = dict[str, list[dict[str, Cell]]]


def organisations() -> list[dict[str, str]]:
    """The eleven, as the public sources have them."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def code_of(short_name: str) -> str:
    """The body's code: `leeds-north`."""
    return short_name.lower().replace(",", "").replace(" ", "-")


def bodies() -> list[str]:
    """The codes of the eleven bodies."""
    return [code_of(one["short_name"]) for one in organisations()]


def email_of(person: str) -> str:
    """The address of a person of the workbook, to which no mail can arrive."""
    return f"{person}@demonstration.example"


def meeting_of(body: str, today: date) -> str:
    """The code of the body's meeting in the workbook."""
    return f"{body}-{held_on(bodies().index(body), today)}"


def period_of(today: date) -> str:
    """The code of the reporting period."""
    return f"wy-{today:%Y-%m}"


def held_on(place: int, today: date) -> date:
    """A weekday of its own for every body, from the third week on."""
    first = today + timedelta(days=16)
    days = [first + timedelta(days=ahead) for ahead in range(30)]
    return [day for day in days if day.weekday() < 5][place]


def add(found: Sheets, sheet: str, **row: Cell) -> None:
    found.setdefault(sheet, []).append(row)


def person(
    found: Sheets, code: str, name: str, role: str = "", organisation: str = "", programme: str | None = None
) -> None:
    add(found, "people", code=code, name=name, email=email_of(code), demonstration="yes")
    if role:
        starts = date(2015, 4, 1)
        add(found, "roles", person=code, role=role, organisation=organisation, programme=programme, starts=starts)


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def moment(day: date) -> str:
    return f"{day}T09:00:00Z"


def words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
