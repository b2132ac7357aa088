"""The history of an organisation, body, seat, person or collaborative: its entries of the record as plain sentences."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.destroyed import GONE, without_text
from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.people.body_facts import quorum_rule
from app.people.rules_in_words import lead_in_words, quorum_sentences
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES
from workflows.facts import LEAD_UNITS, LeadTime, day_in_words
from workflows.verdict import in_words

Said = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]
"""By kind, what codes are called: `{"document": {"minimum-outcomes": "Minimum outcomes"}}`."""

NAMED_BY: dict[str, Callable[[Session, Collection[str]], Mapping[str, str]]] = {}
"""By kind, who tells what codes are called. The rooms that keep them stand below this one, and add themselves."""

FIELDS = {
    "name": "name",
    "short_name": "short name",
    "ons_code": "ONS code",
    "registered_patients": "number of registered patients",
    "registered_patients_as_at": "day of that number",
    "kind": "kind",
    "source": "source",
    "title": "title",
    "position": "place in the list",
    "voting": "vote",
    "shared_vote": "shared vote",
    "host": "host",
    "email": "email address",
}
"""What the fields of an entry are called in a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the record: when, what in a sentence, and who did it in what capacity."""

    at: datetime
    sentence: str
    by: str
    capacity: str


def history_of(
    session: Session,
    things: Mapping[str, Collection[int]],
    *,
    person_id: int | None = None,
    organisations: Collection[int] | None = None,
) -> list[Told]:
    """What happened to these things (ids by kind), the newest first; of a person, their seats' entries too.

    With `organisations`, only what stands in their logs.
    """
    about = [
        sa.and_(RecordEntry.thing_kind == kind, RecordEntry.thing_id.in_(ids)) for kind, ids in things.items() if ids
    ]
    if person_id is not None:
        seated = RecordEntry.payload["person_id"].as_integer() == person_id
        about.append(sa.and_(RecordEntry.thing_kind == "seat", seated))
    tags = [tag.value for tag in (*SHARED, *OWN)]
    query = sa.select(RecordEntry).where(RecordEntry.tag.in_(tags), sa.or_(*about))
    if organisations is not None:
        query = query.where(RecordEntry.organisation_id.in_(organisations))
    found = session.scalars(query.order_by(RecordEntry.id.desc())).all() if about else []
    names = names_of(session, found)
    return [told(entry, names) for entry in found]


def names_of(session: Session, entries: Collection[RecordEntry]) -> dict[str, Mapping[str, str]]:
    """What the codes in these entries are called: of what was delegated, and of a role’s programme.

    One statement for each kind of which there are any.
    """
    codes: dict[str, set[str]] = {"document": set(), "workstream": set(), "programme": set()}
    for entry in entries:
        said = entry.payload or {}
        if entry.tag in (Tag.DELEGATION_GIVEN, Tag.DELEGATION_ENDED):
            codes["document"].update(said.get("documents") or ())
            codes["workstream"].update(said.get("workstreams") or ())
        elif entry.tag in (Tag.ROLE_GIVEN, Tag.ROLE_ENDED) and said.get("programme"):
            codes["programme"].add(str(said["programme"]))
    return {kind: NAMED_BY[kind](session, found) for kind, found in codes.items() if found and kind in NAMED_BY}


def told(entry: RecordEntry, names: Names) -> Told:
    """An entry as a sentence."""
    if without_text(entry):
        return Told(entry.at, GONE, entry.actor_name, entry.capacity)
    tag = Tag(entry.tag)
    said = {**(entry.payload or {}), "organisation": entry.organisation_name, "names": names}
    return Told(entry.at, (SHARED.get(tag) or OWN[tag])(said), entry.actor_name, entry.capacity)


def _named(said: Said, key: str, otherwise: str) -> str:
    return str(said.get(key) or otherwise)


def _day(said: Said, key: str) -> str:
    value = said.get(key)
    return day_in_words(date.fromisoformat(str(value))) if value else "a day that was not given"


def _dates(said: Said) -> str:
    until = f" to {_day(said, 'ends')}" if said.get("ends") else ""
    return f"from {_day(said, 'starts')}{until}"


def _seat(said: Said) -> str:
    return f"the seat {_named(said, 'seat', 'without a name')} on {_body(said)}"


def _body(said: Said) -> str:
    return _named(said, "body", str(said["organisation"]))


def _person(said: Said) -> str:
    return _named(said, "person", "Someone")


def _role(said: Said) -> str:
    role = said.get("role")
    known = ROLE_NAMES[Role(str(role))] if role in set(Role) else "in a role"
    programme = f", for the programme {_called(said, 'programme', said['programme'])}" if said.get("programme") else ""
    return f"{known} of {said['organisation']}{programme}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{str(value).replace('_', ' ')}”"


def _changes(said: Said) -> str:
    changes: Mapping[str, Sequence[Any]] = said.get("changes") or {}
    if "email" in changes:
        changes = {name: pair for name, pair in changes.items() if name != "email"} | {"email": ()}
    parts = [
        f"{FIELDS.get(name, name)} from {_value(pair[0])} to {_value(pair[1])}" if pair else FIELDS[name]
        for name, pair in changes.items()
    ]
    return "; ".join(parts) or "nothing of what is shown"


def _rule(said: Said) -> str:
    after: Mapping[str, Any] = said.get("after") or {}
    known = quorum_rule(after["quorum"]) if after.get("quorum") else None
    words = [quorum_sentences(known)[0]] if known else []
    if after.get("lead_number") is not None and after.get("lead_unit") in LEAD_UNITS:
        words.append(f"Papers are due {lead_in_words(LeadTime(after['lead_number'], after['lead_unit']))}.")
    return " ".join([f"{_body(said)} has a rule from {_day(said, 'starts')}.", *words])


def _changed_seat(said: Said) -> str:
    since = f" from {_day(said, 'starts')}" if said.get("starts") else ""
    return f"{_seat(said)[:1].upper()}{_seat(said)[1:]} was changed{since}: {_changes(said)}."


def _closed(said: Said) -> str:
    after = f" Its work passes to {said['successor']}." if said.get("successor") else ""
    return f"{_organisation(said)} closes: its last day is {_day(said, 'ends')}.{after}"


def _merged(said: Said) -> str:
    ended = in_words(str(one.get("name")) for one in said.get("predecessors") or ())
    return f"{_organisation(said)} has the work of {ended or 'others'} since {_day(said, 'from_on')}: they merged."


def _organisation(said: Said) -> str:
    return _named(said, "organisation_named", str(said["organisation"]))


def _together(said: Said) -> str:
    return _named(said, "collaborative", "The collaborative")


def _scope(said: Said) -> str:
    """`the workstream Mental health and Out-of-hospital principles and standards`."""
    streams = [f"the workstream {_called(said, 'workstream', one)}" for one in said.get("workstreams") or ()]
    documents = [_called(said, "document", one) for one in said.get("documents") or ()]
    return in_words([*streams, *documents] or ["nothing"])


def _called(said: Said, kind: str, code: str) -> str:
    """What stands under a code; the code itself of what is not here any more."""
    return str((said.get("names") or {}).get(kind, {}).get(code, code))


SHARED: dict[Tag, Callable[[Said], str]] = {
    # bodies and their seats are known to all partners
    Tag.ORGANISATION_ADDED: lambda said: f"{_organisation(said)} was added, open from {_day(said, 'starts')}.",
    Tag.ORGANISATION_CHANGED: lambda said: f"{_organisation(said)} was changed: {_changes(said)}.",
    Tag.ORGANISATION_CLOSED: _closed,
    Tag.MERGER_PLANNED: lambda said: (
        f"{_organisation(said)} is to merge into {_named(said, 'successor', 'another')} on {_day(said, 'from_on')}."
    ),
    Tag.MERGER_CANCELLED: lambda said: (
        f"The merger of {_organisation(said)} into {_named(said, 'successor', 'another')} was called off: "
        f"{_named(said, 'reason', 'no reason given').rstrip('.')}."
    ),
    Tag.MERGER_TOOK_EFFECT: _merged,
    Tag.COLLABORATIVE_ADDED: lambda said: f"{_together(said)} was added, beginning on {_day(said, 'starts')}.",
    Tag.COLLABORATIVE_CHANGED: lambda said: f"{_together(said)} was changed: {_changes(said)}.",
    Tag.COLLABORATIVE_JOINED: lambda said: (
        f"{_named(said, 'member', 'An organisation')} joins {_together(said)} on {_day(said, 'starts')}."
    ),
    Tag.COLLABORATIVE_LEFT: lambda said: (
        f"{_named(said, 'member', 'An organisation')} leaves {_together(said)} after {_day(said, 'ends')}."
    ),
    Tag.BODY_ADDED: lambda said: f"{_body(said)} was added, open from {_day(said, 'starts')}.",
    Tag.BODY_CHANGED: lambda said: f"{_body(said)} was changed: {_changes(said)}.",
    Tag.BODY_CLOSED: lambda said: f"{_body(said)} closes: its last day is {_day(said, 'ends')}.",
    Tag.DELEGATION_GIVEN: lambda said: (
        f"{_body(said)} delegated decisions on {_scope(said)} to "
        f"{_named(said, 'to', 'a joint committee')}, {_dates(said)}, by {_named(said, 'decided', 'its decision')}."
    ),
    Tag.DELEGATION_ENDED: lambda said: (
        f"{_body(said)} ended its delegation to {_named(said, 'to', 'a joint committee')} with {_day(said, 'ends')}, "
        f"by {_named(said, 'ended_by', 'its decision')}."
    ),
    Tag.RULE_SET: _rule,
    Tag.SEAT_ADDED: lambda said: f"A seat was added to {_body(said)}: {_named(said, 'seat', 'without a name')}.",
    Tag.SEAT_CHANGED: _changed_seat,
    Tag.SEAT_ENDED: lambda said: f"On {_body(said)} the seat {_named(said, 'seat', '')} ends on {_day(said, 'ends')}.",
    Tag.HOLDER_JOINED: lambda said: f"{_person(said)} holds {_seat(said)} {_dates(said)}.",
    Tag.HOLDER_LEFT: lambda said: f"{_person(said)} leaves {_seat(said)}: the last day is {_day(said, 'ends')}.",
    Tag.DEPUTY_NAMED: lambda said: f"{_person(said)} may stand in for {_seat(said)} {_dates(said)}.",
    Tag.DEPUTY_ENDED: lambda said: f"{_person(said)} stands in for {_seat(said)} until {_day(said, 'ends')}.",
}

OWN: dict[Tag, Callable[[Said], str]] = {
    # people and roles are the organisation's own
    Tag.PERSON_ADDED: lambda said: f"{_person(said)} was added at {said['organisation']}.",
    Tag.PERSON_CHANGED: lambda said: f"{_person(said)} was changed: {_changes(said)}.",
    Tag.ROLE_GIVEN: lambda said: f"{_person(said)} is {_role(said)} {_dates(said)}.",
    Tag.ROLE_ENDED: lambda said: f"{_person(said)} is {_role(said)} until {_day(said, 'ends')}.",
}
