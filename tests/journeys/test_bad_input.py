"""Hostile and impossible input through the pages: a sentence by the field, or the text safely shown; never an error.

Texts go where people write; what was accepted then goes into a PDF, as it would. Dates that cross are refused in a
sentence that says what and where, and nothing has changed after it.
"""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.db import db
from app.meetings.models import Meeting
from app.pdf import all_text, check
from tests.journeys import steps
from tests.journeys.swl import MANAGER, SUTTON_MANAGER, SouthWestLondon
from tests.journeys.visitor import Page

CONTRACT = "/workstreams/planned-care-contract"
JANUARY = "sutton-2016-01-20"

HOSTILE = {
    "a script": "Fine <script>alert('seen')</script><img src=x onerror=alert(1)> so far",
    "an unfinished tag": 'Fine "><svg onload=alert(1)> {{ 7 * 7 }} {% raw %} so far',
    "links to files": "[the plan](file:///etc/passwd) ![seal](file:///etc/hostname) [here](javascript:alert(1)) so far",
    "right to left": "\u202eemos\u202c الرعاية خارج المستشفى and טיפול so far",
    "emoji": "👩🏽‍⚕️ agreed 🎉 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿 so far",
    "control characters": "a\x00b\x07c\x1b[31m\u2028d\ufeff\ufffe so far",
    "combining marks": "Z" + "\u0351\u0320\u0489" * 60 + " so far",
}
LONG = "a long text " * 8_400
assert len(LONG) > 100_000


