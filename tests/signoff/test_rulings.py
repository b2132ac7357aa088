"""A further version is put to bodies that agreed an earlier one: what the ruling makes of their answers."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.permissions import Stale
from app.signoff import queries, service
from app.signoff.models import Case, PartyState
from app.signoff.ruling_again import rule_again
from app.signoff.rulings import Ruled, agreements_at_stake, foreseen
from tests.signoff.group import (
    AGREE,
    NOW,
    SIX,
    Group,
    answer_for_england,
    decide,
    make_group,
    put_to_decision,
    set_meetings,
    subject,
)
from tests.signoff.group import open_case as opened
from workflows.materiality import ClauseChange, RuledClause, Word

EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)
NEXT_DAY = EVENING + timedelta(days=1)
LATER = datetime(2015, 12, 17, 18, 0, tzinfo=UTC)
RESPONSE = ClauseChange("response", "2.2", "Response", "reworded", "was", "now")
WEEKENDS = ClauseChange("weekends", "2.6", "Weekends", "added", None, "new")


@pytest.fixture
def group(session: Session) -> Group:
    return make_group(session)


@pytest.fixture
def case(session: Session, group: Group) -> Case:
    """All but Croydon have agreed version 2."""
    made = opened(session, group, NOW)
    put_to_decision(session, group, made, NOW)
    meetings = set_meetings(session, group, date(2015, 11, 24), NOW)
    for name in SIX[1:]:
        decide(session, group, made, name, meetings[name], EVENING)
    answer_for_england(session, group, made, EVENING)
    return made


def ruling(response: Word, *more: RuledClause) -> Ruled:
    return Ruled(subject(2).content_hash, (RuledClause(RESPONSE, response, "The meaning is the same."), *more))


def words(session: Session, case: Case, number: int = 3) -> dict[int, str]:
    rows = session.execute(
        sa.select(PartyState.body_id, PartyState.standing).where(
            PartyState.case_id == case.id, PartyState.round == number
        )
    )
    return {row.body_id: row.standing for row in rows}


def test_an_editorial_ruling_carries_what_was_agreed_and_the_last_body_completes_it_once(
    session: Session, group: Group, case: Case
) -> None:
    director = group.doer("Croydon")
    stake = agreements_at_stake(session, case, subject(3).content_hash, NEXT_DAY)
    assert [party.short_name for party, _ in stake.agreements] == [*SIX[1:], "NHS England"]
    seen = foreseen(session, case, subject(3), director, NEXT_DAY, ruling("editorial"))
    assert (seen.in_favour, seen.asked) == (6, 7)
    assert len(queries.standing_of(session, case, NEXT_DAY).rounds) == 2
    service.open_round(session, case, subject(3), director, NEXT_DAY, ruling("editorial"))
    standing = queries.standing_of(session, case, NEXT_DAY)
    assert [one.sentence for one in standing.parties] == [one.sentence for one in seen.parties]
    assert standing.result.startswith("6 of 7 have agreed (")
    merton = standing.party(group.bodies["Merton"].id)
    assert merton is not None and merton.content_hash == subject(2).content_hash
    assert sorted(words(session, case).values()) == ["carried over"] * 6 + ["not yet scheduled"]
    waiting = {row.body: row.waiting for row in queries.matrix(session, [case.id])}
    assert [name for name, waits in waiting.items() if waits] == ["Croydon"]
    meeting = set_meetings(session, group, date(2015, 12, 17), NEXT_DAY)["Croydon"]
    decide(session, group, case, "Croydon", meeting, LATER)
    entries = [entry.tag for entry in queries.history(session, case)]
    assert entries.count("case.agreed") == 1
    assert entries[entries.index("change.ruled") + 1] == "round.opened"
    projected = words(session, case)
    assert service.rebuild(session, LATER) == 1
    assert words(session, case) == projected


def test_a_material_clause_is_all_that_is_asked_and_the_decision_says_so(
    session: Session, group: Group, case: Case
) -> None:
    doer, weekends = group.doer("Croydon"), RuledClause(WEEKENDS, "material", "Nobody has seen it.")
    service.open_round(session, case, subject(3), doer, NEXT_DAY, ruling("editorial", weekends))
    assert words(session, case)[group.bodies["Merton"].id] == "re-affirmation needed"
    meeting = set_meetings(session, group, date(2015, 12, 17), NEXT_DAY)["Merton"]
    item = service.schedule(session, case, group.bodies["Merton"], meeting, group.doer("Merton"), NEXT_DAY)
    assert item.recommendation.startswith("The Governing Body is asked to re-affirm clause 2.6 of version 3 of")
    entry_id = decide(session, group, case, "Merton", meeting, LATER)
    said = queries.entry_of(session, case, entry_id).payload or {}
    assert [clause["code"] for clause in said["reaffirms"]] == ["weekends"]
    assert said["rest_of"] == {"version_label": "version 2", "content_hash": subject(2).content_hash}
    assert said["content_hash"] == subject(3).content_hash
    merton = queries.standing_of(session, case, LATER).party(group.bodies["Merton"].id)
    assert merton is not None and merton.in_favour
    assert merton.sentence == (
        "Merton re-affirmed clause 2.6 of version 3 on 17 December 2015; the rest of its agreement of version 2 stands."
    )


def test_a_ruling_beside_another_version_than_the_one_now_asked_about_is_stale(
    session: Session, group: Group, case: Case
) -> None:
    other = Ruled(subject(1).content_hash, (RuledClause(RESPONSE, "editorial", "As before."),))
    with pytest.raises(Stale, match="Nothing was ruled or asked"):
        service.open_round(session, case, subject(3), group.doer("Croydon"), NEXT_DAY, other)


def test_a_page_from_before_it_was_ruled_again_is_stale_for_who_agreed_before_and_says_what_is_asked_now(
    session: Session, group: Group, case: Case
) -> None:
    service.open_round(session, case, subject(3), group.doer("Croydon"), NEXT_DAY, ruling("material"))
    merton, croydon = group.bodies["Merton"], group.bodies["Croydon"]
    before = queries.seen_for(session, case, merton), queries.seen_for(session, case, croydon)
    [first] = [entry for entry in queries.history(session, case) if entry.tag == "change.ruled"]
    said = [RuledClause(RESPONSE, "material", "It changes who has to answer.")]
    rule_again(
        session, case_id=case.id, clauses=said, reason="The reason was another’s.", seen=first.id,
        doer=group.doer("Croydon"), now=NEXT_DAY,
    )  # fmt: skip
    after = queries.seen_for(session, case, merton), queries.seen_for(session, case, croydon)
    assert (before[0] == after[0], before[1] == after[1]) == (False, True)
    meeting = set_meetings(session, group, date(2015, 12, 17), NEXT_DAY)["Merton"]
    decision = partial(
        service.record_decision, session, case_id=case.id, body_id=merton.id, meeting_id=meeting.id, exclusions=(),
        attendance=group.everyone("Merton"), votes=group.votes("Merton"), answer=AGREE, doer=group.doer("Merton"),
        token="again", now=LATER,
    )  # fmt: skip
    with pytest.raises(Stale) as stale:
        decision(seen=before[0])
    assert stale.value.changes == (
        "Secretary of Croydon ruled again on what changes from version 2 to version 3: material: clause 2.2. "
        "Why again: The reason was another’s.",
    )
    assert decision(seen=after[0])
