"""Questions on an agenda item before its meeting: asked of who answers for the paper, answered where the item stands.

Who may see the item sees them. What is asked of a private item is private, in the record and in every mail.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.meetings.agenda import act_on, locked
from app.meetings.apologies import Post
from app.meetings.models import AgendaItem, ItemQuestion, Meeting
from app.people.models import DecidingBody, Person, RoleHolding, Seat, SeatHolding
from app.people.queries import in_force
from app.permissions import Actor, Missing, Refused, Role, Stale
from workflows.case_history import day_of
from workflows.facts import day_in_words
from workflows.questions import Answerer, Asked, goes_to, may_be_asked

LONGEST = 4_000
"""The longest question, and the longest answer, in characters."""


def questions_on(session: Session, item: AgendaItem) -> Sequence[ItemQuestion]:
    """The questions on an item, in the order in which they were asked."""
    return session.scalars(
        sa.select(ItemQuestion).where(ItemQuestion.item_id == item.id).order_by(ItemQuestion.number)
    ).all()


def question_on(session: Session, item: AgendaItem, number: int) -> ItemQuestion:
    """One question on an item by its number; raises `Missing`."""
    found = session.scalar(
        sa.select(ItemQuestion).where(ItemQuestion.item_id == item.id, ItemQuestion.number == number)
    )
    if found is None:
        raise Missing
    return found


def unanswered(session: Session, actor: Actor) -> Sequence[ItemQuestion]:
    """What waits for this person's answer: what was asked of them, and of the secretaries where they are one.

    What was asked of a private item waits for those only who may know of it still.
    """
    secretary_of = [one for one in actor.organisation_ids if actor.holds(Role.SECRETARY, one)]
    sits_on = {seat.body_id for seat in actor.seats}
    return session.scalars(
        sa.select(ItemQuestion)
        .join(AgendaItem)
        .join(Meeting)
        .join(DecidingBody)
        .options(joinedload(ItemQuestion.item).joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .where(
            ItemQuestion.answered_at.is_(None),
            AgendaItem.taken_off_at.is_(None),
            Meeting.state != "cancelled",
            sa.or_(
                ItemQuestion.to_id == actor.person_id,
                sa.and_(ItemQuestion.to_id.is_(None), DecidingBody.organisation_id.in_(secretary_of)),
            ),
            sa.or_(
                AgendaItem.part == 1,
                DecidingBody.organisation_id.in_(secretary_of),
                Meeting.body_id.in_(sits_on),
            ),
        )
        .order_by(Meeting.held_on, ItemQuestion.id)
    ).all()


def asked_of(
    session: Session, item: AgendaItem, owners: Sequence[Answerer], asker_id: int | None, today: date
) -> Asked:
    """Who a question on this item goes to. `owners` answer for what the item is about, by the room that proposed it."""
    meeting = item.meeting
    candidates = [*_named_author(session, item, today), *owners]
    return goes_to(
        candidates,
        part=item.part,
        privy=_privy(session, meeting, today) if item.part == 2 else (),
        body=meeting.body.short_name,
        asker_id=asker_id,
    )


def ask(
    session: Session,
    item: AgendaItem,
    *,
    text: str,
    to: Answerer | None,
    doer: Doer,
    now: datetime,
    post: Post,
    demonstration: bool = False,
) -> ItemQuestion:
    """Ask a question on an item; who is asked gets a mail. The same question of the same person is asked once.

    Raises `Refused` without words, or where the meeting takes no more questions.
    """
    meeting = item.meeting
    locked(session, meeting)
    session.refresh(item)
    still = may_be_asked(meeting.state, meeting.held_on, item.taken_off_at is not None)
    if not still:
        raise Refused(f"Nothing was asked. {still.sentence}", *still.needs)
    if not text.strip() or len(text) > LONGEST:
        raise Refused(f"A question has 1 to {LONGEST:,} characters.", "its words")
    there = questions_on(session, item)
    for one in there:
        if one.person_id == doer.person_id and one.text == text.strip():
            return one
    question = ItemQuestion(
        item_id=item.id,
        item=item,
        number=len(there) + 1,
        person_id=doer.person_id,
        asker=doer.name,
        capacity=doer.capacity,
        to_id=to.person_id if to else None,
        to_name=to.name if to else f"Board secretary of {meeting.body.short_name}",
        text=text.strip(),
        asked_at=now,
        demonstration=demonstration,
    )
    session.add(question)
    session.flush()
    said = {**_said(question), "text": question.text, "to": question.to_name}
    append(session, [act_on(Tag.QUESTION_ASKED, meeting, item, doer, said)], now)
    address = f"/meetings/{meeting.code}/items/{item.id}/questions/{question.number}"
    words = "Answer it here, where everyone who may see the item reads the answer"
    for person in _recipients(session, question, day_of(now)):
        what = "" if item.part == 2 else f"\n\n{question.text}"
        told = f"{question.asker} ({question.capacity}) has a question on {_called(item)}.{what}"
        _tell(session, question, "asked", person, f"A question on {_subject(item)}", told, words, address, post)
    return question


def answer(
    session: Session, question: ItemQuestion, *, text: str, seen: datetime | None, doer: Doer, now: datetime, post: Post
) -> ItemQuestion:
    """Answer a question, or answer it again; who asked gets a mail. `seen`: when it had been answered, as shown.

    Raises `Stale` where it was answered since the page was shown, `Refused` without words.
    """
    item = question.item
    locked(session, item.meeting)
    session.refresh(question)
    if question.answered_at != seen:
        raise Stale(
            "The question was answered since this page was shown. Nothing of yours was saved.",
            f"{question.answered_by}: {question.answer}",
        )
    if not text.strip() or len(text) > LONGEST:
        raise Refused(f"An answer has 1 to {LONGEST:,} characters.", "its words")
    question.answer, question.answered_by, question.answered_at = text.strip(), doer.name, now
    session.flush()
    said = {**_said(question), "answer": question.answer}
    append(session, [act_on(Tag.QUESTION_ANSWERED, item.meeting, item, doer, said)], now)
    asker = session.get(Person, question.person_id) if question.person_id else None
    if asker is not None and asker.id != doer.person_id and (item.part == 1 or _still_privy(session, item, asker, now)):
        what = "" if item.part == 2 else f"\n\n{question.answer}"
        told = f"{doer.name} has answered your question on {_called(item)}.{what}"
        address = f"/meetings/{item.meeting.code}/items/{item.id}"
        subject = f"Answered: your question on {_subject(item)}"
        _tell(session, question, "answered", asker, subject, told, "Read it with the item", address, post)
    return question


def _said(question: ItemQuestion) -> dict[str, object]:
    item = question.item
    return {
        "meeting_id": item.meeting_id,
        "number": item.number,
        "title": item.title,
        "question": question.number,
        "asker": question.asker,
    }


def _named_author(session: Session, item: AgendaItem, today: date) -> list[Answerer]:
    """Who is named as the author on the cover sheet, where the body's organisation has exactly one of that name."""
    name = " ".join(item.author.split()).casefold()
    if not name:
        return []
    found = [
        person
        for person in session.scalars(sa.select(Person).where(Person.id.in_(_acting(item.meeting, today))))
        if person.name.casefold() == name
    ]
    return [Answerer(found[0].id, found[0].name, "is named as its author")] if len(found) == 1 else []


