"""The steps of the journeys, each named as what somebody does or what then stands. All of them go through the pages."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from app.jobs.worker import run_waiting
from tests.journeys.swl import SIX, SouthWestLondon
from tests.journeys.visitor import Page

MINIMUM_OUTCOMES = "minimum-outcomes-2015"
CASE = f"/sign-offs/{MINIMUM_OUTCOMES}"
"""The case that the demonstration has in hand; most steps can be taken for another."""
TITLE = "Minimum outcomes for out-of-hospital care"


# Where the sign-off stands


def result(swl: SouthWestLondon, case: str = CASE) -> str:
    """The one sentence of where the case stands, as the programme director reads it."""
    page = swl.director().open(case)
    boxes = [node for node in page.root.walk() if "app-result" in node.attributes.get("class", "")]
    return boxes[0].text.removeprefix("Result: ")


def standing(swl: SouthWestLondon, body: str, case: str = CASE) -> str:
    """Where one body stands on it, with the sentence why."""
    return swl.director().open(case).row(body).removeprefix(body).strip()


def matrix_row(swl: SouthWestLondon) -> dict[str, str]:
    """The case's row in the matrix: each body's name to what its cell says."""
    page = swl.director().open("/sign-offs")
    columns = [heading.text for heading in page.main.all("thead")[0].all("th")]
    row = next(row for row in page.main.all("tr") if row.text.startswith("Minimum outcomes"))
    return dict(zip(columns, (cell.text for cell in row.all("th", "td")), strict=True))


def history(swl: SouthWestLondon, case: str = CASE) -> list[str]:
    """What happened to the case, a sentence each, the latest first."""
    page = swl.director().open(case)
    return [node.text for node in page.main.all("p") if node.attributes.get("class") == "app-history-sentence"]


def content_hash(swl: SouthWestLondon) -> str:
    """The SHA-256 of the text that was agreed, as NHS England's receipt gives it."""
    swl.officer().open(f"{CASE}/nhs-england")
    receipt = swl.officer().follow("The receipt")
    found = re.search(r"Content, SHA-256 ([0-9a-f]{64})", receipt.text)
    assert found, receipt.text
    return found[1]


# Before a meeting


def set_a_meeting(swl: SouthWestLondon, body: str, on: str, title: str = "Governing Body meeting in public") -> str:
    """The board secretary sets a meeting, on a day such as 2016-03-08; gives its code."""
    secretary = swl.secretary(body)
    secretary.open("/meetings/new")
    page = secretary.press("Set the meeting", {"Title": title, "Day": on, "Begins at": "14:00", "Place": "Town Hall"})
    assert "The meeting is set" in page.text
    return f"{body.lower()}-{on}"


def put_on_the_agenda(swl: SouthWestLondon, body: str, meeting: str, case: str = CASE) -> str:
    """The board secretary puts the case on the agenda of the meeting of a day; gives what the service says."""
    secretary = swl.secretary(body)
    page = secretary.open(f"{case}/{body.lower()}")
    return secretary.press("Put it on this agenda", {"Meeting": page.choice("Meeting", meeting)}).text


def note_apologies(swl: SouthWestLondon, body: str, meeting: str, *names: str) -> None:
    """The board secretary notes who has sent apologies for a meeting to come."""
    secretary = swl.secretary(body)
    secretary.open(f"/meetings/{meeting}/attendance")
    page = secretary.page
    secretary.press("Record it", {page.label(f"Attendance of {name}"): "Apologies" for name in names})
    assert "The attendance is recorded" in secretary.page.text


def declare_a_financial_interest(
    swl: SouthWestLondon, body: str, meeting: str, person: str, what: str, title: str = TITLE
) -> None:
    """The board secretary records a financial interest in the case's item; the chair decides: leave for the item."""
    secretary = swl.secretary(body)
    item_page(swl, body, meeting, title)
    page = secretary.follow("Record a conflict of interest")
    secretary.press(
        "Record the conflict",
        {
            "Whose interest is it?": page.label(person),
            "Kind of interest": "Financial interest",
            "What is the interest?": what,
            "How is it handled for this item?": "Leaves for the item",
            "Decided by": page.choice("Decided by", "Dr Adaeze Fernleigh"),
        },
    )
    assert "The conflict is noted" in secretary.page.text


def meeting_page(swl: SouthWestLondon, body: str, meeting: str) -> Page:
    """The meeting as its board secretary sees it."""
    return swl.secretary(body).open(f"/meetings/{meeting}")


def item_page(swl: SouthWestLondon, body: str, meeting: str, title: str = TITLE) -> Page:
    """The case's item of the meeting as the board secretary sees it."""
    meeting_page(swl, body, meeting)
    return swl.secretary(body).follow(title)


# At a meeting, and after it


def record_decision(
    swl: SouthWestLondon,
    body: str,
    answer: str = "Agree",
    *,
    condition: str = "",
    apologies: tuple[str, ...] = (),
    more: Mapping[str, str] = MappingProxyType({}),
    case: str = CASE,
    expect: int = 200,
) -> Page:
    """The board secretary records the meeting's decision: who was there, that nobody voted against, the answer."""
    secretary = swl.secretary(body)
    page = secretary.open(f"{case}/{body.lower()}/decision")
    filled = {**who_came(page, apologies), "What is the answer?": answer, **more}
    if condition:
        filled["Condition 1"] = condition
    return secretary.press("Record the decision", filled, expect=expect)


