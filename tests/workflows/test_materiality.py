"""What a new version leaves of an agreement: nothing without a ruling, all of it or all but some clauses with one."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import BOUNDED, CROYDON, KINGSTON, MERTON, NHS_ENGLAND, SEVEN, Ledger, at_noon, meeting
from workflows.definition import DEFINITIONS, load
from workflows.facts import CaseEntry, MeetingFact, PartyFact
from workflows.materiality import ClauseChange, How, RuledClause, Word, at_stake, may_rule, rulings_of
from workflows.standing import CaseStanding, PartyStanding, standing

STANDARDS = load(DEFINITIONS / "standards.v1.yaml")
ACCEPTANCE = load(DEFINITIONS / "deliverable-acceptance.v1.yaml")
MAY, JUNE, JULY, AUGUST = date(2015, 5, 19), date(2015, 6, 18), date(2015, 7, 1), date(2015, 8, 3)
JANE = "Jane Bloggs"


def clause(code: str, how: How = "reworded", *, number: str = "") -> ClauseChange:
    was = None if how == "added" else f"{code}-was"
    now = None if how == "removed" else f"{code}-now"
    return ClauseChange(code, number or code, f"Clause {code}", how, was, now)


RESPONSE, WEEKENDS, CARERS = clause("3"), clause("2.6", "added"), clause("4", "removed")


def ruled(change: ClauseChange, ruling: Word | None, reason: str = "Because.") -> RuledClause:
    return RuledClause(change, ruling, reason)


def rule(
    ledger: Ledger, *clauses: RuledClause, on: date = JULY, was: str = "bb", now: str = "cc", by: str = JANE
) -> CaseEntry:
    said = [
        {
            "code": one.change.code,
            "number": one.change.number,
            "heading": one.change.heading,
            "how": one.change.how,
            "was": one.change.was,
            "hash": one.change.hash,
            "ruling": one.ruling,
            "reason": one.reason,
        }
        for one in clauses
    ]
    labels = {"aa": "version 0.1", "bb": "version 0.2", "cc": "version 0.3", "dd": "version 0.4"}
    return ledger.write(
        "change.ruled",
        on,
        from_version=labels[was],
        from_hash=was,
        to_version=labels[now],
        to_hash=now,
        by=by,
        clauses=said,
    )


def agreed() -> Ledger:
    """Merton agreed version 0.2, Croydon with a condition; Kingston declined, and the others have not answered."""
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "agree", JUNE)
    ledger.decide(CROYDON, "agree_with_conditions", JUNE, conditions=["A yearly review."])
    ledger.decide(KINGSTON, "not_agree", JUNE, reason="Costs.")
    return ledger


def put(ledger: Ledger, *clauses: RuledClause) -> Ledger:
    """Version 0.3 is put to them after this ruling."""
    rule(ledger, *clauses)
    ledger.open_round(3, "decision", JULY, content="cc", label="version 0.3")
    return ledger


def again(ledger: Ledger, who: PartyFact, answer: str, clauses: Sequence[ClauseChange], **more: object) -> CaseEntry:
    """The party decides on what it was asked to re-affirm."""
    said = [
        {"code": c.code, "number": c.number, "heading": c.heading, "how": c.how, "was": c.was, "hash": c.hash}
        for c in clauses
    ]
    rest = {"version_label": "version 0.2"}
    return ledger.decide(who, answer, AUGUST, round=3, content="cc", reaffirms=said, rest_of=rest, **more)


def stands(ledger: Ledger, *meetings: MeetingFact, on: date = AUGUST) -> CaseStanding:
    return standing(STANDARDS, SEVEN, ledger.entries, meetings, at_noon(on))


def of(found: CaseStanding, who: PartyFact) -> PartyStanding:
    one = found.party(who.body_id)
    assert one is not None
    return one


def test_an_agreement_carries_over_where_every_change_is_editorial() -> None:
    found = stands(put(agreed(), ruled(RESPONSE, "editorial"), ruled(CARERS, "editorial")))
    merton = of(found, MERTON)
    assert (merton.word, merton.in_favour, merton.content_hash) == ("carried over", True, "bb")
    assert merton.sentence == (
        "Merton agreed version 0.2 on 18 June 2015. Carried over to version 0.3: ruled by Jane Bloggs on 1 July 2015 "
        "that what changed is editorial."
    )
    croydon = of(found, CROYDON)
    assert (croydon.word, croydon.answer, croydon.conditions) == (
        "carried over",
        "agree_with_conditions",
        ("A yearly review.",),
    )
    assert found.in_favour == 2
    assert found.result.startswith("2 of 7 have agreed (Croydon and Merton carried over);")


def test_who_had_not_agreed_is_asked_about_the_whole() -> None:
    found = stands(put(agreed(), ruled(RESPONSE, "editorial")))
    assert of(found, KINGSTON).word == "not yet scheduled"
    assert of(found, NHS_ENGLAND).word == "not yet answered"
    assert of(found, KINGSTON).agreement is None


def test_a_material_clause_is_asked_again_and_the_rest_stands() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"), ruled(CARERS, "editorial"))
    merton = of(stands(ledger), MERTON)
    assert (merton.word, merton.in_favour, merton.answer) == ("re-affirmation needed", False, None)
    assert merton.sentence == (
        "Merton agreed version 0.2 on 18 June 2015; on version 0.3 it is asked to re-affirm only clause 3, and the "
        "rest of that agreement stands."
    )
    ledger.write("case.scheduled", JULY, body_id=MERTON.body_id, meeting_id=1, round=3, held_on="2015-08-10")
    merton = of(stands(ledger, meeting(1, MERTON, date(2015, 8, 10))), MERTON)
    assert merton.word == "scheduled"
    assert merton.sentence == (
        "Merton decides on 10 August 2015. It is asked to re-affirm only clause 3; the rest of its agreement of "
        "version 0.2 stands."
    )


def test_a_re_affirmation_completes_what_was_agreed_before() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"), ruled(WEEKENDS, "material"), ruled(CARERS, "material"))
    asked = (RESPONSE, WEEKENDS, CARERS)
    again(ledger, MERTON, "agree", asked)
    again(ledger, CROYDON, "agree", asked)
    found = stands(ledger)
    assert (of(found, MERTON).word, of(found, MERTON).sentence) == (
        "agreed",
        "Merton re-affirmed clauses 3 and 2.6 and that clause 4 is left out of version 0.3 on 3 August 2015; the rest "
        "of its agreement of version 0.2 stands.",
    )
    assert (of(found, CROYDON).word, of(found, CROYDON).conditions) == ("agreed with conditions", ("A yearly review.",))
    assert found.in_favour == 2


def test_a_body_that_does_not_re_affirm_declines() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    again(ledger, MERTON, "not_agree", [RESPONSE], reason="Two hours are too short.")
    merton = of(stands(ledger), MERTON)
    assert (merton.word, merton.in_favour, merton.declined) == ("not agreed", False, True)
    assert merton.sentence == (
        "Merton did not re-affirm clause 3 of version 0.3 on 3 August 2015: Two hours are too short; the rest of its "
        "agreement of version 0.2 stands."
    )


def test_a_re_affirmation_rests_on_the_agreement_and_falls_with_it() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    again(ledger, MERTON, "agree", [RESPONSE])
    first = next(entry for entry in ledger.entries if entry.payload.get("body_id") == MERTON.body_id)
    ledger.write("decision.corrected", AUGUST, body_id=3, round=2, corrects=first.id, reason="Misheard.", answer=None)
    merton = of(stands(ledger), MERTON)
    assert (merton.word, merton.in_favour) == ("re-affirmation needed", False)
    assert merton.sentence.endswith("The agreement that this rests on no longer stands, so all of it is asked.")


def test_a_ruling_taken_again_asks_for_what_it_now_calls_material() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"), ruled(CARERS, "editorial"))
    again(ledger, MERTON, "agree", [RESPONSE])
    rule(ledger, ruled(RESPONSE, "material"), ruled(CARERS, "material"), on=AUGUST)
    merton = of(stands(ledger), MERTON)
    assert (merton.word, merton.in_favour) == ("re-affirmation needed", False)
    assert "that clause 4 is left out" in merton.sentence


def test_an_agreement_goes_on_from_version_to_version() -> None:
    ledger = put(agreed(), ruled(RESPONSE, "material"))
    again(ledger, MERTON, "agree", [RESPONSE])
    rule(ledger, ruled(clause("1"), "editorial"), on=AUGUST, was="cc", now="dd")
    ledger.open_round(4, "decision", AUGUST, content="dd", label="version 0.4")
    found = stands(ledger)
    assert of(found, MERTON).word == "carried over"
    assert "Merton re-affirmed clause 3 of version 0.3" in of(found, MERTON).sentence
    # Croydon never re-affirmed clause 3: that is still asked of it, and nothing else
    assert (of(found, CROYDON).word, of(found, CROYDON).answer) == ("re-affirmation needed", None)
    assert "asked to re-affirm only clause 3," in of(found, CROYDON).sentence
    assert found.rounds[1].parties[2].sentence.startswith("Version 0.3 was superseded by version 0.4. Merton re-aff")


def test_a_response_to_a_draft_is_not_carried_to_another_draft() -> None:
    ledger = Ledger()
    ledger.open_round(1, "response", MAY, content="aa", label="version 0.1")
    ledger.respond([MERTON], JUNE)
    rule(ledger, ruled(RESPONSE, "editorial"), was="aa", now="bb")
    ledger.open_round(2, "response", JULY, content="bb", label="version 0.2")
    assert not of(stands(ledger), MERTON).in_favour
    history = stands(ledger).folded
    assert at_stake(STANDARDS, "response", history.rounds, rulings_of(history.rulings), [MERTON.body_id]) == {}


def test_what_is_at_stake_are_the_agreements_a_new_version_would_leave_behind() -> None:
    history = stands(agreed()).folded
    ids = [party.body_id for party in SEVEN]
    held = at_stake(STANDARDS, "decision", history.rounds, {}, ids)
    assert {body_id: one.round.version_label for body_id, one in held.items()} == {
        CROYDON.body_id: "version 0.2",
        MERTON.body_id: "version 0.2",
    }
    assert at_stake(STANDARDS, "response", history.rounds, {}, ids) == {}
    assert at_stake(STANDARDS, "decision", [], {}, ids) == {}


def test_a_ruling_is_whole_or_refused() -> None:
    changes = [RESPONSE, WEEKENDS]
    whole = [ruled(RESPONSE, "editorial"), ruled(WEEKENDS, "material")]
    assert may_rule(changes, whole)
    assert may_rule(changes, whole[:1]).sentence == "Nothing is ruled on clause 2.6 yet."
    assert may_rule(changes, [ruled(RESPONSE, "editorial", " "), whole[1]]).sentence == (
        "The ruling on clause 3 needs its reason."
    )
    assert may_rule(changes, [whole[0], ruled(WEEKENDS, "editorial")]).sentence == (
        "Clause 2.6 is new, so nobody has signed it and no signature can carry over to it."
    )
    assert may_rule(changes[:1], whole).sentence == "Clause 2.6 did not change, so there is nothing to rule on."
    assert may_rule([], [])


HOWS: tuple[How, ...] = ("added", "removed", "reworded", "reworded and moved", "moved")
RULED = st.lists(
    st.tuples(
        st.sampled_from(HOWS),
        st.sampled_from(["editorial", "material", None]),
        st.sampled_from(["Because.", " ", ""]),
    ),
    max_size=5,
)


@BOUNDED
@given(RULED)
def test_nothing_carries_but_by_an_editorial_ruling_on_every_changed_clause(
    said: list[tuple[How, Word | None, str]],
) -> None:
    clauses = [ruled(clause(f"{n}", how), word, reason) for n, (how, word, reason) in enumerate(said, start=1)]
    merton = of(stands(put(agreed(), *clauses)), MERTON)
    whole = all(one.settled for one in clauses)
    carries = whole and all(one.ruling == "editorial" for one in clauses)
    assert (merton.word == "carried over") == merton.in_favour == carries
    if whole and not carries:
        assert merton.agreement is not None
        assert [change.code for change in merton.agreement.asked] == [
            one.change.code for one in clauses if one.ruling == "material"
        ]
    if not whole:
        assert merton.agreement is None
        assert merton.sentence == "Merton agreed version 0.2; it is asked again about version 0.3."


@BOUNDED
@given(st.sampled_from(["aa", "bb", "cc", "dd"]), st.sampled_from(["aa", "bb", "cc", "dd"]))
def test_a_ruling_on_other_versions_carries_nothing(was: str, now: str) -> None:
    ledger = agreed()
    rule(ledger, ruled(RESPONSE, "editorial"), was=was, now=now)
    ledger.open_round(3, "decision", JULY, content="cc", label="version 0.3")
    assert of(stands(ledger), MERTON).in_favour == ((was, now) == ("bb", "cc"))


@BOUNDED
@given(RULED, st.lists(st.integers(min_value=1, max_value=5), unique=True))
def test_no_re_affirmation_is_whole_while_a_material_clause_is_left(
    said: list[tuple[How, Word | None, str]], codes: list[int]
) -> None:
    clauses = [ruled(clause(f"{n}", how), word or "material") for n, (how, word, _) in enumerate(said, start=1)]
    ledger = put(agreed(), *clauses)
    given_again = [one.change for one in clauses if int(one.change.code) in codes]
    if given_again:
        again(ledger, MERTON, "agree", given_again)
    material = {one.change.code for one in clauses if one.ruling == "material"}
    whole = all(one.settled for one in clauses)
    assert of(stands(ledger), MERTON).in_favour == (whole and material <= {change.code for change in given_again})


def test_what_follows_on_the_same_version_keeps_its_agreements_too() -> None:
    names = [stage.name for stage in ACCEPTANCE.stages]
    assert ACCEPTANCE.stages[-1].version == "same"
    ledger = Ledger()
    ledger.open_round(1, names[0], MAY, content="bb", label="version 0.2")
    ledger.open_round(2, names[-1], MAY, content="bb", label="version 0.2")
    ledger.decide(MERTON, "agree", JUNE)
    history = standing(ACCEPTANCE, [MERTON], ledger.entries, [], at_noon(JULY)).folded
    assert set(at_stake(ACCEPTANCE, names[0], history.rounds, {}, [MERTON.body_id])) == {MERTON.body_id}


def test_an_agreement_whose_local_variation_expired_carries_no_more_whatever_the_calendar_says() -> None:
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    variation = {"clause": "3", "text": "Three hours.", "expires": "2015-07-31"}
    ledger.decide(MERTON, "agree_with_local_variation", JUNE, variation=variation)
    put(ledger, ruled(RESPONSE, "editorial"))
    assert of(stands(ledger, on=date(2015, 7, 31)), MERTON).word == "carried over"
    assert of(stands(ledger), MERTON).word == "local variation expired"
    ledger.write("case.scheduled", JULY, body_id=MERTON.body_id, meeting_id=1, round=3, held_on="2015-08-10")
    merton = of(stands(ledger, meeting(1, MERTON, date(2015, 8, 10))), MERTON)
    assert (merton.word, merton.in_favour, merton.agreement) == ("local variation expired", False, None)
    assert merton.sentence.endswith("It decides anew on 10 August 2015.")
    assert merton.lapsed and merton.meeting_id == 1


def test_a_re_affirmation_falls_with_the_variation_it_rests_on() -> None:
    ledger = Ledger()
    ledger.open_round(2, "decision", MAY, content="bb", label="version 0.2")
    variation = {"clause": "3", "text": "Three hours.", "expires": "2015-08-10"}
    ledger.decide(MERTON, "agree_with_local_variation", JUNE, variation=variation)
    put(ledger, ruled(RESPONSE, "material"))
    again(ledger, MERTON, "agree", [RESPONSE])
    assert of(stands(ledger), MERTON).word == "agreed with local variation"
    merton = of(stands(ledger, on=date(2015, 8, 11)), MERTON)
    assert (merton.word, merton.in_favour) == ("local variation expired", False)
