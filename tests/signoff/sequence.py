"""One sequence of real requests by different people, held against the ledger after each step."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.db import writing
from app.documents.hashing import text_hash
from app.meetings.conflicts import handle_conflict
from app.meetings.in_the_room import who_rules
from app.meetings.models import AgendaItem
from app.people.models import Person, Seat, SeatHolding
from app.permissions import Refused, Stale
from app.signoff import service
from app.signoff.definitions import ON_OFFER
from app.signoff.models import Case, CaseState, PartyState
from app.signoff.rulings import Ruled
from app.signoff.subject import Subject
from tests.conftest import SettableClock
from tests.signoff.filled_in import amend, fill, read_page, said, typed
from tests.signoff.ledger import Ledger
from tests.signoff.ledger_facts import (
    AGREEING,
    AS_AMENDED,
    Body,
    Chair,
    Decision,
    Form,
    Place,
    Voting,
    eligible,
    quorate,
)
from tests.signoff.small_world import CLAUSES, GUESTS, HEADING, JOINT, MEETINGS, SmallWorld, content, first_texts
from tests.signoff.test_pages import hidden
from workflows.definition import parse
from workflows.facts import Handling
from workflows.materiality import ClauseChange, RuledClause
from workflows.offered import Offered

RULES = """\
name: modelled
version: 1
title: A modelled route
stages:
  - name: decision
    title: Decision
    question: Does the body agree it?
    version: first
    parties:
      - kind: governing_body
        decide: members
        answers: [agree, agree_as_amended, agree_with_local_variation, defer, not_agree]
      - kind: joint_committee
        decide: members
        answers: [agree, agree_as_amended, agree_with_local_variation, defer, not_agree]
      - kind: officer
        decide: officer
        role: officer
        answers: [agree, agree_as_amended, agree_with_conditions, agree_with_local_variation, defer, not_agree]
    across: {across}
    then: {{complete: done, declined: decision}}
