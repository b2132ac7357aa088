"""Members vote on line: the window, one seat's vote, the outcome once it is closed."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from app.api.answering import Invalid, Wrong
from app.api.at_meetings import seat_codes
from app.api.decision_shapes import MOST_CONDITIONS, ConditionSaid
from app.api.decisions import ASK, SIGN, recorded
from app.api.once import form_token
from app.api.operations import reads, writes
from app.api.places import Asked, the_body
from app.api.shapes import SEEN, Code, In, Out, Reason, Recorded, SeenShape
from app.db import db
from app.meetings.question_pages import post
from app.people.body_facts import body_fact
from app.permissions import Refused
from app.signoff import voting as kept
from app.signoff import voting_queries
from app.signoff.voting import Ballot
from app.web import gate
from app.web.clock import now
from workflows.facts import InterestKind, Keeper
from workflows.members_counting import count
from workflows.members_voting import Window

GROUP = "Members’ votes"


class WindowSaid(In):
    """From when to when the members vote, and on what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer": "agree",
                    "opens": "2015-11-16T09:00:00Z",
                    "closes": "2015-11-20T17:00:00Z",
                    "seen": SEEN,
                }
            ]
        }
    )

    answer: Literal["agree", "agree_with_conditions"]
    conditions: list[ConditionSaid] = Field(
        default=[], max_length=MOST_CONDITIONS, description="For “agree_with_conditions”"
    )
    opens: AwareDatetime
    closes: AwareDatetime
    seen: SeenShape


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/voting",
    group=GROUP,
    scope=ASK,
    of=the_body,
    body=WindowSaid,
    answers=Recorded,
)
def open_voting(session: Session, asked: Asked, said: WindowSaid) -> Recorded:
    """Put what is asked to the vote of the body’s members, between meetings."""
    entry_id = kept.open_voting(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        opens=said.opens,
        closes=said.closes,
        answer=said.answer,
        conditions=[one.text for one in said.conditions],
        keepers=[Keeper(one.owner, one.due) for one in said.conditions],
        seen=said.seen.as_seen(),
        token=form_token(),
        doer=gate.doer(asked.as_secretary),
        now=now(),
        post=post(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


class SeatOfVoting(Out):
    """A seat that has a vote; what it voted is shown once the outcome is recorded."""

    seat: str
    title: str
    holder: str | None
    signed_by: str | None = Field(description="Who signed for it; null while nobody has")
    yours: bool = Field(description="Whether you can sign for it now")


class ConditionShape(Out):
    """A condition that the members vote on, and who would see to it."""

    text: str
    owner: str
    due: date | None


class VotingShape(Out):
    """A window, and who has signed in it."""

    voting: int = Field(description="To be sent back with a vote and with the outcome")
    content_hash: str
    answer: str
    conditions: list[ConditionShape]
    opens: datetime
    closes: datetime
    quorum: str
    settled: bool = Field(description="Whether the result can no longer change")
    seats: list[SeatOfVoting]


@reads("/sign-offs/<sign_off>/bodies/<body>/voting", group=GROUP, of=the_body, answers=VotingShape)
def voting_of_members(asked: Asked, _asked: None) -> VotingShape:
    """Read who has signed and who has not, and what quorum still needs."""
    found = asked.folded()
    window = _window(asked)
    fact = body_fact(db.session, asked.body, found.today)
    person = gate.actor()
    mine = voting_queries.signable(db.session, window, fact, person.person_id or 0, person.name, now())
    counted, codes = count(fact, window), seat_codes(db.session, asked.body)
    signed = {seat.id: window.of_seat(seat.id) for seat in fact.seats}
    return VotingShape(
        voting=window.entry_id,
        content_hash=window.content_hash,
        answer=window.answer,
        conditions=[ConditionShape(text=text, owner=one.owner, due=one.due) for text, one in window.put],
        opens=window.opens,
        closes=window.closes,
        quorum=counted.quorum.sentence,
        settled=counted.settled,
        seats=[
            SeatOfVoting(
                seat=codes[seat.id],
                title=seat.title,
                holder=seat.person_name,
                signed_by=one.person if (one := signed[seat.id]) else None,
                yours=seat.id in {own.id for own in mine},
            )
            for seat in fact.seats
            if seat.voting
        ],
    )


def _window(asked: Asked) -> Window:
    found = asked.folded()
    window = kept.window_known(db.session, found, asked.body.id)
    if window is None:
        party = found.party(asked.body.id)
        said = party.sentence if party else f"“{found.round.title}” does not ask it."
        raise Refused(f"The members of {asked.body.short_name} are not voting on this now. {said}")
    return window


class VoteSaid(In):
    """One seat’s vote, or that its holder has an interest and takes no part."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"voting": 341, "content_hash": "0" * 64, "seat": "merton-chair", "vote": "for"}]
        }
    )

    voting: int = Field(description="As it was read")
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="As it was read: what is signed")
    seat: Code
    vote: Literal["for", "against", "abstain"] | None = None
    interest: InterestKind | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "VoteSaid":
        if (self.vote is None) == (self.interest is None):
            raise ValueError("Say how the seat votes, or which interest its holder has: one of the two.")
        return self


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/voting/votes",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=VoteSaid,
    answers=Recorded,
)
def sign_vote(session: Session, asked: Asked, said: VoteSaid) -> Recorded:
    """Sign for your seat. A vote once signed stands."""
    ids = {code: seat_id for seat_id, code in seat_codes(session, asked.body).items()}
    if said.seat not in ids:
        raise Invalid(Wrong("#/seat", f"{asked.body.short_name} has no seat “{said.seat}”."))
    entry_id = kept.sign(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        ballot=Ballot(said.voting, said.content_hash, ids[said.seat], said.vote or "recused", said.interest),
        token=form_token(),
        doer=gate.doer(f"member, {asked.body.organisation.name}"),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


class StopSaid(In):
    """Which window was opened by mistake, and why it is stopped."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"voting": 341, "reason": "It was to be put to them a week later."}]}
    )

    voting: int = Field(description="As it was read")
    reason: Reason


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/voting/stop",
    group=GROUP,
    scope=ASK,
    of=the_body,
    body=StopSaid,
    answers=Recorded,
)
def stop_voting(session: Session, asked: Asked, said: StopSaid) -> Recorded:
    """Stop a vote that was opened by mistake. What was signed counts for nothing."""
    entry_id = kept.stop(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        voting_id=said.voting,
        reason=said.reason,
        token=form_token(),
        doer=gate.doer(asked.as_secretary),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)


class OutcomeSaid(In):
    """Of which window."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"voting": 341}]})

    voting: int


@writes(
    "/sign-offs/<sign_off>/bodies/<body>/voting/outcome",
    group=GROUP,
    scope=SIGN,
    of=the_body,
    body=OutcomeSaid,
    answers=Recorded,
)
def record_outcome(session: Session, asked: Asked, said: OutcomeSaid) -> Recorded:
    """Record what the members decided, once voting is closed."""
    entry_id = kept.record_outcome(
        session,
        case_id=asked.case.id,
        body_id=asked.body.id,
        voting_id=said.voting,
        doer=gate.doer(asked.as_secretary),
        now=now(),
    )
    return recorded(session, asked.case, asked.body, entry_id)
