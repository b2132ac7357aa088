"""A footprint's rules in a case: named parties that must agree, answers of a stage's own, an officer by their title."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.people.models import Account, DecidingBody, RoleHolding
from app.permissions import Refused, Role
from app.signoff import queries, service
from app.signoff.definitions import ON_OFFER
from app.signoff.models import Case
from tests.conftest import SettableClock
from tests.signoff.group import (
    BEGAN,
    NOW,
    Group,
    answer_for_england,
    begin_session,
    decide,
    make_group,
    open_accounts,
    set_meetings,
    subject,
)
from tests.signoff.test_pages import hidden
from workflows.definition import parse
from workflows.facts import AnswerFact, BodyKind
from workflows.offered import Offered

RULES = """\
name: trial
version: 1
title: A trial
stages:
  - name: money
    title: The money
    question: Is it there?
    version: first
    by: {working_days: 3}
    parties:
      - {kind: governing_body, decide: officer, role: officer, titled: chief finance officer, answers: [agree]}
    across: {at_least: 1}
    then: {complete: judged}
  - name: judged
    title: Judged
    question: What becomes of it?
    version: same
    answers_of_its_own:
      adopt: {title: Adopt, counts: in_favour}
      stop: {title: Stop, counts: against, needs: reason}
    parties:
      - {kind: governing_body, decide: meeting, answers: [adopt, stop]}
      - {kind: officer, decide: officer, role: officer, answers: [adopt, stop]}
    across:
      all_of:
        - majority: true
        - must: [T00]
    then: {complete: done, declined: stopped}
"""
MEETING = date(2015, 11, 24)
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def group(session: Session) -> Group:
    group = make_group(session, ["Merton", "Sutton"])
    for name in ("Merton", "Sutton"):
        holder = group.people[name][3]  # chief finance officer
        organisation_id = group.bodies[name].organisation_id
        session.add(
            RoleHolding(person_id=holder.id, role=Role.OFFICER.value, organisation_id=organisation_id, starts=BEGAN)
        )
    session.flush()
    session.info[ON_OFFER] = {("trial", 1): Offered(parse(RULES), own=True)}
    return group


def opened(session: Session, group: Group, *names: str) -> Case:
    assert group.director is not None
    return service.open_case(
        session,
        code="trial",
        title="The trial",
        subject=subject(1),
        definition=("trial", 1),
        parties=[group.bodies[name] for name in names],
        asked_by=group.host,
        collaborative_id=group.collaborative.id,
        doer=Doer(group.director.id, group.director.name, "programme director"),
        now=NOW,
    )


def sign(session: Session, group: Group, case: Case, name: str, holder: int) -> None:
    """The money is said to be there by the holder of one of the body's seats."""
    body, person = group.bodies[name], group.people[name][holder]
    service.answer_as_officer(
        session,
        case_id=case.id,
        body_id=body.id,
        answer=AnswerFact("agree"),
        seen=queries.seen_for(session, case, body),
        token=f"money-{name}-{holder}",
        doer=Doer(person.id, person.name, "officer"),
        now=NOW,
        role="officer",
    )


def test_a_named_party_has_to_be_asked_and_has_to_agree(session: Session, group: Group) -> None:
    with pytest.raises(Refused, match="“Judged” cannot be completed without a party of the organisation T00"):
        opened(session, group, "Sutton", "NHS England")
    case = opened(session, group, "Merton", "Sutton", "NHS England")
    sign(session, group, case, "Sutton", 3)
    meetings = set_meetings(session, group, MEETING, NOW)
    decide(session, group, case, "Sutton", meetings["Sutton"], EVENING, answer=AnswerFact("adopt"))
    answer_for_england(session, group, case, EVENING, AnswerFact("adopt"))
    found = queries.standing_of(session, case, EVENING)
    assert found.result == (
        "2 of 3 have answered in favour, 2 needed; 2 “Adopt” (Sutton and NHS England); Merton, which must answer in "
        "favour, has not answered."
    )
    votes = group.votes("Merton", "against")
    with pytest.raises(Refused, match="“Adopt” does not follow from the votes: 0 for, 8 against"):
        decide(session, group, case, "Merton", meetings["Merton"], EVENING, answer=AnswerFact("adopt"), votes=votes)
    with pytest.raises(Refused, match="“Stop” needs a reason"):
        decide(session, group, case, "Merton", meetings["Merton"], EVENING, answer=AnswerFact("stop"))
    stop = AnswerFact("stop", reason="Nobody came")
    entry_id = decide(session, group, case, "Merton", meetings["Merton"], EVENING, answer=stop)
    said = queries.entry_of(session, case, entry_id).payload or {}
    assert (said["answer"], said["answer_title"], said["counts"]) == ("stop", "Stop", "against")
    assert said["tally"] == "Merton has answered “Stop”: 8 for, 0 against."
    found = queries.standing_of(session, case, EVENING)
    assert found.state == "stopped"
    assert "Merton answered “Stop” on version 1 on 24 November 2015: Nobody came" in found.result


def test_only_who_holds_the_seat_of_that_title_answers_and_the_early_end_is_on_record(
    session: Session, group: Group
) -> None:
    case = opened(session, group, "Merton", "Sutton", "NHS England")
    result = queries.standing_of(session, case, NOW).result
    assert result.endswith("It is to be answered by 10 November 2015.")
    late = datetime(2015, 11, 11, 9, 0, tzinfo=UTC)
    result = queries.standing_of(session, case, late).result
    assert result.endswith("It was to be answered by 10 November 2015, which has passed.")
    chair = group.people["Merton"][0]
    organisation_id = group.bodies["Merton"].organisation_id
    session.add(RoleHolding(person_id=chair.id, role=Role.OFFICER.value, organisation_id=organisation_id, starts=BEGAN))
    with pytest.raises(Refused, match="is not Merton’s chief finance officer on 5 November 2015"):
        sign(session, group, case, "Merton", 0)
    sign(session, group, case, "Merton", 3)
    completed = next(entry for entry in queries.history(session, case) if entry.tag == "stage.completed")
    said = completed.payload or {}
    assert said["early"] is True
    assert said["sentence"].endswith("It is decided early: the answers still to come cannot change this.")


