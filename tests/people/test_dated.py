"""Dated facts contradict each other where they have a day in common that they may not have, and never otherwise."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.people.dated import Span, crossing_in_words, crossings, span_in_words, together

FIRST = date(2015, 1, 1)
spans = st.builds(
    lambda start, length: Span(
        FIRST + timedelta(days=start), None if length is None else FIRST + timedelta(days=start + length)
    ),
    st.integers(0, 30),
    st.none() | st.integers(0, 30),
)
DAYS = [FIRST + timedelta(days=number) for number in range(100)]


@given(spans, spans)
def test_two_spans_are_together_exactly_where_they_share_a_day(one: Span, other: Span) -> None:
    assert together(one, other) == any(one.has(day) and other.has(day) for day in DAYS)


@given(spans, spans)
def test_a_span_leaves_another_exactly_where_it_has_a_day_outside(inner: Span, outer: Span) -> None:
    known = inner if inner.ends else Span(inner.starts, max(outer.ends or DAYS[-1], inner.starts or FIRST))
    assert bool(crossings(inner, outer)) == any(known.has(day) and not outer.has(day) for day in DAYS)


def test_a_crossing_says_which_bound_was_crossed() -> None:
    outer = Span(date(2013, 4, 1), date(2016, 3, 31))
    late = crossings(Span(date(2015, 1, 1), date(2016, 5, 5)), outer)
    assert [crossing_in_words(one, "the seat") for one in late] == [
        "5 May 2016 is after the last day of the seat, 31 March 2016."
    ]
    early = crossings(Span(date(2013, 3, 31)), outer)
    assert crossing_in_words(early[0], "the seat") == "31 March 2013 is before the first day of the seat, 1 April 2013."
    assert span_in_words(outer) == "from 1 April 2013 to 31 March 2016"
