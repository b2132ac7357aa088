"""A deciding body as it is today: who sits in it, what it needs to decide, and when its papers are due."""

from pydantic import Field

from app.api.delegations import the_body_itself
from app.api.operations import reads
from app.api.shapes import Out
from app.db import db
from app.people import by_address, queries, rules_in_words
from app.people.models import DecidingBody
from app.web.clock import today


class SeatOfBody(Out):
    """A seat of the body, and who holds it today."""

    seat: str
    title: str
    kind: str
    voting: bool
    shared_vote: str | None = Field(description="Seats of the same name here have one vote together")
    holder: str | None
    deputies: list[str] = Field(description="Who may stand in for it today")


class BodyShape(Out):
    """A body that decides for its organisation."""

    body: str
    name: str
    short_name: str
    kind: str
    organisation: str = Field(description="Its ODS code")
    now_called: list[str] = Field(description="Who has its organisation’s work, where that has ended")
    rule: list[str] = Field(description="What it needs to decide, in sentences; empty where one officer decides")
    papers_due: str = Field(description="How long before a meeting, in words")
    seats: list[SeatOfBody]


@reads("/bodies/<body>", group="Agendas", of=the_body_itself, answers=BodyShape)
def body(found: DecidingBody, _asked: None) -> BodyShape:
    """Read a body: its seats with who holds them, its quorum, and when its papers are due."""
    rule = queries.rule_of(db.session, found.id, today())
    deputies: dict[int, list[str]] = {}
    for one in by_address.deputies_on(db.session, found.id, today()):
        deputies.setdefault(one.seat_id, []).append(one.person.name)
    return BodyShape(
        body=found.code,
        name=found.name,
        short_name=found.short_name,
        kind=found.kind,
        organisation=found.organisation.ods_code,
        now_called=[one.name for on, one in queries.successors_of(db.session, found.organisation_id) if on <= today()],
        rule=rules_in_words.quorum_of_rule(rule),
        papers_due=rules_in_words.lead_of_rule(rule),
        seats=[
            SeatOfBody(
                seat=seat.code,
                title=seat.title,
                kind=seat.kind,
                voting=seat.voting,
                shared_vote=seat.shared_vote,
                holder=person.name if person else None,
                deputies=deputies.get(seat.id, []),
            )
            for seat, _, person in queries.seats_of(db.session, found.id, today())
        ],
    )
