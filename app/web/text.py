"""How facts are written: dates as "5 November 2015", times in London, Markdown without raw HTML."""

from datetime import date, datetime, time
from typing import Any

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.db.types import GivenDate
from app.web.clock import LONDON
from workflows.verdict import in_words

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "br", "hr"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def day(value: date | datetime | None) -> str:
    """`5 November 2015`, in London; an empty string for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """`5 November 2015 at 9.05am`, in London."""
    if value is None:
        return ""
    local = value.astimezone(LONDON)
    return f"{day(local)} at {clock_time(local.time())}"


def clock_time(value: time | None) -> str:
    """`2pm`, `9.05am`, as the NHS writes times."""
    if value is None:
        return ""
    hour = value.hour % 12 or 12
    minutes = f".{value.minute:02d}" if value.minute else ""
    return f"{hour}{minutes}{'am' if value.hour < 12 else 'pm'}"


def given(value: GivenDate | None) -> str:
    """A date as it was given: a day in full, else its own words."""
    if value is None or not value.words:
        return ""
    if value.earliest is not None and value.earliest == value.latest:
        return day(value.earliest)
    return value.words


def markdown(text: str | None) -> Markup:
    """Markdown people wrote, as HTML that can hold no script, image or foreign style; links only to http(s) and mail.

    Headings become bold paragraphs, so that the page's own headings stay in order.
    """
    html = _markdown.render(text or "")
    for level in range(1, 7):
        html = html.replace(f"<h{level}>", "<p><strong>").replace(f"</h{level}>", "</strong></p>")
    return Markup(nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))


def words(value: str | None) -> str:
    """A term of the database as it is read: `agree_with_conditions` → `agree with conditions`."""
    return (value or "").replace("_", " ")


def capitalize_first(value: str | None) -> str:
    """The text with a capital first letter and the rest as it is, unlike Jinja's `capitalize`."""
    return value[:1].upper() + value[1:] if value else ""


def days_left(on: date, today: date) -> str:
    """How long until a day, in words: `in 3 days`, `tomorrow`, `today`, `yesterday`, `12 days ago`."""
    left = (on - today).days
    if left in (0, 1):
        return ("today", "tomorrow")[left]
    if left == -1:
        return "yesterday"
    return f"in {left} days" if left > 0 else f"{-left} days ago"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 item`, `2 items`, `no items`."""
    many = plural or f"{singular}s"
    return f"{number:,} {singular}" if number == 1 else f"{number or 'no':,} {many}" if number else f"no {many}"


def init_app(app: Flask) -> None:
    """Offer these to every template, as filters of the same names."""
    filters: dict[str, Any] = {
        "day": day,
        "moment": moment,
        "clock_time": clock_time,
        "given": given,
        "markdown": markdown,
        "words": words,
        "capitalize_first": capitalize_first,
        "days_left": days_left,
        "in_words": in_words,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(count=count)
