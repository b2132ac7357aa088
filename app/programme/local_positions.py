"""A body's own position on a workstream: its words, approved by it, whatever becomes of the common update.

It goes into that body's own pack, so it stays open after the common update is released, until the pack is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Stale
from app.programme.beside import Beside, beside
from app.programme.finding import local_positions_closed
from app.programme.models import BRAG, LocalPosition, Period, Workstream, WorkstreamBody
from workflows.case_history import day_of
from workflows.facts import day_in_words

LABELS = {"brag": "How it stands here", "position": "Our position in a line", "note": "Note"}


@dataclass(frozen=True, slots=True)
class LocalText:
    """What a body says: its own BRAG word or None, its position in a line, and a note in Markdown."""

    brag: str | None = None
    position: str = ""
    note: str = ""


def missing_locally(text: LocalText) -> dict[str, str]:
    """What a local position still needs before it can be submitted: field → sentence."""
    needed: dict[str, str] = {}
    if text.brag is not None and text.brag not in BRAG:
        needed["brag"] = "Choose blue, green, amber or red, or leave it unrated."
    if not text.position.strip():
        needed["position"] = "Write the position in a line, or answer that there is nothing local to add."
    return needed


def in_the_way(text: LocalText) -> dict[str, str]:
    """What stands against the answer that there is nothing local to add: field → sentence."""
    says = "{} You say that there is nothing local to add. Clear it first, or submit it."
    found = {
        "brag": "You rated it." if text.brag else "",
        "position": "A position is written." if text.position.strip() else "",
        "note": "A note is written." if text.note.strip() else "",
    }
    return {name: says.format(what) for name, what in found.items() if what}


def beside_theirs_locally(
    session: Session,
    workstream_id: int,
    period_id: int,
    body_id: int,
    text: LocalText,
    began: LocalText | None,
    seen: int,
) -> Beside[LocalText]:
    """My position merged with what someone else saved since the page showed `seen`, as `updates.beside_theirs`."""
    session.get(WorkstreamBody, (workstream_id, body_id), with_for_update=True)
    local = _of(session, workstream_id, period_id, body_id)
    if began is None and seen == 0:
        began = LocalText()
    if local is None or local.version == seen or began is None or local.state == "approved" or local.released_at:
        return Beside(text, seen)
    theirs = LocalText(local.brag, local.position, local.note)
    who = local.written_by.name if local.written_by else "Someone"
    withdraws = local.state in ("submitted", "nothing_local")
    return beside(text, began, theirs, local.version, who, _meanwhile(local), withdraws=withdraws)


def save_local_position(
    session: Session,
    *,
    workstream_id: int,
    period_id: int,
    body_id: int,
    text: LocalText,
    seen: int,
    doer: Doer,
    now: datetime,
) -> LocalPosition:
    """Save a draft; `seen` is the version the page showed, 0 for none. An approved one is returned first."""
    again = _sent_again(session, workstream_id, period_id, body_id, ("draft", "returned"), seen, text, doer)
    if again is not None:
        return again
    local = _writable(session, workstream_id, period_id, body_id, seen, text)
    local.brag, local.position, local.note = text.brag, text.position, text.note
    local.state = "returned" if local.state == "returned" else "draft"
    _written(session, local, doer, now)
    return local


def submit_local_position(
    session: Session,
    *,
    workstream_id: int,
    period_id: int,
    body_id: int,
    text: LocalText,
    nothing_local: bool,
    seen: int,
    doer: Doer,
    now: datetime,
) -> LocalPosition:
    """Put the position before the body's secretary or chair; with `nothing_local` answer that there is none.

    That there is nothing local is an answer in itself, which nobody has to approve. It throws no text away: where some
    was typed it is refused.
    """
    typed = in_the_way(text) if nothing_local else {}
    if typed:
        raise Refused("What was typed would be lost.", *typed.values())
    states, kept = (("nothing_local",), LocalText()) if nothing_local else (("submitted",), text)
    again = _sent_again(session, workstream_id, period_id, body_id, states, seen, kept, doer)
    if again is not None:
        return again
    local = _writable(session, workstream_id, period_id, body_id, seen, text)
    if nothing_local:
        local.brag, local.position, local.note, local.state = None, "", "", "nothing_local"
    else:
        needed = missing_locally(text)
        if needed:
            raise Refused("The local position cannot be submitted yet.", *needed.values())
        local.brag, local.position, local.note, local.state = text.brag, text.position, text.note, "submitted"
    local.comment = ""
    _written(session, local, doer, now)
    _record(session, Tag.LOCAL_POSITION_SUBMITTED, local, doer, now)
    return local


def approve_local_position(session: Session, local_id: int, seen: int, doer: Doer, now: datetime) -> LocalPosition:
    """Approve a submitted position on behalf of its body."""
    local = _current(session, local_id, seen)
    if local.state == "approved":
        return local
    if local.state != "submitted":
        raise Refused("This local position is not submitted, so there is nothing to approve.", "It is submitted first.")
    local.state, local.approved_by_id, local.approved_at = "approved", doer.person_id, now
    local.version += 1
    _record(session, Tag.LOCAL_POSITION_APPROVED, local, doer, now)
    return local


def return_local_position(
    session: Session, local_id: int, comment: str, seen: int, doer: Doer, now: datetime
) -> LocalPosition:
    """Return a submitted or approved position to its writer with a comment."""
    local = _current(session, local_id, seen)
    if not comment.strip():
        raise Refused("A local position is returned with a comment.", "Say what is to be changed.")
    if local.state not in ("submitted", "approved"):
        raise Refused("This local position is not submitted, so there is nothing to return.", "It is submitted first.")
    local.state, local.comment = "returned", comment.strip()
    local.approved_by_id = local.approved_at = None
    local.version += 1
    _record(session, Tag.LOCAL_POSITION_RETURNED, local, doer, now)
    return local


def close_local_positions(session: Session, period_id: int, body_id: int, now: datetime) -> None:
    """Called when the body's own pack is released: its positions of that period are closed from then on."""
    session.execute(
        sa.update(LocalPosition)
        .where(
            LocalPosition.period_id == period_id, LocalPosition.body_id == body_id, LocalPosition.released_at.is_(None)
        )
        .values(released_at=now)
    )


