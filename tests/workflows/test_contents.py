"""What goes in a pack, what is missing, and when it may be released in spite of that."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workflows.contents import AcceptedGap, Gap, contents, edition_contents, may_release
from workflows.pack_facts import (
    AgendaItemFact,
    EditionFacts,
    HighlightFact,
    LocalPosition,
    MatrixFact,
    PackFacts,
    WorkstreamFact,
)

WELCOME = AgendaItemFact(1, "1", "Welcome and apologies", "standing", "note", needs_paper=False)
STANDARDS_ITEM = AgendaItemFact(
    2,
    "5.1",
    "Out-of-hospital standards",
    "case",
    "approval",
    has_paper=True,
    has_cover_sheet=True,
    recommendation="agree the standards",
    paper_number="7",
)
CRISIS = WorkstreamFact("crisis-response", "Crisis response pilot", has_update=True)
PATIENTS_ONLINE = WorkstreamFact("patients-online", "Patients Online", has_update=False)
WORKFORCE = WorkstreamFact("workforce", "Workforce", has_update=True)
FULL = PackFacts(
    body_id=3,
    body_name="Merton CCG Governing Body",
    body_short_name="Merton",
    meeting_id=1,
    meeting_title="Governing Body in public, 26 November 2015",
    held_on=date(2015, 11, 26),
    part=1,
    items=(WELCOME, STANDARDS_ITEM),
    highlights=(
        HighlightFact("workforce", "Workforce", "workforce"),
        HighlightFact("crisis", "Crisis response", "crisis-response"),
    ),
    workstreams=(CRISIS, WORKFORCE),
    matrices=(MatrixFact("standards", "Out-of-hospital standards", "4 of 7 have agreed.", False, ("A review",)),),
)


def gaps(facts: PackFacts) -> list[tuple[str, str, str]]:
    return [(gap.key, gap.sentence, gap.acceptable_by) for gap in contents(facts).gaps]


def with_item(**changes: Any) -> PackFacts:
    return replace(FULL, items=(WELCOME, replace(STANDARDS_ITEM, **changes)))


def test_a_full_pack_has_every_section_in_order_and_no_gap() -> None:
    found = contents(FULL)
    assert [section.key for section in found.sections] == [
        "cover",
        "front-page",
        "contents",
        "agenda",
        "declarations",
        "last-minutes",
        "action-log",
        "highlights",
        "workstream-workforce",
        "workstream-crisis-response",
        "decisions-asked",
        "sign-off-matrix-standards",
        "conditions-outstanding",
        "paper-2",
        "glossary",
        "last-page",
    ]
    assert found.gaps == ()


def test_what_has_nothing_to_say_has_no_section() -> None:
    bare = replace(FULL, items=(WELCOME,), highlights=(), workstreams=(), matrices=())
    assert [section.key for section in contents(bare).sections][6:] == ["action-log", "glossary", "last-page"]


def test_a_highlight_without_a_section_is_one_gap() -> None:
    facts = replace(
        FULL,
        highlights=(*FULL.highlights, HighlightFact("patients-online", "Patients Online", "patients-online")),
        workstreams=(*FULL.workstreams, PATIENTS_ONLINE),
    )
    assert gaps(facts) == [
        (
            "highlight-without-section:patients-online",
            "Patients Online is listed as a highlight but has no section.",
            "secretary",
        )
    ]
    assert "workstream-patients-online" not in {section.key for section in contents(facts).sections}


def test_a_highlight_of_nothing_that_is_known_is_a_gap_too() -> None:
    facts = replace(FULL, highlights=(*FULL.highlights, HighlightFact("events", "Deliberative events")))
    assert [key for key, _, _ in gaps(facts)] == ["highlight-without-section:events"]


def test_a_workstream_without_an_update_is_a_gap_only_where_it_applies() -> None:
    facts = replace(FULL, workstreams=(*FULL.workstreams, PATIENTS_ONLINE))
    assert gaps(facts) == [("no-update:patients-online", "Patients Online has no update this period.", "secretary")]
    elsewhere = replace(PATIENTS_ONLINE, applies=False, local_position="owed")
    assert gaps(replace(FULL, workstreams=(*FULL.workstreams, elsewhere))) == []


def test_a_workstream_that_does_not_apply_has_no_section_and_its_highlight_is_no_gap() -> None:
    facts = replace(FULL, workstreams=(replace(CRISIS, applies=False), WORKFORCE))
    assert "workstream-crisis-response" not in {section.key for section in contents(facts).sections}
    assert gaps(facts) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("owed", [("local-position-owed:workforce", "Merton owes its local position on Workforce.")]),
        (
            "submitted",
            [
                (
                    "local-position-not-approved:workforce",
                    "Merton’s local position on Workforce is not approved yet.",
                )
            ],
        ),
        ("approved", []),
        ("not_needed", []),
    ],
)
def test_a_local_position_is_a_gap_until_it_is_approved(state: LocalPosition, expected: list[tuple[str, str]]) -> None:
    facts = replace(FULL, workstreams=(CRISIS, replace(WORKFORCE, local_position=state)))
    assert [(key, sentence) for key, sentence, _ in gaps(facts)] == expected


def test_a_pack_whose_update_edition_is_not_begun_has_that_gap() -> None:
    without = replace(FULL, highlights=(), workstreams=(), edition_awaited="December 2015/January 2016")
    sentence = "The update edition of December 2015/January 2016 is not there to enclose: it has not been begun."
    assert gaps(without) == [("edition-awaited", sentence, "secretary")]


def test_a_paper_still_awaited_keeps_its_section_and_is_a_gap() -> None:
    facts = with_item(has_paper=False, has_cover_sheet=False, awaited_from="Ms Example")
    assert "paper-2" in {section.key for section in contents(facts).sections}
    assert gaps(facts) == [
        (
            "item-without-paper:2",
            "Item 5.1 (Out-of-hospital standards): its paper is still to follow from Ms Example.",
            "secretary",
        )
    ]


def test_a_paper_without_its_cover_sheet_is_a_gap() -> None:
    assert gaps(with_item(has_cover_sheet=False)) == [
        ("paper-without-cover-sheet:2", "Paper 7 (Out-of-hospital standards) has no cover sheet.", "secretary")
    ]
    assert gaps(with_item(has_cover_sheet=False, paper_number=None))[0][1] == (
        "The paper of item 5.1 (Out-of-hospital standards) has no cover sheet."
    )


def test_an_item_for_decision_needs_its_recommendation() -> None:
    assert gaps(with_item(recommendation="  ")) == [
        (
            "no-recommendation:2",
            "Item 5.1 (Out-of-hospital standards) is for approval and has no recommendation.",
            "chair",
        )
    ]
    assert gaps(with_item(recommendation="", purpose="information")) == []


def test_a_public_pack_refuses_facts_of_part_2() -> None:
    facts = with_item(part=2)
    with pytest.raises(ValueError, match=r"Items of Part 2 \(5\.1\) were handed in for a Part 1 pack"):
        contents(facts)
    assert contents(replace(facts, part=2)).gaps == ()


def test_the_update_edition_follows_its_highlights_and_reports_those_without_a_section() -> None:
    facts = EditionFacts(
        "Update, October and November 2015",
        "Working together",
        ("Croydon", "NHS England"),
        (
            HighlightFact("workforce", "Workforce", "workforce"),
            HighlightFact("patients-online", "Patients Online", "patients-online"),
        ),
        (CRISIS, WORKFORCE, PATIENTS_ONLINE),
    )
    found = edition_contents(facts)
    assert [section.key for section in found.sections] == [
        "cover",
        "contents",
        "highlights",
        "workstream-workforce",
        "workstream-crisis-response",
        "glossary",
        "last-page",
    ]
    assert found.gaps == (
        Gap(
            "highlight-without-section:patients-online",
            "Patients Online is listed as a highlight but has no section.",
            "programme_director",
        ),
    )


def test_a_pack_with_gaps_is_released_only_when_each_is_accepted_by_name_with_a_reason() -> None:
    found = contents(with_item(has_cover_sheet=False, recommendation=""))
    assert may_release(contents(FULL), []).sentence == "Nothing is missing."
    verdict = may_release(found, [AcceptedGap("paper-without-cover-sheet:2", "Ms Example", "Tabled on the day")])
    assert verdict.sentence == (
        "1 gap is neither filled nor accepted: "
        "Item 5.1 (Out-of-hospital standards) is for approval and has no recommendation."
    )
    assert verdict.needs == ("no-recommendation:2: filled, or accepted with a reason",)
    without_reason = AcceptedGap("no-recommendation:2", "Dr Chair", " ")
    assert not may_release(found, [without_reason])
    accepted = [AcceptedGap(gap.key, "Dr Chair", "Agreed with the author") for gap in found.gaps]
    assert may_release(found, accepted).sentence == "All 2 gaps are accepted by name, with a reason."
