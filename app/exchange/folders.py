"""Writing files to a folder: each as a whole or not at all, for its owner only, nothing written over without a word."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.exchange.formats import guard
from app.exchange.kinds import Kind
from app.exchange.plan import AS_EXPORTED
from app.exchange.stored import FactRow


class NoPlace(ValueError):
    """Nothing can be written to the folder, or nothing without losing what is in it; the text says why."""


def csv_of(kind: Kind, rows: Iterable[FactRow]) -> bytes:
    """The rows of a kind as a CSV file."""
    return _sheet([[*kind.names, AS_EXPORTED], *([*_cells(kind, row), row.fingerprint] for row in rows)])


def _cells(kind: Kind, row: FactRow) -> list[str]:
    """The row's text as it is written; what a spreadsheet could take for a formula is guarded."""
    return [
        guard(row.texts[column.name]) if column.format.guarded else row.texts[column.name] for column in kind.columns
    ]


def _sheet(table: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue().encode()


def write_all(folder: Path, files: Mapping[str, bytes], replace: bool) -> None:
    """Write the files to the folder; over those of their names only with `replace`. Raises `NoPlace`."""
    try:
        held = sorted(name for name in files if (folder / name).exists())
        if held and not replace:
            first = f"{held[0]} and {len(held) - 1} more" if len(held) > 1 else held[0]
            raise NoPlace(
                f"{folder} holds {first} already, which may have been edited. Nothing was written; give another "
                "folder, or --replace to write over them."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write(folder / name, data)
    except OSError as error:
        raise NoPlace(f"{folder} cannot be written to ({error.strerror}); give a folder that can be.") from None


def _write(path: Path, data: bytes) -> None:
    """The file as a whole or not at all, for its owner only: an export holds the items of Part 2 too."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_bytes(data)
    os.replace(aside, path)
