"""What stands on an agenda: the items every meeting opens with, and those that rooms and people propose."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.meetings.days import papers_due_on
from app.meetings.models import AgendaItem, Meeting
from app.people.body_facts import lead_time
from app.people.queries import rule_of
from app.permissions import Refused, Stale
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.verdict import in_words

ORIGINS = ("standing", "workstream", "case", "edition", "request")

COVER = frozenset(
    {
        "minutes",
        "reference",
        "author",
        "lead_director",
        "summary",
        "key_points",
        "seen_by",
        "financial_implications",
        "private_ground",
        "private_review_on",
    }
)
"""The fields of a cover sheet that may be given beside title, purpose, recommendation and paper."""

EDITABLE = COVER | {"title", "purpose", "recommendation", "paper"}

_FIELD_WORDS = {
    "minutes": "minutes allowed",
    "private_ground": "ground for privacy",
    "private_review_on": "review date of privacy",
    "seen_by": "committees that have seen it",
}


@dataclass(frozen=True, slots=True)
class StandingItem:
    """An item every meeting has."""

    kind: str
    title: str
    purpose: str
    minutes: int
    recommendation: str = ""


STANDING = (
    StandingItem("welcome", "Welcome, apologies and quoracy", "noting", 5),
    StandingItem("public_questions", "Questions from the public", "discussion", 15),
    StandingItem("declarations", "Declarations of interest", "noting", 5),
    StandingItem(
        "minutes",
        "Minutes of the last meeting",
        "approval",
        5,
        "{body} is asked to approve the minutes of its last meeting as a correct record.",
    ),
    StandingItem("matters_arising", "Matters arising and action log", "discussion", 10),
    StandingItem(
        "chairs_actions",
        "Chair’s actions to ratify",
        "ratification",
        5,
        "{body} is asked to ratify any chair’s action taken since its last meeting.",
    ),
)
"""The opening order of a governing body's meeting."""


def how_named(meeting: Meeting) -> str:
    """How a recommendation names the body: "The Governing Body"."""
    return {
        "governing_body": "The Governing Body",
        "joint_committee": "The Joint Committee",
        "board": "The Board",
    }.get(meeting.body.kind, meeting.body.name)


def standing_items(meeting: Meeting, *, demonstration: bool) -> list[AgendaItem]:
    """The items with which every meeting opens, not yet part of any session."""
    return [
        AgendaItem(
            meeting_id=meeting.id,
            part=1,
            position=position,
            origin="standing",
            standing_kind=item.kind,
            title=item.title,
            purpose=item.purpose,
            minutes=item.minutes,
            recommendation=item.recommendation.format(body=how_named(meeting)),
            demonstration=demonstration,
        )
        for position, item in enumerate(STANDING, start=1)
    ]


def propose_item(
    session: Session,
    meeting: Meeting,
    *,
    origin: str,
    subject_kind: str | None,
    subject_id: int | None,
    title: str,
    purpose: str,
    recommendation: str = "",
    paper: str = "",
    part: int = 1,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
    **cover: Any,
) -> AgendaItem:
    """Put an item on a meeting's agenda, last in its part; the same subject on the same meeting is the same item.

    So is a request that stands there word for word: its form was sent twice.

    An item of Part 2 needs its ground (`private_ground`) and the day it is looked at again (`private_review_on`).
    Raises `Refused` when the meeting is cancelled or was held, when a purpose is unknown or a field impossible.
    """
    locked(session, meeting)
    if subject_kind is not None and subject_id is not None:
        found = session.scalar(
            sa.select(AgendaItem).where(
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.subject_kind == subject_kind,
                AgendaItem.subject_id == subject_id,
                AgendaItem.part == part,
                AgendaItem.taken_off_at.is_(None),
            )
        )
        if found is not None:
            return found
    refuse_closed_agenda(meeting, day_of(now))
    unknown = sorted(set(cover) - COVER)
    if unknown or origin not in ORIGINS:
        raise ValueError(f"No such part of an agenda item: {', '.join([*unknown, origin])}")
    if origin == "request":
        words = {"title": title.strip(), "purpose": purpose, "recommendation": recommendation, "paper": paper, **cover}
        of_part = sa.select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.part == part,
            AgendaItem.origin == origin,
            AgendaItem.taken_off_at.is_(None),
        )
        for there in session.scalars(of_part.order_by(AgendaItem.position)):
            if all(getattr(there, name) == value for name, value in words.items()):
                return there
    position = session.scalar(
        sa.select(sa.func.max(AgendaItem.position)).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.part == part, AgendaItem.taken_off_at.is_(None)
        )
    )
    item = AgendaItem(
        meeting_id=meeting.id,
        part=part,
        position=(position or 0) + 1,
        origin=origin,
        subject_kind=subject_kind,
        subject_id=subject_id,
        title=title.strip(),
        purpose=purpose,
        recommendation=recommendation,
        paper=paper,
        paper_on=day_of(now) if paper else None,
        demonstration=demonstration,
        **cover,
    )
    check_item(item, meeting)
    session.add(item)
    session.flush()
    said = {
        "meeting_id": meeting.id,
        "held_on": meeting.held_on.isoformat(),
        "number": item.number,
        "title": item.title,
        "purpose": purpose,
        "late": is_late(session, meeting, item, day_of(now)),
    }
    append(session, [act_on(Tag.ITEM_ADDED, meeting, item, doer, said)], now)
    return item


