"""Bodies meet in common: one sets it with a meeting of its own, each other one joins with its own, and may leave.

A body is sovereign: nobody but its own secretary puts its meeting there, or takes it out. Who leaves leaves the rest.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.meetings.agenda import locked, refuse_closed_agenda
from app.meetings.apologies import Post
from app.meetings.in_common_models import InCommon, Joined
from app.meetings.models import Meeting
from app.people.kept import free_code
from app.people.models import Account, Collaborative, CollaborativeMember, DecidingBody, Person, RoleHolding
from app.people.queries import in_force
from app.permissions import Missing, Refused, Role
from workflows.case_history import day_of
from workflows.facts import day_in_words

THING = "meeting_in_common"
"""How the record names it."""


def set_in_common(
    session: Session,
    meeting: Meeting,
    collaborative: Collaborative,
    *,
    title: str,
    doer: Doer,
    now: datetime,
    post: Post | None = None,
) -> InCommon:
    """Set a meeting in common at the day, time and place of a body's own meeting, which is the first to join it.

    With `post`, the secretaries of the other bodies are told that they may join. Raises `Refused`.
    """
    locked(session, meeting)
    refuse_closed_agenda(meeting, day_of(now))
    _refuse_joined(session, meeting)
    _refuse_stranger(session, meeting, collaborative)
    if not title.strip():
        raise Refused("A meeting in common has a title.", "the title")
    made = InCommon(
        code=free_code(session, InCommon.code, "in-common", meeting.held_on.isoformat(), limit=60),
        collaborative_id=collaborative.id,
        collaborative=collaborative,
        set_by_id=meeting.body_id,
        set_by=meeting.body,
        title=title.strip(),
        held_on=meeting.held_on,
        begins=meeting.begins,
        place=meeting.place,
        demonstration=meeting.demonstration,
    )
    session.add(made)
    session.flush()
    _add(session, made, meeting, doer, now)
    append(session, [_act(Tag.IN_COMMON_SET, made, meeting, doer)], now)
    if post is not None:
        _tell(session, made, doer, now, post)
    return made


def join(session: Session, in_common_id: int, meeting: Meeting, *, doer: Doer, now: datetime) -> InCommon:
    """A body's own meeting joins, and takes the time and the place of the meeting in common. Raises `Refused`."""
    made = session.get(InCommon, in_common_id, with_for_update=True, populate_existing=True)
    if made is None:
        raise Missing
    locked(session, meeting)
    there = session.get(Joined, meeting.id)
    if there is not None and there.in_common_id == made.id:
        return made
    refuse_closed_agenda(meeting, day_of(now))
    _refuse_joined(session, meeting)
    _refuse_stranger(session, meeting, made.collaborative)
    if meeting.held_on != made.held_on:
        raise Refused(
            f"{made.title} is held on {day_in_words(made.held_on)}, and this meeting of {meeting.body.short_name} on "
            f"{day_in_words(meeting.held_on)}.",
            f"a meeting of {meeting.body.short_name} on {day_in_words(made.held_on)}",
        )
    was = {"begins": _clock(meeting), "place": meeting.place}
    meeting.begins, meeting.place = made.begins, made.place
    _add(session, made, meeting, doer, now)
    changed = {name: value for name, value in was.items() if value != _at(made)[name]}
    append(session, [_act(Tag.IN_COMMON_JOINED, made, meeting, doer, was=changed)], now)
    return made


def leave(session: Session, meeting: Meeting, *, reason: str, doer: Doer, now: datetime) -> None:
    """A body's meeting is held in common no more; it keeps its time, place and agenda, and the others theirs.

    Raises `Refused` without a reason, once the day is past or the meeting was held.
    """
    locked(session, meeting)
    there = session.get(Joined, meeting.id)
    if there is None:
        raise Refused("This meeting is not held in common.", "Nothing is left to do.")
    if meeting.state == "held" or meeting.held_on < day_of(now):
        raise Refused(f"The meeting of {day_in_words(meeting.held_on)} was held in common: that stays so.")
    if not reason.strip():
        raise Refused("A body leaves a meeting in common with a reason.", "the reason")
    append(session, leaving(session, meeting, reason, doer), now)


def leaving(session: Session, meeting: Meeting, reason: str, doer: Doer) -> list[Act]:
    """Take a meeting, its row held, out of the one in common that it is in; what is to be put on record of that."""
    there = session.get(Joined, meeting.id)
    if there is None:
        return []
    act = _act(Tag.IN_COMMON_LEFT, there.in_common, meeting, doer, reason=reason.strip())
    session.delete(there)
    session.flush()
    return [act]


