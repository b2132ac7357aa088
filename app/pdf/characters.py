"""Text as people paste it, made fit to print without losing what it said.

PDF/UA forbids the empty box that stands for a character no font has, so such a character is named in words;
control characters, which print as nothing, become the replacement character. A word longer than any word (a key, a
row of underscores) gets places where it may be broken, which do not show: without them each of its lines would be
looked for in all the rest of it. Everything else is left alone.
"""

import re
import unicodedata
from collections.abc import Collection
from xml.etree.ElementTree import Element

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SHOWN_ATTRIBUTES = ("alt", "title", "content", "aria-label")
_NAMED_IN_A_RUN = 3
_ENDLESS = re.compile("[^ \t\n\r\f\u200b]{121,}")
_BREAK_EVERY = 40
_MAY_BREAK = "\u200b"


def _name(character: str) -> str:
    point = f"U+{ord(character):04X}"
    try:
        return f"[character {point}, {unicodedata.name(character).lower()}]"
    except ValueError:
        return f"[character {point}]"


def _in_words(run: str) -> str:
    named = "".join(_name(character) for character in run[:_NAMED_IN_A_RUN])
    left = len(run) - _NAMED_IN_A_RUN
    return named if left <= 0 else f"{named} [and {left:,} more characters that no font here can show]"


def _breakable(found: re.Match[str]) -> str:
    word, pieces, start = found[0], [], 0
    while len(word) - start > _BREAK_EVERY:
        end = start + _BREAK_EVERY
        while end < len(word) and (unicodedata.category(word[end]) in ("Mn", "Me", "Cf") or word[end - 1] == "\u200d"):
            end += 1
        pieces.append(word[start:end])
        start = end
    pieces.append(word[start:])
    return _MAY_BREAK.join(pieces)


def make_printable(root: Element, unknown: Collection[str] = ()) -> None:
    """Change the text, and the attributes whose text is shown, of a parsed document in place.

    `unknown` are the characters that no available font has.
    """
    pattern = re.compile("[" + "".join(re.escape(c) for c in sorted(unknown)) + "]+") if unknown else None

    def fit(text: str) -> str:
        if len(text) > 120:
            text = _ENDLESS.sub(_breakable, text)
        if text.isascii() and text.isprintable():
            return text
        text = _UNPRINTABLE.sub("\ufffd", text)
        return pattern.sub(lambda found: _in_words(found[0]), text) if pattern else text

    for element in root.iter():
        if element.text:
            element.text = fit(element.text)
        if element.tail:
            element.tail = fit(element.tail)
        for key, value in element.attrib.items():
            if key in _SHOWN_ATTRIBUTES or key.startswith("data-"):
                element.attrib[key] = fit(value)
