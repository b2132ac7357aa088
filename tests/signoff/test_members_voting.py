"""Members vote on line over real requests: who finds it, who signs, what closes it, and what it comes to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.db import writing
from app.meetings.conflicts import handle_conflict
from app.meetings.models import AgendaItem
from app.people.models import BodyRule, SeatDeputy
from app.permissions import Refused
from app.signoff import queries, service, voting, voting_queries
from app.signoff.rulings import Ruled
from tests.conftest import SettableClock
from tests.signoff.group import NOW, decide, make_group, open_accounts, respond, set_meetings, subject
from tests.signoff.sequence import offer
from tests.signoff.test_chairs_action import Between
from workflows.facts import AnswerFact, Handling, Variation
from workflows.materiality import ClauseChange, RuledClause

BODY = "/sign-offs/standards/croydon"
VOTING, OPENING = f"{BODY}/voting", f"{BODY}/voting/open"
DURING, AFTER = datetime(2015, 11, 10, 12, 0, tzinfo=UTC), datetime(2015, 11, 12, 18, 0, tzinfo=UTC)
KINDS = ("chair", "lay_member", "registered_nurse", "gp_member", "accountable_officer")


class Voting(Between):
    """A deliverable is to be accepted, and Croydon's rule lets its members vote on line."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        self.session, self.client, self.clock = session, client, clock
        self.group = make_group(session, ("Croydon", "Kingston", "Merton"), nhs_england=False)
        self.accounts = open_accounts(session, self.group)
        director = self.group.director
        assert director is not None
        self.director = Doer(director.id, director.name, "programme director")
        self.case = service.open_case(
            session,
            code="standards",
            title="Patient vignettes",
            subject=subject(1),
            definition=("deliverable-acceptance", 3),
            parties=list(self.group.bodies.values()),
            asked_by=self.group.host,
            collaborative_id=self.group.collaborative.id,
            doer=self.director,
            now=NOW,
        )
        respond(session, self.group, self.case, list(self.group.secretaries), NOW)
        rule = session.scalars(sa.select(BodyRule).where(BodyRule.body_id == self.group.bodies["Croydon"].id)).one()
        rule.quorum = {**(rule.quorum or {}), "members_vote": True}
        self.meetings = set_meetings(session, self.group, date(2015, 11, 24), NOW)
        session.commit()

    def window(self, **changed: str) -> dict[str, str]:
        """The secretary's form, filled in."""
        filled = {
            "answer": "agree",
            "opens_on": "2015-11-06",
            "opens_at": "09:00",
            "closes_on": "2015-11-12",
            "closes_at": "17:00",
        }
        return {**self.form(OPENING), **filled, **changed}

    def open(self) -> None:
        self.become("croydon-secretary")
        assert self.client.post(OPENING, data=self.window()).status_code == 303
        self.clock.now = DURING

    def ballot(self, kind: str, vote: str = "for", **changed: str) -> tuple[str, dict[str, str]]:
        address = f"{VOTING}/{self.seat(kind)}"
        self.session.rollback()
        return address, {**self.form(address), "vote": vote, "interest_kind": "", **changed}

    def sign(self, kind: str, vote: str = "for") -> Any:
        """A holder signs as themself, without a page: for what the others do."""
        place = next(n for n, seat in enumerate(self.group.seats["Croydon"]) if seat.kind == kind)
        person, seat_id = self.group.people["Croydon"][place], self.seat(kind)
        body = self.group.bodies["Croydon"]
        with writing(self.session) as session:
            window = voting.window_now(queries.folded(session, self.case, self.clock.now), body.id)
            assert window is not None
            chosen: Any = vote
            ballot = voting.Ballot(window.entry_id, window.content_hash, seat_id, chosen)
            doer = Doer(person.id, person.name, "member")
            token = f"{kind}-signs"
            return voting.sign(
                session,
                case_id=self.case.id,
                body_id=body.id,
                ballot=ballot,
                token=token,
                doer=doer,
                now=self.clock.now,
            )


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Voting:
    return Voting(session, client, clock)


