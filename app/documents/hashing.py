"""What a signature is bound to: the hash of a clause's words, and of a whole version with its order and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.audit.service import canonical


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A clause as it is handed in. `code` is its identity in every version, `number` only its place in this one."""

    code: str
    number: str
    heading: str
    text: str


def text_hash(heading: str, text: str) -> str:
    """SHA-256 of a clause's heading and text, as hex. The number is left out: a move is not a change."""
    return sha256(canonical({"heading": heading, "text": text})).hexdigest()


def version_hash(clauses: Iterable[ClauseDraft]) -> str:
    """SHA-256 of a version, as hex: its clauses in order, each with its code, number, heading and text."""
    content = [[clause.code, clause.number, clause.heading, clause.text] for clause in clauses]
    return sha256(canonical({"clauses": content})).hexdigest()