def leaving_if_apart(session: Session, meeting: Meeting, reason: str, doer: Doer) -> list[Act]:
    """As `leaving`, where the meeting was moved to another day or time than the one in common that it is in."""
    there = session.get(Joined, meeting.id)
    if there is None or (there.in_common.held_on, there.in_common.begins) == (meeting.held_on, meeting.begins):
        return []
    return leaving(session, meeting, f"It was moved to another day or time: {reason.strip()}", doer)


def may_hold(session: Session, meeting: Meeting) -> Sequence[Collaborative]:
    """The collaboratives with whose other bodies this one may meet in common: its organisation's, on that day."""
    return session.scalars(
        sa.select(Collaborative)
        .join(CollaborativeMember, CollaborativeMember.collaborative_id == Collaborative.id)
        .where(
            CollaborativeMember.organisation_id == meeting.body.organisation_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, meeting.held_on),
        )
        .order_by(Collaborative.name)
    ).all()


def _add(session: Session, made: InCommon, meeting: Meeting, doer: Doer, now: datetime) -> None:
    by = f"{doer.name}, {doer.capacity}"
    session.add(Joined(meeting_id=meeting.id, meeting=meeting, in_common_id=made.id, in_common=made, at=now, by=by))
    session.flush()


def _refuse_joined(session: Session, meeting: Meeting) -> None:
    there = session.get(Joined, meeting.id)
    if there is not None:
        raise Refused(f"This meeting is held in common already: {there.in_common.title}.", "leaving that one first")


def _refuse_stranger(session: Session, meeting: Meeting, collaborative: Collaborative) -> None:
    if all(one.id != collaborative.id for one in may_hold(session, meeting)):
        when = day_in_words(meeting.held_on)
        raise Refused(
            f"{meeting.body.organisation.name} is no member of {collaborative.name} on {when}.",
            "a collaborative of which it is a member then",
        )


def _clock(one: Meeting | InCommon) -> str | None:
    return one.begins.isoformat() if one.begins else None


def _at(one: Meeting | InCommon) -> dict[str, object]:
    return {"begins": _clock(one), "place": one.place}


def _act(tag: Tag, made: InCommon, meeting: Meeting, doer: Doer, **more: object) -> Act:
    owner = meeting.body.organisation
    said = {
        "title": made.title,
        "in_common": made.code,
        "meeting_id": meeting.id,
        "body_id": meeting.body_id,
        "body": meeting.body.short_name,
        "held_on": made.held_on.isoformat(),
        **_at(made),
        **more,
    }
    return Act(tag, doer, owner.id, owner.name, THING, made.id, said)


def _tell(session: Session, made: InCommon, doer: Doer, now: datetime, post: Post) -> None:
    """The secretaries of the other bodies of the collaborative that meet, each once."""
    today = day_of(now)
    secretaries = session.scalars(
        sa.select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .join(CollaborativeMember, CollaborativeMember.organisation_id == RoleHolding.organisation_id)
        .join(DecidingBody, DecidingBody.organisation_id == RoleHolding.organisation_id)
        .join(Account, Account.person_id == Person.id)
        .where(
            RoleHolding.role == Role.SECRETARY.value,
            in_force(RoleHolding.starts, RoleHolding.ends, today),
            CollaborativeMember.collaborative_id == made.collaborative_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, made.held_on),
            RoleHolding.organisation_id != made.set_by.organisation_id,
            DecidingBody.kind != "officer",
            in_force(DecidingBody.opened, DecidingBody.closed, made.held_on),
            Account.disabled.is_(False),
        )
        .distinct()
        .order_by(Person.id)
    )
    at = f", {made.place}" if made.place else ""
    for person in secretaries.all():
        home = post.public_url.rstrip("/")
        made_up = "\n\nThis is demonstration content." if made.demonstration else ""
        queue_mail(
            session,
            once=f"in-common-{made.id}-{person.id}",
            recipient=person.email,
            recipient_name=person.name,
            subject=f"A meeting in common on {day_in_words(made.held_on)}",
            body=(
                f"Dear {person.name},\n\n{doer.name} ({doer.capacity}) has set a meeting in common, “{made.title}”, on "
                f"{day_in_words(made.held_on)}{at}. A meeting of your body on that day may join it; it decides for "
                f"itself as ever.\n\nSee it here:\n\n{home}/meetings-in-common/{made.code}{made_up}\n\nConcord\n"
            ),
            now=post.real_now,
        )