def test_the_pages_offer_record_and_show_a_stages_own_answers(
    session: Session, group: Group, client: FlaskClient, clock: SettableClock
) -> None:
    case = opened(session, group, "Merton", "Sutton", "NHS England")
    sign(session, group, case, "Merton", 3)
    set_meetings(session, group, MEETING, NOW)
    accounts = open_accounts(session, group)
    client.set_cookie("concord", begin_session(session, accounts["merton-secretary"], clock.real))
    session.commit()
    clock.now = EVENING
    path = "/sign-offs/trial/merton/decision"
    page = client.get(path).text
    assert "Needed for “Stop”." in page
    fields = {**hidden(page), "how_voted": "all", "presiding": "0", "answer": "adopt"}
    fields |= {f"attended_{seat.id}": "present" for seat in group.seats["Merton"]}
    assert "Merton has answered “Adopt”: 8 for, 0 against." in client.post(path, data={**fields, "step": "check"}).text
    receipt = unescape(client.get(client.post(path, data=fields).location).text)
    assert "Merton answered “Adopt” on version 1 on 24 November 2015." in receipt
    page = unescape(client.get("/sign-offs/trial").text)
    assert "1 “Adopt” (Merton)" in page
    assert "Still needed: 1 more in favour, of Sutton and NHS England." in page
    assert "Adopt · 24 November 2015" in client.get("/sign-offs?as=csv").text


def test_the_answer_is_offered_to_the_holder_of_that_seat_only(
    session: Session, group: Group, client: FlaskClient, clock: SettableClock
) -> None:
    opened(session, group, "Merton", "Sutton", "NHS England")
    accounts = open_accounts(session, group)
    organisation_id = group.bodies["Merton"].organisation_id
    chair, finance = group.people["Merton"][0], group.people["Merton"][3]
    session.add(RoleHolding(person_id=chair.id, role=Role.OFFICER.value, organisation_id=organisation_id, starts=BEGAN))
    accounts[finance.code] = Account(person_id=finance.id, password_hash="none", demonstration=False)
    session.add(accounts[finance.code])
    session.flush()

    def seen_by(code: str) -> tuple[str, str, int]:
        client.set_cookie("concord", begin_session(session, accounts[code], clock.real))
        session.commit()
        path = "/sign-offs/trial/merton"
        return client.get("/").text, client.get(path).text, client.get(f"{path}/answer").status_code

    home, page, answer = seen_by(chair.code)
    assert ("Answer for the body" in home, "Give the answer" in page, answer) == (False, False, 403)
    assert "Merton answers by its chief finance officer." in page
    home, page, answer = seen_by(finance.code)
    assert ("Answer for the body" in home, "Give the answer" in page, answer) == (True, True, 200)
    assert "10 November 2015" in home
    assert "It is to be answered by 10 November 2015." in page
    assert "Overdue" not in client.get("/sign-offs/trial").text
    clock.now = datetime(2015, 11, 11, 9, 0, tzinfo=UTC)
    page = client.get("/sign-offs/trial").text
    assert re.search(r">\s*Overdue\s*<", page)
    assert "It was to be answered by 10 November 2015, which has passed." in page


def test_what_cannot_be_moderated_is_assessed_once_more_without_anybody_opening_it(
    session: Session, group: Group
) -> None:
    def body(number: int, kind: BodyKind) -> DecidingBody:
        name = f"{kind} {number}"
        made = DecidingBody(
            code=f"panel-{number}",
            organisation_id=group.host.id,
            kind=kind,
            name=name,
            short_name=name,
            opened=BEGAN,
        )
        session.add(made)
        session.flush()
        return made

    del session.info[ON_OFFER]
    board, *panel = body(0, "board"), *(body(number, "officer") for number in (1, 2, 3))
    director = group.director
    assert director is not None
    case = service.open_case(
        session,
        code="interest",
        title="An interest",
        subject=subject(1),
        definition=("expression-of-interest", 1),
        parties=[board, *panel],
        asked_by=group.host,
        collaborative_id=group.collaborative.id,
        doer=Doer(director.id, director.name, "programme director"),
        now=NOW,
    )

    def answer(asked: DecidingBody, given: AnswerFact, role: str) -> tuple[int, str]:
        seen = queries.seen_for(session, case, asked)
        service.answer_as_officer(
            session,
            case_id=case.id,
            body_id=asked.id,
            answer=given,
            seen=seen,
            token=f"{asked.code}-{seen.round}",
            doer=Doer(None, "Concord", "in a test"),
            now=NOW,
            role=role,
        )
        current = queries.standing_of(session, case, NOW).round
        assert current is not None
        return current.number, current.stage

    assert answer(board, AnswerFact("put_forward"), "secretary") == (2, "assessment")
    for one in panel:
        reached = answer(one, AnswerFact("respond"), "officer")
    assert reached == (3, "moderation")
    assert answer(board, AnswerFact("return", reason="Two differ"), "secretary") == (4, "assessment")
    rounds = queries.standing_of(session, case, NOW).rounds
    assert [one.superseded for one in rounds] == [False] * 4
    assert (rounds[2].parties[0].word, rounds[3].parties[0].word) == ("returned", "not yet answered")
