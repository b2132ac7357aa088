"""A case on agendas: it is put on that of a body's meeting, taken off it again, and its papers go out."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.agenda import how_named, propose_item
from app.meetings.models import AgendaItem, Meeting
from app.meetings.order import take_off
from app.meetings.queries import item_about, meeting_fact
from app.people.models import DecidingBody
from app.permissions import Missing, Refused
from app.signoff.folding import CLOSED_STATES, Folded, act_of, folded, locked_case, settle
from app.signoff.models import Case
from app.signoff.opening import about_meeting
from app.signoff.refusals import refuse, refuse_unasked
from app.signoff.rulings import asked_to
from workflows.facts import day_in_words
from workflows.rounds import may_take_up

OF_AGENDA = (Tag.CASE_SCHEDULED, Tag.CASE_UNSCHEDULED, Tag.PAPERS_ISSUED)


def schedule(
    session: Session, case: Case, body: DecidingBody, meeting: Meeting, doer: Doer, now: datetime
) -> AgendaItem:
    """Put the case on the agenda of a meeting of this body; the same meeting twice is the same item.

    Raises `Refused` when the body is not asked at a meeting, has answered, or the meeting cannot take it.
    """
    case = locked_case(session, case.id)
    found = folded(session, case, now)
    party = found.party(body.id)
    if party is None:
        raise Missing
    rule = found.stage.rule_for(body.kind)
    if found.standing.state != "open" and not found.standing.asks(party):
        raise Refused(f"Nothing is asked of {body.short_name} now. {found.standing.result}")
    refuse_unasked(found, body)
    if rule is None or not rule.meets:
        role = (rule.role if rule else None) or "officer"
        raise Refused(f"{body.short_name} answers here by its {role.replace('_', ' ')}; it needs no meeting.")
    if party.answer is not None or party.party.through:
        raise Refused(
            f"{body.short_name} {'is not asked' if party.party.through else 'has answered'}: {party.sentence}"
        )
    if meeting.body_id != body.id:
        raise Refused(f"{meeting.title} is not a meeting of {body.short_name}.", f"a meeting of {body.short_name}")
    current = found.round
    fact, history = meeting_fact(session, meeting), found.rounds.folded
    refuse(may_take_up(history, current.number, party.party, fact, planned=True, meetings=found.meetings))
    item = _stood_there(session, case, meeting, now) or propose_item(
        session,
        meeting,
        origin="case",
        subject_kind="case",
        subject_id=case.id,
        title=case.title,
        purpose="decision",
        recommendation=f"{how_named(meeting)} is asked to {asked_to(party, current)} of “{case.title}”.",
        part=case.part,
        doer=doer,
        now=now,
        demonstration=case.demonstration,
    )
    if last_of_agenda(found, meeting, (Tag.CASE_SCHEDULED, Tag.CASE_UNSCHEDULED)) != Tag.CASE_SCHEDULED:
        said: dict[str, object] = {
            **about_meeting(body, meeting),
            "round": current.number,
            "stage": current.stage,
            "item": item.number,
        }
        settle(
            session,
            folded(session, case, now),
            [act_of(found, Tag.CASE_SCHEDULED, doer, body.organisation, said)],
        )
    return item


def unschedule(
    session: Session, case: Case, body: DecidingBody, meeting: Meeting, *, reason: str, doer: Doer, now: datetime
) -> None:
    """Take the case off the agenda of a meeting of this body: it is for another meeting, or not scheduled any more.

    Raises `Refused` when the body has answered or has its papers, when the case is not on that agenda, or without a
    reason.
    """
    case = locked_case(session, case.id)
    found = folded(session, case, now)
    party = found.party(body.id)
    if party is None:
        raise Missing
    if party.answer is not None:
        raise Refused(f"{body.short_name} has answered: {party.sentence}")
    last = last_of_agenda(found, meeting)
    when = day_in_words(meeting.held_on)
    if last == Tag.PAPERS_ISSUED:
        raise Refused(
            f"{body.short_name} has its papers for the meeting of {when}, so “{case.title}” stays on its agenda.",
            "a deferral, recorded at that meeting",
        )
    if not reason.strip():
        raise Refused("A case is taken off an agenda with a reason.", "the reason")
    item = item_about(session, meeting.id, "case", case.id, case.part)
    if item is not None and _stood_there(session, case, meeting, now) is None:
        take_off(session, item, reason=reason, doer=doer, now=now)
    elif last != Tag.CASE_SCHEDULED:
        raise Refused(f"“{case.title}” is not on the agenda of {when}.", "Nothing is left to do.")
    if found.standing.state in CLOSED_STATES:
        return
    current = found.round
    said: dict[str, object] = {
        **about_meeting(body, meeting),
        "round": current.number,
        "stage": current.stage,
        "reason": reason.strip(),
    }
    act = act_of(found, Tag.CASE_UNSCHEDULED, doer, body.organisation, said)
    settle(session, folded(session, case, now), [act])


def take_case_off(session: Session, item: AgendaItem, *, reason: str, doer: Doer, now: datetime) -> None:
    """Take an item that is about a case off its agenda, and say so on the record of the case."""
    case = session.get(Case, item.subject_id)
    if case is None:
        raise Missing
    found = folded(session, locked_case(session, case.id), now)
    if found.party(item.meeting.body_id) is None or found.standing.state in CLOSED_STATES:
        take_off(session, item, reason=reason, doer=doer, now=now)  # nothing is asked of the body any more
        return
    unschedule(session, case, item.meeting.body, item.meeting, reason=reason, doer=doer, now=now)


def _stood_there(session: Session, case: Case, meeting: Meeting, now: datetime) -> AgendaItem | None:
    """The item that was about the case until it was taken off, now or later: an import tells of it afterwards."""
    return session.scalar(
        sa.select(AgendaItem)
        .where(
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.subject_kind == "case",
            AgendaItem.subject_id == case.id,
            AgendaItem.part == case.part,
            AgendaItem.taken_off_at >= now,
        )
        .order_by(AgendaItem.taken_off_at)
        .limit(1)
    )


def last_of_agenda(found: Folded, meeting: Meeting, of_agenda: Sequence[Tag] = OF_AGENDA) -> str | None:
    """The last thing of these that happened to the case on the agenda of a meeting in the present round."""
    tags = [
        entry.tag
        for entry in found.entries
        if entry.tag in of_agenda and _is_about(entry.payload, meeting, found.round.number)
    ]
    return tags[-1] if tags else None


def papers_issued(session: Session, meeting: Meeting, doer: Doer, now: datetime) -> int:
    """Note on every case on this meeting's agenda that the body has its papers; gives how many were noted."""
    case_ids = session.scalars(
        sa.select(Case.id)
        .join(AgendaItem, sa.and_(AgendaItem.subject_kind == "case", AgendaItem.subject_id == Case.id))
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.part == Case.part, AgendaItem.taken_off_at.is_(None))
        .order_by(Case.id)
    ).all()
    noted = 0
    for case_id in dict.fromkeys(case_ids):
        case = locked_case(session, case_id)
        found = folded(session, case, now)
        party, current = found.party(meeting.body_id), found.round
        there = any(
            entry.tag == Tag.PAPERS_ISSUED and _is_about(entry.payload, meeting, current.number)
            for entry in found.entries
        )
        if party is None or not found.standing.asks(party) or there:
            continue
        said: dict[str, object] = {
            **about_meeting(meeting.body, meeting),
            "round": current.number,
            "stage": current.stage,
            "version_label": current.version_label,
            "content_hash": current.content_hash,
        }
        settle(session, found, [act_of(found, Tag.PAPERS_ISSUED, doer, meeting.body.organisation, said)])
        noted += 1
    return noted


def _is_about(said: object, meeting: Meeting, number: int) -> bool:
    return isinstance(said, dict) and said.get("meeting_id") == meeting.id and said.get("round") == number