def test_a_window_is_opened_signed_and_its_outcome_recorded(world: Voting) -> None:
    world.become("croydon-secretary")
    assert "Put it to the vote of the members on line" in world.client.get(BODY).text
    early = world.client.post(OPENING, data=world.window(closes_on="2015-11-01"))
    assert early.status_code == 422
    assert "Voting has to close after it opens." in early.text
    world.open()
    assert world.standing() == ("voting open", True)
    world.become("croydon-chair")
    home = world.client.get("/").text
    assert "Vote for Clinical chair" in home
    address, fields = world.ballot("chair")
    assert f'href="{address}"' in world.client.get(VOTING).text
    assert world.client.post(address, data=fields).status_code == 303
    assert world.client.post(address, data=fields).status_code == 303  # the same press again
    assert "A vote once signed stands." in world.client.get(address).text
    for kind in KINDS[1:]:
        world.sign(kind)
    page = world.client.get(VOTING).text
    assert "5 have signed so far" in page
    assert "The result can no longer change" in page
    assert "For</td>" not in page
    assert "Vote for Clinical chair" not in world.client.get("/").text
    world.clock.now = AFTER
    world.become("croydon-secretary")
    fields = {**world.form(VOTING)}
    first = world.client.post(f"{VOTING}/outcome", data=fields)
    assert first.status_code == 303
    assert world.client.post(f"{VOTING}/outcome", data=fields).location == first.location
    receipt = world.client.get(first.location).text
    assert "Croydon agreed version 1 on 12 November 2015 by the votes of its members on line." in receipt
    assert "5 for, 0 against" in receipt
    assert world.standing() == ("agreed", False)


def test_nothing_is_taken_before_it_opens_or_after_it_closes_nor_the_outcome_before(world: Voting) -> None:
    world.become("croydon-secretary")
    assert world.client.post(OPENING, data=world.window()).status_code == 303
    world.become("croydon-chair")
    address = f"{VOTING}/{world.seat('chair')}"
    assert "Voting opens on 6 November 2015 at 9am." in world.client.get(address).text
    world.clock.now = DURING
    address, fields = world.ballot("chair")
    world.become("croydon-secretary")
    early = world.client.post(f"{VOTING}/outcome", data={**world.form(VOTING), "voting": fields["seen_voting"]})
    assert "Voting is open until 12 November 2015 at 5pm" in early.text
    world.become("croydon-chair")
    world.clock.now = AFTER
    late = world.client.post(address, data=fields)
    assert late.status_code == 403
    assert "Voting closed on 12 November 2015 at 5pm. Nothing was recorded." in late.text


def test_a_window_opened_by_mistake_is_stopped_its_votes_count_for_nothing_and_it_is_opened_again(
    world: Voting,
) -> None:
    world.open()
    world.become("croydon-chair")
    ballot, fields = world.ballot("chair")
    assert world.client.post(ballot, data=fields).status_code == 303
    assert "Stop the voting" not in world.client.get(VOTING).text
    assert world.client.get(f"{VOTING}/stop").status_code == 403
    world.become("croydon-secretary")
    assert "1 vote signed so far stays on record and counts for nothing" in world.client.get(f"{VOTING}/stop").text
    stopping = world.form(f"{VOTING}/stop")
    nothing = world.client.post(f"{VOTING}/stop", data=stopping)
    assert (nothing.status_code, "Say why the voting is stopped" in nothing.text) == (422, True)
    said = {**stopping, "reason": "It was opened for the wrong week."}
    for _ in range(2):  # the same press again
        assert world.client.post(f"{VOTING}/stop", data=said).status_code == 303
    page = world.client.get(BODY).text
    assert "was stopped, and counts for nothing: It was opened for the wrong week." in page
    assert "Put it to the vote of the members on line" in page
    assert world.standing() == ("not yet scheduled", True)
    world.become("croydon-chair")
    assert world.client.post(ballot, data={**fields, "token": "another"}).status_code == 409
    world.become("croydon-secretary")
    half = {"answer": "agree_with_conditions", "keeper_1": "The chief nurse", "due_1": "2016-03-31"}
    unsaid = world.client.post(OPENING, data=world.window(**half))
    assert (unsaid.status_code, "Enter the text of condition 1" in unsaid.text) == (422, True)
    put = world.window(**half, condition_1="A yearly review.")
    assert world.client.post(OPENING, data=put).status_code == 303
    page = world.client.get(VOTING).text
    assert "nobody has signed so far" in page
    assert "With The chief nurse; due by 31 March 2016" in page
    world.clock.now = DURING
    for kind in KINDS:
        world.sign(kind)
    world.session.rollback()
    world.clock.now = AFTER
    outcome = world.client.post(f"{VOTING}/outcome", data=world.form(VOTING))
    assert outcome.status_code == 303
    assert "With The chief nurse; due by 31 March 2016." in world.client.get(BODY).text.replace("with The", "With The")


