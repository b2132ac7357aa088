"""What changed since someone's last visit: entries of the record they may see, Part 1 only, in plain sentences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.home import naming
from app.home.sentences import OWN, SHARED, sentence
from app.meetings.models import AgendaItem, Meeting
from app.people.history import Names, names_of
from app.people.models import CollaborativeMember, DecidingBody, Organisation
from app.permissions import Actor
from app.signoff.models import Case


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as a sentence, and the page of what it is about: an endpoint with its values, or none."""

    at: datetime
    sentence: str
    by: str
    endpoint: str | None
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """The newest changes, and how many there are in all."""

    shown: tuple[Change, ...]
    total: int


def changes_since(session: Session, actor: Actor, since: datetime, most: int) -> Changes:
    """What others did since a moment, newest first, in one statement, and one for each kind of code.

    Of the actor's own organisations everything on the list; of the other members of their collaboratives what all
    members share. A case about a pack is its body's own business and never among them.
    """
    own = sa.select(Organisation.id).where(Organisation.id.in_(actor.organisation_ids))
    together = own.union(
        sa.select(CollaborativeMember.organisation_id).where(
            CollaborativeMember.collaborative_id.in_(actor.collaborative_ids)
        )
    )
    query = (
        naming.joined(
            sa.select(
                RecordEntry,
                Case.code.label("case_code"),
                Case.title.label("case_title"),
                Meeting.code.label("meeting_code"),
                Meeting.held_on.label("held_on"),
                DecidingBody.name.label("meeting_body"),
                sa.func.count().over().label("total"),
            )
        )
        .where(
            # whose, when and what: ix_record_entry_told holds these in this order, so what was before is not read
            RecordEntry.organisation_id.in_(together),
            RecordEntry.tag.in_([tag.value for tag in (*SHARED, *OWN)]),
            RecordEntry.at > since,
            RecordEntry.part == 1,
            RecordEntry.salt.is_not(None),  # what is destroyed has nothing to say any more
            sa.or_(AgendaItem.id.is_(None), AgendaItem.part == 1),  # an item that went into Part 2 is told no more
            sa.or_(RecordEntry.actor_id.is_(None), RecordEntry.actor_id != actor.person_id),
            sa.or_(
                RecordEntry.organisation_id.in_(actor.organisation_ids),
                RecordEntry.tag.in_([tag.value for tag in SHARED]),
            ),
            sa.or_(
                RecordEntry.thing_kind != "case",
                sa.and_(Case.part == 1, Case.collaborative_id.in_(actor.collaborative_ids)),
            ),
        )
        .order_by(RecordEntry.id.desc())
        .limit(most)
    )
    rows = session.execute(query).all()
    names = names_of(session, [row.RecordEntry for row in rows])
    return Changes(tuple(_change(row, actor, names) for row in rows), rows[0].total if rows else 0)


def _change(row: Any, actor: Actor, names: Names) -> Change:
    entry: RecordEntry = row.RecordEntry
    said = naming.said_of(entry, row.case_title, row.meeting_body, row.held_on, names)
    endpoint, values = _page(row, entry, actor)
    return Change(entry.at, sentence(entry.tag, said), entry.actor_name, endpoint, values)


def _page(row: Any, entry: RecordEntry, actor: Actor) -> tuple[str | None, dict[str, str]]:
    said = entry.payload or {}
    if row.case_code is not None:
        return "signoff.case", {"code": row.case_code}
    if row.meeting_code is not None and entry.organisation_id in actor.organisation_ids:
        return "meetings.meeting", {"code": row.meeting_code}
    if entry.thing_kind in ("update", "local_position", "milestone") and said.get("workstream"):
        return "programme.workstream", {"code": str(said["workstream"])}
    if entry.thing_kind == "programme_action" and said.get("action"):
        return "programme.action", {"code": str(said["action"])}
    if entry.thing_kind == "programme_decision":
        return "programme.decisions", {}
    if entry.thing_kind == "risk" and said.get("risk"):
        return "programme.risk", {"code": str(said["risk"])}
    if entry.thing_kind == "period" and said.get("period"):
        return "programme.grid", {"period": str(said["period"])}
    if entry.thing_kind == "map" and said.get("programme"):
        return "programme.map", {"programme": str(said["programme"])}
    if entry.thing_kind == "document" and said.get("document"):
        return "documents.document", {"code": str(said["document"])}
    if entry.thing_kind == "correction" and said.get("period"):
        return "packs.holders", {"code": str(said["period"])}
    if entry.thing_kind in ("edition", "pack"):
        return "packs.public", {}
    return None, {}
