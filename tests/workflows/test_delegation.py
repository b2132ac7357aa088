"""A joint committee is asked for who delegated just that to it, on the days of the delegation, and for nobody else."""

from dataclasses import replace
from datetime import date

from tests.workflows.examples import CROYDON, MERTON, SUTTON, party
from workflows.delegation import DelegationFact, asked_through, held_beside, may_delegate

JOINT = party(30, "Joint committee", "joint_committee")
MAY, JUNE, JULY = date(2015, 5, 1), date(2015, 6, 1), date(2015, 7, 1)
GIVEN = DelegationFact(1, CROYDON.body_id, JOINT.body_id, frozenset({"standards"}), JUNE, date(2015, 6, 30), "GB/1")


def test_it_counts_within_its_scope_and_on_its_days_the_last_one_included() -> None:
    def asked(document: str, on: date) -> set[int]:
        return set(asked_through(document, (CROYDON, MERTON), [GIVEN], on))

    assert asked("standards", JUNE) == asked("standards", date(2015, 6, 30)) == {CROYDON.body_id}
    assert asked("standards", MAY) == asked("standards", JULY) == asked("outcomes", JUNE) == set()


def test_a_workstream_is_delegated_with_every_document_of_it_and_a_document_named_goes_first() -> None:
    whole = replace(GIVEN, documents=frozenset(), workstreams=frozenset({"mental-health"}))
    assert asked_through("crisis", (CROYDON,), [whole], JUNE, "mental-health") == {CROYDON.body_id: whole}
    assert asked_through("crisis", (CROYDON,), [whole], JUNE, "planned-care") == {}
    assert asked_through("crisis", (CROYDON,), [whole], JUNE) == {}
    named = replace(GIVEN, id=0, to_id=40, documents=frozenset({"crisis"}), starts=MAY)
    assert asked_through("crisis", (CROYDON,), [named, whole], JUNE, "mental-health") == {CROYDON.body_id: named}
    again = may_delegate(CROYDON, JOINT, [], JUNE, None, "GB/2", [whole], MAY, ["mental-health"])
    assert again.sentence == "Croydon has delegated mental-health for some of these days already."
    assert may_delegate(CROYDON, JOINT, [], JULY, None, "GB/2", [whole], MAY, ["mental-health"])
    assert may_delegate(CROYDON, JOINT, [], JULY, None, "GB/2", [], MAY).needs == (
        "at least one workstream or document",
    )


def test_what_a_body_delegated_to_the_same_committee_by_several_decisions_counts_by_each() -> None:
    whole = replace(GIVEN, id=2, documents=frozenset(), workstreams=frozenset({"mental-health"}), decided="GB/2")
    others = (
        replace(whole, id=3, body_id=MERTON.body_id),
        replace(whole, id=4, to_id=40),
        replace(whole, id=5, starts=JULY),
    )
    held = [GIVEN, whole, *others]
    assert held_beside(GIVEN, "standards", held, JUNE, "mental-health") == [whole, GIVEN]
    assert held_beside(GIVEN, "standards", held, JUNE, "planned-care") == [GIVEN]


def test_a_chain_of_delegations_is_left_aside() -> None:
    further = replace(GIVEN, id=2, body_id=JOINT.body_id, to_id=40)
    assert asked_through("standards", (CROYDON,), [GIVEN, further], JUNE) == {}


def test_who_may_delegate_what_is_said_with_what_would_make_it_possible() -> None:
    assert may_delegate(MERTON, JOINT, ["standards"], JUNE, None, "GB/2", [GIVEN], MAY)
    refused = may_delegate(CROYDON, SUTTON, ["standards"], JUNE, MAY, " ", [GIVEN], JULY)
    assert refused.sentence == (
        "Sutton is no joint committee. A body delegates by its own decision. 1 June 2015 is past: what was asked then "
        "was asked. Its last day is before 1 June 2015."
    )
    twice = may_delegate(CROYDON, JOINT, ["standards"], date(2015, 6, 30), None, "GB/3", [GIVEN], MAY)
    assert twice.sentence == "Croydon has delegated standards for some of these days already."


def test_what_one_decision_delegates_from_a_day_is_one_delegation() -> None:
    another = may_delegate(CROYDON, JOINT, ["outcomes"], JUNE, None, " GB/1", [GIVEN], MAY)
    assert another.sentence == "Croydon has delegated to Joint committee from that day by GB/1 already."
    assert another.needs == ("the minute of another decision, or another first day",)
    assert may_delegate(CROYDON, JOINT, ["outcomes"], JUNE, None, "GB/2", [GIVEN], MAY)
    assert may_delegate(MERTON, JOINT, ["outcomes"], JUNE, None, "GB/1", [GIVEN], MAY)
