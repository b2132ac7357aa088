"""Two texts of another organisation: their clauses are found, paired and compared; what cannot be read is refused."""

import io
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.documents.other_texts import CHARACTERS, CLAUSES, NoText, clauses_in, compare_texts, decoded
from app.pdf.bounded import UnreadablePdf, read_here, words_of
from tests.programme.swl import signed_in, south_west_london
from tests.workflows.examples import BOUNDED

PAGE = "/compare-texts"
EARLIER = """Support for new models of care

1. Funding
National money is given for three years
and ends in 2017-18.

2. Evaluation
Each site is evaluated once a year.

3. Peer review
Sites look at one another's work.
"""
LATER = """Support for new models of care

1. Funding
National money is given for three years.

2. Peer review
Sites look at one another's
work.

3. Evaluation
Each site is evaluated twice a year.

4. Leadership
Each site names who leads it.
"""


def test_a_silent_redraft_is_found_clause_by_clause() -> None:
    rows = compare_texts(EARLIER, LATER)
    found = {row.new.heading: row for row in rows if row.new is not None}
    assert [row.kind for row in rows] == ["same", "changed", "moved", "changed", "added"]
    assert found["Peer review"].renumbered
    gone = [run.text for run in found["Funding"].text if run.kind == "removed"]
    assert gone == [" and ends in 2017-18"]
    assert [run.text for run in found["Evaluation"].text if run.kind == "added"] == [" twice"]
    assert not found["Funding"].moved


def test_where_lines_are_broken_is_no_change() -> None:
    rows = compare_texts(
        "1. Aims\nOne line\nand another.\n2. Plans\nA plan.", "1. Aims\nOne line and another.\n2. Plans\nA plan."
    )
    assert [row.kind for row in rows] == ["same", "same"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.1 Aims\nOne.\n1.2 Plans\nTwo.", [("1.1", "Aims", "One."), ("1.2", "Plans", "Two.")]),
        ("# Aims\nOne.\n\n## 2. Plans\nTwo.", [("", "Aims", "One."), ("2", "Plans", "Two.")]),
        (
            "Clause 7\nThe parties agree.\nSection 8: Money\nNone.",
            [("7", "", "The parties agree."), ("8", "Money", "None.")],
        ),
        ("One.\n\nTwo\nlines.", [("", "", "One."), ("", "", "Two lines.")]),
        (
            "Before.\n1. The parties agree to meet once a month.\n- one\n- two\n12 people came.\n2. They pay.",
            [
                ("", "", "Before."),
                ("1", "", "The parties agree to meet once a month.\n- one\n- two 12 people came."),
                ("2", "", "They pay."),
            ],
        ),
    ],
)
def test_clauses_are_found_by_numbers_and_headings_else_by_paragraphs(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert [(one.number, one.heading, one.text) for one in clauses_in(text)] == expected


@BOUNDED
@given(st.text(alphabet="ab 1.#\n", max_size=200), st.text(alphabet="ab 1.#\n", max_size=200))
def test_every_clause_of_both_texts_is_shown_once(old: str, new: str) -> None:
    try:
        before, after = clauses_in(old), clauses_in(new)
    except NoText as no_text:
        assert no_text.sentence == "has no words."
        return
    rows = compare_texts(old, new)
    assert sum(row.old is not None for row in rows) == len(before)
    assert [(row.new.number, row.new.heading, row.new.text) for row in rows if row.new is not None] == [
        (one.number, one.heading, one.text) for one in after
    ]


def test_what_is_too_long_or_no_text_is_refused_in_a_sentence() -> None:
    with pytest.raises(NoText, match="200,000 can be compared"):
        clauses_in("a" * (CHARACTERS + 1))
    with pytest.raises(NoText, match="1,001 clauses or paragraphs"):
        clauses_in("\n\n".join(f"{n}." for n in range(CLAUSES + 1)))
    with pytest.raises(NoText, match="has no words"):
        clauses_in(" \n\n")
    with pytest.raises(NoText, match="is no plain text"):
        decoded(b"PK\x03\x04\x00\x00")
    assert decoded("Café".encode("cp1252")) == decoded("Café".encode()) == decoded("Café".encode("utf-16")) == "Café"


def a_pdf(content: bytes, **settings: Any) -> bytes:
    """One page that draws this."""
    made, file = pikepdf.new(), io.BytesIO()
    made.add_blank_page().Contents = made.make_stream(content)
    made.save(file, **settings)
    return file.getvalue()


def test_a_pdf_of_anyone_gives_its_words_or_says_why_not() -> None:
    assert words_of(a_pdf(b"BT /F1 12 Tf (1. Funding) Tj ET")).strip() == "1. Funding"
    locked = a_pdf(b"", encryption=pikepdf.Encryption(owner="one", user="two"))
    assert read_here(locked) == {"wrong": "locked"}
    assert read_here(b"%PDF-1.7 and nothing else") == {"wrong": "broken"}
    assert UnreadablePdf("locked").sentence.startswith("is locked with a password")


def files(newer: bytes, name: str) -> Any:
    """The earlier text as a file, and a later one."""
    return {"older_file": (io.BytesIO(EARLIER.encode()), "plan.txt"), "newer_file": (io.BytesIO(newer), name)}


def test_two_texts_are_compared_on_a_page_and_not_kept(client: FlaskClient, session: Session) -> None:
    visitor = signed_in(client, session, south_west_london(session), "reader")
    assert PAGE in visitor.get("/documents").text
    empty = visitor.post(PAGE, {})
    assert empty.status_code == 422
    for which in ("earlier", "later"):  # in the summary and at the field
        assert empty.text.count(f"Choose a file for the {which} text, or paste its words") == 2
    shown = visitor.post(PAGE, {"older_text": EARLIER, "newer_text": LATER})
    assert shown.status_code == 200
    assert "2 clauses changed, 1 added, 0 removed, 1 moved, 1 the same." in shown.text
    assert "Not in this text." in shown.text
    refused = visitor.post(PAGE, files(b"\x00", "plan.exe"))
    assert refused.status_code == 422
    assert "plan.exe is none of the files that can be read here" in refused.text
    both = visitor.post(PAGE, files(LATER.encode(), "plan.txt"))
    assert "plan.txt, earlier" in both.text
    twice = visitor.post(PAGE, {"older_text": "", "newer_text": "a" * (CHARACTERS + 1)})
    assert (twice.status_code, "must be 200,000 characters or fewer" in twice.text) == (422, True)