def edit_item(
    session: Session,
    item: AgendaItem,
    *,
    doer: Doer,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    **fields: Any,
) -> AgendaItem:
    """Change an item's title, purpose, cover sheet or paper; what changed is named in the record, not its words.

    `seen` holds the `marks` of the item as its form showed it: what was not touched there stays as it is now.
    Raises `Stale` where a field was changed there and by someone else meanwhile, `Refused` when the meeting was held
    or cancelled, or when the item would be impossible.
    """
    meeting = item.meeting
    locked(session, meeting)
    session.refresh(item)
    refuse_closed_agenda(meeting, day_of(now))
    if item.taken_off_at is not None:
        raise Refused(
            f"“{item.title}” was taken off the agenda on {day_in_words(day_of(item.taken_off_at))}.",
            "the item put on the agenda again",
        )
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise ValueError(f"No such part of an agenda item: {', '.join(unknown)}")
    if seen is not None:
        fields = _touched(item, fields, seen)
    if item.origin == "standing" and "purpose" in fields and fields["purpose"] != item.purpose:
        raise Refused("A standing item keeps its purpose.", "an item of your own with the purpose you need")
    changed = sorted(name for name, value in fields.items() if getattr(item, name) != value)
    if not changed:
        return item
    if "paper" in changed:
        item.paper_on = day_of(now) if fields["paper"] else None
    for name in changed:
        setattr(item, name, fields[name])
    check_item(item, meeting)
    said = {
        "meeting_id": meeting.id,
        "number": item.number,
        "title": item.title,
        "changed": [_FIELD_WORDS.get(name, name.replace("_", " ")) for name in changed],
        "late": "paper" in changed and is_late(session, meeting, item, day_of(now)),
    }
    append(session, [act_on(Tag.ITEM_CHANGED, meeting, item, doer, said)], now)
    return item


def marks(item: AgendaItem) -> dict[str, str]:
    """A short hash of each field of an item, by which a form later tells what has changed since it was shown."""
    return {name: _mark(getattr(item, name)) for name in sorted(EDITABLE)}


def _mark(value: object) -> str:
    return sha256(str(value or "").strip().encode()).hexdigest()[:12]


def _touched(item: AgendaItem, fields: Mapping[str, Any], seen: Mapping[str, str]) -> dict[str, Any]:
    """The fields that were changed in a form; raises `Stale` for one that someone else changed meanwhile as well."""
    touched = {name: value for name, value in fields.items() if _mark(value) != seen.get(name)}
    now = marks(item)
    both = [name for name, value in touched.items() if seen.get(name) != now[name] != _mark(value)]
    if both:
        said = [
            f"{_FIELD_WORDS.get(name, name.replace('_', ' ')).capitalize()} now says: "
            f"“{textwrap.shorten(str(getattr(item, name) or 'nothing'), 300, placeholder=' …')}”."
            for name in both
        ]
        raise Stale(
            "Someone else changed this item after you opened the page. Nothing of yours was saved yet: save again to "
            "put it in the place of theirs.",
            *said,
        )
    return touched


def is_late(session: Session, meeting: Meeting, item: AgendaItem, on: date) -> bool:
    """Does a paper for this item, coming on this day, come after the body's paper deadline?"""
    due = papers_due_on(meeting.held_on, lead_time(rule_of(session, meeting.body_id, meeting.held_on)))
    return due is not None and on > due and item.origin != "standing"


def check_item(item: AgendaItem, meeting: Meeting) -> None:
    """Raise `Refused` naming everything about the item that cannot be."""
    wrong: list[str] = []
    if not item.title:
        wrong.append("It has no title.")
    if item.purpose not in AgendaItem.PURPOSES:
        wrong.append(f"Its purpose is “{item.purpose}”; it can be {in_words(AgendaItem.PURPOSES)}.")
    if item.minutes is not None and not 0 < item.minutes <= 600:
        wrong.append(f"It is given {item.minutes} minutes; between 1 and 600 are possible.")
    if item.part == 2 and not (item.private_ground or "").strip():
        wrong.append("An item of Part 2 needs the ground on which it is private.")
    if item.part == 2 and item.private_review_on is None:
        wrong.append("An item of Part 2 needs the day on which its privacy is reviewed.")
    if item.part == 2 and item.private_review_on and item.private_review_on <= meeting.held_on:
        wrong.append(
            f"Its privacy is reviewed on {day_in_words(item.private_review_on)}; that has to be after the meeting of "
            f"{day_in_words(meeting.held_on)}."
        )
    if item.part == 1 and (item.private_ground or item.private_review_on):
        wrong.append("A ground for privacy belongs to an item of Part 2 only.")
    if wrong:
        raise Refused(f"“{item.title or 'The item'}” cannot stand on the agenda so. {' '.join(wrong)}")


def act_on(tag: Tag, meeting: Meeting, item: AgendaItem | None, doer: Doer, said: Mapping[str, Any]) -> Act:
    """An act on a meeting or one of its items, in the log of the body's organisation."""
    owner = meeting.body.organisation
    kind, thing_id = ("agenda_item", item.id) if item else ("meeting", meeting.id)
    return Act(tag, doer, owner.id, owner.name, kind, thing_id, said, item.part if item else 1)


def locked(session: Session, meeting: Meeting) -> None:
    """Hold the meeting's row to the end of the transaction, as it stands now."""
    session.refresh(meeting, with_for_update={"of": Meeting})  # not of what was joined to it: PostgreSQL refuses that


def refuse_closed_agenda(meeting: Meeting, today: date) -> None:
    """Raise `Refused` where the meeting is cancelled or was held."""
    when = day_in_words(meeting.held_on)
    if meeting.state == "cancelled":
        raise Refused(
            f"The meeting of {when} was cancelled, so its agenda is closed.",
            f"another meeting of {meeting.body.short_name}",
        )
    if meeting.state == "held" or meeting.held_on < today:
        raise Refused(
            f"The meeting of {when} has been held, so its agenda is closed.",
            f"a later meeting of {meeting.body.short_name}",
        )