def _acting(meeting: Meeting, today: date) -> sa.CompoundSelect[tuple[int]]:
    """Who acts for the organisation of the meeting's body today, by role or seat."""
    organisation_id = meeting.body.organisation_id
    in_role = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id == organisation_id, in_force(RoleHolding.starts, RoleHolding.ends, today)
    )
    seated = (
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(DecidingBody.organisation_id == organisation_id, in_force(SeatHolding.starts, SeatHolding.ends, today))
    )
    return sa.union(in_role, seated)


def _secretaries(session: Session, meeting: Meeting, today: date) -> Sequence[Person]:
    held = sa.select(RoleHolding.person_id).where(
        RoleHolding.organisation_id == meeting.body.organisation_id,
        RoleHolding.role == Role.SECRETARY.value,
        in_force(RoleHolding.starts, RoleHolding.ends, today),
    )
    return session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.id)).all()


def _privy(session: Session, meeting: Meeting, today: date) -> frozenset[int]:
    """Who may know of the body's private items today: its members and its board secretary."""
    members = session.scalars(
        sa.select(SeatHolding.person_id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .where(Seat.body_id == meeting.body_id, in_force(SeatHolding.starts, SeatHolding.ends, today))
    )
    return frozenset(members) | {one.id for one in _secretaries(session, meeting, today)}


def _still_privy(session: Session, item: AgendaItem, person: Person, now: datetime) -> bool:
    return person.id in _privy(session, item.meeting, day_of(now))


def _recipients(session: Session, question: ItemQuestion, today: date) -> Sequence[Person]:
    if question.to_id is not None:
        return [session.get_one(Person, question.to_id)]
    return [one for one in _secretaries(session, question.item.meeting, today) if one.id != question.person_id]


def _called(item: AgendaItem) -> str:
    """The item in a mail; one of Part 2 is not named, as a mail is read where nobody sees by whom."""
    meeting = item.meeting
    on = f"of {meeting.body.name} on {day_in_words(meeting.held_on)}"
    if item.part == 2:
        return f"an item of Part 2 of the meeting {on}"
    return f"item {item.number}, “{item.title}”, of the meeting {on}"


def _subject(item: AgendaItem) -> str:
    return "an item of Part 2" if item.part == 2 else f"“{item.title}”"


def _tell(
    session: Session,
    question: ItemQuestion,
    what: str,
    person: Person,
    subject: str,
    told: str,
    words: str,
    address: str,
    post: Post,
) -> None:
    home = post.public_url.rstrip("/")
    made_up = "\n\nThis is demonstration content." if question.demonstration or question.item.demonstration else ""
    queue_mail(
        session,
        once=f"question-{question.id}-{what}-{person.id}-{post.real_now.isoformat()}",
        recipient=person.email,
        recipient_name=person.name,
        subject=subject,
        body=f"Dear {person.name},\n\n{told}\n\n{words}:\n\n{home}{address}{made_up}\n\nConcord\n",
        now=post.real_now,
    )
