"""The process in which a .docx is read: bounds on memory and time first, then the file, then its words as JSON."""

import json
import resource
import sys

from .document import words
from .package import Refused

MEMORY_BYTES = 1_000_000_000
SECONDS = 6  # of work, which is what ends a hostile document


def main() -> None:
    """Read a document from standard input and write its words, or why not, to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(json.dumps(answered(sys.stdin.buffer.read())).encode())
    sys.stdout.buffer.flush()


def answered(data: bytes) -> dict[str, str]:
    """`text`, or what is `wrong` in a sentence that goes on from the file's name."""
    try:
        return {"text": words(data)}
    except Refused as refused:
        return {"wrong": refused.sentence}
    except MemoryError:
        return {"wrong": "needs more memory than reading it may take. Paste its words."}
    except Exception:  # whatever a broken file does to its reader, its sender is told the same
        return {"wrong": "is no Word document that can be read. Open it in Word and save it again, or paste its words."}
