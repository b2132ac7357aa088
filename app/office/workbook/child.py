"""The process in which a workbook is read: bounds on memory and time first, then the file, then the answer as JSON."""

import gc
import json
import resource
import sys
from typing import Any

from ..package import Refused
from .sheets import Wrong, read

MEMORY_BYTES = 512_000_000
SECONDS = 4  # of work, which is what ends a hostile workbook; how long is waited for a busy machine, see `workbook_in`


def bounded() -> None:
    """Let this process have no more than reading a workbook may take, and write no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a workbook from standard input and write what it holds, or why not, to standard output."""
    bounded()
    gc.disable()  # cells make no circles, and looking for some takes a fifth of the time; the memory is bounded anyway
    try:
        answer = answered(sys.stdin.buffer.read())
        written = json.dumps(answer, ensure_ascii=True, separators=(",", ":")).encode()
    except MemoryError:
        written = b'{"memory":true}'
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


def answered(data: bytes) -> dict[str, Any]:
    """`sheets`: name and rows with content, each cell as column, class and text; `wrong` and its `count` otherwise."""
    wrong = Wrong()
    try:
        found = read(data, wrong)
    except Refused as refused:
        wrong.add(refused)
        found = []
    if wrong.count:
        said = [(one.sheet, one.row, one.column, one.sentence) for one in wrong.shown]
        return {"wrong": said, "count": wrong.count}
    return {"sheets": [{"name": sheet.name, "rows": sheet.rows} for sheet in found]}
