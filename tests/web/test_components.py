"""Fields joined to the NHS macros, the words of state, and how facts are written."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask, render_template_string
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)

from app.web import text
from app.web.forms import BaseForm, Line, Text
from app.web.tables import csv_answer

CHOICES: Any = {"x": "Ex & why", "y": "Zed"}


class Everything(BaseForm):
    """One field of each kind."""

    line = Line("Line & more")
    text = Text("Text")
    select = SelectField("Select", choices=CHOICES)
    radio = RadioField("Radio", choices=CHOICES)
    several = SelectMultipleField("Several", choices=CHOICES)
    day = DateField("Day")
    yes = BooleanField("Yes")
    secret = PasswordField("Secret")
    number = IntegerField("Number")
    listed = FieldList(Line("Listed"), min_entries=2)


IMPORTS = (
    '{% from "components/forms.html" import errors, field, hidden_csrf, post_button, save_buttons %}'
    '{% from "components/status.html" import brag, count_line, demo, empty, hash_short, standing, state %}'
    '{% from "components/tables.html" import scroll %}'
)


def shown(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context("/"):
        return " ".join(render_template_string(IMPORTS + template, **values).split())


def form(app: Flask, **values: object) -> Everything:
    with app.test_request_context("/"):
        return Everything(**values)


def test_each_field_has_its_label_hint_and_error_joined_to_it(app: Flask) -> None:
    made = form(app)
    for field in (made.line, made.text, made.select, made.day, made.secret, made.number):
        field.errors = ["Say something"]
        html = shown(app, "{{ field(f, hint='What <this> is') }}", f=field)
        name = field.id
        assert f'<label class="nhsuk-label" for="{name}">' in html
        assert f'aria-describedby="{name}-hint {name}-error"' in html
        assert "What &lt;this&gt; is" in html
        assert "Say something" in html


def test_choices_stand_in_a_fieldset_and_keep_what_was_chosen(app: Flask) -> None:
    made = form(app, radio="y", several=["x"], select="y")
    radio = shown(app, "{{ field(f, hints={'x': 'The first'}) }}", f=made.radio)
    assert '<legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s"> Radio </legend>' in radio
    assert 'id="radio-2" name="radio" type="radio" value="y" checked' in radio
    assert "The first" in radio
    several = shown(app, "{{ field(f) }}", f=made.several)
    assert 'type="checkbox" value="x" checked' in several
    assert 'value="y" checked' not in several
    assert '<option value="y" selected>' in shown(app, "{{ field(f) }}", f=made.select)


def test_what_was_typed_comes_back_escaped_and_whole(app: Flask) -> None:
    typed = 'a "quoted" <b>\n  indented & </textarea>'
    made = form(app, line='"><script>', text=typed)
    with app.test_request_context("/"):
        html = render_template_string(IMPORTS + "{{ field(f) }}", f=made.text)
    assert ">a &#34;quoted&#34; &lt;b&gt;\n  indented &amp; &lt;/textarea&gt;</textarea>" in html
    assert 'value="&#34;&gt;&lt;script&gt;"' in shown(app, "{{ field(f) }}", f=made.line)


def test_a_password_is_never_shown(app: Flask) -> None:
    html = shown(app, "{{ field(f) }}", f=form(app, secret="open sesame").secret)
    assert "open sesame" not in html


def test_the_summary_links_to_each_field_that_is_wrong(app: Flask) -> None:
    made = form(app)
    assert shown(app, "{{ errors(f) }}", f=made) == ""
    made.line.errors = ["Enter a line"]
    made.radio.errors = ["Choose one"]
    made.listed.entries[1].errors = ["Enter the second"]
    made.listed.errors = [[], ["Enter the second"]]
    html = shown(app, "{{ errors(f) }}", f=made)
    assert "There is a problem" in html
    for name, sentence in [("line", "Enter a line"), ("radio", "Choose one"), ("listed-1", "Enter the second")]:
        assert f'<a href="#{name}"> {sentence} </a>' in html


def test_text_is_trimmed_and_bounded_and_a_password_is_not(app: Flask) -> None:
    data = {"line": "  a\x00b\ud800 ", "text": " x\r\ny\x07 ", "secret": "  as typed  "}
    with app.test_request_context("/", method="POST", data={**data, "line": "  a\x00b "}):
        made = Everything()
        assert (made.line.data, made.text.data, made.secret.data) == ("ab", "x\ny", "  as typed  ")
    with app.test_request_context("/", method="POST", data={"line": "x" * 301, "text": "y" * 20_001}):
        made = Everything()
        made.validate()
        assert made.line.errors == ["Line & more must be 300 characters or fewer"]
        assert made.text.errors == ["Text must be 20,000 characters or fewer"]


@pytest.mark.parametrize(
    ("template", "words", "colour"),
    [
        ("{{ brag('amber', was='green') }}", "Amber, was green", "orange"),
        ("{{ brag('red', was='red') }}", "Red", "red"),
        ("{{ brag(None) }}", "Not rated", "grey"),
        ("{{ standing('agreed with conditions') }}", "Agreed with conditions", "yellow"),
        ("{{ standing('re-affirmation needed') }}", "Re-affirmation needed", "purple"),
        ("{{ standing('re_affirmation_needed') }}", "Re-affirmation needed", "purple"),
        ("{{ state('put_forward') }}", "Put forward", "purple"),
        ("{{ state('a new word') }}", "A new word", "grey"),
    ],
)
def test_a_state_is_a_coloured_tag_with_its_word(app: Flask, template: str, words: str, colour: str) -> None:
    html = shown(app, template)
    assert f"nhsuk-tag--{colour}" in html
    assert f">{words}</strong>" in html


def test_small_components(app: Flask) -> None:
    assert "Demonstration content" in shown(app, "{{ demo() }}")
    assert shown(app, "{{ demo(False) }}") == ""
    assert ">7 of 8 workstreams<" in shown(app, "{{ count_line(7, 'workstream', of=8) }}")
    assert ">No cases<" in shown(app, "{{ count_line(0, 'case') }}")
    assert ">1,200 bodies<" in shown(app, "{{ count_line(1200, 'body', 'bodies') }}")
    assert ">3f8a c9a1 53be</code>" in shown(app, "{{ hash_short('3f8ac9a153be7fb7') }}")
    assert "not issued" in shown(app, "{{ hash_short(None) }}")
    scrolled = shown(app, "{% call scroll('A & B') %}<table></table>{% endcall %}")
    assert '<div class="app-scroll" tabindex="0" role="region" aria-label="A &amp; B"><table></table></div>' in scrolled


def test_on_a_phone_one_link_leads_to_the_page_above(app: Flask) -> None:
    html = shown(
        app,
        "{% from 'components/crumbs.html' import crumbs %}{{ crumbs([('Meetings', '/meetings'), ('Item 3', '/3')]) }}",
    )
    back = '<a class="nhsuk-back-link" href="/3"><span class="nhsuk-u-visually-hidden">Back to </span>Item 3</a>'
    assert html.count("nhsuk-breadcrumb__link") == 2
    assert html.count("nhsuk-back-link") == 1
    assert back in html


def test_how_facts_are_written() -> None:
    assert text.day(date(2015, 11, 5)) == "5 November 2015"
    assert text.moment(datetime(2015, 7, 1, 8, 5, tzinfo=UTC)) == "1 July 2015 at 9.05am"
    assert text.clock_time(time(0, 30)) == "12.30am"
    assert text.clock_time(time(12)) == "12pm"
    assert text.count(0, "item") == "no items"
    assert text.count(1, "body", "bodies") == "1 body"
    assert text.capitalize_first("board secretary, NHS Croydon") == "Board secretary, NHS Croydon"


@pytest.mark.parametrize(
    ("on", "words"),
    [(5, "today"), (6, "tomorrow"), (8, "in 3 days"), (4, "yesterday"), (1, "4 days ago")],
)
def test_days_left(on: int, words: str) -> None:
    assert text.days_left(date(2015, 11, on), date(2015, 11, 5)) == words


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=1>",
        "[x](file:///etc/passwd)",
        "<style>*{}</style>",
        "[x](data:text/html,x)",
    ],
)
def test_markdown_holds_nothing_that_runs_or_fetches(hostile: str) -> None:
    html = text.markdown(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert "href=" not in html


def test_an_image_in_markdown_is_a_link_that_fetches_nothing_by_itself() -> None:
    assert "<img" not in text.markdown("![x](https://evil.example/x.png)")


def test_markdown_keeps_what_people_write() -> None:
    html = text.markdown("# Heading\n\n- **one**\n- [two](https://www.england.nhs.uk/)")
    assert "<p><strong>Heading</strong></p>" in html
    assert "<li><strong>one</strong></li>" in html
    assert 'href="https://www.england.nhs.uk/"' in html


def test_a_table_as_a_file_is_text_to_a_spreadsheet(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = csv_answer("bodies", ["Name", "Number"], [("=1+1", -3), ("@x, y", None)])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bodies.csv"'
    assert answer.get_data(as_text=True) == "\ufeffName,Number\r\n'=1+1,-3\r\n\"'@x, y\",\r\n"


def test_choices_may_be_declared_as_pairs(app: Flask) -> None:
    class Paired(BaseForm):
        one = SelectField("One", choices=[("x", "Ex"), ("y", "Zed")])

    with app.test_request_context("/"):
        made = Paired(one="y")
    assert '<option value="x">Ex</option>' in shown(app, "{{ field(f) }}", f=made.one)
    assert '<option value="y" selected>Zed</option>' in shown(app, "{{ field(f) }}", f=made.one)
