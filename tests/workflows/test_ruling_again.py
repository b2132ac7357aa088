"""A ruling is made again, with a reason, until a body has acted on it; the later one counts."""

from tests.workflows.examples import CROYDON, MERTON, SEVEN, Ledger
from tests.workflows.test_materiality import (
    AUGUST,
    CARERS,
    JULY,
    RESPONSE,
    again,
    agreed,
    of,
    put,
    rule,
    ruled,
    stands,
)
from workflows.ruling_again import may_rule_again, rules_otherwise, ruling_now
from workflows.verdict import Verdict


def asked(ledger: Ledger) -> Verdict:
    return may_rule_again(stands(ledger).folded, SEVEN)


def ruled_on() -> Ledger:
    return put(agreed(), ruled(RESPONSE, "material"), ruled(CARERS, "editorial"))


def test_until_anybody_acts_it_can_be_made_again_and_the_later_one_counts() -> None:
    ledger = ruled_on()
    assert asked(ledger).sentence == (
        "No body has acted on the ruling on version 0.3 yet, so it can be made again, with a reason."
    )
    assert of(stands(ledger), MERTON).word == "re-affirmation needed"
    rule(ledger, ruled(RESPONSE, "editorial"), ruled(CARERS, "editorial"), on=AUGUST)
    assert of(stands(ledger), MERTON).word == "carried over"
    now = ruling_now(stands(ledger).folded)
    assert now is not None and now.on == AUGUST


def test_a_body_that_re_affirmed_has_acted_on_it() -> None:
    ledger = ruled_on()
    again(ledger, MERTON, "agree", [RESPONSE])
    assert asked(ledger).sentence == (
        "Merton has decided on what it was asked to re-affirm, so what was ruled stays as it is."
    )


def test_a_body_with_its_papers_has_been_told_what_it_is_asked() -> None:
    ledger = ruled_on()
    ledger.write("papers.issued", AUGUST, body_id=MERTON.body_id, round=3, meeting_id=1)
    assert asked(ledger).sentence.startswith("Merton has its papers, which say what it is asked to re-affirm")


def test_papers_on_the_whole_version_say_nothing_of_the_ruling() -> None:
    ledger = ruled_on()
    kingston = SEVEN[1]
    ledger.write("papers.issued", AUGUST, body_id=kingston.body_id, round=3, meeting_id=1)
    ledger.decide(kingston, "agree", AUGUST, round=3, content="cc")
    assert asked(ledger)


def test_a_body_that_withdrew_what_had_carried_over_has_acted_on_it() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "editorial"))
    croydon = next(entry for entry in ledger.entries if entry.payload.get("body_id") == CROYDON.body_id)
    ledger.write(
        "agreement.withdrawn",
        AUGUST,
        body_id=CROYDON.body_id,
        round=3,
        decision=croydon.id,
        held_on=AUGUST.isoformat(),
        reason="It is dearer.",
    )
    assert asked(ledger).sentence.startswith("Croydon has withdrawn what had carried over")


def test_without_a_ruling_or_in_a_closed_case_there_is_nothing_to_rule_on_again() -> None:
    assert "there is no ruling to make again" in asked(agreed()).sentence
    ledger = ruled_on()
    ledger.write("case.withdrawn", AUGUST, reason="Overtaken.")
    assert "The case is closed" in asked(ledger).sentence
    assert asked(ledger).needs == ("a further version, with its own ruling",)


def test_ruling_again_is_whole_different_and_has_its_reason() -> None:
    found = ruling_now(stands(ruled_on()).folded)
    assert found is not None and found.on == JULY
    same = (ruled(RESPONSE, "material"), ruled(CARERS, "editorial"))
    other = (ruled(RESPONSE, "editorial"), ruled(CARERS, "editorial"))
    assert rules_otherwise(found, other, "The clause only lost a word.")
    assert rules_otherwise(found, same, "Why.").sentence == "That is what was ruled already."
    assert rules_otherwise(found, other, " ").needs == ("why it is ruled on again",)
    assert "Nothing is ruled on clause 4 yet" in rules_otherwise(found, other[:1], "Why.").sentence


def test_a_body_that_put_it_to_its_members_has_acted_on_it_unless_that_was_stopped() -> None:
    ledger = ruled_on()
    clause = {"code": "response", "number": "3", "heading": "Response", "how": "changed", "was": "a", "hash": "b"}
    about = {"body_id": MERTON.body_id, "round": 3, "content_hash": "cc"}
    opened = ledger.write(
        "voting.opened",
        AUGUST,
        **about,
        opens="2015-08-20T08:00:00Z",
        closes="2015-08-27T16:00:00Z",
        answer="agree",
        reaffirms=[clause],
        rest_of={"version_label": "version 0.2"},
    )
    assert asked(ledger).sentence == (
        "Merton has put what it was asked to re-affirm to the vote of its members, so what was ruled stays as it is."
    )
    ledger.write("voting.stopped", AUGUST, **about, voting=opened.id, reason="Opened for the wrong week.")
    assert asked(ledger)
