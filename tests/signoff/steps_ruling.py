"""A further step of a sequence: the programme office makes its ruling on a version again, by the page."""

from random import Random

from tests.signoff import ledger_rulings as kept
from tests.signoff.filled_in import fill, said
from tests.signoff.ledger_facts import Form
from tests.signoff.ledger_versions import Ruling
from tests.signoff.small_world import DIRECTOR
from tests.signoff.steps_before import BeforePlay
from tests.signoff.test_pages import hidden


class RulingPlay(BeforePlay):
    """A sequence in which what was ruled on a version is ruled on again."""

    def rule_again(self, chance: Random) -> list[str]:
        """The director rules again on some of the clauses, now and then from an older page or without a reason."""
        ledger, address = self.ledger, f"{self.path}/ruling"
        open_still = self.left_open(chance) if chance.random() < 0.3 else None
        other = chance.choice([*self.clients])
        by = DIRECTOR if chance.random() < 0.93 else other
        page = self.browser(by).get(address)
        offered = kept.why_not_ruled_again(ledger) == ""
        assert (page.status_code == 200) == (by == DIRECTOR), page.status_code
        assert ('name="again"' in page.text) == (offered and by == DIRECTOR), (offered, said(page.text))
        shown = (ledger.ruled, ledger.round, hidden(page.text))
        older = [one for one in self.pages_of_rulings if one[1] == ledger.round]
        if older and chance.random() < 0.2:
            shown = chance.choice(older)
        elif offered and by == DIRECTOR:
            self.pages_of_rulings.append(shown)
            if chance.random() < 0.2:
                return []  # the page is left open
        stands = ledger.rulings.get(ledger.round, {})
        ruling: Ruling = {
            clause: (words, chance.random() < 0.5 if chance.random() < 0.7 else material)
            for clause, (words, material) in stands.items()
        }
        again = "" if chance.random() < 0.05 else "It was read again."
        fields = {**shown[2], "again": again}
        for number, (_, material) in enumerate(ruling.values(), start=1):
            fields[f"ruling_{number}"] = "material" if material else "editorial"
            fields[f"reason_{number}"] = "As it reads."
        why = "not the programme office" if by != DIRECTOR else kept.why_not_ruled_so(ledger, shown[0], ruling, again)
        if chance.random() < 0.2:
            looked = self.browser(by).post(address, data={**fields, "step": "check"})
            assert looked.status_code != 303
        answered = self.browser(by).post(address, data=fields)
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, said(answered.text))
        assert why != "stale" or answered.status_code == 409
        if why:
            return []
        followed = kept.rule_again(ledger, ruling)
        return [*followed, *(self.send(open_still) if open_still else [])]

    def left_open(self, chance: Random) -> Form | None:
        """A body’s form, filled in by what is asked now and sent once it is ruled on again."""
        body = chance.choice([*self.asked_at_meetings(), self.world.officer])
        held = [code for code, (_, on) in body.meetings.items() if on <= self.ledger.today]
        meeting = held[-1] if held else ""
        form = self.form(body, f"decision?meeting={meeting}" if meeting else "answer", chance, meeting)
        if form is not None:
            fill(form, chance, self.ledger.today)
        return form
