"""What a case's times plan: of each party still asked, of the stage's day, of variations and of conditions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.meetings.days import bank_holidays
from app.people.models import DecidingBody
from app.signoff.folding import Folded
from app.signoff.queries import parties_of
from app.signoff.route_facts import route_facts
from app.signoff.voting import window_now
from workflows.common_core import common_core
from workflows.party_standing import VOTING
from workflows.reminders import (
    Awaited,
    Planned,
    of_condition,
    of_deadline,
    of_lapse,
    of_party,
    of_variation,
    of_voting,
)
from workflows.route import Stop
from workflows.standing import PartyStanding


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """Everything that is planned of a case as it stands, and the bodies it is about."""

    found: Folded
    planned: Sequence[Planned] = ()
    bodies: dict[int, DecidingBody] = field(default_factory=dict)

    def answers_for(self, body: DecidingBody) -> DecidingBody:
        """The body whose people are told of it: its own, or who answers for it by now."""
        parties = (one.party for one in self.found.standing.parties)
        through = next((one.through for one in parties if one.body_id == body.id), "")
        return next((one for one in self.bodies.values() if through and one.short_name == through), body)


def times_of(session: Session, found: Folded) -> CaseTimes:
    """What is planned; nothing of a case that was stopped or withdrawn, nor of who answered already."""
    now = found.standing
    if now.state in ("stopped", "withdrawn", "not opened"):
        return CaseTimes(found)
    days_off = bank_holidays(*range(found.round.opened_on.year - 1, found.today.year + 4))
    asked = [party for party in now.parties if now.asks(party)] if now.can_still_complete else []
    timed = bool(found.stage.reminders or found.stage.escalate) and bool(asked)
    planned: list[Planned] = []
    bodies: dict[int, DecidingBody] = {}
    if timed:
        facts = route_facts(session, found)
        bodies = dict(facts.bodies)
        stops = {stop.party.body_id: stop for stop in facts.stops}
        for party in asked:
            planned += of_party(found.stage, _awaited(found, party, stops.get(party.party.body_id)), days_off)
    for party in asked:
        window = window_now(found, party.party.body_id)
        if window is not None:
            planned += of_voting(party, window, days_off, found.now)
    if now.state == "open":
        planned += of_deadline(found.round, [party for party in asked if not party.lapsed], found.now, days_off)
    core = common_core(now)
    for party in now.parties:
        planned += of_variation(party, days_off, core)
        planned += of_lapse(party, days_off)
    for the_round in now.rounds:
        if not the_round.superseded:
            for party in the_round.parties:
                for one in party.tracked:
                    planned += of_condition(party, one, days_off)
    if planned and not bodies:
        bodies = {body.id: body for body in parties_of(session, found.case.id)}
    return CaseTimes(found, tuple(dict.fromkeys(planned)), bodies)


def _awaited(found: Folded, party: PartyStanding, stop: Stop | None) -> Awaited:
    rule = found.stage.rule_for(party.party.kind)
    by_meeting = rule is not None and rule.meets
    since = party.on if party.lapsed and party.on else found.round.opened_on
    by = None if party.lapsed else found.round.due
    had_on: date | None = stop.had_on if stop else None
    sittings = stop.sittings if stop else ()
    on_agenda = next((one for one in sittings if one.on_agenda), None)
    in_time = next((one for one in sittings if one.papers_due >= found.today), None)
    had_on = None if on_agenda else had_on
    return Awaited(party, by_meeting, since, by, on_agenda or in_time, had_on, party.word == VOTING)
