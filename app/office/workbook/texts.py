"""The texts of a workbook: those that cells refer to by number, and those that stand in a cell."""

from ..package import Package
from .values import unescaped


def shared_texts(package: Package, name: str | None) -> list[str]:
    """The texts that cells refer to by number."""
    if name is None or name not in package.names:
        return []
    found: list[str] = []
    collected = Texts()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            collected.begin()
        collected.start(tag)

    def end(tag: str) -> None:
        collected.end(tag)
        if tag == "si":
            found.append(collected.whole())

    package.parse(name, start, end=end, text=collected.text)
    return found


class Texts:
    """The text of runs, without the readings of ideographs that stand beside them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._in_text = self._in_reading = False

    def begin(self) -> None:
        self._parts = []

    def start(self, tag: str) -> None:
        self._in_reading = self._in_reading or tag == "rPh"
        self._in_text = tag == "t" and not self._in_reading

    def end(self, tag: str) -> None:
        self._in_text = False
        if tag == "rPh":
            self._in_reading = False

    def text(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)

    def whole(self) -> str:
        return unescaped("".join(self._parts))