"""
TEXTS = {needed: RULES.format(across=f"{{{rule}}}") for needed, rule in ((3, "every: true"), (2, "at_least: 2"))}
OPENED = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
EVENING = time(18, 0, tzinfo=UTC)
STEPS = {
    "decide": 16,
    "amend": 4,
    "answer_as_officer": 4,
    "schedule": 3,
    "wait": 3,
    "press_again": 2,
    "send_an_older_form": 3,
    "note_a_conflict": 3,
    "end_a_seat": 2,
    "put_another_version": 1,
    "put_a_version_ruled_on": 3,
    "withdraw_an_agreement": 2,
    "withdraw_the_case": 1,
    "edit_the_definition": 1,
}
CORRECTED = "decision.corrected"
SIGNS = {
    "agreed": "agreed version",
    "agreed with conditions": "agreed version",
    "agreed with local variation": "with a local variation",
    "agreed as amended": "as amended in",
    "not agreed": "did not agree",
    "deferred": "deferred its decision",
    "not quorate": "not quorate",
    "agreement withdrawn": "withdrew its agreement",
    "local variation expired": "expired on",
    "to be ratified": "is to be ratified by a meeting",
    "not ratified": "did not ratify",
}
"""What the sentence beside a standing has to say, and no sentence beside another standing that is none of its own."""


class Play:
    """One sequence: requests on one side, the ledger on the other, compared after each step."""

    def __init__(self, app: Flask, session: Session, clock: SettableClock, world: SmallWorld, needed: int) -> None:
        self.app, self.session, self.clock, self.world = app, session, clock, world
        self.ledger = Ledger(
            world.bodies,
            needed + 1 if world.own and needed == len(world.bodies) else needed,  # everybody, and it is one more
            content(1),
            first_texts(),
            OPENED.date(),
            world.joint,
            world.delegations,
            own=world.own,
        )
        self.path = f"/sign-offs/{world.case.code}"
        self.case_id = world.case.id
        self.clients = {code: self.client(code) for code in self.ledger.bodies}
        self.others: dict[str, FlaskClient] = {}
        self.ballots: list[tuple[Body, Voting, Chair, str, dict[str, str]]] = []
        self.pressed: set[str] = set()
        self.forms: list[Form] = []
        self.pages_of_rulings: list[tuple[int, int, dict[str, str]]] = []  # of which ruling, in which round, its fields
        self.last: Form | None = None
        self.entries: list[tuple[int, str, Any]] = self.read_entries()
        self.to_day(MEETINGS[0])

    def to_day(self, on: date) -> None:
        self.clock.now = datetime.combine(on, EVENING)
        self.ledger.today = on

    def client(self, who: str) -> FlaskClient:
        """The browser of a person, who is signed in."""
        made = self.app.test_client()
        made.set_cookie("concord", self.world.cookies[who])
        return made

    def browser(self, who: str) -> FlaskClient:
        """That of a person, by name or by the code of the body that they act for."""
        if who not in self.clients and who not in self.others:
            self.others[who] = self.client(who)
        return self.clients.get(who) or self.others[who]

    def step(self, kind: str, seed: int) -> None:
        expected = getattr(self, kind)(Random(seed))
        self.compare(expected or [])

    # what people do

    def decide(self, chance: Random) -> list[str]:
        body = chance.choice(self.world.meeting)
        held = [code for code, (_, on) in body.meetings.items() if on <= self.ledger.today]
        meeting = chance.choice([*body.meetings]) if chance.random() < 0.1 else held[-1]
        form = self.form(body, f"decision?meeting={meeting}", chance, meeting)
        if form is None:
            return []
        fill(form, chance, self.ledger.today)
        return self.send(form)

    def amend(self, chance: Random) -> list[str]:
        """A meeting or an officer agrees the version with clauses that are to read otherwise."""
        body = chance.choice([*self.ledger.bodies.values()])
        held = [code for code, (_, on) in body.meetings.items() if on <= self.ledger.today]
        meeting = held[-1] if held else ""
        form = self.form(body, f"decision?meeting={meeting}" if meeting else "answer", chance, meeting)
        if form is None:
            return []
        fill(form, chance, self.ledger.today)
        amend(form, chance, self.ledger.texts)
        return self.send(form)

    def answer_as_officer(self, chance: Random) -> list[str]:
        form = self.form(self.world.officer, "answer", chance)
        if form is None:
            return []
        fill(form, chance, self.ledger.today)
        return self.send(form)

    def press_again(self, chance: Random) -> list[str]:
        return self.send(self.last) if self.last else []

    def send_an_older_form(self, chance: Random) -> list[str]:
        if not self.forms:
            return []
        form = chance.choice(self.forms)
        if not form.receipt:
            fill(form, chance, self.ledger.today)
        return self.send(form)

    def schedule(self, chance: Random) -> list[str]:
        body = chance.choice(self.asked_at_meetings())
        meeting, by = chance.choice([*body.meetings]), self.who(body, chance)
        page = self.clients[by].get(f"{self.path}/{body.code}")
        fields = {"csrf_token": hidden(page.text)["csrf_token"], "meeting": meeting}
        answered = self.clients[by].post(f"{self.path}/{body.code}/schedule", data=fields)
        why = "another’s" if by != body.code else self.ledger.why_not_planned(body, meeting)
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, answered.text[-2000:])
        return [] if why else self.ledger.schedule(body, meeting)

    def withdraw_an_agreement(self, chance: Random) -> list[str]:
        body = chance.choice([*self.ledger.bodies.values()])
        held = [code for code, (_, on) in body.meetings.items() if on <= self.ledger.today]
        meeting = chance.choice(held) if held else ""
        address = f"withdrawal?meeting={meeting}" if meeting else "withdrawal"
        form = self.form(body, address, chance, meeting)
        if form is None:
            return []
        fill(form, chance, self.ledger.today)
        form.answer, form.reason = "", "The provider has closed."
        self.forms.remove(form)
        self.last = None if self.last is form else self.last
        answered = self.clients[form.by].post(f"{self.path}/{body.code}/{address}", data=typed(form))
        why = "another’s" if form.by != body.code else self.ledger.why_not_withdrawn(form)
        assert (answered.status_code == 303) == (not why), (why, answered.status_code, said(answered.text))
        return [] if why else self.ledger.withdraw(form)

    def wait(self, chance: Random) -> list[str]:
        coming = [on for on in MEETINGS if on > self.ledger.today]
        days = chance.choice((1, 1, 30)) if not coming else 1
        later = self.ledger.today + timedelta(days=days)
        self.to_day(coming[0] if coming and chance.random() < 0.7 else later)
        return []

    def note_a_conflict(self, chance: Random) -> list[str]:
        if not self.ledger.items:
            return []
        code, meeting = chance.choice(sorted(self.ledger.items))
        body = self.ledger.bodies[code]
        chair = chance.choice(body.chairs)
        person = chance.choice((chair.holder, chair.holder, *GUESTS[:2]))
        handling: Handling = chance.choice(
            ("note_only", "stay_speak_no_vote", "stay_silent", "leave", "paper_withheld")
        )
        place = next((one for one in body.chairs if one.holder == person), body.chairs[0])
        with writing(self.session) as session:
            item = session.get_one(AgendaItem, self.item(session, body, meeting))
            who = session.get_one(Person, self.world.people[person])
            presides = who_rules(session, item, [who.id]).seats
            if not presides:
                return []
            handle_conflict(
                session, item, seat=session.get_one(Seat, place.id), person=who, interest_kind="financial",
                handling=handling, reason="Said.", handled_by=presides[0].person_name or "", doer=self.world.doer,
                now=self.clock.now,
            )  # fmt: skip
        body.handled.setdefault(meeting, {})[person] = handling
        body.known[person] = handling
        body.ruled.append((self.clock.now, person, handling))
        return []

    def item(self, session: Session, body: Body, meeting: str) -> int:
        """The agenda item by which the body has the case before it at this meeting."""
        return session.scalars(
            sa.select(AgendaItem.id).where(
                AgendaItem.meeting_id == body.meetings[meeting][0], AgendaItem.subject_id == self.case_id
            )
        ).one()

    def end_a_seat(self, chance: Random) -> list[str]:
        body = chance.choice(self.world.meeting)
        chair = chance.choice(body.chairs)
        day_before = chance.choice(MEETINGS) - timedelta(days=1)
        with writing(self.session) as session:
            session.execute(sa.update(SeatHolding).where(SeatHolding.id == chair.id).values(ends=day_before))
        chair.until = day_before
        return []

    def edit_the_definition(self, chance: Random) -> list[str]:
        offer(self.app, chance.choice((2, 3)))
        return []

    def put_another_version(self, chance: Random) -> list[str]:
        subject = self.written(self.ledger.texts)
        with self.refused_when(self.ledger.state != "open") as session:
            service.open_round(session, self.case(session), subject, self.world.doer, self.clock.now)
        if self.ledger.state != "open":
            return []
        return self.ledger.another_version(subject.content_hash, self.ledger.texts)

    def written(self, texts: Mapping[str, str]) -> Subject:
        """The next version, whose clauses read so; nobody has written it where nobody can be asked about it."""
        number = self.ledger.round + 1
        if self.ledger.state == "open":
            with writing(self.session) as session:
                self.world.write(session, number, texts)
        return self.world.version(number)

    def put_a_version_ruled_on(self, chance: Random) -> list[str]:
        """Another version, with a ruling on each clause that it changes; now and then it compares with another.

        It mostly has the words with which one of the bodies agreed as amended, where one did.
        """
        ledger = self.ledger
        changed = {
            clause: f"{clause} of {ledger.round + 1}" for clause in chance.sample(CLAUSES, chance.choice((0, 1, 1, 2)))
        }
        wanted = ledger.wanted()
        if wanted and chance.random() < 0.8:
            changed |= chance.choice(wanted)
        ruling = {clause: (words, chance.random() < 0.6) for clause, words in changed.items()}
        clauses = tuple(
            RuledClause(
                ClauseChange(clause, clause, HEADING, "reworded", "was", text_hash(HEADING, words)),
                "material" if material else "editorial",
                "As it reads.",
            )
            for clause, (words, material) in ruling.items()
        )
        stale = chance.random() < 0.1
        ruled = Ruled(content(0) if stale else ledger.content, clauses)
        if ledger.state == "open" and stale:
            subject = self.world.version(ledger.round + 1)
            with pytest.raises(Stale), writing(self.session) as session:
                service.open_round(session, self.case(session), subject, self.world.doer, self.clock.now, ruled)
            return []
        texts = {**ledger.texts, **changed}
        subject = self.written(texts)
        with self.refused_when(ledger.state != "open") as session:
            service.open_round(session, self.case(session), subject, self.world.doer, self.clock.now, ruled)
        return ledger.another_version(subject.content_hash, texts, ruling) if ledger.state == "open" else []

    def withdraw_the_case(self, chance: Random) -> list[str]:
        closed = self.ledger.state != "open"
        with self.refused_when(closed) as session:
            service.withdraw(
                session, case_id=self.case_id, reason="Overtaken.", doer=self.world.doer, now=self.clock.now
            )
        self.ledger.state = self.ledger.state if closed else "withdrawn"
        return [] if closed else ["case.withdrawn"]

    # how they do it

    def asked_at_meetings(self) -> Sequence[Body]:
        """The bodies in the case that decide at meetings; a joint committee not asked itself once it is for others."""
        joint_too = self.world.own or bool(self.ledger.through)
        return [body for body in self.world.meeting if body is not self.world.joint or joint_too]

    def case(self, session: Session) -> Case:
        return session.get_one(Case, self.case_id)

    @contextmanager
    def refused_when(self, refused: bool) -> Iterator[Session]:
        if not refused:
            with writing(self.session) as session:
                yield session
            return
        with pytest.raises(Refused), writing(self.session) as session:
            yield session

    def who(self, body: Body, chance: Random) -> str:
        """The body's own person, and now and then another’s."""
        return chance.choice([*self.clients]) if chance.random() < 0.06 else body.code

    def form(self, body: Body, address: str, chance: Random, meeting: str = "") -> Form | None:
        """A form as its page shows it now; nothing where there is none to be had."""
        by = self.who(body, chance)
        open_still = [one for one in self.forms if one.body is body and one.meeting == meeting and not one.receipt]
        current = [one for one in open_still if one.seen == self.ledger.seen(body) and self.shows_the_room(one)]
        if current and by == body.code and chance.random() < 0.7:
            return current[-1]
        page = self.clients[by].get(f"{self.path}/{body.code}/{address}")
        if page.status_code != 200:
            return None
        assert by == body.code, "a form for another body’s decision"
        room = body.in_the_room(meeting) if meeting else ()
        form = Form(body, hidden(page.text), self.ledger.seen(body), meeting, room, by)
        self.forms.append(form)
        return form

    def shows_the_room(self, form: Form) -> bool:
        return not form.meeting or form.room == form.body.in_the_room(form.meeting)

    def send(self, form: Form) -> list[str]:
        """Send the form of an answer and hold what came of it against the ledger; gives the entries expected."""
        self.last = form
        kind = f"decision?meeting={form.meeting}" if form.meeting else "answer"
        answered = self.clients[form.by].post(f"{self.path}/{form.body.code}/{kind}", data=typed(form))
        if form.receipt:
            if not self.shows_the_room(form):
                assert answered.status_code == 409
            else:
                assert answered.location == form.receipt, (answered.status_code, said(answered.text))
            return []
        why = self.ledger.why_not(form)
        text = unescape(answered.text)
        assert (answered.status_code == 303) == (not why), (why, form, answered.status_code, said(text))
        if why == "not quorate":
            assert f"{form.body.name} is not quorate for this item" in text
        if why == "stale":
            assert answered.status_code == 409
        if why:
            assert "/receipts/" not in text
            return []
        form.receipt = answered.location or ""
        return self.ledger.record(form)

    # what there is to see

    def read_entries(self) -> list[tuple[int, str, Any]]:
        self.session.rollback()
        entry = RecordEntry.__table__.c
        query = sa.select(entry.id, entry.tag, entry.payload).where(
            entry.thing_kind == "case", entry.thing_id == self.case_id
        )
        return [tuple(row) for row in self.session.execute(query.order_by(entry.id))]

    def compare(self, expected: list[str]) -> str:
        """The entries only grow, by what the ledger expects; page, projection and ledger agree. Gives the page."""
        entries = self.read_entries()
        assert entries[: len(self.entries)] == self.entries, "an entry was changed"
        added = entries[len(self.entries) :]
        assert [tag for _, tag, _ in added] == expected
        self.entries = entries
        if "case.agreed" in expected:
            self.rests_on_quorums()
        page = unescape(self.clients[self.world.bodies[0].code].get(self.path).text)
        state, result, parties = read_page(page)
        ledger = self.ledger
        assert state == ledger.state
        self.explains(state, result)
        there = [*self.asked_at_meetings(), self.world.officer]
        assert {*parties} == {body.code for body in there}
        for body in there:
            word, sentence = parties[body.code]
            assert word in ledger.words(body.code), (body.name, word, ledger.words(body.code))
            self.says(body.code, word, sentence)
        self.projected(result, {code: word for code, (word, _) in parties.items()}, written=bool(added))
        return page

    def says(self, code: str, word: str, sentence: str) -> None:
        """The sentence beside a standing says what it has to, and nothing that belongs to another."""
        ledger = self.ledger
        through = ledger.by(code) != code
        begins = f"{ledger.bodies[code].name} decides this through {JOINT}, to which it delegated it"
        if word != "withdrawn":
            assert sentence.startswith(begins) == through, (through, sentence)
        if ledger.held(ledger.by(code)) is not None:
            return  # a sentence about several versions tells of what was said of each
        expects = SIGNS.get(word)
        assert expects is None or expects in sentence, (word, sentence)
        others = [sign for sign in SIGNS.values() if sign != expects and sign in sentence]
        older = ("agreed as amended", "local variation expired", "re-affirmation needed")
        allowed = {"agreed version"} if word in older else set()
        mixed = ("scheduled", "agreed with local variation", "to be ratified")
        assert word in mixed or set(others) <= allowed, (word, sentence)

    def explains(self, state: str, result: str) -> None:
        """The result’s sentence bears out the state, and counts as the ledger counts."""
        ledger = self.ledger
        agreeing = len(ledger.in_favour())
        assert result.startswith(f"{agreeing} of {len(ledger.parts)} have agreed"), (agreeing, result)
        assert ("closed as agreed" in result) == (state == "agreed"), result
        assert ("The case was withdrawn" in result) == (state == "withdrawn"), result
        assert ("can no longer be completed" in result) == (state == "open" and not ledger.possible()), result
        unborne = state == "agreed" and agreeing < ledger.needed
        assert ("no longer bears" in result or "no longer does" in result) == unborne, result
        assert state != "open" or agreeing < ledger.needed

    def projected(self, result: str, words: dict[str, str], *, written: bool) -> None:
        kept = self.session.execute(
            sa.select(CaseState.state, CaseState.sentence, CaseState.round).where(CaseState.case_id == self.case_id)
        ).one()
        assert (kept.state, kept.round) == (self.ledger.state, self.ledger.round)
        if not written:
            return  # what a day brings without an entry comes into the projections by the daily work
        assert kept.sentence == result
        rows = self.session.execute(
            sa.select(PartyState.body_id, PartyState.standing).where(
                PartyState.case_id == self.case_id, PartyState.round == self.ledger.round
            )
        )
        codes = {body.id: body.code for body in self.ledger.bodies.values()}
        assert {codes[body_id]: word for body_id, word in rows} == words

    def rests_on_quorums(self) -> None:
        """Each agreement that was counted is, in the record itself, of a quorum on the content of its round.

        That is this round’s, or a ruling leads from it to this one.
        """
        counted = self.ledger.in_favour()
        assert len(counted) >= self.ledger.needed
        became = {payload["corrects"]: payload["answer"] for _, tag, payload in self.entries if tag == CORRECTED}
        ruled = {
            (payload["from_hash"], payload["to_hash"]) for _, tag, payload in self.entries if tag == "change.ruled"
        }
        who = [(code, self.ledger.by(code)) for code in counted]
        rested_on = [(self.ledger.bodies[by], one) for _, by in who for one in self.ledger.rest_on(by)]
        self.rests_on_delegations([(code, self.ledger.rest_on(by)) for code, by in who if by != code])
        for body, decision in rested_on:
            contents = [content(number) for number in range(decision.round, self.ledger.round + 1)]
            assert set(pairwise(contents)) <= ruled
            entry_id, payload = next(
                (entry_id, payload)
                for entry_id, tag, payload in reversed(self.entries)
                if (tag, payload.get("body_id")) == ("decision.recorded", body.id)
                and payload["round"] == decision.round
                and became.get(entry_id, "-")
            )
            assert became.get(entry_id, payload["answer"]) in ((AS_AMENDED,) if decision.wants else AGREEING)
            assert payload["content_hash"] == decision.content
            again = {clause: text_hash(HEADING, words) for clause, words in decision.reaffirms.items()}
            assert {one["code"]: one["hash"] for one in payload.get("reaffirms") or ()} == again
            if decision.alone:
                [payload] = [
                    payload
                    for _, tag, payload in self.entries
                    if tag == "decision.ratified" and payload["decision"] == entry_id
                ]
            if not body.chairs:
                continue
            on = date.fromisoformat(payload["held_on"])
            handled = {row["person"]: row["handling"] for row in payload["exclusions"]}
            chairs = {chair.id: chair for chair in body.chairs}
            places = [
                Place(chairs[row["seat_id"]], row["person"], row["deputy_for"] is not None)
                for row in payload["attendance"]
                if row["there_for_item"]
            ]
            assert quorate(body, on, places, handled, {place.chair.id for place in places})
            for vote in payload["votes"]:
                if vote["vote"] in ("for", "against", "abstain"):
                    assert eligible(chairs[vote["seat_id"]], places, handled)

    def rests_on_delegations(self, counted: Sequence[tuple[str, Sequence[Decision]]]) -> None:
        """What was decided for others was, in the record itself, on days for which they had delegated it."""
        for code, decisions in counted:
            body_id = self.ledger.bodies[code].id
            days = [
                (date.fromisoformat(one["since"]), one["until"])
                for _, tag, payload in self.entries
                if tag == "party.delegated"
                for one in payload["parties"]
                if one["body_id"] == body_id
            ]
            for one in decisions:
                assert any(
                    since <= one.on and (not until or one.on <= date.fromisoformat(until)) for since, until in days
                )


def offer(app: Flask, needed: int) -> None:
    """Put a definition of that name and version on offer, whatever stood there before."""
    app.extensions[ON_OFFER]["modelled", 1] = Offered(parse(TEXTS[needed]), own=True)
