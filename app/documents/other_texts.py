"""Two texts of another organisation side by side: clauses found by their numbers and headings, and paired by likeness.

Such a text has no codes, so a clause is the same as one in the other text when it says the same, has the same heading,
or most of the same words. How a paragraph is broken into lines is no part of what it says. Nothing is kept.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.documents.comparison import ClauseSide, ComparisonRow, compared
from app.documents.hashing import text_hash

CHARACTERS = 200_000
"""The longest text, in characters."""
CLAUSES = 1_000
"""The most clauses of a text."""
PAIRS = 40_000
"""How many pairs of clauses are looked at for likeness; beyond that only those with one number."""
ALIKE = 0.4
"""The share of words in common from which two clauses are one, reworded."""

_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,5}"
_NAMED = re.compile(rf"(?:clause|section|paragraph|article|part)\s+({_NUMBER})[.):]?(?:\s+(.*))?", re.IGNORECASE)
_NUMBERED = re.compile(rf"({_NUMBER})([.):]?)\s+(\S.*)")
_MARKED = re.compile(r"#{1,6}\s+(\S.*)")
_LISTED = re.compile(r"(?:[-*•–▪]|\(?[a-z]{1,4}[.)]|\(\d{1,2}\))\s")
_HEADING = 120


class NoText(Exception):
    """The text cannot be compared; `sentence` says why and what would help."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Begun:
    """A clause of one text, as it was found."""

    number: str
    heading: str
    text: str

    @property
    def said(self) -> str:
        """What it says, with no regard to its number."""
        return text_hash(self.heading, self.text)


def compare_texts(old: str, new: str) -> list[ComparisonRow]:
    """Both texts clause by clause, as two versions of a document are compared; raises `NoText`."""
    before, after = clauses_in(old), clauses_in(new)
    return compared(*_sides(before, after))


def decoded(data: bytes) -> str:
    """The text of a file of plain text or Markdown; raises `NoText` where it is none."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(c) < 32 and c not in "\n\r\t\f" for c in text):
            break
        return text
    raise NoText("is no plain text. Save it as plain text (.txt) or PDF, or paste its words.")


def clauses_in(text: str) -> list[Begun]:
    """The clauses of a text in their order: by numbers and headings, else by paragraphs; raises `NoText`."""
    if len(text) > CHARACTERS:
        raise NoText(f"has {len(text):,} characters; {CHARACTERS:,} can be compared. Compare it in parts.")
    lines = [" ".join(line.split()) for line in text.replace("\f", "\n\n").splitlines()]
    found = list(_by_headings(lines))
    if sum(bool(one.number or one.heading) for one in found) < 2:
        found = [Begun("", "", paragraph) for paragraph in _paragraphs(lines)]
    if not found:
        raise NoText("has no words.")
    if len(found) > CLAUSES:
        raise NoText(f"has {len(found):,} clauses or paragraphs; {CLAUSES:,} can be compared. Compare it in parts.")
    return found


def _by_headings(lines: Sequence[str]) -> Iterator[Begun]:
    number, heading, held = "", "", list[str]()
    for line in lines:
        begins = _begins(line)
        if begins is None:
            held.append(line)
            continue
        said = "\n".join(_paragraphs(held))
        if number or heading or said:
            yield Begun(number, heading, said)
        number, rest = begins
        is_heading = bool(rest) and len(rest) <= _HEADING and rest[-1] not in ".;:,"
        heading, held = (rest, []) if is_heading else ("", [rest])
    said = "\n".join(_paragraphs(held))
    if number or heading or said:
        yield Begun(number, heading, said)


def _begins(line: str) -> tuple[str, str] | None:
    """The number and the rest of a line that begins a clause; nothing where it does not."""
    marked = _MARKED.fullmatch(line)
    rest = marked.group(1) if marked else line
    named = _NAMED.fullmatch(rest)
    if named and (marked or not named.group(2) or named.group(2)[0].isupper()):
        return named.group(1), named.group(2) or ""
    numbered = _NUMBERED.fullmatch(rest)
    if numbered:
        number, stop, said = numbered.groups()
        # "12 people came" begins no clause; "12. People", "1.2 People" and "12 People" do
        if marked or stop or "." in number or (said[0].isupper() and len(said) <= _HEADING):
            return number, said
    return ("", rest) if marked else None


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Lines joined to paragraphs, at blank lines and where a list goes on."""
    found: list[str] = []
    joins = False
    for line in lines:
        if not line:
            joins = False
        elif joins and not _LISTED.match(line):
            found[-1] += f" {line}"
        else:
            found.append(line)
            joins = True
    return found


def _sides(old: Sequence[Begun], new: Sequence[Begun]) -> tuple[list[ClauseSide], list[ClauseSide]]:
    pairs = _paired(old, new)
    codes = {there: f"both-{here}" for here, there in pairs.items()}
    before = [_side(one, f"both-{place}" if place in pairs else f"old-{place}") for place, one in enumerate(old)]
    after = [_side(one, codes.get(place, f"new-{place}")) for place, one in enumerate(new)]
    return before, after


def _side(one: Begun, code: str) -> ClauseSide:
    return ClauseSide(code, one.number, one.heading, one.text, one.said)


def _paired(old: Sequence[Begun], new: Sequence[Begun]) -> dict[int, int]:
    """The places in the newer text of the clauses that both have, by their places in the older."""
    pairs: dict[int, int] = {}
    for same in (
        lambda one: (one.number, one.said),
        lambda one: one.said,
        lambda one: (one.number, one.heading.casefold()) if one.heading else None,
        lambda one: one.heading.casefold() or None,
    ):
        waiting: dict[object, deque[int]] = {}
        taken = set(pairs.values())
        for place, one in enumerate(new):
            mark = same(one)
            if place not in taken and mark is not None:
                waiting.setdefault(mark, deque()).append(place)
        for place, one in enumerate(old):
            mark = same(one)
            if place not in pairs and mark in waiting and waiting[mark]:
                pairs[place] = waiting[mark].popleft()
    return pairs | _alike(old, new, pairs)


def _alike(old: Sequence[Begun], new: Sequence[Begun], pairs: dict[int, int]) -> dict[int, int]:
    """Of what is left, the pairs with most words in common, the likest first."""
    taken = set(pairs.values())
    left = {place: _words(one) for place, one in enumerate(old) if place not in pairs}
    right = {place: _words(one) for place, one in enumerate(new) if place not in taken}
    few = len(left) * len(right) <= PAIRS
    scored = []
    for here, words in left.items():
        for there, others in right.items():
            one_number = bool(old[here].number) and old[here].number == new[there].number
            if few or one_number:
                share = len(words & others) / max(len(words | others), 1)
                if share >= ALIKE:
                    scored.append((-share - 0.1 * one_number, abs(here - there), here, there))
    found: dict[int, int] = {}
    gone: set[int] = set()
    for _, _, here, there in sorted(scored):
        if here not in found and there not in gone:
            found[here] = there
            gone.add(there)
    return found


def _words(one: Begun) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", f"{one.heading} {one.text}".casefold()))
