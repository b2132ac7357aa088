"""The words of a Word document from anyone, read in a process of its own with little memory and little time."""

import json
import subprocess
import sys
from pathlib import Path

WAIT = 30.0
"""Seconds on the clock after which the process is ended, for a machine too busy to give it its time of work."""
_ROOM = str(Path(__file__).resolve().parent.parent)
_CHILD = f"import sys; sys.path.insert(0, {_ROOM!r}); from office.document_child import main; main()"
_SLOW = "takes longer to read than it may. Paste its words."


class UnreadableDocument(Exception):
    """The words of the file cannot be had; `sentence` goes on from its name: "has macros …"."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def words_of_document(data: bytes) -> str:
    """The words of a .docx, with the numbers of its clauses; raises `UnreadableDocument`."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD], input=data, capture_output=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(_SLOW) from None
    if child.returncode < 0:
        raise UnreadableDocument(_SLOW)
    if child.returncode or not child.stdout:
        raise UnreadableDocument("needs more memory than reading it may take. Paste its words.")
    answer: dict[str, str] = json.loads(child.stdout)
    if "wrong" in answer:
        raise UnreadableDocument(answer["wrong"])
    if not answer["text"].strip():
        raise UnreadableDocument("holds no words that can be read. Paste its words.")
    return answer["text"]
