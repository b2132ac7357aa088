"""Further steps of a sequence: before a meeting members send apologies and declare interests; the forecast follows."""

import re
from html import unescape
from random import Random

from app.meetings.forms import NEW
from tests.signoff import ledger_before as kept
from tests.signoff.filled_in import said
from tests.signoff.ledger_facts import Body, Place, quorate
from tests.signoff.small_world import GUESTS, SEATS
from tests.signoff.steps_delegating import DelegatingPlay
from tests.signoff.test_pages import hidden

ROW = re.compile(r'<th role="rowheader" scope="row"><a href="/sign-offs/[^/"]+/([^"]+)">(.*?)</tr>', re.DOTALL)
MARK = re.compile(r"(Not quorate|Quorum at risk)</strong> (\d+ \w+ \d{4}): ")
STANDS_IN = re.compile(r"<li>([^<]+), who may stand in, attends for ([^<(]+) \(([^<)]+)\)\.")
COMES = re.compile(r"<li>([^<(]+) \([^<]+\), who has sent apologies, comes after all\.")


class BeforePlay(DelegatingPlay):
    """A sequence in which members say before a meeting that they do not come, or that they have an interest."""

    def send_apologies(self, chance: Random) -> list[str]:
        """A member does not come, and may name who comes instead; their secretary may say so for them."""
        body, meeting, person = self.spoken_of(chance)
        themselves = chance.random() < 0.8
        by = person if themselves else body.code
        seats = kept.seats_of(body, person, body.meetings[meeting][1])
        instead = {chair.id: chance.choice(("", "", GUESTS[1], chance.choice(GUESTS))) for chair in seats}
        fields = {f"deputy_{seat_id}": str(self.world.people.get(who, 0)) for seat_id, who in instead.items()}
        why = kept.why_not_away(body, person, meeting, self.ledger.today, instead, themselves=themselves)
        if self.says_before(by, body, self.apologies(body, meeting, person, by), fields, why):
            kept.send_apologies(body, person, meeting, instead)
            self.foresees(body, meeting)
        return []

    def take_apologies_back(self, chance: Random) -> list[str]:
        """Somebody comes after all, mostly who had sent apologies."""
        away = [
            (body, meeting, chair.holder)
            for body in self.world.meeting
            for meeting, seats in body.away.items()
            for chair in body.chairs
            if chair.id in seats
        ]
        body, meeting, person = chance.choice(away) if away and chance.random() < 0.9 else self.spoken_of(chance)
        themselves = chance.random() < 0.8
        by = person if themselves else body.code
        why = kept.why_not_said(body, person, meeting, self.ledger.today, themselves=themselves)
        if not why and not kept.take_back(body, person, meeting):
            why = "none stand"
        if self.says_before(by, body, self.apologies(body, meeting, person, by), {"what": "take-back"}, why):
            self.foresees(body, meeting)
        return []

    def declare_an_interest(self, chance: Random) -> list[str]:
        """A member declares an interest in the case for a meeting's agenda, and its handling is awaited."""
        if not self.ledger.items:
            return []
        code, meeting = chance.choice(sorted(self.ledger.items))
        body = self.ledger.bodies[code]
        person = chance.choice(body.chairs).holder if chance.random() < 0.85 else chance.choice(GUESTS)
        self.session.rollback()
        address = f"/meetings/{meeting}/items/{self.item(self.session, body, meeting)}/declare"
        fields = {"interest": NEW, "kind": "financial", "description": "Shares in the provider.", "concerns": ""}
        why = kept.why_not_said(body, person, meeting, self.ledger.today)
        if self.says_before(person, body, address, fields, why):
            kept.declare(body, person, meeting)
            self.foresees(body, meeting)
        return []

    def spoken_of(self, chance: Random) -> tuple[Body, str, str]:
        """A meeting, mostly one to come, and mostly a member of the body that meets."""
        body = chance.choice(self.world.meeting)
        coming = [code for code, (_, on) in body.meetings.items() if on >= self.ledger.today]
        meeting = chance.choice(coming if coming and chance.random() < 0.9 else [*body.meetings])
        person = chance.choice(body.chairs).holder if chance.random() < 0.9 else chance.choice(GUESTS)
        return body, meeting, person

    def apologies(self, body: Body, meeting: str, person: str, by: str) -> str:
        whose = "" if by == person else f"?for=person-{self.world.people[person]}"
        return f"/meetings/{meeting}/apologies{whose}"

    def says_before(self, by: str, body: Body, address: str, fields: dict[str, str], why: str) -> bool:
        """Whether it was taken, as the ledger says that it is."""
        token = hidden(self.browser(by).get(f"{self.path}/{body.code}").text).get("csrf_token", "")
        answered = self.browser(by).post(address, data={"csrf_token": token, **fields})
        assert (answered.status_code == 303) == (not why), (why, by, address, answered.status_code, said(answered.text))
        return not why

    # what is foreseen

    def compare(self, expected: list[str]) -> str:
        """Beside each body that is asked the page says whether its quorum is at risk at the meeting ahead."""
        page = super().compare(expected)
        rows = {code: MARK.findall(row) for code, row in ROW.findall(page)}
        for body in self.world.meeting:
            meeting = kept.ahead(self.ledger, body)
            found = kept.foreseen(body, meeting) if meeting else None
            expects: list[tuple[str, str]] = []
            # of an interest that awaits its ruling the body's own organisation alone is told
            if found is not None and found.at_risk and (not found.quorate or body is self.world.bodies[0]):
                on = body.meetings[meeting][1]
                expects = [("Quorum at risk" if found.quorate else "Not quorate", f"{on.day} {on:%B %Y}")]
            assert rows.get(body.code, []) == expects, (body.name, rows, found)
        return page

    def foresees(self, body: Body, meeting: str) -> None:
        """The page of the item says whether it would be quorate, and each way out that it names would be one."""
        if (body.code, meeting) not in self.ledger.items:
            return
        self.session.rollback()
        address = f"/meetings/{meeting}/items/{self.item(self.session, body, meeting)}"
        page = unescape(self.clients[body.code].get(address).text)
        found = kept.foreseen(body, meeting)
        word = "would be quorate" if found.quorate else "would not be quorate"
        assert f"On today’s apologies and declarations {body.name} {word} for this item" in page, (found, said(page))
        awaited = re.search(r"must leave for the item: \w+ is (not )?quorate", page)
        assert bool(awaited) == bool(found.awaited), (found, said(page))
        assert awaited is None or (awaited.group(1) is None) == found.if_they_leave, (found, said(page))
        assert ("Ways out:" in page) == found.at_risk, (found, said(page))
        titles = dict(zip((title for _, title, _ in SEATS), body.chairs, strict=True))
        for deputy, holder, title in STANDS_IN.findall(page):
            assert titles[title].holder == holder
            self.is_a_way_out(body, meeting, found, [Place(titles[title], deputy, deputy=True)])
        for person in COMES.findall(page):
            seats = kept.seats_of(body, person, body.meetings[meeting][1])
            self.is_a_way_out(body, meeting, found, [Place(chair, person, deputy=False) for chair in seats])

    def is_a_way_out(self, body: Body, meeting: str, found: kept.Foreseen, come: list[Place]) -> None:
        """With these in their seats the body would be quorate: now, or where all left whose interest is awaited."""
        handled = dict(body.handled.get(meeting, {}))
        if found.quorate:
            handled |= dict.fromkeys(found.awaited, "leave")
        others = [place for place in kept.expected(body, meeting) if place.chair not in [one.chair for one in come]]
        assert quorate(body, body.meetings[meeting][1], [*others, *come], handled), (come, found)
