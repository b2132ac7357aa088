"""Cells are read strictly and written so that they read back as they were."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.formats import (
    Choice,
    ChoiceOrOwn,
    Code,
    Day,
    Format,
    Fraction,
    Moment,
    Needs,
    Several,
    Text,
    TimeOfDay,
    Unreadable,
    Whole,
    YesNo,
    guard,
    unguard,
)

LAY = Needs(("lay_member", "chair", "gp_member"))


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (Day(), date(2015, 11, 5), "2015-11-05"),
        (Moment(), datetime(2015, 11, 5, 9, 0, tzinfo=UTC), "2015-11-05T09:00:00Z"),
        (Moment(), datetime(2015, 11, 5, 9, 0, 0, 7, tzinfo=UTC), "2015-11-05T09:00:00.000007Z"),
        (TimeOfDay(), time(13, 30), "13:30"),
        (YesNo(), True, "yes"),
        (ChoiceOrOwn(("agree",)), "amber_green", "amber_green"),
        (Whole(), 1200, "1200"),
        (Fraction(), (1, 3), "1/3"),
        (LAY, [(1, "lay member", ("lay_member",))], "1 lay member: lay_member"),
        (LAY, [(2, "clinician", ("chair", "gp_member"))], "2 clinicians: chair|gp_member"),
        (Several(Code(), ordered=True), ["b", "a"], "b; a"),
        (Several(Choice(("a", "b"))), ["a", "b"], "a; b"),
    ],
)
def test_a_value_is_written_in_one_way_and_read_back(form: Format, value: Any, text: str) -> None:
    assert form.show(value) == text
    assert form.parse(text) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Day(), "5/11/2015"),
        (Day(), "2015-02-30"),
        (Day(), "20151105"),
        (Day(), "٢٠١٥-١١-٠٥"),
        (Moment(), "2015-11-05T09:00"),
        (Moment(), "0001-01-01T00:00:00+14:00"),
        (TimeOfDay(), "25:00"),
        (TimeOfDay(), "9am"),
        (YesNo(), "true"),
        (Whole(), "-1"),
        (Whole(), "1.5"),
        (Whole(), "١"),
        (Whole(), "9" * 40),
        (Fraction(), "3/2"),
        (Fraction(), "0/2"),
        (LAY, "1 lay member"),
        (LAY, "0 lay member: lay_member"),
        (LAY, "1 nurse: registered_nurse"),
        (Several(Code()), "a; a"),
        (Several(Code()), "a;;b"),
        (Choice(("blue", "green")), "Green"),
        (Code(), "two words"),
        (Code(5), "longer"),
        (Text(3), "four"),
        (Text(), "bell \x07"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_expected(form: Format, text: str) -> None:
    with pytest.raises(Unreadable, match=r"\w"):
        form.parse(text)


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "\tcell", "'=1", "''-x", "- a point"])
def test_what_a_spreadsheet_takes_for_a_formula_is_guarded_and_comes_back(text: str) -> None:
    assert guard(text) == "'" + text
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-x", "+1", "\tx"])
def test_a_raw_formula_is_refused_in_a_text(text: str) -> None:
    with pytest.raises(Unreadable, match="no spreadsheet takes for a formula"):
        unguard(text)


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "5 - 4", "a=b"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text())
def test_every_text_comes_back_from_its_guard(text: str) -> None:
    assert unguard(guard(text)) == text
