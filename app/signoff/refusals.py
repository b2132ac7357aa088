"""Why a decision cannot be recorded now: a stale page, a seat not held on the day, a date or a role that does not fit.

Each raises `Stale` or `Refused` with a sentence that says what is so, and what would make it possible.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.people.body_facts import AskedBody
from app.people.models import DecidingBody, Person, RoleHolding, Seat, SeatDeputy, SeatHolding
from app.people.queries import in_force
from app.permissions import Refused, Stale
from app.signoff.folding import Folded
from app.signoff.subject import Seen
from workflows.after_the_answer import may_vary_until
from workflows.case_history import day_of
from workflows.eligibility import role_in_words
from workflows.facts import CHAIR_KINDS, AnswerFact, AttendanceFact, BodyFact, day_in_words
from workflows.materiality import material_in_words
from workflows.ruling_again import made_again
from workflows.standing_in import may_still_say, stand_ins
from workflows.verdict import Verdict


def refuse(verdict: Verdict) -> None:
    """Raise `Refused` with the sentence of a no."""
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)


def refuse_without_token(token: str) -> None:
    """Raise `Refused` where a form is not told from its second press."""
    if not token:
        raise Refused("The form carries no token, so that a second press could not be told from the first.")


def refuse_stale(session: Session, found: Folded, body: DecidingBody | AskedBody, seen: Seen) -> None:
    """Raise `Stale` when a form made from `seen` no longer shows what is true, saying what changed."""
    current, party = found.round, found.party(body.id)
    if (seen.round, seen.stage, seen.content_hash) != (current.number, current.stage, current.content_hash):
        opened = day_in_words(current.opened_on)
        changes = [f"The case is now at “{current.title}”, on {current.version_label}, since {opened}."]
        if seen.content_hash != current.content_hash:
            changes.append("Its content is not the content that was before you: read it before you answer.")
        raise Stale("What is asked has changed since this page was shown. Nothing was recorded.", *changes)
    closed = found.rounds.closed and not (party and found.standing.asks(party))
    if party is not None and party.party.through and not closed:
        raise Refused(
            f"Nothing is asked of {body.short_name} itself. {party.sentence}", f"a decision of {party.party.through}"
        )
    if party is not None and party.answer is not None and not party.party.through:
        by = session.get_one(RecordEntry, party.entry_id) if party.entry_id else None
        recorded = f" by {by.actor_name} ({by.capacity})" if by else ""
        on = day_in_words(day_of(by.at)) if by else ""
        raise Stale(
            f"{body.short_name}’s decision was recorded on {on}{recorded}. Nothing more was recorded.",
            party.sentence,
            "A mistake in it is corrected by a further entry, with its reason.",
        )
    if closed:
        raise Stale("The case is closed, so nothing was recorded.", found.standing.result)
    if party is not None and seen.last_entry_id != found.last_entry_of(body.id):
        since = [line.sentence for line in found.standing.history(party.party) if line.entry_id > seen.last_entry_id]
        again = made_again(found.rounds.folded, body.id)
        if again is not None and again.id > seen.last_entry_id:
            since.append(material_in_words(again.payload))
        raise Stale(
            f"Something about {body.short_name} was recorded since this page was shown. Nothing was recorded now.",
            *since,
        )


def refuse_unasked(found: Folded, body: DecidingBody | AskedBody, on: date | None = None) -> None:
    """Raise `Refused` where a body that answers only for others is asked for none of them.

    `on`: the day of the meeting that decided, which may have been one on which it was asked for somebody.
    """
    party = found.party(body.id)
    if party is None or party.answer is not None or party.to_answer or party.party.through:
        return
    if on is not None and decided_in_time(found, body, on):
        return
    raise Refused(party.sentence, "a decision made on a day on which it was asked for somebody")


def decided_in_time(found: Folded, body: DecidingBody | AskedBody, on: date) -> bool:
    """Whether what a body decided on a day may be put on record, though nothing is asked of it any more."""
    party = found.party(body.id)
    if party is None or found.standing.state != "open" or party.answer is not None or party.to_answer:
        return False
    places, number = stand_ins(found.rounds.folded.standing_in), found.round.number
    return may_still_say(party, found.rounds.parties, places, number, on)


def refuse_who_did_not_sit(session: Session, body: BodyFact, on: date, attendance: Sequence[AttendanceFact]) -> None:
    """Each person in the room sat in a seat of the body that they, or who they deputised for, held on that day.

    Who is named as a deputy of the seat deputises within the dates of that only.
    """
    seats = {seat.id: seat for seat in body.seats}
    wrong: list[str] = []
    for row in attendance:
        seat = seats.get(row.seat_id)
        if not row.in_the_room or (
            seat is not None and not seat.vacant and (seat.person_id == row.person_id or row.deputy_for is not None)
        ):
            continue
        last = session.execute(
            sa.select(Seat.title, SeatHolding.ends, Person.name)
            .join(SeatHolding, SeatHolding.seat_id == Seat.id)
            .join(Person, Person.id == SeatHolding.person_id)
            .where(Seat.id == row.seat_id, Seat.body_id == body.id, Person.id == row.person_id)
            .order_by(SeatHolding.starts.desc())
        ).first()
        when = day_in_words(on)
        if last is not None and last.ends is not None and last.ends < on:
            wrong.append(f"{last.name} held the seat {last.title} until {day_in_words(last.ends)}, so not on {when}.")
        elif seat is None:
            wrong.append(f"{row.person_name} is given a seat that {body.short_name} did not have on {when}.")
        elif seat.vacant:
            wrong.append(f"{seat.title} was vacant on {when}, so {row.person_name} could not sit in it.")
        else:
            wrong.append(f"{row.person_name} did not hold the seat {seat.title} on {when}; {seat.person_name} did.")
    wrong += _deputies_out_of_dates(session, on, [row for row in attendance if row.in_the_room and row.deputy_for])
    if wrong:
        raise Refused(" ".join(wrong), "who held the seat on the day, or a deputy named as such")


def _deputies_out_of_dates(session: Session, on: date, deputies: Sequence[AttendanceFact]) -> list[str]:
    """A sentence for each of these who may stand in for their seat, and not on that day."""
    if not deputies:
        return []
    terms = session.execute(
        sa.select(SeatDeputy.seat_id, SeatDeputy.starts, SeatDeputy.ends, Seat.title, Person.id, Person.name)
        .join(Seat, Seat.id == SeatDeputy.seat_id)
        .join(Person, Person.id == SeatDeputy.person_id)
        .where(SeatDeputy.seat_id.in_({row.seat_id for row in deputies}))
        .order_by(SeatDeputy.starts)
    ).all()
    wrong: list[str] = []
    for row in deputies:
        named = [
            term
            for term in terms
            if term.seat_id == row.seat_id
            and (term.id == row.person_id or term.name.casefold() == row.person_name.casefold())
        ]
        if not named or any(term.starts <= on and (term.ends is None or on <= term.ends) for term in named):
            continue
        before = [term for term in named if term.starts <= on]
        last = before[-1] if before else named[0]
        dates = (
            f"until {day_in_words(last.ends)}, so not" if before else f"from {day_in_words(last.starts)}, so not yet"
        )
        wrong.append(f"{last.name} may stand in for the seat {last.title} {dates} on {day_in_words(on)}.")
    return wrong


def refuse_dates(answer: AnswerFact, on: date) -> None:
    """Neither a deferral nor a local variation ends on the day of the decision or before."""
    refuse(may_vary_until(answer, on))
    if answer.answer == "defer" and answer.until is not None and answer.until <= on:
        raise Refused(
            f"A deferral until {day_in_words(answer.until)} is not after {day_in_words(on)}.",
            f"a day after {day_in_words(on)}",
        )


def holds_title(session: Session, person_id: int, organisation_id: int, titled: str, on: date) -> int | None:
    """The id of a holding of a seat of this title, in one of the organisation's bodies, by the person on a day."""
    return session.scalar(
        sa.select(SeatHolding.id)
        .join(Seat)
        .join(DecidingBody, DecidingBody.id == Seat.body_id)
        .where(
            SeatHolding.person_id == person_id,
            DecidingBody.organisation_id == organisation_id,
            sa.func.lower(Seat.title) == titled.lower(),
            in_force(SeatHolding.starts, SeatHolding.ends, on),
            in_force(Seat.starts, Seat.ends, on),
        )
    )


