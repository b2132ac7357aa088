"""The release of a pack goes through the same engine: the secretary puts it forward, then the chair releases it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.permissions import Refused
from app.signoff import queries, service
from app.signoff.models import Case
from app.signoff.subject import Subject
from tests.signoff.group import NOW, Group, make_group
from workflows.facts import Answer, AnswerFact

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def group(session: Session) -> Group:
    return make_group(session, ("Merton",), nhs_england=False)


def pack(version: int) -> Subject:
    return Subject("pack", 1, version, f"version {version}", f"{version}" * 64)


def open_pack(session: Session, group: Group) -> Case:
    body = group.bodies["Merton"]
    return service.open_case(
        session,
        code="pack-merton",
        title="Pack of Merton",
        subject=pack(1),
        definition=("pack-release", 1),
        parties=[body],
        asked_by=body.organisation,
        collaborative_id=None,
        doer=group.doer("Merton"),
        now=NOW,
    )


def answer(session: Session, group: Group, case: Case, given: Answer, role: str, doer: Doer) -> None:
    body = group.bodies["Merton"]
    service.answer_as_officer(
        session,
        case_id=case.id,
        body_id=body.id,
        answer=AnswerFact(given, reason="A paper is missing." if given == "return" else ""),
        seen=queries.seen_for(session, case, body),
        token=f"{given}-{doer.person_id}-{queries.seen_for(session, case, body).last_entry_id}",
        doer=doer,
        now=LATER,
        role=role,
    )


def chair(group: Group) -> Doer:
    person = group.people["Merton"][0]
    return Doer(person.id, person.name, "chair")


def test_when_the_secretary_has_put_it_forward_the_chair_is_asked_about_the_same_pack(
    session: Session, group: Group
) -> None:
    case = open_pack(session, group)
    answer(session, group, case, "put_forward", "secretary", group.doer("Merton"))
    standing = queries.standing_of(session, case, LATER)
    assert standing.round is not None
    assert (standing.state, standing.round.stage, standing.round.content_hash) == ("open", "release", "1" * 64)
    answer(session, group, case, "release", "chair", chair(group))
    assert queries.standing_of(session, case, LATER).state == "agreed"


def test_only_who_holds_the_presiding_seat_releases(session: Session, group: Group) -> None:
    case = open_pack(session, group)
    answer(session, group, case, "put_forward", "secretary", group.doer("Merton"))
    with pytest.raises(Refused, match="Secretary of Merton is not Merton’s chair"):
        answer(session, group, case, "release", "chair", group.doer("Merton"))


def test_a_pack_that_the_chair_returns_is_stopped_with_the_reason(session: Session, group: Group) -> None:
    case = open_pack(session, group)
    answer(session, group, case, "put_forward", "secretary", group.doer("Merton"))
    answer(session, group, case, "return", "chair", chair(group))
    standing = queries.standing_of(session, case, LATER)
    assert standing.state == "stopped"
    assert "A paper is missing" in standing.result


def test_a_pack_that_changed_after_it_was_put_forward_is_put_forward_again(session: Session, group: Group) -> None:
    case = open_pack(session, group)
    answer(session, group, case, "put_forward", "secretary", group.doer("Merton"))
    service.open_round(session, case, pack(2), group.doer("Merton"), LATER)
    current = queries.standing_of(session, case, LATER).round
    assert current is not None
    assert (current.number, current.stage, current.content_hash) == (3, "put_forward", "2" * 64)
