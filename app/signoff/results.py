"""What a case came to is told once, by mail, to whom it was asked of and to who asked it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import append
from app.audit.tags import Tag
from app.db import db, writing
from app.jobs.outbox import queue_mail
from app.jobs.worker import Context
from app.people.models import DecidingBody, Organisation
from app.signoff.folding import Folded, act_of, folded, locked_case
from app.signoff.models import Case, Party, Reminder, ReminderTo
from app.signoff.reminder_letters import is_private
from app.signoff.reminding import BY_ITS_TIMES
from app.signoff.result_due import TOLD
from app.signoff.told_people import OF_THE_ASKER, People, Recipient
from workflows.case_history import day_of
from workflows.facts import CaseEntry, day_in_words

NEWS = timedelta(days=7)
"""How long a result is news: what an import brings in of years ago is mailed to nobody."""


def tell(context: Context) -> str:
    """Tell the results of a case that were not told yet; returns what came of it as a sentence."""
    with db.sessionmaker() as session, writing(session):
        context.require_lease(session)
        case = locked_case(session, context.argument["case"])
        address = context.settings.public_url.rstrip("/")
        found = folded(session, case, context.clock.now(session))
        told = [
            _told(session, case, found, entry, context.clock.real(), address)
            for entry in _untold(session, case, found.entries, found.now)
        ]
    return f"{sum(told)} told." if told else "Nothing to tell."


def _untold(session: Session, case: Case, entries: Sequence[CaseEntry], now: datetime) -> list[CaseEntry]:
    """The results that are news and were told to nobody."""
    said = set(session.scalars(sa.select(Reminder.once).where(Reminder.case_id == case.id)))
    results = [entry for entry in entries if entry.tag in TOLD and entry.at > now - NEWS]
    return [entry for entry in results if once(case, entry) not in said]


def once(case: Case, entry: CaseEntry) -> str:
    """What tells this occasion from every other."""
    return f"{case.id}/result/{entry.id}"


def _told(session: Session, case: Case, found: Folded, entry: CaseEntry, real_now: datetime, address: str) -> int:
    """Queue the mails about one result, with the entry that says who was told; gives how many."""
    people = recipients(session, found, case)
    word, on = TOLD[Tag(entry.tag)], day_of(entry.at)
    why = str(entry.payload.get("sentence") or entry.payload.get("reason") or f"The case was {word}.")
    payload: dict[str, object] = {
        "kind": "result",
        "step": f"as it was {word}",
        "due": on.isoformat(),
        "round": found.round.number,
        "stage": found.round.stage,
        "sentence": why,
        "told": [{"name": one.name, "role": one.role} for one in people],
        "about": [],
    }
    asker = session.get_one(Organisation, case.asked_by_id)
    entry_id = append(session, [act_of(found, Tag.CASE_REMINDED, BY_ITS_TIMES, asker, payload)], found.now)[0]
    session.add(
        Reminder(
            once=once(case, entry),
            case_id=case.id,
            round=found.round.number,
            stage=found.round.stage,
            body_id=None,
            kind="result",
            step=f"as it was {word}",
            due=on,
            why=why,
            at=found.now,
            entry_id=entry_id,
            told=[ReminderTo(person_id=one.person_id, name=one.name, role=one.role) for one in people],
        )
    )
    session.flush()
    for one in people:
        queue_mail(
            session,
            once=f"signoff {once(case, entry)} {one.person_id}",
            recipient=one.email,
            recipient_name=one.name,
            subject=subject_of(case, word),
            body=text_of(case, word, on, why, one, address),
            now=real_now,
        )
    return len(people)


def recipients(session: Session, found: Folded, case: Case) -> list[Recipient]:
    """Who answers for each body that is asked, and who asked: those of them who may see the case, each once."""
    people, to = People(session, day_of(found.now)), dict[int, Recipient]()
    bodies = session.scalars(
        sa.select(DecidingBody)
        .join(Party, Party.body_id == DecidingBody.id)
        .where(Party.case_id == case.id)
        .order_by(Party.position)
    ).all()
    for body in bodies:
        for one in people.told(case, body, ("whoever_answers",), found.stage.rule_for(body.kind)):
            to.setdefault(one.person_id, one)
    for one in people.told(case, bodies[0], OF_THE_ASKER, None) if bodies else ():
        to.setdefault(one.person_id, one)
    return list(to.values())


def subject_of(case: Case, word: str) -> str:
    """The line that stands in a list of mails; of a private case it does not say what it is about."""
    about = "a private matter" if is_private(case) else case.title
    return f"{word.capitalize()}: {about}"


def text_of(case: Case, word: str, on: date, why: str, to: Recipient, address: str) -> str:
    """The whole text."""
    lines = [f"Dear {to.name},", ""]
    if is_private(case):
        lines += [f"A private matter was {word} on {day_in_words(on)}.", ""]
        lines += ["What it is about stands only where you sign in:", f"{address}/"]
    else:
        lines += [f"“{case.title}” was {word} on {day_in_words(on)}.", "", why, ""]
        if word == "withdrawn":
            lines += ["Nobody is asked any more. What was decided by then stays in its history.", ""]
        lines += ["Read what each body decided:", f"{address}/sign-offs/{case.code}"]
    lines += ["", f"You are told this as {to.role}. It is sent once and stands on record."]
    if case.demonstration:
        lines += ["", "This is demonstration content."]
    return "\n".join(lines) + "\n"
