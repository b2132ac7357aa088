"""Facts that contradict each other are refused with a sentence naming file, row, column and what was expected."""

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.exchange.kinds import KINDS
from app.exchange.service import Forecast
from app.people.models import Organisation
from config import ROOT
from tests.exchange.folders import SMALL, cell, edit, small

WhyRefused = Callable[[Path], list[str]]

CASES: dict[str, tuple[str, int, str, str, str]] = {
    "an end before its start": (
        "seats",
        3,
        "ends",
        "2012-01-01",
        "seats.csv, row 3, column ends: “2012-01-01” is not right; expected starts (2013-04-01) or later.",
    ),
    "a holding outside its seat's dates": (
        "seat_holdings",
        3,
        "ends",
        "2016-12-31",
        "seat_holdings.csv, row 3, column ends: 2016-12-31 is after the last day of seat merton-lay; expected "
        "2016-03-31 or earlier.",
    ),
    "a role at a closed organisation": (
        "roles",
        2,
        "starts",
        "2021-01-01",
        "roles.csv, row 2, column starts: 2021-01-01 is after the last day of organisation 08R; expected 2020-03-31 "
        "or earlier.",
    ),
    "a host that closed before there were members": (
        "organisations",
        2,
        "closed",
        "2014-03-31",
        "collaboratives.csv, row 2, column host: 08X closed on 31 March 2014, before the first member joined on "
        "1 April 2014; expected an organisation that was open while there were members.",
    ),
    "a meeting of a closed body": (
        "meetings",
        2,
        "held_on",
        "2020-04-01",
        "meetings.csv, row 2, column held_on: 2020-04-01 is after the last day of body merton; expected 2020-03-31 "
        "or earlier.",
    ),
    "a meeting to come that was held": (
        "meetings",
        2,
        "state",
        "held",
        "meetings.csv, row 2, column state: 12 November 2015 is still to come; expected planned.",
    ),
    "papers due after the meeting": (
        "body_rules",
        2,
        "lead_number",
        "-1",
        "body_rules.csv, row 2, column lead_number: “-1” is not right; expected a whole number from 0 to 365 (below "
        "nought the papers would be due after the meeting).",
    ),
    "a rule that ended before the meeting": (
        "body_rules",
        2,
        "ends",
        "2015-03-31",
        "meetings.csv, row 2, column held_on: merton has no rule in force on 12 November 2015; expected a row of "
        "body_rules.csv for that day.",
    ),
    "a quorum of kinds of seat that do not exist": (
        "body_rules",
        2,
        "quorum_needs",
        "1 nurse: nurses",
        "body_rules.csv, row 2, column quorum_needs: “1 nurse: nurses” is not right; expected needs such as",
    ),
    "an unknown code": (
        "seats",
        2,
        "body",
        "mertn",
        "seats.csv, row 2, column body: “mertn” is not right; expected the code of a row in bodies.csv or already",
    ),
    "an empty key": (
        "seats",
        2,
        "code",
        "",
        "seats.csv, row 2, column code: the cell is empty; expected a code of at most 60 characters without spaces or "
        "any of / ; |. The seat's code.",
    ),
    "a successor from before the closing": (
        "organisation_successors",
        2,
        "from_on",
        "2020-03-31",
        "organisation_successors.csv, row 2, column from_on: 2020-03-31 is not after 2020-03-31, its last day; "
        "expected a later day.",
    ),
    "a date without its words": (
        "workstreams",
        2,
        "runs_words",
        "",
        "workstreams.csv, row 2, column runs_latest: a day without its words; expected runs_words as well.",
    ),
    "a raw formula": (
        "people",
        2,
        "name",
        '=HYPERLINK("http://example.org")',
        'people.csv, row 2, column name: “=HYPERLINK("http://example.org")” is not right; expected text that no '
        "spreadsheet takes for a formula: put ' before a leading =, +, -, @ or tab, which is taken off again.",
    ),
    "an address that is none": (
        "people",
        2,
        "email",
        "ann at example",
        "people.csv, row 2, column email: “ann at example” is no email address; expected one such as name@nhs.example.",
    ),
    "two people with one address": (
        "people",
        3,
        "email",
        "ann@example.org",
        "people.csv, row 3, column email: “ann@example.org” is taken by ann-example; expected a value of its own.",
    ),
    "an approved update without who approved it": (
        "updates",
        2,
        "state",
        "approved",
        "updates.csv, row 2, column approved_by: an approved row without approved_by; expected it.",
    ),
    "too long a text": (
        "seats",
        2,
        "title",
        "x" * 201,
        "expected text of at most 200 characters; this has 201.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_is_refused_where_it_stands(refused: WhyRefused, tmp_path: Path, case: str) -> None:
    kind, row, column, value, sentence = CASES[case]
    folder = small(tmp_path / "in")
    cell(folder / f"{kind}.csv", row, column, value)
    assert any(sentence in found for found in refused(folder)), refused(folder)


def test_a_body_that_meets_needs_a_rule(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    (folder / "body_rules.csv").unlink()
    (folder / "meetings.csv").unlink()
    (folder / "agenda_items.csv").unlink()
    assert refused(folder) == [
        "bodies.csv, row 2, column code: merton decides by meeting and has no rule; expected a row in body_rules.csv."
    ]


def test_a_key_may_stand_in_a_file_once(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in", people=SMALL["people"] + "ann-example,Ann,ann2@example.org,yes\n")
    assert refused(folder) == [
        "people.csv, row 4, column code: “ann-example” stands in row 2 already; expected each code once."
    ]


def test_two_may_not_hold_one_seat_on_one_day(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in", seat_holdings=SMALL["seat_holdings"] + "merton-chair,lee-example,2015-01-01,\n")
    assert any("2015-01-01 falls within the row that starts on 2013-04-01" in found for found in refused(folder))


def test_headers_are_checked_by_name(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in", people="code,name,nme,name\nann-example,Ann,x,y\n")
    sentences = refused(folder)
    assert any("people.csv, row 1: there is no column “nme”; expected any of code, name, email" in s for s in sentences)
    assert (
        "people.csv, row 1, column name: the column stands in the header more than once; expected it once." in sentences
    )
    assert "people.csv, row 1, column email: the column is missing; expected it: Their address." in sentences


def test_an_item_of_part_2_needs_its_ground(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    cell(folder / "agenda_items.csv", 2, "part", "2")
    assert [sentence.split(":")[0] for sentence in refused(folder)] == [
        "agenda_items.csv, row 2, column private_ground",
        "agenda_items.csv, row 2, column private_review_on",
    ]


def test_an_item_about_a_case_stands_in_the_part_of_its_case(refused: WhyRefused, swl: Path) -> None:
    def moved(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if row["subject_kind"] == "case")
        row |= {"part": "2", "position": "90", "private_ground": "Legal privilege", "private_review_on": "2016-05-31"}

    edit(swl / "agenda_items.csv", moved)
    assert any(
        "column part: 2; the case" in sentence and sentence.endswith("is of Part 1; expected 1.")
        for sentence in refused(swl)
    )


def test_every_problem_is_said_at_once(refused: WhyRefused, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    cell(folder / "updates.csv", 2, "overall", "yellow")
    cell(folder / "seats.csv", 2, "voting", "1")
    edit(folder / "people.csv", lambda rows: rows * 400)
    sentences = refused(folder)
    assert len(sentences) == 201
    assert sentences[-1].startswith("… and ")


def test_the_clauses_of_an_issued_version_never_change(
    refused: WhyRefused, bring_in: Callable[[Path], object], take_out: Callable[[Path], Path], swl: Path, tmp_path: Path
) -> None:
    bring_in(swl)
    out = take_out(tmp_path / "out")
    cell(out / "clause_texts.csv", 2, "text", "Another text.")
    never = "the clauses of an issued version never change, expected a further version"
    assert any(never in sentence for sentence in refused(out))
    cell(out / "document_versions.csv", 2, "hash", "")
    assert any(never in sentence for sentence in refused(out))
    cell(out / "document_versions.csv", 2, "hash", "0" * 64)
    assert any("which never changes" in sentence for sentence in refused(out))


def test_a_version_whose_clauses_do_not_give_its_hash_is_refused(refused: WhyRefused, swl: Path) -> None:
    cell(swl / "document_versions.csv", 2, "hash", "0" * 64)
    assert any("have the hash" in sentence and "document_versions.csv, row 2" in sentence for sentence in refused(swl))


def test_a_decision_that_the_service_refuses_keeps_everything_out(
    refused: WhyRefused, session: Session, swl: Path
) -> None:
    def too_few(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["body"] == "merton" and row["seat"] != "merton-chair":
                row |= {"status": "apologies", "there_for_item": "no", "vote": "absent" if row["vote"] else ""}

    edit(swl / "decision_seats.csv", too_few)
    sentences = refused(swl)
    assert len(sentences) == 1
    assert sentences[0].startswith("decisions.csv, row ")
    assert "Merton is not quorate for this item" in sentences[0]
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0


def test_what_is_on_record_is_not_changed_by_an_import(
    refused: WhyRefused, bring_in: Callable[[Path], object], swl: Path
) -> None:
    bring_in(swl)
    edit(
        swl / "decisions.csv", lambda rows: [row | {"answer": "defer"} for row in rows if row["body"] == "sutton"][-1:]
    )
    assert any("what is on record is corrected by a further act, never changed" in s for s in refused(swl))


@pytest.mark.parametrize(
    ("kind", "column", "value", "latest"),
    [
        ("decisions", "at", "2030-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("papers_issued", "at", "2015-11-05T09:00:01Z", "2015-11-05T09:00:00Z"),
        ("gap_acceptances", "at", "2029-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("releases", "at", "2029-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("updates", "approved_at", "2030-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("updates", "written_at", "2030-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("updates", "submitted_at", "2030-01-02T10:00:00Z", "2015-11-05T09:00:00Z"),
        ("interests", "declared", "2030-01-02", "2015-11-05"),
        ("milestones", "actual", "2015-11-06", "2015-11-05"),
    ],
)
def test_nothing_that_is_told_as_done_is_still_to_come(
    refused: WhyRefused, swl: Path, kind: str, column: str, value: str, latest: str
) -> None:
    copyfile(ROOT / "demonstration" / f"{kind}.csv", swl / f"{kind}.csv")
    cell(swl / f"{kind}.csv", 2, column, value)
    assert (
        f"{kind}.csv, row 2, column {column}: “{value}” is not right; expected what has happened by now, {latest} or "
        "earlier."
    ) in refused(swl)


def test_papers_are_issued_before_the_meeting_or_on_its_day(refused: WhyRefused, swl: Path) -> None:
    cell(swl / "papers_issued.csv", 2, "at", "2015-10-21T15:00:00Z")
    assert refused(swl) == [
        "papers_issued.csv, row 2, column at: papers issued on 21 October 2015 for a meeting held on 20 October 2015; "
        "expected that day or an earlier one."
    ]


@pytest.mark.parametrize(
    ("kind", "column", "value", "before"),
    [
        ("updates", "submitted_at", "2015-09-09T09:59:59Z", "written_at"),
        ("updates", "approved_at", "2015-09-10T08:59:59Z", "submitted_at"),
        ("releases", "at", "2015-11-03T09:59:59Z", "put_forward_at"),
    ],
)
def test_steps_follow_each_other_in_time(
    refused: WhyRefused, swl: Path, kind: str, column: str, value: str, before: str
) -> None:
    copyfile(ROOT / "demonstration" / f"{kind}.csv", swl / f"{kind}.csv")
    row = 3 if kind == "releases" else 2
    cell(swl / f"{kind}.csv", row, column, value)
    assert refused(swl) == [
        f"{kind}.csv, row {row}, column {column}: {column} is before {before}; expected the same moment or later."
    ]


def test_a_meetings_decision_is_recorded_by_the_secretary_of_that_body(refused: WhyRefused, swl: Path) -> None:
    def by_another(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["meeting"] == "merton-2015-10-15")["by"] = "olive-marchmont"

    edit(swl / "decisions.csv", by_another)
    sentences = refused(swl)
    assert len(sentences) == 1 and sentences[0].startswith("decisions.csv, row ")
    assert (
        ", column by: “olive-marchmont” was not board secretary at 08R on 16 October 2015; expected who held that role "
        "on the day, or an empty cell for the service itself."
    ) in sentences[0]


MILESTONES = """code,workstream,title,position,baseline_words,baseline_latest,demonstration
agreed,standards,Agreed by all,1,October 2015,2015-10-31,yes
"""


def test_a_milestone_moves_only_with_its_reason(
    refused: WhyRefused, bring_in: Callable[[Path], object], take_out: Callable[[Path], Path], tmp_path: Path
) -> None:
    bring_in(small(tmp_path / "in", milestones=MILESTONES))
    out = take_out(tmp_path / "out")
    cell(out / "milestones.csv", 2, "forecast_words", "November 2015")
    cell(out / "milestones.csv", 2, "actual", "2015-11-04")
    without = (
        "milestones.csv, row 2, column {}: the {} of agreed changes without its reason; expected a new row for it in "
        "milestone_changes.csv, with “{}” as became."
    )
    forecast = without.format("forecast_words", "forecast", "November 2015")
    actual = without.format("actual", "actual", "4 November 2015")
    assert refused(out) == [forecast, actual]
    change = "milestone,what,was,became,reason,by,at\nagreed,forecast,none,{},A move,Lee,2015-11-04T10:00:00Z\n"
    for became, left in (("December 2015", [forecast, actual]), ("November 2015", [actual])):
        (out / "milestone_changes.csv").write_text(change.format(became), encoding="utf-8")
        assert refused(out) == left
    cell(out / "milestones.csv", 2, "actual", "")
    bring_in(out)
    again = take_out(tmp_path / "again")
    cell(again / "milestones.csv", 2, "baseline_words", "December 2015")
    assert refused(again) == [
        "milestones.csv, row 2, column baseline_words: “December 2015” is not right; expected October 2015, which "
        "never changes."
    ]


def test_an_approved_update_is_not_changed_by_a_file(
    refused: WhyRefused, bring_in: Callable[[Path], object], take_out: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = small(tmp_path / "in")
    edit(
        folder / "updates.csv",
        lambda rows: [
            row | {"state": "approved", "approved_by": "ann-example", "approved_at": "2015-10-21T09:00:00Z"}
            for row in rows
        ],
    )
    bring_in(folder)
    out = take_out(tmp_path / "out")
    cell(out / "updates.csv", 2, "overall", "blue")
    cell(out / "updates.csv", 2, "done", "Another text")
    assert refused(out) == [
        f"updates.csv, row 2, column {name}: an approved row is changed by returning it in the service; expected the "
        "cell as it is stored."
        for name in ("overall", "done")
    ]


def test_capitals_make_no_other_organisation_and_no_other_address(
    refused: WhyRefused,
    bring_in: Callable[[Path], Forecast],
    take_out: Callable[[Path], Path],
    session: Session,
    tmp_path: Path,
) -> None:
    bring_in(small(tmp_path / "in"))
    out = take_out(tmp_path / "out")
    cell(out / "organisations.csv", 2, "ods_code", "08r")
    cell(out / "collaboratives.csv", 2, "host", "08x")
    assert bring_in(out).changes_nothing
    edit(out / "people.csv", lambda rows: [*rows, {**rows[0], "code": "new", "email": "LEE@example.org"}])
    cell(out / "people.csv", 2, "email", "Lee@Example.org")
    taken = "people.csv, row {}, column email: “{}” is taken by {}; expected a value of its own."
    assert refused(out) == [
        taken.format(2, "Lee@Example.org", "lee-example"),
        taken.format(4, "LEE@example.org", "lee-example"),
    ]


def test_an_answer_is_given_by_an_officer_who_holds_the_role(refused: WhyRefused, swl: Path) -> None:
    def by_another(rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row["role"] == "officer")["by"] = "conrad-leighfield"

    edit(swl / "decisions.csv", by_another)
    sentences = refused(swl)
    assert len(sentences) == 1 and sentences[0].startswith("decisions.csv, row ")
    assert "Conrad Leighfield is not NHS England’s" in sentences[0]


def test_every_attribute_of_a_fact_has_its_column_or_is_left_out_by_name() -> None:
    for kind in KINDS:
        if kind.model is None:
            continue
        held = {column.stored_as for column in kind.columns if column.stored_as}
        held |= {link.attribute for link in kind.links} | {one.attribute for one in kind.compositions}
        held |= kind.left_out | ({kind.counts} if kind.counts else set()) | {"id"}
        stored = {attribute.key for attribute in sa.inspect(kind.model).column_attrs}
        assert stored <= held, kind.name
        assert held - {"id"} <= stored, kind.name
