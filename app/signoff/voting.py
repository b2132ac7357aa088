"""Members vote on line: a window is opened, each seat signs once, and the outcome is recorded after the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.audit.tags import Tag
from app.meetings.apologies import Post
from app.people.body_facts import AskedBody, body_fact
from app.people.models import SeatDeputy
from app.people.queries import in_force
from app.permissions import Missing, Refused, Stale
from app.signoff.deciding import OF_A_REAFFIRMATION, Asked, about_decision, asked_of, record
from app.signoff.folding import Folded, folded
from app.signoff.known_interests import declared_known, rulings_known
from app.signoff.payloads import answer_said, conditions_said, exclusions_said, meeting_said
from app.signoff.reading import asked_case
from app.signoff.receipts import recorded_before
from app.signoff.refusals import refuse, refuse_dates, refuse_stale, refuse_without_token
from app.signoff.subject import Seen
from app.signoff.voting_letters import of_opening, tell
from workflows.ballot import outcome
from workflows.case_history import VOTING_OPENED, day_of
from workflows.eligibility import may_decide
from workflows.facts import AnswerFact, InterestKind, Keeper, Vote
from workflows.members_counting import answer_of, as_counted, count
from workflows.members_voting import CAST, Window, may_be_recorded, may_sign, moment_in_words, window_of
from workflows.party_standing import VOTING
from workflows.stages import PartyRule
from workflows.voting_begun import may_open, may_stop
from workflows.voting_interests import latest


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person signs: the window and content they had before them, the seat, the vote; or an interest."""

    voting_id: int
    content_hash: str
    seat_id: int
    vote: Vote
    interest_kind: InterestKind | None = None


def open_voting(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    opens: datetime,
    closes: datetime,
    answer: str,
    conditions: Sequence[str] = (),
    keepers: Sequence[Keeper] = (),
    seen: Seen,
    token: str,
    doer: Doer,
    now: datetime,
    post: Post | None = None,
) -> int:
    """Put what is asked to the vote of the body's members; gives the id of the window's entry.

    Who is known to have an interest in it is kept out, as at a meeting. The others are told by mail, where there is a
    `post`: what was opened then, and is told only now, has none. Raises as `record_decision`.
    """
    try:
        asked = asked_of(session, case_id, body_id, seen, "alone", token, now)
    except Stale as stale:
        return recorded_before(session, token, case_id, body_id, stale)
    fact = body_fact(session, asked.body, asked.found.today)
    refuse(may_open(asked.rule, fact, answer, opens, closes, now))
    put = AnswerFact(answer, conditions=tuple(conditions), keepers=tuple(keepers))
    if (answer == "agree_with_conditions") != any(text.strip() for text in conditions):
        raise Refused("Conditions belong to the answer “agree with conditions”, and to that only.", "its conditions")
    refuse_dates(put, day_of(closes))
    excluded = latest(rulings_known(session, case_id, body_id, now))
    said: dict[str, object] = {
        **about_decision(asked, None),
        "opens": opens.isoformat(),
        "closes": closes.isoformat(),
        **conditions_said(put),
        "answer": answer,
        "exclusions": exclusions_said(excluded),
    }
    if post is None:
        return record(session, asked, Tag.VOTING_OPENED, said, token, doer)
    barred = {one.person_id for one in excluded if one.handling != "note_only"}
    moments = moment_in_words(opens), moment_in_words(closes)
    news = of_opening(session, asked, moments, day_of(closes), barred)
    entry_id = record(session, asked, Tag.VOTING_OPENED, {**said, "told": news.told}, token, doer)
    tell(session, asked, news, entry_id, post)
    return entry_id


def sign(session: Session, *, case_id: int, body_id: int, ballot: Ballot, token: str, doer: Doer, now: datetime) -> int:
    """Sign for one seat; gives the id of the entry, and the same `token` again the first again.

    Raises `Stale` where the content or the window is not the one that was shown, `Refused` with the rule's sentence.
    """
    refuse_without_token(token)
    found = folded(session, asked_case(session, case_id), now)
    body = body_asked(found, body_id)
    window = window_known(session, found, body_id)
    if window is None or window.entry_id != ballot.voting_id or window.content_hash != ballot.content_hash:
        return _signed_before(session, found, body, ballot, token)
    fact = body_fact(session, body, found.today)
    if window.of_seat(ballot.seat_id) is not None:
        refused = may_sign(
            window, fact, ballot.seat_id, person_id=None, person_name=doer.name, deputies=(), now=window.opens
        )
        return recorded_before(session, token, case_id, body_id, Stale(refused.sentence))
    deputies = deputies_of(session, ballot.seat_id, found.today)
    refuse(
        may_sign(
            window,
            fact,
            ballot.seat_id,
            person_id=doer.person_id,
            person_name=doer.name,
            deputies=deputies,
            now=now,
        )
    )
    if (ballot.vote in CAST) == (ballot.interest_kind is not None):
        raise Refused("Vote for, against or abstain; or declare the kind of your interest.", "one of these")
    seat = next(one for one in fact.seats if one.id == ballot.seat_id)
    asked = Asked(found, body, rule_of(found, body))
    said: dict[str, object] = {
        **about_decision(asked, None),
        "voting": window.entry_id,
        "seat_id": seat.id,
        "seat": seat.title,
        "holder_id": seat.person_id,
        "holder": seat.person_name,
        "person_id": doer.person_id,
        "person": doer.name,
        "deputy_for": seat.person_name if doer.person_id != seat.person_id else None,
        "vote": ballot.vote if ballot.interest_kind is None else "recused",
        "interest_kind": ballot.interest_kind,
    }
    return record(session, asked, Tag.VOTE_SIGNED, said, token, doer)


