"""How frozen facts are written out in sections: dates from ISO text, sentences that end, recommendations as asked."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from app.packs.dates import shown_day, shown_given, shown_moment, shown_time
from workflows.quorum import HANDLING_IN_WORDS
from workflows.risks import TREND_WORDS

_ASKED = re.compile(r"\A.{0,120}?\bis asked to:?\s*", re.IGNORECASE | re.DOTALL)
_BULLET = re.compile(r"\A\s*(?:[-*•–]|\(?[a-z0-9]{1,2}[.)])\s+", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

STANDING_COLOURS = {
    "agreed": "green",
    "agreed with conditions": "amber",
    "agreed as amended": "amber",
    "agreed with local variation": "amber",
    "responded": "green",
    "scheduled": "grey",
    "papers issued": "blue",
    "deferred": "amber",
    "not agreed": "red",
    "not quorate": "red",
    "re-affirmation needed": "amber",
    "carried over": "green",
    "agreement withdrawn": "red",
    "local variation expired": "amber",
    "to be ratified": "amber",
    "not ratified": "red",
    "voting open": "blue",
}
"""The colour of a standing's tag; the word is always beside it."""


def shown_weekday(value: str) -> str:
    """`Tuesday 24 November 2015`."""
    return f"{date.fromisoformat(value):%A} {shown_day(value)}"


def shown_clock(value: str | None) -> str:
    """`1pm`, from ISO time."""
    return shown_time(time.fromisoformat(value)) if value else ""


def w3c_second(value: str) -> str:
    """An instant as a document's date of making: `2015-11-05T09:00:00Z`."""
    return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_words(value: str) -> str:
    """A day where the text is one, else the words as they are."""
    return shown_day(value) if _ISO_DAY.fullmatch(value) else value


def sentence(text: str) -> str:
    """The text ending in a stop."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def without_stop(text: str) -> str:
    """The text without its last stop, to stand within a sentence."""
    return text.strip().rstrip(".")


def asked(text: str, called: str) -> Markup:
    """ "The Governing Body is asked to …", as a sentence, or as a list where the text has several lines."""
    asks = [_BULLET.sub("", line).strip() for line in _ASKED.sub("", text.strip()).splitlines() if line.strip()]
    if not asks:
        return Markup("<p>Nothing is asked.</p>")
    if len(asks) == 1:
        return Markup("<p>The {} is asked to {}</p>").format(called, sentence(_lowered(asks[0])))
    items = Markup("").join(Markup("<li>{}</li>").format(escape(ask)) for ask in asks)
    return Markup("<p>The {} is asked to:</p><ol>{}</ol>").format(called, items)


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first.isupper() or not first.isalpha() else text[0].lower() + text[1:]


def handling(value: str) -> str:
    """How a conflict is handled, in words."""
    words: Any = HANDLING_IN_WORDS
    return str(words.get(value, value.replace("_", " ")))


RUNNING = 90
"""Letters of a title that stand in the margin of its further slides, in two lines at most."""


def running(title: str) -> str:
    """A title cut after a word to what the margin of a slide holds; in full it stands where it is the heading."""
    return title if len(title) <= RUNNING else f"{title[:RUNNING].rsplit(' ', 1)[0].rstrip(' ,:;')} …"


BAND_COLOURS = {"low": "green", "moderate": "grey", "high": "amber", "extreme": "red"}
"""The colour of a risk's band; the word is always beside it."""

TOLD_BANDS = ("high", "extreme")


def is_told(risk: Mapping[str, Any]) -> bool:
    """Whether a paper tells of a risk or issue: where it is high or extreme, and where its score has changed."""
    return risk["band"] in TOLD_BANDS or risk["trend"] != "same"


def told_risks(risks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The risks and issues a paper tells of."""
    return [risk for risk in risks if is_told(risk)]


def trend_words(value: str) -> str:
    """How a score stands to the last period's."""
    words: Any = TREND_WORDS
    return str(words[value])


def band_colour(band: str | None) -> str:
    """The colour of a band's tag."""
    return BAND_COLOURS.get(band or "", "grey")


def standing_colour(word: str) -> str:
    """The colour of a standing's tag."""
    return STANDING_COLOURS.get(word, "grey")


def offer(env: Environment) -> None:
    """Make these filters of the same names."""
    env.filters.update(
        iso_day=shown_day,
        iso_moment=shown_moment,
        iso_given=shown_given,
        iso_weekday=shown_weekday,
        iso_clock=shown_clock,
        iso_second=w3c_second,
        iso_or_words=iso_or_words,
        sentence=sentence,
        without_stop=without_stop,
        asked=asked,
        handling=handling,
        standing_colour=standing_colour,
        band_colour=band_colour,
        running=running,
        told_risks=told_risks,
        trend_words=trend_words,
    )
