"""Bodies decide one after the other; the collective result is computed from their entries, and each crossing once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.meetings.models import AgendaItem, Meeting
from app.meetings.service import cancel_meeting, move_meeting
from app.people.models import CollaborativeMember, DecidingBody, SeatHolding
from app.permissions import Missing, Refused, Stale
from app.signoff import queries, service
from app.signoff.folding import folded
from app.signoff.models import Case, CaseState, PartyState
from app.signoff.route_facts import route_facts
from app.signoff.subject import Seen
from tests.signoff.group import (
    NOW,
    SIX,
    Group,
    answer_for_england,
    decide,
    make_group,
    open_case,
    put_to_decision,
    respond,
    set_meetings,
    subject,
)
from workflows.facts import AnswerFact, AttendanceFact, ExclusionFact

MEETING_DAY = date(2015, 11, 24)
EVENING = datetime(2015, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def group(session: Session) -> Group:
    return make_group(session)


@pytest.fixture
def case(session: Session, group: Group) -> Case:
    """A case whose second version is put to every body for decision."""
    made = open_case(session, group, NOW)
    put_to_decision(session, group, made, NOW)
    return made


@pytest.fixture
def meetings(session: Session, group: Group, case: Case) -> dict[str, Meeting]:
    """A meeting of every governing body on 24 November 2015 with the case on its agenda."""
    made = set_meetings(session, group, MEETING_DAY, NOW)
    for name, meeting in made.items():
        service.schedule(session, case, group.bodies[name], meeting, group.doer(name), NOW)
    return made


def tags(session: Session, case: Case) -> list[str]:
    return [entry.tag for entry in queries.history(session, case)]


def test_a_body_whose_organisation_is_no_member_of_the_group_is_not_asked(session: Session, group: Group) -> None:
    merton = group.bodies["Merton"].organisation
    of_merton = CollaborativeMember.organisation_id == merton.id
    session.execute(sa.update(CollaborativeMember).where(of_merton).values(ends=NOW.date() - timedelta(days=1)))
    with pytest.raises(Refused) as refused:
        open_case(session, group, NOW)
    assert refused.value.sentence == (
        "NHS Merton CCG is no member of the collaborative on 5 November 2015, so nobody there could see what is asked."
    )


def test_four_responses_complete_the_first_stage_once(session: Session, group: Group) -> None:
    case = open_case(session, group, NOW)
    respond(session, group, case, SIX[:3], NOW)
    assert "stage.completed" not in tags(session, case)
    respond(session, group, case, SIX[3:], NOW)
    assert tags(session, case).count("stage.completed") == 1
    assert queries.standing_of(session, case, NOW).next_stage == "decision"


def test_six_bodies_and_nhs_england_agree_and_the_case_is_agreed_once(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    answer_for_england(session, group, case, EVENING)
    for name in SIX[:5]:
        decide(session, group, case, name, meetings[name], EVENING)
    before = queries.standing_of(session, case, EVENING)
    assert before.result == "6 of 7 have agreed; Wandsworth is still to decide."
    conditions = AnswerFact("agree_with_conditions", conditions=("A yearly review is brought to the body.",))
    decide(session, group, case, "Wandsworth", meetings["Wandsworth"], EVENING, answer=conditions)
    after = queries.standing_of(session, case, EVENING)
    assert after.state == "agreed"
    assert after.result.startswith("7 of 7 have agreed (Wandsworth with conditions).")
    assert tags(session, case).count("case.agreed") == 1
    agreed = queries.history(session, case)[-1]
    assert (agreed.tag, agreed.organisation_id) == ("case.agreed", group.host.id)


def test_a_decision_stands_in_the_log_of_the_body_that_took_it_with_rule_seats_and_votes(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    entry_id = decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    entry = queries.entry_of(session, case, entry_id)
    said = entry.payload or {}
    assert entry.organisation_id == group.bodies["Merton"].organisation_id
    assert said["rule"]["share_denominator"] == 2
    assert said["quorum"]["sentence"].startswith("Merton is quorate for this item: 8 of 8 voting seats")
    assert len(said["quorum"]["seats"]) == 9
    assert {vote["vote"] for vote in said["votes"]} == {"for"}
    assert said["content_hash"] == subject(2).content_hash
    assert said["definition"] == {"name": "standards", "version": 1, "hash": case.definition_hash}
    assert said["tally"] == "Merton has agreed: 8 for, 0 against."


def test_the_same_form_twice_gives_the_first_entry_again(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    first = decide(session, group, case, "Merton", meetings["Merton"], EVENING, token="one")
    assert decide(session, group, case, "Merton", meetings["Merton"], EVENING, token="one") == first
    assert tags(session, case).count("decision.recorded") == 5


def test_a_second_decision_of_one_body_is_stale_and_names_the_first(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    with pytest.raises(Stale) as refusal:
        decide(session, group, case, "Merton", meetings["Merton"], EVENING, token="another")
    assert refusal.value.sentence.startswith(
        "Merton’s decision was recorded on 24 November 2015 by Secretary of Merton (board secretary, NHS Merton CCG)."
    )


def test_a_form_made_before_the_version_changed_is_stale_and_says_what_changed(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    with pytest.raises(Stale) as refusal:
        service.record_decision(
            session,
            case_id=case.id,
            body_id=group.bodies["Merton"].id,
            meeting_id=meetings["Merton"].id,
            attendance=group.everyone("Merton"),
            votes=group.votes("Merton"),
            answer=AnswerFact("agree"),
            seen=Seen(1, "response", subject(1).content_hash, 0),
            token="old",
            doer=group.doer("Merton"),
            now=EVENING,
        )
    assert "The case is now at “Decision on the consolidated version”, on version 2" in refusal.value.changes[0]


def test_a_decision_on_other_content_than_the_rounds_is_stale(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    """The round and its stage are as they were shown; only the content that was before the decider is not."""
    seen = replace(queries.seen_for(session, case, group.bodies["Merton"]), content_hash="0" * 64)
    before = tags(session, case)
    with pytest.raises(Stale) as refusal:
        service.record_decision(
            session,
            case_id=case.id,
            body_id=group.bodies["Merton"].id,
            meeting_id=meetings["Merton"].id,
            attendance=group.everyone("Merton"),
            votes=group.votes("Merton"),
            answer=AnswerFact("agree"),
            seen=seen,
            token="other",
            doer=group.doer("Merton"),
            now=EVENING,
        )
    assert "Its content is not the content that was before you" in refusal.value.changes[1]
    assert tags(session, case) == before


def refused(session: Session, group: Group, case: Case, meeting: Meeting, now: datetime = EVENING, **told: Any) -> str:
    """The sentence with which a decision of Merton is refused; nothing was written."""
    before = len(tags(session, case))
    with pytest.raises(Refused) as refusal:
        decide(session, group, case, "Merton", meeting, now, **told)
    assert len(tags(session, case)) == before
    return refusal.value.sentence


def test_a_decision_cannot_be_recorded_before_the_day_of_the_meeting(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    sentence = refused(session, group, case, meetings["Merton"], NOW)
    assert sentence == "24 November 2015 is still to come; a decision is recorded after it is made."


def test_a_meeting_of_another_body_decides_nothing_here(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    assert refused(session, group, case, meetings["Sutton"]) == "Sutton Governing Body is not a meeting of Merton."


def test_votes_that_do_not_carry_the_answer_are_refused(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    sentence = refused(session, group, case, meetings["Merton"], votes=group.votes("Merton", "against"))
    assert sentence == "Agreement does not follow from the votes: 0 for, 8 against."


def test_agreement_with_conditions_needs_its_conditions(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    sentence = refused(session, group, case, meetings["Merton"], answer=AnswerFact("agree_with_conditions"))
    assert sentence == "Agreement with conditions needs at least one condition."


def test_an_answer_that_the_stage_does_not_allow_is_refused(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    sentence = refused(session, group, case, meetings["Merton"], answer=AnswerFact("respond"))
    assert sentence.startswith("“respond” is not an answer to this question")


def test_a_seat_that_ended_the_day_before_did_not_sit(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    holding = session.scalars(sa.select(SeatHolding).where(SeatHolding.person_id == group.people["Merton"][7].id)).one()
    holding.ends = MEETING_DAY - timedelta(days=1)
    session.flush()
    sentence = refused(session, group, case, meetings["Merton"])
    assert sentence == "Dr GP of Merton held the seat GP member until 23 November 2015, so not on 24 November 2015."


def test_a_body_that_is_closed_on_the_day_cannot_decide(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    group.bodies["Merton"].closed = MEETING_DAY - timedelta(days=1)
    session.flush()
    assert "Merton Governing Body closed on 23 November 2015" in refused(session, group, case, meetings["Merton"])


def test_an_item_without_quorum_is_recorded_as_such_and_the_body_stays_asked(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    clinicians = ("chair", "gp_member", "registered_nurse")
    doctor = group.people["Merton"][5]
    excluded = ExclusionFact(
        group.seats["Merton"][5].id, doctor.name, "financial", "leave", "Runs the service.", doctor.id
    )
    there = group.everyone("Merton", without=clinicians)
    sentence = refused(session, group, case, meetings["Merton"], attendance=there, exclusions=(excluded,))
    assert "Merton is not quorate for this item: 2 more clinicians needed" in sentence
    body = group.bodies["Merton"]
    service.record_not_quorate(
        session,
        case_id=case.id,
        body_id=body.id,
        meeting_id=meetings["Merton"].id,
        attendance=there,
        exclusions=(excluded,),
        seen=queries.seen_for(session, case, body),
        token="lost",
        doer=group.doer("Merton"),
        now=EVENING,
    )
    party = queries.standing_of(session, case, EVENING).party(body.id)
    assert party is not None and party.word == "not quorate"
    assert party.sentence.startswith("Nothing was decided on 24 November 2015.")
    assert "Dr Secondary of Merton is excluded for a financial interest" in party.sentence
    again = refused(session, group, case, meetings["Merton"])
    assert "Merton was not quorate for it at this very meeting, on 24 November 2015." in again
    found = folded(session, case, EVENING)
    assert queries.meetings_to_record(session, found, body) == []
    assert queries.meetings_to_schedule(session, found, body) == []


def test_quorum_that_is_there_cannot_be_recorded_as_lost(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    body = group.bodies["Merton"]
    with pytest.raises(Refused, match="It cannot be recorded as not quorate. Merton is quorate"):
        service.record_not_quorate(
            session,
            case_id=case.id,
            body_id=body.id,
            meeting_id=meetings["Merton"].id,
            attendance=group.everyone("Merton"),
            seen=queries.seen_for(session, case, body),
            token="lost",
            doer=group.doer("Merton"),
            now=EVENING,
        )


def test_a_stranger_in_a_seat_is_refused_unless_named_as_deputy(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    seat, stranger = group.seats["Merton"][7], group.people["Sutton"][7]
    others = group.everyone("Merton", without=("gp_member",))
    alone = (*others, AttendanceFact(seat.id, stranger.id, stranger.name, "present"))
    sentence = refused(session, group, case, meetings["Merton"], attendance=alone)
    assert "Dr GP of Sutton did not hold the seat GP member on 24 November 2015; Dr GP of Merton did." in sentence
    deputy: Sequence[AttendanceFact] = (
        *others,
        AttendanceFact(seat.id, stranger.id, stranger.name, "present", deputy_for=group.people["Merton"][7].name),
    )
    assert decide(session, group, case, "Merton", meetings["Merton"], EVENING, attendance=deputy)


def offered(session: Session, case: Case, body: DecidingBody) -> str | None:
    """The meeting at which the route has the body take it up."""
    leg = route_facts(session, folded(session, case, EVENING)).route(EVENING.date()).leg_of(body.id)
    return leg.sitting.code if leg and leg.sitting else None


def test_a_deferral_leaves_the_body_asked_and_a_later_meeting_may_decide(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    defer = AnswerFact("defer", until=date(2016, 1, 26), reason="The costs are awaited.")
    decide(session, group, case, "Merton", meetings["Merton"], EVENING, answer=defer, votes=())
    body = group.bodies["Merton"]
    party = queries.standing_of(session, case, EVENING).party(body.id)
    assert party is not None and party.word == "deferred"
    row = session.get_one(PartyState, (case.id, 2, "decision", body.id))
    assert row.waiting
    again = refused(session, group, case, meetings["Merton"], token="another form")
    assert "Merton deferred it at this very meeting" in again
    too_early = set_meetings(session, group, date(2015, 12, 8), EVENING)["Merton"]
    for meeting, why in (
        (meetings["Merton"], "at this very meeting"),
        (too_early, "deferred it until 26 January 2016"),
    ):
        with pytest.raises(Refused, match=why):
            service.schedule(session, case, body, meeting, group.doer("Merton"), EVENING)
    # neither the meeting of this evening, which deferred it, nor one before January
    assert offered(session, case, body) is None
    later = set_meetings(session, group, date(2016, 1, 26), EVENING)["Merton"]
    assert offered(session, case, body) == later.code
    service.schedule(session, case, body, later, group.doer("Merton"), EVENING)
    decide(session, group, case, "Merton", later, datetime(2016, 1, 26, 18, 0, tzinfo=UTC))
    assert session.get_one(PartyState, (case.id, 2, "decision", body.id), populate_existing=True).standing == "agreed"


def test_a_meeting_that_decided_is_neither_moved_nor_cancelled(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    told: dict[str, Any] = {"reason": "The hall is closed.", "doer": group.doer("Merton"), "now": EVENING}
    with pytest.raises(Refused, match="decided is on record, so it cannot be cancelled"):
        cancel_meeting(session, meetings["Merton"], **told)
    with pytest.raises(Refused, match="decided is on record, so it cannot be moved"):
        move_meeting(session, meetings["Merton"], held_on=date(2015, 12, 1), begins=None, **told)
    assert cancel_meeting(session, meetings["Sutton"], **told).state == "cancelled"


def test_an_officer_who_no_longer_holds_the_role_cannot_answer(session: Session, group: Group) -> None:
    case = open_case(session, group, NOW)
    with pytest.raises(Refused, match="Secretary of Sutton is not Merton’s secretary on 5 November 2015"):
        service.answer_as_officer(
            session,
            case_id=case.id,
            body_id=group.bodies["Merton"].id,
            answer=AnswerFact("respond", comments="None."),
            seen=queries.seen_for(session, case, group.bodies["Merton"]),
            token="wrong",
            doer=group.doer("Sutton"),
            now=NOW,
            role="secretary",
        )


def test_a_body_that_is_not_asked_is_not_there(session: Session, group: Group, case: Case) -> None:
    with pytest.raises(Missing):
        service.reference_minute(
            session, case_id=case.id, body_id=9999, reference="GBP/1", doer=group.doer("Merton"), now=NOW
        )


def test_a_minute_reference_follows_the_decision_and_stands_in_the_matrix(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    body = group.bodies["Sutton"]
    with pytest.raises(Refused, match="No decision of Sutton on this case is recorded yet"):
        service.reference_minute(
            session, case_id=case.id, body_id=body.id, reference="GBP/1516/041", doer=group.doer("Sutton"), now=EVENING
        )
    decide(session, group, case, "Sutton", meetings["Sutton"], EVENING)
    service.reference_minute(
        session, case_id=case.id, body_id=body.id, reference="GBP/1516/041", doer=group.doer("Sutton"), now=EVENING
    )
    row = next(row for row in queries.matrix(session, [case.id]) if row.body == "Sutton")
    assert (row.standing, row.minute_reference) == ("agreed", "GBP/1516/041")


def test_a_correction_keeps_the_first_entry_and_changes_where_the_case_stands(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    entry_id = decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    body = group.bodies["Merton"]
    service.correct_decision(
        session,
        case_id=case.id,
        body_id=body.id,
        entry_id=entry_id,
        reason="The item was taken off the agenda; nothing was decided.",
        answer=None,
        doer=replace(group.doer("Sutton"), capacity="deputy board secretary"),
        now=EVENING,
    )
    assert queries.entry_of(session, case, entry_id).payload is not None
    standing = queries.standing_of(session, case, EVENING)
    party = standing.party(body.id)
    assert party is not None and party.answer is None
    assert any("nothing was decided" in line.sentence for line in standing.history(party.party))


def test_rebuilding_the_projections_gives_what_was_written_beside_the_entries(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    for name in SIX[:3]:
        decide(session, group, case, name, meetings[name], EVENING)
    session.flush()
    before = projected(session)
    for row in (*session.scalars(sa.select(PartyState)), *session.scalars(sa.select(CaseState))):
        session.delete(row)
    session.flush()
    assert service.rebuild(session, EVENING) == 1
    assert projected(session) == before


def projected(session: Session) -> list[list[tuple[str, ...]]]:
    """Both projections, row by row."""
    session.flush()
    found = []
    for model in (CaseState, PartyState):
        rows = session.execute(sa.select(*model.__table__.columns)).all()
        found.append(sorted(tuple(map(str, row)) for row in rows))
    return found


def test_a_case_keeps_the_definition_it_was_opened_under(session: Session, case: Case) -> None:
    case.definition_text = case.definition_text.replace("Shared principles and standards", "As it was then")
    assert queries.pinned(case).title == "As it was then"


def test_a_new_version_supersedes_and_the_bodies_are_asked_again(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    next_day = EVENING + timedelta(days=1)
    service.open_round(session, case, subject(3), group.doer("Croydon"), next_day)
    standing = queries.standing_of(session, case, next_day)
    party = standing.party(group.bodies["Merton"].id)
    assert party is not None and party.word == "re-affirmation needed"
    with pytest.raises(Refused, match="needs a new version"):
        service.open_round(session, case, subject(3), group.doer("Croydon"), next_day)


def test_issued_papers_are_noted_once_on_each_case_of_the_meeting(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    assert service.papers_issued(session, meetings["Merton"], group.doer("Merton"), NOW) == 1
    assert service.papers_issued(session, meetings["Merton"], group.doer("Merton"), NOW) == 0
    row = next(row for row in queries.matrix(session, [case.id]) if row.body == "Merton")
    assert row.standing == "papers issued"


def test_a_private_item_about_a_shared_case_tells_the_other_bodies_nothing(session: Session, group: Group) -> None:
    case = open_case(session, group, NOW)
    put_to_decision(session, group, case, NOW)
    meeting = set_meetings(session, group, MEETING_DAY, NOW)["Merton"]
    session.add(
        AgendaItem(
            meeting_id=meeting.id,
            part=2,
            position=1,
            origin="request",
            subject_kind="case",
            subject_id=case.id,
            title="Legal advice on the standards",
            purpose="discussion",
            private_ground="Legal privilege",
            private_review_on=date(2016, 5, 31),
            demonstration=True,
        )
    )
    session.flush()
    assert service.papers_issued(session, meeting, group.doer("Merton"), NOW) == 0
    party = queries.standing_of(session, case, NOW).party(group.bodies["Merton"].id)
    assert party is not None and party.word == "not yet scheduled"
    item = service.schedule(session, case, group.bodies["Merton"], meeting, group.doer("Merton"), NOW)
    assert item.part == 1
    party = queries.standing_of(session, case, NOW).party(group.bodies["Merton"].id)
    assert party is not None and party.word == "scheduled"


def test_a_withdrawn_case_takes_no_further_decision(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    service.withdraw(session, case_id=case.id, reason="The plan is overtaken.", doer=group.doer("Croydon"), now=EVENING)
    with pytest.raises(Stale, match="The case is closed"):
        decide(session, group, case, "Merton", meetings["Merton"], EVENING)
    assert not queries.waiting_for(session, [group.bodies["Merton"].id])


def test_what_waits_for_a_body_is_soonest_first(
    session: Session, group: Group, case: Case, meetings: dict[str, Meeting]
) -> None:
    open_case(session, group, NOW, code="second")
    waiting = queries.waiting_for(session, [group.bodies["Merton"].id])
    assert [(row.code, row.standing) for row in waiting] == [
        ("standards", "scheduled"),
        ("second", "not yet answered"),
    ]


def test_every_entry_of_a_case_has_its_leaf_in_one_log(session: Session, case: Case) -> None:
    from_case = session.scalars(sa.select(RecordEntry.id).where(RecordEntry.thing_id == case.id)).all()
    assert len(from_case) == len(set(from_case)) == len(tags(session, case))
