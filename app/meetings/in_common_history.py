"""What happened to a meeting in common: its entries of the record as plain sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.audit.queries import entries_of
from app.audit.tags import Tag
from app.meetings.in_common import THING
from app.people.history import Told
from workflows.facts import day_in_words, day_read

Said = Mapping[str, Any]


def _named(said: Said) -> str:
    held = day_read(said.get("held_on"))
    return f"the meeting in common “{said.get('title', '')}”" + (f" of {day_in_words(held)}" if held else "")


def _who(said: Said) -> str:
    return str(said.get("body") or "A body")


def _joined(said: Said) -> str:
    was = said.get("was") or {}
    told = [f"at {was['begins'][:5]}" if was.get("begins") else "", was.get("place") or ""]
    before = ", ".join(one for one in told if one)
    return f"{_who(said)} joined {_named(said)}." + (f" Its own meeting was to be held {before}." if before else "")


SHARED: dict[Tag, Callable[[Said], str]] = {
    Tag.IN_COMMON_SET: lambda said: f"{_who(said)} set {_named(said)}.",
    Tag.IN_COMMON_JOINED: _joined,
    Tag.IN_COMMON_LEFT: lambda said: (
        f"{_who(said)} left {_named(said)}: {str(said.get('reason') or 'no reason given').rstrip('.')}."
    ),
}
"""Known to everyone in the collaborative."""


def history_of(session: Session, in_common_id: int) -> list[Told]:
    """What happened to it, the newest first."""
    return [
        Told(entry.at, SHARED[Tag(entry.tag)](entry.payload or {}), entry.actor_name, entry.capacity)
        for entry in reversed(entries_of(session, THING, in_common_id))
    ]