def test_an_interest_declared_while_voting_is_open_waits_for_the_chair_and_its_ruling_bars_the_vote(
    world: Voting,
) -> None:
    world.open()
    world.open_account("Croydon", "gp_member")
    world.become("croydon-gp_member")
    address = f"{VOTING}/declare"
    new = {"interest": "new", "kind": "financial", "description": "My practice would be paid.", "concerns": "It"}
    assert world.client.post(address, data={**world.form(address), **new}).status_code == 303
    page = world.client.get(VOTING).text
    assert "and how it is handled is awaited" in page
    assert "My practice would be paid." in page  # the register, as it stands now
    assert "Vote for GP member" not in world.client.get("/").text
    assert "how it is handled is awaited" in world.client.get(f"{VOTING}/{world.seat('gp_member')}").text
    assert world.client.get(f"{VOTING}/interest").status_code == 403
    world.become("croydon-secretary")
    ruling = {
        **world.form(f"{VOTING}/interest"),
        "seats": str(world.seat("gp_member")),
        "interest_kind": "financial",
        "handling": "leave",
        "reason": "The practice would be paid.",
        "handled_by": "Dr Clinical of Croydon, Clinical chair",
    }
    wrong = world.client.post(f"{VOTING}/interest", data={**ruling, "handled_by": "Somebody"})
    assert wrong.status_code == 422
    assert world.client.post(f"{VOTING}/interest", data=ruling).status_code == 303
    assert "decided on the interest of Dr GP of Croydon in what its members vote on" in world.client.get(BODY).text
    world.become("croydon-gp_member")
    assert "because of a financial interest" in world.client.get(f"{VOTING}/{world.seat('gp_member')}").text


@pytest.mark.parametrize("handling", ["leave", "note_only"])
def test_what_was_ruled_on_an_agenda_by_the_close_bars_the_vote_however_it_is_ruled_on_afterwards(
    world: Voting, handling: Handling
) -> None:
    croydon, seats, people = world.group.bodies["Croydon"], world.group.seats, world.group.people
    doer = world.group.doer("Croydon")
    item = service.schedule(world.session, world.case, croydon, world.meetings["Croydon"], doer, NOW)
    world.session.commit()
    world.open()
    for kind in KINDS:
        world.sign(kind)
    place = next(n for n, seat in enumerate(seats["Croydon"]) if seat.kind == "gp_member")
    ruled: list[tuple[Handling, datetime]] = [("leave", DURING), (handling, AFTER)]
    for how, at in ruled:
        with writing(world.session) as session:
            handle_conflict(
                session, session.get_one(AgendaItem, item.id), seat=seats["Croydon"][place],
                person=people["Croydon"][place], interest_kind="financial", handling=how, reason=f"Said at {at}.",
                handled_by="Dr Clinical of Croydon", doer=doer, now=at,
            )  # fmt: skip
    world.clock.now = AFTER
    first = world.client.post(f"{VOTING}/outcome", data=world.form(VOTING))
    assert "4 for, 0 against" in world.client.get(first.location).text


def test_a_vote_is_bound_to_what_was_shown_and_a_new_version_closes_the_window(world: Voting) -> None:
    world.open()
    world.become("croydon-chair")
    address, fields = world.ballot("chair")
    other = world.client.post(address, data={**fields, "seen_hash": "f" * 64})
    assert other.status_code == 409
    with writing(world.session) as session:
        service.open_round(session, world.case, subject(2), world.director, DURING)
    stale = world.client.post(address, data=fields)
    assert stale.status_code == 409
    assert "Its content is not the content that was before you" in stale.text
    assert "are not voting on this now" in world.client.get(VOTING).text


def test_without_quorum_of_the_seats_that_voted_nothing_is_decided(world: Voting) -> None:
    world.open()
    world.sign("chair")
    world.session.rollback()
    world.clock.now = datetime(2015, 11, 13, 6, 0, tzinfo=UTC)
    with writing(world.session) as session:
        assert voting_queries.record_closed(session, world.clock.now) == 1
    with writing(world.session) as session:
        assert voting_queries.record_closed(session, world.clock.now) == 0
    assert world.standing() == ("not quorate", True)
    world.become("croydon-secretary")
    page = world.client.get(BODY).text
    assert "Nothing was decided on 12 November 2015. Croydon is not quorate for this item" in page
    assert "Put it to the vote of the members on line" in page