def harmless(page: Page) -> list[str]:
    """What could run or lead away in what people wrote: nothing may."""
    found: list[str] = []
    for node in page.main.walk():
        if node.tag in ("script", "iframe", "object", "embed", "svg", "style") and "nhsuk" not in str(node.attributes):
            found.append(f"<{node.tag}> {node.attributes}")
        found += [f"<{node.tag} {name}>" for name in node.attributes if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if node.attributes.get(name, "").strip().lower().startswith(("file:", "javascript:", "data:", "//")):
                found.append(f"<{node.tag} {name}={node.attributes[name]}>")
    return found


Writes = Callable[[SouthWestLondon, str, int], Page]


def in_an_update(swl: SouthWestLondon, text: str, expect: int) -> Page:
    """The programme manager saves it as the headline and as what was done."""
    manager = swl.person(MANAGER)
    manager.open(f"{CONTRACT}/update")
    return manager.press("Save draft", {"Headline": text, "Done this period": text}, expect=expect)


def in_a_local_position(swl: SouthWestLondon, text: str, expect: int) -> Page:
    """Sutton's programme manager saves it as Sutton's position and note."""
    manager = swl.person(SUTTON_MANAGER)
    manager.open(f"{CONTRACT}/local/sutton")
    return manager.press("Save draft", {"Our position in a line": text, "Note": text}, expect=expect)


def in_an_agenda_item(swl: SouthWestLondon, text: str, expect: int) -> Page:
    """Sutton's board secretary writes a whole cover sheet and paper of it, and looks at the item."""
    secretary = swl.secretary("Sutton")
    secretary.open(f"/meetings/{JANUARY}/items/new")
    fields = ("Title", "Author", "Executive summary", "Key points and concerns", "Recommendation", "Paper")
    page = secretary.press("Add the item", dict.fromkeys(fields, text), expect=expect)
    if expect != 200:
        return page
    assert harmless(page) == []
    items = [address for address in page.links().values() if f"{JANUARY}/items/" in address]
    return secretary.open([address for address in items if not address.endswith("new")][-1])


def in_a_reason(swl: SouthWestLondon, text: str, expect: int) -> Page:
    """Wandsworth's board secretary records it as the reason why the body does not agree, without deciding yet."""
    secretary = swl.secretary("Wandsworth")
    page = secretary.open(f"{steps.CASE}/wandsworth/decision")
    filled = dict.fromkeys(page.labels("Attendance of "), "Present")
    filled |= dict.fromkeys(page.labels("Vote of "), "Against")
    filled |= {"How was the vote?": "As chosen for each seat", "What is the answer?": "Not agree", "Reason": text}
    return secretary.press("Check quorum and votes first", filled, expect=expect)


PLACES: dict[str, tuple[Writes, dict[str, int]]] = {
    # where, and how long each field may be
    "an update": (in_an_update, {"Headline": 300, "Done this period": 20_000}),
    "a local position": (in_a_local_position, {"Our position in a line": 300, "Note": 20_000}),
    "an agenda item": (in_an_agenda_item, {"Title": 300, "Author": 200, "Executive summary": 20_000}),
    "a decision’s reason": (in_a_reason, {"Reason": 4_000}),
}


@pytest.fixture
def on_the_day(swl: SouthWestLondon) -> SouthWestLondon:
    """South West London on 11 November 2015, when Wandsworth's governing body has met."""
    swl.it_is("11 November 2015", "15:00")
    return swl


@pytest.mark.parametrize("place", PLACES)
def test_hostile_text_is_kept_as_text(on_the_day: SouthWestLondon, place: str) -> None:
    writes, _ = PLACES[place]
    for name, text in HOSTILE.items():
        page = writes(on_the_day, text, 200)
        assert harmless(page) == [], f"{name} in {place}"
        assert "so far" in page.html, f"{name} in {place} is not shown"


@pytest.mark.parametrize("place", PLACES)
def test_a_hundred_thousand_characters_are_refused_by_the_field_and_given_back(
    on_the_day: SouthWestLondon, place: str
) -> None:
    writes, limits = PLACES[place]
    page = writes(on_the_day, LONG, 422)
    for label, most in limits.items():
        assert page.by_field(label) == f"{label} must be {most:,} characters or fewer"
        assert page.value(label).strip() == LONG.strip()


def test_more_than_the_service_takes_is_one_sentence(swl: SouthWestLondon) -> None:
    manager = swl.person(MANAGER)
    manager.open(f"{CONTRACT}/update")
    page = manager.press("Save draft", {"Done this period": "x" * 2_100_000}, expect=413)
    assert "It is larger than 2 MB, the most this page takes. Nothing was saved." in page.text


def links_in(pdf: bytes) -> Iterator[str]:
    """The address of every link in a PDF that leads out of it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            for annotation in page.get("/Annots", []):
                action: Any = annotation.get("/A", {})
                if "/URI" in action:
                    yield str(action["/URI"])
                assert action.get("/S", "/GoTo") in ("/GoTo", "/URI"), action


def test_what_was_accepted_is_previewed_and_built_as_text(swl: SouthWestLondon) -> None:
    # Given an update, a local position and a paper made of nothing but hostile text, each submitted and approved
    everything = "\n\n".join(text.replace("\x00", "") for text in HOSTILE.values())
    manager, director = swl.person(MANAGER), swl.director()
    manager.open(f"{CONTRACT}/update")
    given = {"Overall this period": "Green", "Headline": HOSTILE["a script"], "Done this period": everything}
    manager.press("Submit to the programme director", given)
    director.open(f"{CONTRACT}/update/review")
    director.press("Approve")
    swl.person(SUTTON_MANAGER).open(f"{CONTRACT}/local/sutton")
    local = {"Our position in a line": HOSTILE["right to left"], "Note": everything}
    swl.person(SUTTON_MANAGER).press("Submit for approval", local)
    swl.secretary("Sutton").open(f"{CONTRACT}/local/sutton/review")
    swl.secretary("Sutton").press("Approve for Sutton")
    in_an_agenda_item(swl, everything[:300].replace("\n", " "), 422)
    secretary = swl.secretary("Sutton")
    paper = {"Title": HOSTILE["emoji"], "Author": HOSTILE["right to left"], "Executive summary": everything}
    secretary.press("Add the item", {**paper, "Recommendation": everything, "Paper": everything})

    # Then it is previewed as it will stand, and nothing in it runs or leads away
    assert harmless(manager.open(f"{CONTRACT}/update/preview")) == []
    assert harmless(director.open("/editions/2015-12/preview")) == []
    assert harmless(secretary.open(f"/meetings/{JANUARY}/pack/preview")) == []

    # When the pack is built, then it is a whole PDF that anyone can read, and no link in it leads to a file
    secretary.open(f"/meetings/{JANUARY}/pack")
    secretary.press("Build the pack")
    assert steps.the_worker_works(swl) == 1
    pdf = secretary.client.get(f"/meetings/{JANUARY}/pack/download")
    assert pdf.status_code == 200, secretary.open(f"/meetings/{JANUARY}/pack").text
    assert check(pdf.data) == []
    assert "alert('seen')" in all_text(pdf.data).replace("’", "'")
    assert [link for link in links_in(pdf.data) if not link.startswith(("https://", "http://", "mailto:"))] == []


# Dates that cross


def entries(swl: SouthWestLondon) -> int:
    """How many entries the record holds."""
    with swl.app.app_context(), db.sessionmaker() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(RecordEntry)) or 0


def set_for(swl: SouthWestLondon, on: str) -> Page:
    """Merton's board secretary tries to set a meeting."""
    secretary = swl.secretary("Merton")
    secretary.open("/meetings/new")
    return secretary.press("Set the meeting", {"Title": "Meeting in public", "Day": on}, expect=422)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2020-04-02", "NHS Merton CCG Governing Body closed on 31 March 2020 and cannot meet on 2 April 2020."),
        ("2015-11-04", "4 November 2015 is past; a meeting is set for a day to come."),
        ("2015-11-12", "Merton meets on 12 November 2015 already: Governing Body meeting in public."),
        ("2115-11-12", "12 November 2115 is more than 5 years away."),
        ("2015-02-30", "Not a valid date value."),
        ("today", "Not a valid date value."),
        ("", "Enter the day of the meeting"),
    ],
)
def test_an_impossible_day_for_a_meeting_is_a_sentence(swl: SouthWestLondon, on: str, sentence: str) -> None:
    swl.secretary("Merton")
    before = entries(swl)
    page = set_for(swl, on)
    assert page.problems == [sentence]
    assert page.value("Title") == "Meeting in public"
    assert entries(swl) == before
    with swl.app.app_context(), db.sessionmaker() as session:
        days = session.scalars(sa.select(Meeting.code).where(Meeting.code.startswith("merton"))).all()
    assert sorted(days) == ["merton-2015-10-15", "merton-2015-11-12", "merton-2016-01-14"]


