"""The words of a PDF from anyone: read in a process of its own, which has little memory and little time."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf

from .texts import page_texts

MEMORY_BYTES = 1_500_000_000
SECONDS = 8  # of work, which is what ends a hostile file
WAIT = 40.0
"""Seconds on the clock after which the process is ended, for a machine too busy to give it its time of work."""
_CHILD = f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parent.parent)!r}); "
_CHILD += "from pdf.bounded import main; main()"

_SENTENCES = {
    "locked": "is locked with a password. Save it without one, or paste its text.",
    "broken": "is no PDF that can be read. Save it again, or paste its text.",
    "memory": "needs more memory than reading it may take. Paste its text.",
    "slow": "takes longer to read than it may. Paste its text.",
    "wordless": "holds no words that can be read, as where its pages were scanned. Paste its text.",
}


class UnreadablePdf(Exception):
    """The words of the file cannot be had; `sentence` goes on from its name: "is locked with a password.…"."""

    def __init__(self, why: str) -> None:
        self.sentence = _SENTENCES[why]
        super().__init__(self.sentence)


def words_of(pdf: bytes) -> str:
    """The words of every page in their order, a line a line; raises `UnreadablePdf`."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD], input=pdf, capture_output=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadablePdf("slow") from None
    if child.returncode < 0:
        raise UnreadablePdf("slow")
    answer: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 and child.stdout else {"wrong": "memory"}
    if "wrong" in answer:
        raise UnreadablePdf(answer["wrong"])
    text = "\n\n".join(answer["pages"])
    if not text.strip():
        raise UnreadablePdf("wordless")
    return text


def read_here(pdf: bytes) -> dict[str, Any]:
    """The words of each page, or what is wrong; for the process that is bounded."""
    try:
        return {"pages": page_texts(pdf)}
    except pikepdf.PasswordError:
        return {"wrong": "locked"}
    except MemoryError:
        return {"wrong": "memory"}
    except Exception:  # whatever a broken file does to its reader, its sender is told the same
        return {"wrong": "broken"}


def main() -> None:
    """In the process: read a PDF from standard input, and write its words, or what is wrong, as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(json.dumps(read_here(sys.stdin.buffer.read())).encode())
    sys.stdout.buffer.flush()