def test_while_the_members_vote_no_meeting_decides_and_nobody_else_signs(world: Voting) -> None:
    world.open()
    world.session.rollback()
    with pytest.raises(Refused, match="Nothing else is recorded of it before that"), writing(world.session):
        decide(world.session, world.group, world.case, "Croydon", world.meetings["Croydon"], DURING + timedelta(20))
    world.become("croydon-secretary")
    refused = world.client.get(f"{VOTING}/{world.seat('chair')}")
    assert refused.status_code == 403
    assert "neither holds the seat Clinical chair today nor may stand in for" in refused.text
    world.become("merton-secretary")
    assert "Only Croydon’s own members" in world.client.get(VOTING).text


def test_a_deputy_finds_it_signs_for_the_one_seat_and_both_names_are_kept(world: Voting) -> None:
    world.open()
    world.open_account("Croydon", "in_attendance")
    place = next(n for n, seat in enumerate(world.group.seats["Croydon"]) if seat.kind == "in_attendance")
    deputy = world.group.people["Croydon"][place]
    world.session.add(
        SeatDeputy(
            seat_id=world.seat("gp_member"),
            person_id=deputy.id,
            starts=date(2015, 11, 1),
            ends=date(2015, 11, 30),
            demonstration=False,
        )
    )
    world.session.commit()
    world.become("croydon-in_attendance")
    assert "Vote for GP member" in world.client.get("/").text
    address, fields = world.ballot("gp_member", "interest")
    assert "Say which kind of interest it is" in world.client.post(address, data=fields).text
    assert world.client.post(address, data={**fields, "interest_kind": "financial"}).status_code == 303
    page = world.client.get(VOTING).text
    assert "deputy, takes no part because of a financial interest" in page
    said = queries.history(world.session, world.case)[-1].payload or {}
    assert (said["deputy_for"], said["vote"]) == (said["holder"], "recused")


def test_a_body_whose_rule_does_not_let_its_members_vote_decides_at_its_meeting(world: Voting) -> None:
    world.become("merton-secretary")
    page = world.client.get("/sign-offs/standards/merton").text
    assert "Put it to the vote of the members on line" not in page
    assert "Put it on an agenda" in page
    refused = world.client.get("/sign-offs/standards/merton/voting/open")
    assert "own rule does not let its members vote on line, so its meeting decides." in refused.text


def test_the_outcome_is_about_what_was_put_to_the_vote_though_its_ground_is_gone_meanwhile(world: Voting) -> None:
    offer(world.client.application, 3)
    body, change = world.group.bodies["Croydon"], ClauseChange("response", "2.2", "Response", "reworded", "was", "now")
    ruled = Ruled(subject(1).content_hash, (RuledClause(change, "material", "It binds more people."),))
    varied = Variation("clause 3", "Within four hours.", date(2015, 11, 10))
    with writing(world.session) as session:
        world.case = service.open_case(
            session,
            code="modelled",
            title="A standard",
            subject=subject(1),
            definition=("modelled", 1),
            parties=list(world.group.bodies.values()),
            asked_by=world.group.host,
            collaborative_id=world.group.collaborative.id,
            doer=world.director,
            now=NOW,
        )
        meeting = set_meetings(session, world.group, NOW.date(), NOW)["Croydon"]
        agreed = AnswerFact("agree_with_local_variation", variation=varied, reason="One site only.")
        decide(session, world.group, world.case, "Croydon", meeting, NOW, answer=agreed)
        service.open_round(session, world.case, subject(2), world.director, NOW, ruled)
        voting.open_voting(
            session,
            case_id=world.case.id,
            body_id=body.id,
            opens=NOW,
            closes=AFTER,
            answer="agree",
            seen=queries.seen_for(session, world.case, body),
            token="opened",
            doer=world.group.doer("Croydon"),
            now=NOW,
        )
    for kind in KINDS:
        world.sign(kind)
    with writing(world.session) as session:
        assert voting_queries.record_closed(session, AFTER) == 1
    found = queries.folded(world.session, world.case, AFTER)
    said = found.entries[-1].payload
    assert (said["answer"], [clause["code"] for clause in said["reaffirms"]]) == ("agree", ["response"])
    party = found.party(body.id)
    assert party is not None
    assert (party.word, party.in_favour) == ("local variation expired", False), "nobody voted on the whole of it"
