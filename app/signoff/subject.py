"""What a case is about, opaque to sign-off; and what a person had before them when they answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """One version of something in another room: its kind and id, and the version with the SHA-256 of its content."""

    kind: str
    id: int
    version_id: int
    version_label: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form was made from: the round, its stage and content, and the last entry about the body (0 for none)."""

    round: int
    stage: str
    content_hash: str
    last_entry_id: int


@dataclass(frozen=True, slots=True)
class AskedCase:
    """A case as far as a decision needs it."""

    id: int
    part: int
    subject_kind: str
    definition_name: str
    definition_version: int
    definition_hash: str
    definition_text: str
    asked_by_id: int
    collaborative_id: int | None
    opened_at: datetime


def listed_in(collaborative_id: int | None, part: int) -> int | None:
    """The collaborative in whose list a case stands: none of Part 2 does, and none outside a collaborative."""
    return collaborative_id if part == 1 else None


def named_version(label: str) -> str:
    """A version's label in a sentence: "version 2" where the label is bare, "v0.2" as it is."""
    return f"version {label}" if label[:1].isdigit() else label
