"""The description that goes with an empty folder: every kind, every column, in Markdown."""

from collections.abc import Sequence

from app.exchange.kinds import Kind
from app.exchange.reader import COLUMNS, FILE_BYTES, ROWS

_OPENING = f"""# Facts as CSV files

One file for each kind of fact, in UTF-8, with the names of the columns in the first row. Every file may be left out
and every row too: what is absent stays as it is. A row is known by its key, never by a number of the database.

- `flask --app wsgi exchange check FOLDER` says what would happen and everything that stands against it.
- `flask --app wsgi exchange import FOLDER` does it, all or nothing. The same folder twice changes nothing.
- `flask --app wsgi exchange export FOLDER` writes what there is; files that are in the folder already are only written
  over with `--replace`.

To change rows, export first and edit the export. The last column, `as_exported`, holds a mark of the row as it was
exported. Leave it as it is, and empty in rows of your own. A row that was changed in the service since then is shown
and never overwritten: where you left it as it was, it is passed over; where you changed it too, the folder is refused.

- An empty cell means there is no value.
- A text that begins with `=`, `+`, `-`, `@` or a tab has a `'` put before it when it is exported, so that no
  spreadsheet takes it for a formula; it is taken off again when it is imported.
- A file has at most {FILE_BYTES // 1_000_000} MB, {ROWS:,} rows and {COLUMNS} columns.
- Ends of dates are inclusive: the last day.
- What is told as done is done by now: no act and no recorded moment lies after the moment of the import.
- An export holds everything, the private items of Part 2 too: its files are readable by their owner only.
- Decisions are done again through the services, in the order of their time, and a decision that the rules do not allow
  is refused. Releases are built and released again, each edition as it was told and each correction after it; who was
  sent what is kept without a mail where the files tell it. Nothing of a decision or a release on record is changed
  by an import.
"""


_SHARED = (
    "A row is known by its key, never by a number of the database. Whatever is left out stays as it is: a sheet, a "
    "row, or a column.",
    "Row 1 of each sheet has the names of the columns and row 2 what they mean; what you write begins in row 3.",
    "To change rows, export first and edit the export. The last column, as_exported, holds a mark of the row as it was "
    "exported: leave it as it is, and empty in rows of your own.",
    "A row that was changed in the service since then is shown side by side and never overwritten: where you left it "
    "as it was, it is passed over; where you changed it too, the workbook is refused.",
    "Text stays text, also where it begins with =. Formulas, merged cells and hidden rows, columns or sheets are "
    "refused, with their place.",
    "Days are dates. A moment is text with its time zone, such as 2015-11-05T09:00:00Z. A date without a day, such as "
    "“by January 2016”, is text.",
    "Ends of dates are inclusive: the last day. What is told as done is done by now.",
    "An export holds everything, the private items of Part 2 too.",
    "Decisions are done again, in the order of their time, and marked as recorded afterwards; one that the rules do "
    "not allow is refused.",
)


def workbook_opening() -> tuple[str, ...]:
    """What the first sheet of a workbook says before its table of columns."""
    return _SHARED


def readme(kinds: Sequence[Kind]) -> str:
    """The whole description, the kinds in the order in which they come in."""
    return _OPENING + "".join(_section(kind) for kind in kinds)


def _section(kind: Kind) -> str:
    lines = [
        f"\n## {kind.file}",
        f"{kind.meaning} Key: {', '.join(f'`{name}`' for name in kind.key)}.",
        "",
        "| column | meaning | format | required | example |",
        "|---|---|---|---|---|",
    ]
    for column in kind.columns:
        cells = [
            f"`{column.name}`",
            column.meaning,
            column.format.describe(),
            "yes" if column.required else "no",
            f"`{column.format.example}`" if column.format.example else "",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
