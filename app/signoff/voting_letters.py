"""What is mailed of a vote on line as it happens: that it was opened, to its members; an interest, to who rules on it.

The mail is queued in the transaction of the entry, which names who was told. Who opens a vote afterwards, as it was
told then, has nobody told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.jobs.outbox import queue_mail
from app.meetings.apologies import Post
from app.people.models import DecidingBody
from app.signoff.deciding import Asked
from app.signoff.models import Case, Reminder, ReminderTo
from app.signoff.reminder_letters import is_private
from app.signoff.told_people import People, Recipient
from workflows.interests import Presiding

OPENED, DECLARED = "vote opened", "interest declared"


@dataclass(frozen=True, slots=True)
class News:
    """What happened in a vote: its kind, the step in words, the day that counts, why someone is told, and whom."""

    kind: str
    step: str
    due: date
    why: str
    page: str
    to: tuple[Recipient, ...]

    @property
    def told(self) -> list[dict[str, str]]:
        """Who is told, as the entry says it."""
        return [{"name": one.name, "role": one.role} for one in self.to]


def of_opening(session: Session, asked: Asked, moments: tuple[str, str], due: date, barred: Collection[object]) -> News:
    """The members vote from a moment to another; who is kept out for an interest (`barred`) is not asked."""
    case, body = _about(session, asked)
    to = People(session, asked.found.today).told(case, body, ("members",), asked.rule)
    begins, ends = moments
    why = f"The members of {body.short_name} vote on this on line from {begins} until {ends}."
    people = tuple(one for one in to if one.person_id not in barred)
    return News(OPENED, "as the vote was opened", due, why, "Read it, and sign for your seat:", people)


def of_interest(session: Session, asked: Asked, rules: Presiding, closes: str, due: date, by: int | None) -> News:
    """An interest was declared, by this person: who presides decides on it, and the board secretary notes that.

    What the interest is, and whose, stands only where one signs in.
    """
    case, body = _about(session, asked)
    people = People(session, asked.found.today)
    to = {one.person_id: one for one in people.told(case, body, ("secretary",), asked.rule)}
    to |= {one.person_id: one for one in people.seated(case, body, {seat.id for seat in rules.to_ask})}
    why = (
        f"An interest was declared in what the members of {body.short_name} vote on until {closes}. Whoever declared "
        "it cannot sign before it is decided how it is handled."
    )
    told = tuple(one for one in to.values() if one.person_id != by)
    return News(DECLARED, "as it was declared", due, why, "See whose it is, and how it can be handled:", told)


def tell(session: Session, asked: Asked, news: News, entry_id: int, post: Post) -> None:
    """Write down who is told, and queue the mails."""
    case, body = _about(session, asked)
    once = f"{case.id}/{news.kind}/{entry_id}"
    session.add(
        Reminder(
            once=once,
            case_id=case.id,
            round=asked.found.round.number,
            stage=asked.found.round.stage,
            body_id=body.id,
            kind=news.kind,
            step=news.step,
            due=news.due,
            why=news.why,
            at=asked.found.now,
            entry_id=entry_id,
            told=[ReminderTo(person_id=one.person_id, name=one.name, role=one.role) for one in news.to],
        )
    )
    session.flush()
    words = "Vote on line" if news.kind == OPENED else "An interest was declared"
    about = f"a private matter of {body.short_name}" if is_private(case) else f"{case.title} ({body.short_name})"
    for one in news.to:
        queue_mail(
            session,
            once=f"signoff {once} {one.person_id}",
            recipient=one.email,
            recipient_name=one.name,
            subject=f"{words}: {about}",
            body="\n".join(_text(case, body, news, one, asked.found.stage.question, post.public_url.rstrip("/"))),
            now=post.real_now,
        )


def _text(case: Case, body: DecidingBody, news: News, to: Recipient, question: str, address: str) -> Sequence[str]:
    lines = [f"Dear {to.name},", ""]
    if is_private(case):
        lines += [f"A private matter of {body.short_name} needs you.", ""]
        lines += ["What it is about stands only where you sign in:", f"{address}/"]
    else:
        lines += [news.why, "", f"What is asked in “{case.title}”: {question}", ""]
        lines += [news.page, f"{address}/sign-offs/{case.code}/{body.code}/voting"]
    lines += ["", f"You are told this as {to.role}, {news.step}. It is sent once and stands on record."]
    return [*lines, "", "This is demonstration content.", ""] if case.demonstration else [*lines, ""]


def _about(session: Session, asked: Asked) -> tuple[Case, DecidingBody]:
    return session.get_one(Case, asked.found.case.id), session.get_one(DecidingBody, asked.body.id)
