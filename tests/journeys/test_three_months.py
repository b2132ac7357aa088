"""A standard takes three months: a lost quorum, a condition, a variation, a chair’s action, a change, a re-affirmation.

Read it from top to bottom. Six governing bodies and NHS England are asked to agree standards for discharge from
hospital. Each answers in its own right; what was changed on the way is asked again only of those who had agreed, and
of them only the clause that changed. Every page that matters on the way is looked at by axe.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

from app.pdf import all_text, check
from tests.journeys import steps
from tests.journeys.desk import Axe
from tests.journeys.looking import Eyes, eyes_on
from tests.journeys.swl import SIX, SouthWestLondon
from tests.journeys.visitor import UNTICKED, Page
from workflows.facts import day_in_words

TITLE = "Discharge from hospital"
DOCUMENT = "/documents/discharge"
CASE = "/sign-offs/discharge-v1"
WITHIN = "A person who no longer needs a hospital bed leaves within two days."
SOONER = "A person who no longer needs a hospital bed leaves within one day, at weekends too."
PLANNED = "Discharge is planned from the day of admission."
PLANNED_TOGETHER = "Discharge is planned from the day of admission, together with the person."
TOLD = "The general practitioner is told on the day."
WANDSWORTHS = "A person who no longer needs a hospital bed leaves within three days until the new unit opens."
CONDITION = "Croydon University Hospital shows by March 2016 who arranges transport."
SHARES = "Shareholder of a GP federation that may bid."
EDITORIAL = "Editorial: what the bodies agreed carries over"
MATERIAL = "Material: the bodies that agreed are asked to re-affirm this clause"
AGREED = (
    "7 of 7 have agreed (Croydon with conditions; Wandsworth with local variation). "
    "The case was closed as agreed on 27 January 2016."
)


def test_seven_bodies_agree_a_standard_over_three_months(
    swl: SouthWestLondon, tmp_path: Path, chromium: Browser, axe: Axe
) -> None:
    with eyes_on(swl, chromium, axe) as eyes:
        given_a_draft_that_bodies_respond_to(swl, tmp_path, eyes)
        when_a_comment_is_taken_up_and_the_new_version_put_to_decision(swl, tmp_path, eyes)
        then_one_body_agrees_with_a_condition_and_one_with_a_local_variation(swl, eyes)
        when_one_recusal_costs_merton_its_quorum(swl, eyes)
        when_a_clause_is_changed_materially(swl, tmp_path, eyes)
        then_only_those_who_agreed_are_asked_to_re_affirm_only_that_clause(swl, eyes)
        when_a_chair_acts_alone_and_the_meeting_ratifies(swl, eyes)
        when_the_others_decide(swl)
        then_it_is_agreed_exactly_once_and_proves_itself(swl, eyes)


def given_a_draft_that_bodies_respond_to(swl: SouthWestLondon, folder: Path, eyes: Eyes) -> None:
    swl.it_is("6 November 2015")
    issue(swl, folder, "1", "2015-11-05", [PLANNED, WITHIN])
    director = swl.director()
    director.open(f"{DOCUMENT}/versions/1/case")
    eyes.look(director)
    # the panellists of another case are in the group too, and have no part in this one
    panel = [f"NHS {name} CCG, panellist for workforce pilots" for name in ("Croydon", "Kingston", "Richmond")]
    director.press("Open the case", {"What the case is called": TITLE, **dict.fromkeys(panel, UNTICKED)})
    assert director.page.path == CASE

    # Sutton's secretary says what its members think of the clause on days
    swl.it_is("10 November 2015")
    sutton = swl.secretary("Sutton")
    sutton.open(f"{DOCUMENT}/versions/1/comments/new/sutton")
    eyes.look(sutton)
    sutton.press(
        "Send the comment",
        {"Clause": "2 Days", "What is it?": "Proposed wording", "Your words": "One day, and at weekends too."},
    )
    for body in ("Croydon", "Kingston", "Sutton", "Wandsworth"):
        secretary = swl.secretary(body)
        secretary.open(f"{CASE}/{body.lower()}")
        secretary.follow("Give the answer")
        secretary.press(
            "Record the answer",
            {"What is the answer?": "Respond", "Response and comments on clauses": "We agree with the direction."},
        )
    assert steps.result(swl, CASE).startswith("4 of 7 have responded")


def when_a_comment_is_taken_up_and_the_new_version_put_to_decision(
    swl: SouthWestLondon, folder: Path, eyes: Eyes
) -> None:
    swl.it_is("13 November 2015")
    issue(swl, folder, "2", "2015-11-12", [PLANNED_TOGETHER, WITHIN, TOLD])
    director = swl.director()
    director.open(f"{DOCUMENT}/versions/1/comments")
    eyes.look(director)
    director.follow("Say what became of it")
    director.press(
        "Record what became of it",
        {"What became of it?": "Not accepted", "Answer": "Two days for now; providers are asked what one would take."},
    )
    director.open(f"{DOCUMENT}/versions/2/case")
    director.press("Open the round")
    assert steps.result(swl, CASE).startswith("0 of 7 have agreed")


def then_one_body_agrees_with_a_condition_and_one_with_a_local_variation(swl: SouthWestLondon, eyes: Eyes) -> None:
    steps.put_on_the_agenda(swl, "Croydon", "24 November 2015", CASE)
    swl.it_is("16 November 2015")
    for body, on in (("Sutton", "2015-12-01"), ("Wandsworth", "2015-12-02"), ("Merton", "2015-12-10")):
        steps.set_a_meeting(swl, body, on, "Extraordinary meeting in public")
        steps.put_on_the_agenda(swl, body, day_in_words(date.fromisoformat(on)), CASE)

    swl.it_is("24 November 2015", "17:00")
    receipt = steps.record_decision(swl, "Croydon", "Agree with conditions", condition=CONDITION, case=CASE)
    assert CONDITION in receipt.text
    swl.it_is("1 December 2015", "17:00")
    steps.record_decision(swl, "Sutton", case=CASE)
    swl.it_is("2 December 2015", "17:00")
    varied = {
        "Clause that is varied": "2 Days",
        "The text that applies here instead": WANDSWORTHS,
        "The variation expires after": "2016-06-30",
        "Reason": "The new unit of the hospital opens in June 2016.",
    }
    wandsworth = swl.secretary("Wandsworth")
    receipt = steps.record_decision(swl, "Wandsworth", "Agree with local variation", more=varied, case=CASE)
    assert "30 June 2016" in receipt.text
    wandsworth.open(f"{CASE}/wandsworth")
    eyes.look(wandsworth)
    assert WANDSWORTHS in wandsworth.page.text


def when_one_recusal_costs_merton_its_quorum(swl: SouthWestLondon, eyes: Eyes) -> None:
    meeting = "merton-2015-12-10"
    away = ("Sinead Copperfield", "Professor Hugh", "Dr Shreya Holloway")
    steps.note_apologies(swl, "Merton", meeting, *away)
    assert "Merton would be quorate for this item" in steps.item_page(swl, "Merton", meeting, TITLE).text
    steps.declare_a_financial_interest(swl, "Merton", meeting, "Dr Callum Birchwood", SHARES, TITLE)
    item = steps.item_page(swl, "Merton", meeting, TITLE)
    assert "1 more clinician needed; Dr Callum Birchwood is excluded for a financial interest." in item.text
    eyes.look(swl.secretary("Merton"))

    swl.it_is("10 December 2015", "17:00")
    refused = steps.record_decision(swl, "Merton", "Agree", apologies=away, case=CASE, expect=422)
    assert any("Merton is not quorate for this item: 1 more clinician needed" in line for line in refused.problems)
    steps.record_decision(swl, "Merton", "Nothing was decided: the item was not quorate", apologies=away, case=CASE)
    assert steps.standing(swl, "Merton", CASE).startswith("Not quorate")


def when_a_clause_is_changed_materially(swl: SouthWestLondon, folder: Path, eyes: Eyes) -> None:
    # The providers say that one day can be done: the clause is changed, and another is only said more clearly
    swl.it_is("14 December 2015")
    issue(swl, folder, "3", "2015-12-11", [PLANNED_TOGETHER, SOONER, TOLD.replace("on the day", "on the same day")])
    director = swl.director()
    director.open(f"{DOCUMENT}/versions/3/case")
    director.follow("Rule on what has changed")
    eyes.look(director)
    director.press(
        "Record the ruling and open the round",
        {
            "Clause 2, Days: is the change editorial or material?": MATERIAL,
            "Clause 2, Days: why?": "Bodies agreed two days; this is one, and weekends too.",
            "Clause 3, Told: is the change editorial or material?": EDITORIAL,
            "Clause 3, Told: why?": "It says the same more clearly.",
        },
    )


def then_only_those_who_agreed_are_asked_to_re_affirm_only_that_clause(swl: SouthWestLondon, eyes: Eyes) -> None:
    for body in ("Croydon", "Sutton", "Wandsworth"):
        assert steps.standing(swl, body, CASE).startswith("Re-affirmation needed")
    assert not steps.standing(swl, "Kingston", CASE).startswith("Re-affirmation needed")
    eyes.look(swl.director(), CASE)
    sutton = swl.secretary("Sutton")
    page = sutton.open(f"{CASE}/sutton")
    assert "to re-affirm 1 clause only" in page.text
    eyes.look(sutton)
    january = {"Kingston": 12, "Wandsworth": 13, "Merton": 14, "Richmond": 19, "Sutton": 20, "Croydon": 26}
    for body, day in january.items():
        steps.put_on_the_agenda(swl, body, f"{day} January 2016", CASE)


def when_a_chair_acts_alone_and_the_meeting_ratifies(swl: SouthWestLondon, eyes: Eyes) -> None:
    # Kingston's contract for beds ends on Friday: its chair cannot wait until 12 January
    swl.it_is("16 December 2015")
    chair = swl.chair("Kingston")
    chair.open(f"{CASE}/kingston")
    page = chair.follow("Decide it by chair’s action")
    eyes.look(chair)
    chair.press(
        "Sign the chair’s action",
        {
            "What is the answer?": "Agree",
            "Why it cannot wait for a meeting": "The contract for step-down beds ends on Friday.",
            "Decided with the accountable officer": chosen(page, "Decided with the accountable officer"),
            "Lay member consulted": chosen(page, "Lay member consulted"),
        },
    )
    assert steps.standing(swl, "Kingston", CASE).startswith("To be ratified")
    assert "Kingston has still to ratify its chair’s action" in steps.result(swl, CASE)
    agenda = steps.meeting_page(swl, "Kingston", "kingston-2016-01-12")
    assert "ratify" in agenda.text

    swl.it_is("12 January 2016", "17:00")
    secretary = swl.secretary("Kingston")
    secretary.open(f"{CASE}/kingston")
    page = secretary.follow("Record whether a meeting ratified it")
    eyes.look(secretary)
    secretary.press("Record it", {**steps.who_came(page), "Did the meeting ratify it?": "Ratified"})
    assert steps.standing(swl, "Kingston", CASE).startswith("Agreed")


def when_the_others_decide(swl: SouthWestLondon) -> None:
    # The clause that Wandsworth varied is the clause that changed: it agrees the new words
    for body, day in (("Wandsworth", 13), ("Merton", 14), ("Richmond", 19), ("Sutton", 20), ("Croydon", 26)):
        swl.it_is(f"{day} January 2016", "17:00")
        steps.record_decision(swl, body, case=CASE)
    assert steps.result(swl, CASE).startswith("6 of 7 have agreed")


def then_it_is_agreed_exactly_once_and_proves_itself(swl: SouthWestLondon, eyes: Eyes) -> None:
    swl.it_is("27 January 2016", "11:00")
    steps.answer_for_nhs_england(swl, case=CASE)
    assert steps.result(swl, CASE) == AGREED
    assert steps.standing(swl, "Wandsworth", CASE).startswith("Agreed with local variation")
    told = steps.history(swl, CASE)
    assert len([line for line in told if line.startswith("The case was agreed")]) == 1
    eyes.look(swl.director(), CASE)

    # One page says what was agreed, by whom and on which text; it is a file that can be sent
    certificate = swl.director().client.get(f"{CASE}/certificate.pdf")
    assert certificate.status_code == 200
    assert check(certificate.data) == []
    text = " ".join(all_text(certificate.data).split())
    for body in SIX:
        assert body in text
    assert "The record verifies" in swl.flask("record", "verify")


def issue(swl: SouthWestLondon, folder: Path, label: str, dated: str, texts: Sequence[str]) -> None:
    """The programme office brings a version of the document in, issued, as files."""
    place = folder / f"version-{label}"
    place.mkdir()
    codes = (("planned", "Planning"), ("days", "Days"), ("told", "Told"))[: len(texts)]
    document = {
        "code": "discharge",
        "collaborative": "swlcc",
        "title": TITLE,
        "summary": "What is expected when somebody leaves hospital. The text is demonstration content.",
        "demonstration": "yes",
    }
    version = {
        "document": "discharge",
        "label": label,
        "position": label,
        "title": TITLE,
        "note": "As consolidated.",
        "dated": dated,
        "issued_at": f"{dated}T12:00:00Z",
        "hash": "",
    }
    clauses = [
        {
            "document": "discharge",
            "version": label,
            "clause": code,
            "position": str(number),
            "number": str(number),
            "heading": heading,
            "text": text,
        }
        for number, ((code, heading), text) in enumerate(zip(codes, texts, strict=True), start=1)
    ]
    write(place / "documents.csv", [document])
    write(place / "clauses.csv", [{"document": "discharge", "code": code} for code, _ in codes])
    write(place / "document_versions.csv", [version])
    write(place / "clause_texts.csv", clauses)
    swl.flask("exchange", "import", str(place))


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def chosen(page: Page, label: str) -> str:
    """The first person that a field offers."""
    return next(option.text for option in page.field(label).all("option") if option.text != "Choose")