def test_a_private_item_is_reviewed_after_its_meeting(swl: SouthWestLondon) -> None:
    secretary = swl.secretary("Sutton")
    secretary.open(f"/meetings/{JANUARY}/items/new")
    before = entries(swl)
    private = {"Part": "Part 2, in private", "Title": "A contract", "Ground on which it is private": "Commercial"}
    page = secretary.press("Add the item", {**private, "Privacy is reviewed on": "2016-01-19"}, expect=422)
    assert page.problems == [
        "“A contract” cannot stand on the agenda so. Its privacy is reviewed on 19 January 2016; that has to be after "
        "the meeting of 20 January 2016."
    ]
    assert page.value("Title") == "A contract"
    assert entries(swl) == before


def test_a_decision_of_a_meeting_still_to_come_is_refused(swl: SouthWestLondon) -> None:
    secretary = swl.secretary("Merton")
    before = entries(swl)
    page = secretary.open(f"{steps.CASE}/merton/decision", expect=403)
    assert "Merton has this before it at its Governing Body meeting in public, 12 November 2015" in page.text
    assert "a decision is recorded after it is made." in page.text
    assert entries(swl) == before


def test_a_deferral_to_a_day_that_is_past_is_refused(on_the_day: SouthWestLondon) -> None:
    secretary = on_the_day.secretary("Wandsworth")
    page = secretary.open(f"{steps.CASE}/wandsworth/decision")
    filled = dict.fromkeys(page.labels("Attendance of "), "Present")
    filled |= {"What is the answer?": "Defer", "Reason": "More time is needed.", "Deferred until": "2015-11-10"}
    before = entries(on_the_day)
    refused = secretary.press("Record the decision", filled, expect=422)
    assert refused.problems == ["A deferral until 10 November 2015 is not after 11 November 2015."]
    assert refused.value("Reason") == "More time is needed."
    assert entries(on_the_day) == before


