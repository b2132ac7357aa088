"""Interests in what members vote on line: a member declares one, the chair or who presides rules how it is handled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.apologies import Post
from app.people.body_facts import AskedBody, body_fact
from app.people.models import DecidingBody, Interest
from app.people.register import Line, register_of
from app.permissions import Refused, Stale
from app.signoff.deciding import Asked, about_decision, record
from app.signoff.folding import Folded, folded
from app.signoff.reading import asked_case
from app.signoff.receipts import recorded_before
from app.signoff.refusals import refuse, refuse_without_token
from app.signoff.voting import body_asked, rule_of, window_known
from app.signoff.voting_letters import of_interest, tell
from workflows.case_history import day_of
from workflows.facts import BodyFact, Handling, InterestKind, SeatFact, day_in_words
from workflows.interests import may_rule
from workflows.members_voting import Window, moment_in_words
from workflows.voting_interests import who_rules


@dataclass(frozen=True, slots=True)
class Ruling:
    """How the interest of who holds these seats is handled: its kind, what it is, and who decided."""

    seat_ids: tuple[int, ...]
    interest_kind: InterestKind
    handling: Handling
    reason: str
    handled_by: str


def declare(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    voting_id: int,
    seat_id: int,
    interest: Interest,
    token: str,
    doer: Doer,
    now: datetime,
    post: Post | None = None,
) -> int:
    """The holder of a seat declares an interest in what is voted on, and signs only once it is ruled on.

    Who rules on it and the secretary are told by mail, where there is a `post`.

    Gives the id of the entry; raises `Stale` where that window is over, `Refused` where the seat is another's.
    """
    held = _held(session, case_id, body_id, voting_id, token, now)
    if isinstance(held, int):
        return held
    asked, window, fact = held
    seat = next((one for one in fact.seats if one.id == seat_id and one.person_id == interest.person_id), None)
    if seat is None:
        raise Refused(f"You hold no such seat of {fact.short_name} today.", "a seat of the body")
    if interest.ended is not None:
        raise Refused(f"That interest ended on {day_in_words(interest.ended)}.", "an interest that stands")
    said = {**_about(asked, window), **_person(seat), "interest": interest.code, "interest_kind": interest.kind}
    if post is None:
        return record(session, asked, Tag.VOTING_DECLARED, said, token, doer)
    rules = who_rules(fact, window.excluded, window.awaited, [interest.person_id])
    closes = moment_in_words(window.closes)
    news = of_interest(session, asked, rules, closes, day_of(window.closes), interest.person_id)
    entry_id = record(session, asked, Tag.VOTING_DECLARED, {**said, "told": news.told}, token, doer)
    tell(session, asked, news, entry_id, post)
    return entry_id


def handle(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    voting_id: int,
    ruling: Ruling,
    token: str,
    doer: Doer,
    now: datetime,
) -> int:
    """Note how an interest in what is voted on is handled; of one person the latest ruling counts.

    Gives the id of the entry; raises `Stale` where that window is over, `Refused`, saying who could, where it names
    anyone else as who decided.
    """
    held = _held(session, case_id, body_id, voting_id, token, now)
    if isinstance(held, int):
        return held
    asked, window, fact = held
    seats = [seat for seat in fact.seats if seat.id in ruling.seat_ids and not seat.vacant]
    if not seats or not ruling.reason.strip():
        raise Refused("The ruling was not noted. Say whose interest it is, and what it is.")
    also = [seat.person_id for seat in seats if seat.person_id is not None]
    refuse(may_rule(who_rules(fact, window.excluded, window.awaited, also), ruling.handled_by))
    said = {
        **_about(asked, window),
        "people": [_person(seat) for seat in seats],
        "interest_kind": ruling.interest_kind,
        "handling": ruling.handling,
        "reason": ruling.reason.strip(),
        "handled_by": ruling.handled_by.strip(),
    }
    return record(session, asked, Tag.VOTING_HANDLED, said, token, doer)


def register_of_voters(session: Session, body: DecidingBody, fact: BodyFact, found: Folded) -> list[Line]:
    """What the register holds today of those who hold a seat with a vote: the interests that stand."""
    voters = {seat.person_id for seat in fact.seats if seat.voting}
    return [
        line
        for line in register_of(session, [body.organisation_id], found.today)
        if line.person.id in voters and line.interest.ended is None
    ]


def _held(
    session: Session, case_id: int, body_id: int, voting_id: int, token: str, now: datetime
) -> tuple[Asked, Window, BodyFact] | int:
    """The window, the case's row held; or the entry that this form has made already."""
    refuse_without_token(token)
    found = folded(session, asked_case(session, case_id), now)
    body: AskedBody = body_asked(found, body_id)
    window = window_known(session, found, body_id)
    if window is None or window.entry_id != voting_id:
        stale = Stale(f"The members of {body.short_name} are not voting in that window any more. Nothing was recorded.")
        return recorded_before(session, token, case_id, body_id, stale)
    if now >= window.closes:
        raise Refused(f"Voting closed on {moment_in_words(window.closes)}. Nothing was recorded.")
    return Asked(found, body, rule_of(found, body)), window, body_fact(session, body, found.today)


def _about(asked: Asked, window: Window) -> dict[str, object]:
    return {**about_decision(asked, None), "voting": window.entry_id}


def _person(seat: SeatFact) -> dict[str, object]:
    return {"seat_id": seat.id, "seat": seat.title, "person_id": seat.person_id, "person": seat.person_name}