def refuse_without_role(
    session: Session, body: AskedBody, role: str, doer: Doer, on: date, titled: str | None = None
) -> None:
    """The person who answers holds the role on the day; the service itself, replaying, names nobody by id.

    `titled`: and a seat of this title in one of the organisation's bodies.
    """
    if doer.person_id is None:
        return
    called = titled or role_in_words(role)
    if role == "chair":
        held = session.scalar(
            sa.select(SeatHolding.id)
            .join(Seat)
            .where(
                SeatHolding.person_id == doer.person_id,
                Seat.body_id == body.id,
                Seat.kind.in_(CHAIR_KINDS),
                in_force(SeatHolding.starts, SeatHolding.ends, on),
                in_force(Seat.starts, Seat.ends, on),
            )
        )
    else:
        held = session.scalar(
            sa.select(RoleHolding.id).where(
                RoleHolding.person_id == doer.person_id,
                RoleHolding.role == role,
                RoleHolding.organisation_id == body.organisation.id,
                in_force(RoleHolding.starts, RoleHolding.ends, on),
            )
        )
    if held is not None and titled is not None:
        held = holds_title(session, doer.person_id, body.organisation.id, titled, on)
    if held is None:
        raise Refused(
            f"{doer.name} is not {body.short_name}’s {called} on {day_in_words(on)}.",
            f"an answer by {body.short_name}’s {called}",
        )