def _writable(
    session: Session, workstream_id: int, period_id: int, body_id: int, seen: int, text: LocalText
) -> LocalPosition:
    """The body's position, made where there is none; writers come one after the other by the row that makes it owe."""
    taking_part = session.get(WorkstreamBody, (workstream_id, body_id), with_for_update=True)
    workstream, period = session.get(Workstream, workstream_id), session.get(Period, period_id)
    body = session.get(DecidingBody, body_id)
    if workstream is None or period is None or body is None or workstream.programme_id != period.programme_id:
        raise Missing
    if taking_part is None:
        raise Refused(
            f"{body.short_name} does not take part in {workstream.title}, so it owes no position on it.",
            "The programme office adds it to the workstream.",
        )
    local = _of(session, workstream_id, period_id, body_id)
    if local is not None:
        _must_be(local, seen, text)
    _must_be_open(session, body, period_id)
    if local is None:
        if seen:
            raise Stale("This local position is no longer there: it was removed since you opened the page.")
        local = LocalPosition(
            workstream_id=workstream_id,
            period_id=period_id,
            body_id=body_id,
            state="draft",
            version=0,
            demonstration=workstream.demonstration,
        )
        session.add(local)
        return local
    if local.state == "approved":
        raise Refused(
            f"{body.short_name} approved this position on {_day(local.approved_at)}.",
            f"{body.short_name}’s board secretary or chair returns it, with a comment that says what is to be changed.",
        )
    return local


def _sent_again(
    session: Session,
    workstream_id: int,
    period_id: int,
    body_id: int,
    states: Collection[str],
    seen: int,
    text: LocalText,
    doer: Doer,
) -> LocalPosition | None:
    """The position, where this form was sent already: it stands word for word, by the same person, one version on.

    So it does where the page that shows it is sent back with not a word changed.
    """
    session.get(WorkstreamBody, (workstream_id, body_id), with_for_update=True)
    local = _of(session, workstream_id, period_id, body_id)
    if (
        local is not None
        and local.state in states
        and (local.version == seen + 1 or (local.version == seen and local.released_at is None))
        and local.written_by_id == doer.person_id
        and LocalText(local.brag, local.position, local.note) == text
    ):
        return local
    return None


def _current(session: Session, local_id: int, seen: int) -> LocalPosition:
    found = session.get(LocalPosition, local_id)
    if found is None:
        raise Missing
    session.get(WorkstreamBody, (found.workstream_id, found.body_id), with_for_update=True)
    local = _of(session, found.workstream_id, found.period_id, found.body_id)
    if local is None:
        raise Missing
    _must_be(local, seen, LocalText(local.brag, local.position, local.note))
    _must_be_open(session, local.body, local.period_id)
    return local


def _of(session: Session, workstream_id: int, period_id: int, body_id: int) -> LocalPosition | None:
    return session.scalar(
        sa.select(LocalPosition)
        .where(
            LocalPosition.workstream_id == workstream_id,
            LocalPosition.period_id == period_id,
            LocalPosition.body_id == body_id,
        )
        .execution_options(populate_existing=True)
    )


def _must_be(local: LocalPosition, seen: int, text: LocalText) -> None:
    if local.version == seen:
        return
    stored = LocalText(local.brag, local.position, local.note)
    changes = [
        f"{label} now says: {value or 'nothing'}"
        for label, value, typed in (
            ("Rating", stored.brag, text.brag),
            ("Position", stored.position, text.position),
            ("Note", stored.note, text.note),
        )
        if value != typed
    ]
    raise Stale(f"{_meanwhile(local)} Nothing of yours was saved.", *changes)


def _meanwhile(local: LocalPosition) -> str:
    """What happened to a position after a page showed it."""
    who = local.written_by.name if local.written_by else "Someone"
    state = local.state.replace("_", " ")
    return (
        f"This local position was changed after you opened the page: {who} saved it on {_day(local.written_at)}, and "
        f"it is now {state}."
    )


def _must_be_open(session: Session, body: DecidingBody, period_id: int) -> None:
    closed = local_positions_closed(session, period_id, body.id)
    if closed is not None:
        raise Refused(
            f"{body.short_name}’s pack with its positions was released on {_day(closed)}: they cannot be changed "
            "after that.",
            "Write what has changed in the position of the period that is open.",
        )


def _written(session: Session, local: LocalPosition, doer: Doer, now: datetime) -> None:
    local.version += 1
    local.written_by_id, local.written_at = doer.person_id, now
    session.flush()
    session.expire(local, ["written_by"])


def _record(session: Session, tag: Tag, local: LocalPosition, doer: Doer, now: datetime) -> None:
    organisation = local.body.organisation
    payload = {
        "body": local.body.code,
        "body_name": local.body.name,
        "workstream": local.workstream.code,
        "title": local.workstream.title,
        "period": local.period.code,
        "period_title": local.period.title,
        "nothing_local": local.state == "nothing_local",
        "rating": local.brag,
        "position": local.position,
        "note": local.note,
        "comment": local.comment,
    }
    append(session, [Act(tag, doer, organisation.id, organisation.name, "local_position", local.id, payload)], now)


def _day(moment: datetime | None) -> str:
    return day_in_words(day_of(moment)) if moment else "an unknown day"
