"""Further steps of a sequence: bodies delegate to the joint committee while the case is open, and end that."""

from datetime import timedelta
from random import Random

import sqlalchemy as sa

from app.signoff.delegation_models import Delegation as Delegated
from tests.signoff.filled_in import said
from tests.signoff.ledger_delegations import (
    OTHER,
    OTHER_STREAM,
    THIS,
    THIS_STREAM,
    Delegation,
    why_not_ended,
    why_not_given,
)
from tests.signoff.sequence import Play
from tests.signoff.test_pages import hidden

SCOPED = {
    (THIS,): 8, (THIS_STREAM,): 6, (OTHER,): 2, (OTHER_STREAM,): 2, (THIS, OTHER_STREAM): 1, (OTHER, THIS_STREAM): 1,
    (THIS, THIS_STREAM): 1, (): 1,
}  # fmt: skip
"""What a body names that delegates, and how often."""


class DelegatingPlay(Play):
    """A sequence in which bodies delegate, too."""

    def delegate(self, chance: Random) -> list[str]:
        """A body delegates a document or a workstream from a day on, now and then so that it cannot."""
        joint, ledger = self.world.joint, self.ledger
        if joint is None:
            return []
        body = chance.choice(self.world.meeting[:2])
        scope = frozenset(chance.choices([*SCOPED], [*SCOPED.values()])[0])
        starts = ledger.today + timedelta(days=chance.choice((0, 0, 0, 0, 1, 3, -1)))
        days = chance.choice((None, None, 0, 2, 7, 14, -1))
        ends = None if days is None else starts + timedelta(days=days)
        minute = "" if chance.random() < 0.05 else f"{body.name}/{len(ledger.delegations) + 1}"
        address = f"/bodies/{body.code}/delegations/new"
        page = self.clients[body.code].get(address)
        fields = {
            "csrf_token": hidden(page.text)["csrf_token"],
            "to": joint.code,
            **self.world.named(scope),
            "starts": starts.isoformat(),
            "ends": ends.isoformat() if ends else "",
            "decided": minute,
        }
        answered = self.clients[body.code].post(address, data=fields)
        why = why_not_given(ledger.delegations, body.code, starts, ends, minute, scope, ledger.today)
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, said(answered.text))
        if not why:
            self.session.rollback()
            given = self.session.scalars(sa.select(Delegated.id).filter_by(body_id=body.id, decided=minute)).one()
            ledger.delegations.append(Delegation(given, body.code, starts, ends, minute, scope))
        return []

    def end_delegation(self, chance: Random) -> list[str]:
        """A body gives a delegation its last day, now and then one that it cannot be, or without its decision."""
        ledger = self.ledger
        if not ledger.delegations:
            return []
        running = [one for one in ledger.delegations if one.ends is None or ledger.today <= one.ends]
        one = chance.choice(running if running and chance.random() < 0.9 else ledger.delegations)
        ends = ledger.today + timedelta(days=chance.choice((0, 0, 0, 1, 3, 7, -1)))
        minute = "" if chance.random() < 0.1 else f"{one.minute} ended"
        address = f"/bodies/{one.body}/delegations/{one.id}/end"
        page = self.clients[one.body].get(address)
        fields = {"csrf_token": hidden(page.text)["csrf_token"], "ends": ends.isoformat(), "decided": minute}
        answered = self.clients[one.body].post(address, data=fields)
        why = why_not_ended(one, ends, minute, ledger.today)
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, said(answered.text))
        return [] if why else ledger.end_delegation(one, ends)
