"""What differs between frozen facts and what stands now, a sentence each: before a release, and after one."""

from collections.abc import Callable, Iterator
from typing import Any

from app.packs.dates import shown_day

Json = dict[str, Any]

OWN = {
    "agenda": "The agenda or one of its papers has changed.",
    "meeting": "The meeting’s time, place or title has changed.",
    "body": "The body’s own details have changed.",
    "local": "A local position has changed.",
    "accepted": "A gap has been accepted since; the pack does not say so yet.",
}
"""The facts of a pack that are its body's own: it is not put forward or released while they differ from what stands."""

PLACE = frozenset({"number", "paper_number"})
PAPER = frozenset({"paper", "document", "has_paper", "has_cover_sheet"})


def differences(frozen: Json, current: Json) -> list[str]:
    """What differs between the content an edition was built from and what stands now."""
    found = []
    before = {stream["code"]: stream for stream in frozen["workstreams"]}
    after = {stream["code"]: stream for stream in current["workstreams"]}
    for code in dict.fromkeys([*before, *after]):
        if before.get(code) != after.get(code):
            found.append(f"{(after.get(code) or before[code])['title']} has changed.")
    for key, name in (
        ("highlights", "The highlights list has changed."),
        ("accepted", "A gap has been accepted since; the edition does not say so yet."),
        ("architecture", "The architecture has changed."),
    ):
        if frozen[key] != current[key]:
            found.append(name)
    if not found and frozen != current:
        found.append("The programme, period or bodies have changed.")
    return found


def own_differences(frozen: Json, current: Json) -> list[str]:
    """What of the body's own facts differs between a pack's content and what stands now, as far as `current` has it."""
    found: list[str] = []
    for key, sentence in OWN.items():
        if key not in current or frozen[key] == current[key]:
            continue
        told = TOLD.get(key)
        found += (list(told(frozen[key], current[key])) if told else []) or [sentence]
    return found


def _meeting(frozen: Json, current: Json) -> Iterator[str]:
    if frozen["held_on"] != current["held_on"]:
        yield f"The meeting has been moved from {shown_day(frozen['held_on'])} to {shown_day(current['held_on'])}."


def _agenda(frozen: list[Json], current: list[Json]) -> Iterator[str]:
    before, after = {item["id"]: item for item in frozen}, {item["id"]: item for item in current}
    for key, item in after.items():
        named = f"{item['number']}, “{item['title']}”,"
        if key not in before:
            yield f"Item {named} has come onto the agenda."
            continue
        changed = {name for name in item if name not in PLACE and item[name] != before[key].get(name)}
        if changed == {"conflicts"}:
            yield f"A conflict of interest in item {named} is handled otherwise."
        elif changed and changed <= PAPER:
            yield f"The paper of item {named} has changed."
        elif changed:
            yield f"Item {named} has changed."
    for key, item in before.items():
        if key not in after:
            yield f"Item {item['number']}, “{item['title']}”, is no longer on the agenda."
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "The order of the agenda has changed."


TOLD: dict[str, Callable[[Any, Any], Iterator[str]]] = {"agenda": _agenda, "meeting": _meeting}
"""What is told more closely than by one sentence."""
