"""The common update of a workstream: rolled forward, saved, submitted, then approved or returned by the director."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.people.models import Collaborative
from app.permissions import Missing, Refused, Stale
from app.programme.beside import Beside, beside
from app.programme.content import LABELS, UpdateText, common_hash, missing
from app.programme.finding import closing_sentence, last_update, milestones_of
from app.programme.models import Period, Programme, Update, Workstream
from workflows.case_history import day_of
from workflows.facts import day_in_words


def rolled_forward(last: Update, text: UpdateText) -> UpdateText:
    """The text with each empty field filled from the last update: its ratings, and what was due next as what was done.

    Headline, what is due next and the decisions needed are of their own period, and are never copied.
    """
    was = UpdateText.of(last)
    was = replace(was, headline="", done=was.next, next="", decisions="")
    return replace(text, **{name: getattr(was, name) for name in LABELS if not getattr(text, name)})


def roll_forward(
    session: Session, workstream_id: int, period_id: int, text: UpdateText, seen: int, doer: Doer, now: datetime
) -> Update:
    """Fill what the text leaves empty from the last update, and save it as a draft; nothing that is there is changed.

    Refuses where the update is submitted or approved, or where there is none to begin from.
    """
    workstream, period = _locked(session, workstream_id, period_id)
    found = _of(session, workstream, period)
    if found is not None and found.state in ("submitted", "approved"):
        raise Refused(
            f"The update of {workstream.title} for {period.title} is {found.state}: there is nothing left to begin.",
            "Go on with the update as it stands.",
        )
    last = last_update(session, workstream.id, period)
    if last is None:
        raise Refused(
            f"{workstream.title} has no update of an earlier period to roll forward.",
            "Write this first update from the start.",
        )
    return save_update(session, workstream_id, period_id, rolled_forward(last, text), seen, doer, now)


def beside_theirs(
    session: Session, workstream_id: int, period_id: int, text: UpdateText, began: UpdateText | None, seen: int
) -> Beside[UpdateText]:
    """My text merged with what someone else saved since the page showed `seen`; call it before what saves the text.

    `began` is the text as the page showed it; None where the form does not say, which merges nothing unless the page
    showed no update at all. Raises `Clash` where both changed a field, or where saving would take back what was
    submitted meanwhile; an approved update is left to the verb, which refuses.
    """
    update = _of(session, *_locked(session, workstream_id, period_id))
    if began is None and seen == 0:
        began = UpdateText()
    if update is None or update.version == seen or began is None or update.state == "approved":
        return Beside(text, seen)
    theirs = UpdateText.of(update)
    who, sentence = _name(update.written_by), _meanwhile(update, bool(theirs.differs_from(began)))
    return beside(text, began, theirs, update.version, who, sentence, withdraws=update.state == "submitted")


def save_update(
    session: Session, workstream_id: int, period_id: int, text: UpdateText, seen: int, doer: Doer, now: datetime
) -> Update:
    """Save the draft. `seen` is the version the page showed, 0 where there was none; another one is `Stale`.

    A submitted update that is saved again is a draft again; an approved one is refused.
    """
    workstream, period = _locked(session, workstream_id, period_id)
    update = _of(session, workstream, period)
    if update is None:
        if seen:
            raise Stale("This update is no longer there: it was removed since you opened the page.")
        update = Update(
            workstream_id=workstream.id,
            period_id=period.id,
            version=0,
            demonstration=workstream.demonstration,
        )
        session.add(update)
    elif update.state in ("draft", "returned") and _sent_again(update, 1, text, seen, doer):
        return update
    else:
        _must_be(update, seen, text)
        if update.state == "approved":
            raise Refused(
                f"The update was approved by {_name(update.approved_by)} on {_day(update.approved_at)}: its text is "
                "what the edition takes.",
                "Ask the programme director to return it, with a comment that says what is to be changed.",
            )
    text.onto(update)
    if update.state != "returned":
        update.state = "draft"
    update.version += 1
    update.written_by_id, update.written_at, update.submitted_at = doer.person_id, now, None
    session.flush()
    session.expire(update, ["written_by"])
    return update


def save_and_submit(
    session: Session, workstream_id: int, period_id: int, text: UpdateText, seen: int, doer: Doer, now: datetime
) -> Update:
    """Save and put it before the programme director, as one button does; the same form sent twice is sent once.

    Nor is it submitted anew where it stands submitted already and not a word is changed.
    """
    found = _of(session, *_locked(session, workstream_id, period_id))
    if found is not None and found.state == "submitted":
        unchanged = found.version == seen and not text.differs_from(UpdateText.of(found))
        if unchanged or _sent_again(found, 2, text, seen, doer):
            return found
    saved = save_update(session, workstream_id, period_id, text, seen, doer, now)
    return submit_update(session, saved.id, saved.version, doer, now)


def submit_update(session: Session, update_id: int, seen: int, doer: Doer, now: datetime) -> Update:
    """Put a draft before the programme director. Refuses what is incomplete, with a sentence for each thing missing."""
    update = _current(session, update_id, seen)
    if update.state == "submitted":
        return update
    if update.state == "approved":
        raise Refused(
            f"It was approved by {_name(update.approved_by)} on {_day(update.approved_at)} already.",
            "Nothing needs to be done.",
        )
    needed = missing(UpdateText.of(update))
    if needed:
        things = "1 thing is" if len(needed) == 1 else f"{len(needed)} things are"
        raise Refused(f"The update cannot be submitted yet: {things} missing.", *needed.values())
    update.state, update.submitted_at, update.comment = "submitted", now, ""
    update.version += 1
    _record(session, Tag.UPDATE_SUBMITTED, update, doer, now)
    return update


def approve_update(session: Session, update_id: int, seen: int, doer: Doer, now: datetime) -> Update:
    """Approve a submitted update: from now on its text is what the edition takes."""
    update = _current(session, update_id, seen)
    if update.state == "approved":
        return update
    if update.state != "submitted":
        raise Refused(f"The update is {_standing(update)}, so there is nothing to approve.", "It is submitted first.")
    update.state, update.approved_by_id, update.approved_at = "approved", doer.person_id, now
    update.version += 1
    _record(session, Tag.UPDATE_APPROVED, update, doer, now, same_person=doer.person_id == update.written_by_id)
    return update


def return_update(session: Session, update_id: int, comment: str, seen: int, doer: Doer, now: datetime) -> Update:
    """Return a submitted or approved update to its writer, with a comment that says what is to be changed."""
    update = _current(session, update_id, seen)
    if not comment.strip():
        raise Refused("An update is returned with a comment.", "Say what is to be changed.")
    if update.state not in ("submitted", "approved"):
        raise Refused(f"The update is {_standing(update)}, so there is nothing to return.", "It is submitted first.")
    update.state, update.comment = "returned", comment.strip()
    update.approved_by_id = update.approved_at = update.submitted_at = None
    update.version += 1
    _record(session, Tag.UPDATE_RETURNED, update, doer, now, comment=update.comment)
    return update


def reopen_update(
    session: Session, workstream_id: int, period_id: int, reason: str, doer: Doer, now: datetime
) -> Update:
    """Open one approved update of a released period again, for a correction of its edition; it goes to its writer.

    From there it is submitted and approved as always; the next edition's release closes it. An update that is open
    already is left as it is.
    """
    workstream = session.get(Workstream, workstream_id, with_for_update=True)
    period = session.get(Period, period_id)
    if workstream is None or period is None or workstream.programme_id != period.programme_id:
        raise Missing
    update = _of(session, workstream, period)
    if period.released_at is None:
        raise Refused(f"{period.title} is open: its updates are changed without a correction.", "Change the update.")
    if update is None:
        raise Refused(
            f"{workstream.title} has no update for {period.title}, so there is none to open again.",
            "Say what is missing in the update of the period that is open.",
        )
    if update.reopened_at is not None:
        return update
    if not reason.strip():
        raise Refused("A released update is opened again with a reason.", "Say what is wrong in it.")
    update.state, update.comment, update.reopened_at = "returned", reason.strip(), now
    update.approved_by_id = update.approved_at = update.submitted_at = None
    update.version += 1
    _record(session, Tag.UPDATE_REOPENED, update, doer, now, comment=update.comment)
    return update


def _locked(session: Session, workstream_id: int, period_id: int) -> tuple[Workstream, Period]:
    """The workstream, its row locked so that writers come one after the other, and a period that is open to it."""
    workstream = session.get(Workstream, workstream_id, with_for_update=True)
    period = session.get(Period, period_id)
    if workstream is None or period is None or workstream.programme_id != period.programme_id:
        raise Missing
    closed = closing_sentence(session, period, workstream.id)
    if closed:
        raise Refused(
            f"{closed} An update cannot be changed after that.",
            "Write what has changed in the update of the period that is open.",
        )
    return workstream, period


def _of(session: Session, workstream: Workstream, period: Period) -> Update | None:
    return session.scalar(
        sa.select(Update)
        .where(Update.workstream_id == workstream.id, Update.period_id == period.id)
        .execution_options(populate_existing=True)
    )


def _current(session: Session, update_id: int, seen: int) -> Update:
    """The update, locked through its workstream, in an open period and as the page showed it."""
    found = session.get(Update, update_id)
    if found is None:
        raise Missing
    workstream, period = _locked(session, found.workstream_id, found.period_id)
    update = _of(session, workstream, period)
    if update is None:
        raise Missing
    _must_be(update, seen, UpdateText.of(update))
    return update


def _sent_again(update: Update, steps: int, text: UpdateText, seen: int, doer: Doer) -> bool:
    """Whether this form has been sent already: it stands word for word, by the same person, so many versions on."""
    return (
        update.version == seen + steps
        and update.written_by_id == doer.person_id
        and not text.differs_from(UpdateText.of(update))
    )


def _must_be(update: Update, seen: int, text: UpdateText) -> None:
    if update.version == seen:
        return
    stored = UpdateText.of(update)
    changes = [f"{LABELS[name]} now says: {getattr(stored, name) or 'nothing'}" for name in text.differs_from(stored)]
    raise Stale(f"{_meanwhile(update, bool(changes))} Nothing of yours was saved.", *changes)


def _meanwhile(update: Update, changed: bool) -> str:
    """What happened to an update after a page showed it; `changed`: its text, too."""
    who = _name(update.written_by)
    if update.state == "approved" and update.approved_at and update.approved_at > update.written_at:
        sentence = f"{_name(update.approved_by)} approved this update on {_day(update.approved_at)}"
    elif update.state == "submitted":
        sentence = f"This update, last saved by {who}, was submitted on {_day(update.submitted_at)}"
    elif update.state == "returned" and update.comment and not changed:
        sentence = f"This update was returned with the comment “{update.comment}”"
    else:
        sentence = f"{who} saved this update on {_day(update.written_at)}"
    return f"{sentence}, after you opened the page."


def _record(session: Session, tag: Tag, update: Update, doer: Doer, now: datetime, **more: str | bool) -> None:
    workstream = update.workstream
    programme = session.scalars(
        sa.select(Programme)
        .where(Programme.id == workstream.programme_id)
        .options(joinedload(Programme.collaborative).joinedload(Collaborative.host))
    ).one()
    host = programme.collaborative.host
    payload = {
        "programme": programme.code,
        "workstream": workstream.code,
        "title": workstream.title,
        "period": update.period.code,
        "period_title": update.period.title,
        "overall": update.overall,
        "written_by": _name(update.written_by),
        "hash": common_hash(update, milestones_of(session, workstream.id)),
        **more,
    }
    append(session, [Act(tag, doer, host.id, host.name, "update", update.id, payload)], now)


def _standing(update: Update) -> str:
    return {"draft": "still a draft", "returned": "with its writer", "approved": "approved already"}[update.state]


def _name(person: object) -> str:
    return str(getattr(person, "name", "")) or "Someone"


def _day(moment: datetime | None) -> str:
    return day_in_words(day_of(moment)) if moment else "an unknown day"