def folder(place: Path, **files: list[dict[str, str]]) -> Path:
    """A folder of CSV files."""
    place.mkdir()
    for name, rows in files.items():
        with (place / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return place


def test_papers_due_after_the_meeting_are_refused_where_they_come_in(swl: SouthWestLondon, tmp_path: Path) -> None:
    rule = {"body": "merton", "starts": "2016-04-01", "ends": "", "lead_number": "-3", "lead_unit": "working"}
    before = entries(swl)
    said = swl.flask("exchange", "import", str(folder(tmp_path / "in", body_rules=[rule])), fails=True)
    assert "body_rules.csv, row 2, column lead_number: “-3”" in said
    assert "below nought the papers would be due after the meeting" in said
    assert entries(swl) == before


def test_a_seat_that_ended_yesterday_is_vacant_today(swl: SouthWestLondon, tmp_path: Path) -> None:
    # Given a GP whose seat at Merton ended on 11 November 2015, the day before the meeting
    swl.flask("exchange", "export", str(tmp_path / "out"))
    with (tmp_path / "out" / "seat_holdings.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["person"] == "shreya-holloway"]
    rows[0]["ends"] = "2015-11-11"
    assert "Imported." in swl.flask("exchange", "import", str(folder(tmp_path / "in", seat_holdings=rows)))

    # Then on the day the seat is vacant, cannot be filled in, and does not count
    swl.it_is("12 November 2015", "17:00")
    secretary = swl.secretary("Merton")
    page = secretary.open(f"{steps.CASE}/merton/decision")
    assert "Vacant on 12 November 2015" in page.row("GP member, locality 2")
    assert [label for label in page.labels("Attendance of ") if "Holloway" in label] == []

    # And a decision that comes in by a file with her in the seat is refused, naming the row, the seat and the days
    before = entries(swl)
    common = {"case": steps.MINIMUM_OUTCOMES, "round": "2", "body": "merton", "at": "2015-11-12T16:00:00Z"}
    decision = {
        **common,
        "meeting": "merton-2015-11-12",
        "answer": "agree",
        "by": "ruth-calverley",
        "capacity": "board secretary, NHS Merton CCG",
    }
    seat = {**common, "status": "present", "there_for_item": "yes", "vote": "for"}
    places = [
        {**seat, "seat": "merton-chair", "person": "adaeze-fernleigh"},
        {**seat, "seat": "merton-gp-2", "person": "shreya-holloway"},
    ]
    wrong = folder(tmp_path / "wrong", decisions=[decision], decision_seats=places)
    said = swl.flask("exchange", "import", str(wrong), fails=True)
    assert "decisions.csv, row 2" in said
    assert "11 November 2015" in said
    assert entries(swl) == before


def test_a_closed_body_can_no_longer_be_asked(swl: SouthWestLondon, tmp_path: Path) -> None:
    # Given two days after the six CCGs closed, a case that is to ask one of them
    swl.it_is("2 April 2020")
    case = {
        "code": "too-late",
        "title": "Asked too late",
        "part": "1",
        "document": "minimum-outcomes",
        "version": "1",
        "definition": "standards",
        "definition_version": "1",
        "asked_by": "X24",
        "collaborative": "swlcc",
        "parties": "croydon; kingston; merton; richmond; sutton; wandsworth; nhs-england",
        "at": "2020-04-01T09:00:00Z",
        "by": "isobel-tremayne",
        "capacity": "officer who answers for the organisation, NHS England",
        "demonstration": "yes",
    }
    before = entries(swl)

    # Then it is refused, naming the row, the body and the day
    said = swl.flask("exchange", "import", str(folder(tmp_path / "in", cases=[case])), fails=True)
    assert "cases.csv, row 2" in said
    assert "NHS Croydon CCG Governing Body closed on 31 March 2020" in said
    assert entries(swl) == before
