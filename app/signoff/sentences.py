"""A case's history in plain sentences: what each party did, and what the case as a whole came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.audit.destroyed import GONE, without_text
from app.audit.models import RecordEntry
from app.audit.service import recorded_afterwards
from app.audit.tags import Tag
from workflows.materiality import material_in_words
from workflows.standing import CaseStanding
from workflows.standing_in import ABOUT_STANDING_IN

REMINDERS = (Tag.CASE_REMINDED, Tag.CASE_ESCALATED)
"""What stands in a list of its own: see `reminded`."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a sentence, with who recorded it and in what capacity; `recorded` where that was only afterwards."""

    entry_id: int
    at: datetime
    sentence: str
    actor: str
    capacity: str
    recorded: datetime | None = None


def told(
    entries: Sequence[RecordEntry], standing: CaseStanding, body_id: int | None = None, definition: str = ""
) -> list[Told]:
    """The case's entries as sentences, newest first; of one body only where one is given.

    `definition` is the title of the case's definition, which its entries know by its code.
    """
    of_parties = {
        line.entry_id: line.sentence
        for party in {found.party for the_round in standing.rounds for found in the_round.parties}
        for line in standing.history(party)
    }
    found = []
    for entry in entries:
        said: dict[str, Any] = entry.payload or {}
        if entry.tag in REMINDERS:
            continue
        if without_text(entry):
            if body_id is None:
                found.append(Told(entry.id, entry.at, GONE, entry.actor_name, entry.capacity))
            continue
        about = {said.get("body_id")}
        if entry.tag in ABOUT_STANDING_IN:
            about |= {one["body_id"] for one in said["parties"]}
        if body_id is not None and body_id not in about and entry.tag != Tag.CHANGE_RULED:
            continue
        sentence = of_parties.get(entry.id) or _of_case(entry.tag, said, definition)
        found.append(Told(entry.id, entry.at, sentence, entry.actor_name, entry.capacity, recorded_afterwards(said)))
    return found[::-1]


def _of_case(tag: str, said: dict[str, Any], title: str) -> str:
    reason = str(said.get("reason") or "").rstrip(".")
    match tag:
        case "case.opened":
            definition = said.get("definition") or {}
            return (
                f"The case was opened under “{title or definition.get('name')}”, version {definition.get('version')}."
            )
        case "round.opened":
            asked = f" for “{said['title']}”" if said.get("title") else ""
            version = str(said.get("version_label")).capitalize()
            return f"{version} was put to the parties{asked} (round {said.get('number')})."
        case "change.ruled":
            return material_in_words(said)
        case "stage.completed":
            return f"The stage was completed: {said.get('sentence')}"
        case "case.agreed":
            return f"The case was agreed: {said.get('sentence')}"
        case "case.stopped":
            return f"The case was stopped: {reason}."
        case "case.withdrawn":
            return f"The case was withdrawn: {reason}."
        case "deadline.passed" | "party.passed" | "party.delegated" | "party.delegation-ended":
            return str(said.get("sentence"))
        case "case.scheduled":
            return f"{said.get('body')} was scheduled."
        case _:
            return tag.replace(".", " ").replace("_", " ").capitalize() + "."
