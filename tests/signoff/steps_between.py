"""Further steps of a sequence: members vote on line, a chair acts alone, and what was recorded is corrected."""

from datetime import datetime, time, timedelta
from random import Random

from werkzeug.test import TestResponse

from tests.signoff import ledger_between as kept
from tests.signoff.filled_in import fill, said, typed
from tests.signoff.ledger_facts import Body, Chair, Form, Voting, ballot, carried
from tests.signoff.sequence import STEPS as OF_MEETINGS
from tests.signoff.small_world import GUESTS, SECOND
from tests.signoff.steps_ruling import RulingPlay
from tests.signoff.test_pages import hidden

STEPS = {
    **OF_MEETINGS,
    "open_voting": 3,
    "sign_votes": 5,
    "record_outcome": 3,
    "act_alone": 4,
    "ratify": 4,
    "correct": 4,
    "delegate": 2,
    "end_delegation": 2,
    "send_apologies": 2,
    "take_apologies_back": 1,
    "declare_an_interest": 2,
    "rule_again": 2,
}


class WholePlay(RulingPlay):
    """A sequence of everything that can happen to a case, before meetings, at them and between them."""

    def governing(self, chance: Random, rule: str) -> Body:
        """A governing body, mostly one whose rule has this."""
        bodies = self.asked_at_meetings()
        found = [body for body in bodies if body.rule[rule]]
        return chance.choice(found if found and chance.random() < 0.9 else bodies)

    def page(self, by: str, body: Body, address: str) -> TestResponse:
        return self.browser(by).get(f"{self.path}/{body.code}/{address}")

    def press(self, by: str, body: Body, address: str, fields: dict[str, str]) -> TestResponse:
        return self.browser(by).post(f"{self.path}/{body.code}/{address}", data=fields)

    def shown(self, by: str, body: Body, address: str, meeting: str = "") -> Form | None:
        """A form as its page shows it now, of whoever asks."""
        page = self.page(by, body, address)
        if page.status_code != 200:
            return None
        room = body.in_the_room(meeting, body.known) if meeting else ()
        return Form(body, hidden(page.text), self.ledger.seen(body), meeting, room, by)

    def holds(self, answered: TestResponse, why: str, *about: object) -> bool:
        """Whether it was taken, as the ledger says that it is."""
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, said(answered.text), *about)
        return not why

    # members vote

    def open_voting(self, chance: Random) -> list[str]:
        body = self.governing(chance, "members_vote")
        form = self.shown(body.code, body, "voting/open")
        asked = body.rule["members_vote"] and self.ledger.asked(body.code)
        assert (form is not None) == asked, (body.rule, self.ledger.asked(body.code))
        if form is None:
            return []
        today = self.ledger.today
        opens = datetime.combine(today + timedelta(days=chance.choice((0, 0, 0, 1))), time(9), self.clock.now.tzinfo)
        closes = datetime.combine(today + timedelta(days=chance.choice((0, 1, 1, 3, 7))), time(17), opens.tzinfo)
        fields = {**form.fields, "answer": "agree", "opens_at": "09:00", "closes_at": "17:00"}
        fields |= {"opens_on": opens.date().isoformat(), "closes_on": closes.date().isoformat()}
        why = kept.why_not_opened(self.ledger, form, opens, closes, self.clock.now)
        if not self.holds(self.press(body.code, body, "voting/open", fields), why):
            return []
        kept.open_voting(self.ledger, form, self.read_entries()[-1][0], opens, closes)
        return ["voting.opened"]

    def sign_votes(self, chance: Random) -> list[str]:
        """Some of the members sign, and now and then somebody who may not."""
        signed: list[str] = []
        voted = [body for body in self.asked_at_meetings() if self.ledger.voting(body.code)]
        body = chance.choice(voted or self.asked_at_meetings())
        for _ in range(chance.choice((1, 3, 5)) if voted else 1):
            signed += self.sign(body, chance)
        return signed

    def sign(self, body: Body, chance: Random) -> list[str]:
        voting = self.ledger.voting(body.code)
        chair = chance.choice(body.chairs)
        person = chair.holder if chance.random() < 0.85 else chance.choice(GUESTS)
        if self.ballots and chance.random() < 0.1:
            return self.sign_an_older_ballot(chance)
        page = self.page(person, body, f"voting/{chair.id}")
        why = "no window" if voting is None else self.why_not_signed(body, voting, chair, person)
        assert (page.status_code == 200) == (not why), (why, person, chair, page.status_code, said(page.text))
        if voting is None or why:
            return []
        vote = chance.choice(("for", "for", "for", "against", "abstain", "interest"))
        interest = {"interest_kind": "financial"} if vote == "interest" else {}
        fields = {**hidden(page.text), "vote": vote, **interest}
        self.ballots.append((body, voting, chair, person, fields))
        if chance.random() < 0.1:
            return []  # the page is left open
        return self.send_ballot(-1)

    def why_not_signed(self, body: Body, voting: Voting, chair: Chair, person: str) -> str:
        return kept.why_not_signed(self.ledger, body, voting, chair, person, self.clock.now)

    def sign_an_older_ballot(self, chance: Random) -> list[str]:
        return self.send_ballot(chance.randrange(len(self.ballots)))

    def send_ballot(self, place: int) -> list[str]:
        body, voting, chair, person, fields = self.ballots[place]
        answered = self.press(person, body, f"voting/{chair.id}", fields)
        if fields["token"] in self.pressed:
            # a seat that is another's by now is not asked for by who left it
            assert answered.status_code == 303 or not chair.held(self.ledger.today), said(answered.text)
            return []
        if not self.holds(answered, self.why_not_signed(body, voting, chair, person), person, chair):
            return []
        self.pressed.add(fields["token"])
        vote = "recused" if fields["vote"] == "interest" else fields["vote"]
        kept.sign(self.ledger, body, voting, chair, person, vote)
        return ["vote.signed"]

    def record_outcome(self, chance: Random) -> list[str]:
        voted = [body for body in self.asked_at_meetings() if self.ledger.voting(body.code)]
        if not voted:
            return []
        body = chance.choice(voted)
        voting = self.ledger.voting(body.code)
        assert voting is not None
        page = self.page(body.code, body, "voting")
        assert page.status_code == 200
        token = hidden(self.page(body.code, body, "").text)["csrf_token"]
        fields = {"csrf_token": token, "voting": str(voting.id)}
        closed = self.clock.now >= voting.closes
        if not self.holds(self.press(body.code, body, "voting/outcome", fields), "" if closed else "still open"):
            return []
        return kept.outcome(self.ledger, body, voting)

    # the chair alone

    def act_alone(self, chance: Random) -> list[str]:
        body = self.governing(chance, "chairs_action")
        acting = body.acting(self.ledger.today)
        by = acting.holder if acting and chance.random() < 0.9 else chance.choice(body.chairs).holder
        form = self.shown(by, body, "chairs-action")
        why = kept.why_not_offered(self.ledger, body, by)
        assert (form is not None) == (not why), (why, by)
        if form is None:
            return []
        form.answer = chance.choice(("agree", "agree", "agree", "not_agree"))
        form.reason = "" if chance.random() < 0.1 else "So it was said."
        lay = [one.id for one in kept.consulted(self.ledger, body, by)]
        chosen = chance.choice(lay) if lay and chance.random() < 0.9 else 0
        fields = {**typed(form), "urgent": "It ends on Friday.", "lay": str(chosen)}
        why = kept.why_not_alone(self.ledger, form, by, chosen)
        if not self.holds(self.press(by, body, "chairs-action", fields), why, fields):
            return []
        return kept.act_alone(self.ledger, form)

    def ratify(self, chance: Random) -> list[str]:
        decided = self.ledger.decisions
        waiting = [body for body in self.asked_at_meetings() if body.code in decided and decided[body.code].to_ratify]
        body = chance.choice(waiting or self.asked_at_meetings())
        since = decided[body.code].on if waiting else self.ledger.today
        able = [code for code, (_, on) in body.meetings.items() if since <= on <= self.ledger.today]
        meeting = able[-1] if able else chance.choice([*body.meetings])
        form = self.shown(body.code, body, f"ratification?meeting={meeting}", meeting)
        # the form of a meeting out of time is shown, and refused when it is sent
        assert waiting if form else not (waiting and able), (waiting, able)
        if form is None:
            return []
        fill(form, chance, self.ledger.today)
        votes, _ = ballot(form, body.known)
        motion = bool(carried(body, votes, form.presiding))
        form.answer = ("yes" if motion else "no") if chance.random() < 0.9 else "yes"
        fields = {**typed(form), "ratified": form.answer}
        why = kept.why_not_ratified(self.ledger, form)
        if not self.holds(self.press(body.code, body, f"ratification?meeting={meeting}", fields), why, form):
            return []
        return kept.ratify(self.ledger, form)

    # afterwards

    def correct(self, chance: Random) -> list[str]:
        """A second person corrects; what would stand is looked at first."""
        body = chance.choice([*self.asked_at_meetings(), self.world.officer])
        latest = kept.latest(self.ledger, body)
        chair = next((one for one in body.chairs if one.kind == "chair" and one.held(self.ledger.today)), None)
        second = chair.holder if chair else body.code if body.chairs else SECOND
        by = chance.choice((body.code, second, second))
        if latest is not None and latest.by == by and chance.random() < 0.7:
            by = second if by == body.code else body.code
        form = self.shown(by, body, "correction")
        assert (form is not None) == (latest is not None and latest.answer != "not_quorate")
        if form is None or latest is None:
            return []
        form.until = self.ledger.today + timedelta(days=chance.choice((1, 7, 40)))
        form.reason = "" if chance.random() < 0.1 else "So it was said."
        form.answer = chance.choice(("entered_in_error", "agree", "agree", "not_agree", "defer"))
        fields = {**typed(form), "why": "The minutes say otherwise."}
        why = kept.why_not_corrected(self.ledger, form)
        looked = self.press(by, body, "correction", {**fields, "step": "look"})
        assert (looked.status_code == 200) == (not why), (why, said(looked.text))
        found = hidden(looked.text)
        fields |= {"step": "record", "looked_at": found.get("looked_at", "")}
        if not self.holds(self.press(by, body, "correction", fields), why, form.answer):
            return []
        return kept.correct(self.ledger, form)