def who_came(page: Page, apologies: tuple[str, ...] = ()) -> dict[str, str]:
    """The attendance on a form, everyone else present; and that nobody voted against."""
    came = {
        label: "Apologies" if any(name in label for name in apologies) else "Present"
        for label in page.labels("Attendance of ")
    }
    return {**came, "How was the vote?": page.label("Without a vote against")}


def give_the_minute_reference(swl: SouthWestLondon, body: str, reference: str) -> None:
    """The board secretary says where the decision stands in the minutes."""
    secretary = swl.secretary(body)
    secretary.open(f"{CASE}/{body.lower()}/minute-reference")
    secretary.press("Record the reference", {"Minute reference": reference})
    assert f"The minute reference of {body} is recorded." in secretary.page.text


def answer_for_nhs_england(
    swl: SouthWestLondon, answer: str = "Agree", case: str = CASE, more: Mapping[str, str] = MappingProxyType({})
) -> Page:
    """NHS England's officer answers, on the text that is before them."""
    officer = swl.officer()
    officer.open(f"{case}/nhs-england")
    officer.follow("Give the answer")
    return officer.press("Record the answer", {"What is the answer?": answer, **more})


# The packs


def the_worker_works(swl: SouthWestLondon) -> int:
    """Do the work that waits, as the worker does; gives how many jobs there were."""
    return run_waiting(swl.app)


def approve_the_update(swl: SouthWestLondon, workstream: str) -> None:
    """The programme director approves an update that was submitted."""
    director = swl.director()
    director.open(f"/workstreams/{workstream}/update/review?period=2015-12")
    director.press("Approve")
    assert "was approved" in director.page.text


def release_the_edition(swl: SouthWestLondon, period: str) -> None:
    """The programme director accepts what is missing from the period's edition, has it built, and releases it."""
    build_the_edition(swl, period)
    release_the_built_edition(swl, period)


def build_the_edition(swl: SouthWestLondon, period: str) -> None:
    """The programme director accepts what is missing from the period's edition and has it built."""
    director = swl.director()
    director.open(f"/editions/{period}")
    while "Accept with a reason" in director.page.text:
        director.follow("Accept with a reason")
        director.press("Accept the gap in my name", {"Why it may be missing": "it is reported in the next edition."})
    director.press("Build the edition")
    the_worker_works(swl)


def release_the_built_edition(swl: SouthWestLondon, period: str) -> None:
    """The programme director releases exactly that edition."""
    director = swl.director()
    director.open(f"/editions/{period}")
    director.follow("Release the edition")
    director.press("Release the edition")
    assert "The edition is released" in director.page.text


def accept_the_gaps(swl: SouthWestLondon, body: str, meeting: str, reason: str) -> list[str]:
    """The board secretary accepts what is missing from the pack, with a reason; gives what was missing."""
    secretary = swl.secretary(body)
    secretary.open(f"/meetings/{meeting}/pack")
    missing = []
    while "Accept with a reason" in secretary.page.text:
        page = secretary.follow("Accept with a reason")
        missing.append(page.main.all("p")[0].text)
        secretary.press("Accept the gap in my name", {"Why it may be missing": reason})
    return missing


def build_the_packs(swl: SouthWestLondon, meetings: Mapping[str, str]) -> None:
    """Six board secretaries ask for their packs; the worker builds them."""
    for body, meeting in meetings.items():
        secretary = swl.secretary(body)
        secretary.open(f"/meetings/{meeting}/pack")
        secretary.press("Build the pack")
    assert the_worker_works(swl) == len(SIX)


def put_before_the_chair(swl: SouthWestLondon, body: str, meeting: str) -> None:
    """The board secretary puts the built pack before the chair."""
    secretary = swl.secretary(body)
    secretary.open(f"/meetings/{meeting}/pack")
    secretary.follow("Put before the chair")
    secretary.press("Put before the chair")
    assert "The pack is before the chair." in secretary.page.text


def release_the_pack(swl: SouthWestLondon, body: str, meeting: str) -> None:
    """The chair releases exactly that pack."""
    chair = swl.chair(body)
    chair.open(f"/meetings/{meeting}/pack")
    chair.follow("Release or return the pack")
    chair.press("Confirm", {"What do you decide?": "Release this pack"})
    assert "released" in chair.page.text.lower()


def public_packs(swl: SouthWestLondon) -> Page:
    """The page of packs, as anyone sees it."""
    return swl.anyone().open("/packs")


def public_pdf(swl: SouthWestLondon, meeting: str) -> bytes:
    """The PDF of a released pack, as anyone downloads it."""
    answer = swl.anyone().client.get(f"/packs/meeting/{meeting}/1.pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    pdf: bytes = answer.data
    return pdf


def personal_link(swl: SouthWestLondon, email: str) -> str:
    """The link in the latest mail to somebody."""
    found = re.findall(r"http://\S+(/p/\S+)", swl.flask("mail", "show", email))
    assert found, f"No mail with a link went to {email}"
    return str(found[0])