def record_outcome(session: Session, *, case_id: int, body_id: int, voting_id: int, doer: Doer, now: datetime) -> int:
    """Record what the members decided, once voting is closed; gives the id of the entry, whoever was first.

    Quorum is of the seats that voted, by the body's rule on the day of the close; without it, nothing was decided.
    """
    token = f"outcome-of-voting-{voting_id}"
    found = folded(session, asked_case(session, case_id), now)
    body = body_asked(found, body_id)
    window = window_known(session, found, body_id)
    if window is None or window.entry_id != voting_id:
        stale = Stale("That voting is over: its outcome was recorded, or something else is asked now.")
        return recorded_before(session, token, case_id, body_id, stale)
    refuse(may_be_recorded(window, now))
    on = day_of(window.closes)
    fact = body_fact(session, body, on)
    counted, fact = count(fact, window), as_counted(fact, window)
    rule = rule_of(found, body)
    asked = Asked(found, body, rule)
    said: dict[str, object] = {
        **{name: told for name, told in about_decision(asked, None).items() if name not in OF_A_REAFFIRMATION},
        **_as_put(found, window),
        "held_on": on.isoformat(),
        "voting": window.entry_id,
        **meeting_said(fact, counted.attendance, counted.exclusions, counted.votes, counted.quorum),
    }
    if not counted.quorum:
        said |= {"sentence": counted.quorum.sentence, "needs": list(counted.quorum.needs)}
        return record(session, asked, Tag.NOT_QUORATE, said, token, doer)
    answer = answer_of(window, counted)
    refuse(
        may_decide(
            rule,
            fact,
            answer,
            attending=counted.attendance,
            exclusions=counted.exclusions,
            votes=counted.votes,
            quorum=counted.quorum,
        )
    )
    said |= {**answer_said(answer), "tally": outcome(fact, counted.votes, answer).sentence, "presiding_seat_id": None}
    return record(session, asked, Tag.DECISION_RECORDED, said, token, doer)


def _as_put(found: Folded, window: Window) -> dict[str, object]:
    """What the members were asked to re-affirm when the window was opened: that is what their votes are about."""
    opened = next(entry for entry in found.entries if entry.id == window.entry_id)
    return {name: opened.payload[name] for name in OF_A_REAFFIRMATION if name in opened.payload}


def stop(
    session: Session,
    *,
    case_id: int,
    body_id: int,
    voting_id: int,
    reason: str,
    token: str,
    doer: Doer,
    now: datetime,
) -> int:
    """Stop a window that was opened by mistake; gives the id of the entry, and the same `token` again the first again.

    What was signed stays on record and counts for nothing; the members can be asked again, or a meeting.
    """
    refuse_without_token(token)
    found = folded(session, asked_case(session, case_id), now)
    body = body_asked(found, body_id)
    window = window_now(found, body_id)
    if window is None or window.entry_id != voting_id:
        stale = Stale(f"The members of {body.short_name} are not voting in that window any more. Nothing was recorded.")
        return recorded_before(session, token, case_id, body_id, stale)
    refuse(may_stop(window, reason, now))
    asked = Asked(found, body, rule_of(found, body))
    said: dict[str, object] = {
        **about_decision(asked, None),
        "voting": window.entry_id,
        "reason": reason.strip(),
        "signed": len(window.signed),
    }
    return record(session, asked, Tag.VOTING_STOPPED, said, token, doer)


def window_now(found: Folded, body_id: int) -> Window | None:
    """The window in which the body's members vote or voted, while its outcome is awaited; else nothing.

    A round that is over, and a case that is closed or withdrawn, leave none.
    """
    party = found.party(body_id)
    if party is None or party.word != VOTING or not found.standing.asks(party):
        return None
    acts = found.standing.folded.rounds[-1].acts[body_id]
    act = next(one for one in reversed(acts) if one.tag == VOTING_OPENED)
    return window_of(act.entry, act.later)


def window_known(session: Session, found: Folded, body_id: int) -> Window | None:
    """The same window with what agendas of the body's meetings hold of interests in it, as known by the close."""
    window = window_now(found, body_id)
    if window is None:
        return None
    by = min(found.now, window.closes)
    case_id = found.case.id
    return window.knowing(rulings_known(session, case_id, body_id, by), declared_known(session, case_id, body_id, by))


def deputies_of(session: Session, seat_id: int, on: date) -> frozenset[int]:
    """The people who may stand in for a seat on a day."""
    return frozenset(
        session.scalars(
            sa.select(SeatDeputy.person_id).where(
                SeatDeputy.seat_id == seat_id, in_force(SeatDeputy.starts, SeatDeputy.ends, on)
            )
        )
    )


def body_asked(found: Folded, body_id: int) -> AskedBody:
    """The body that the case asks; raises `Missing`."""
    body = next((one for one in found.bodies if one.id == body_id), None)
    if body is None:
        raise Missing
    return body


def rule_of(found: Folded, body: AskedBody) -> PartyRule:
    """How a body decides for which a window is, or was, open."""
    rule = found.stage.rule_for(body.kind)
    assert rule is not None  # without one no window could be opened
    return rule


def _signed_before(session: Session, found: Folded, body: AskedBody, ballot: Ballot, token: str) -> int:
    """The entry this form has made already; else raises, saying what changed since the page was shown."""
    seen = Seen(found.round.number, found.round.stage, ballot.content_hash, found.last_entry_of(body.id))
    try:
        refuse_stale(session, found, body, seen)
        stale = Stale(f"The members of {body.short_name} are not voting on this now. Nothing was recorded.")
    except Stale as changed:
        stale = changed
    return recorded_before(session, token, found.case.id, body.id, stale)
