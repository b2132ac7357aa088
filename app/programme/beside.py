"""My text beside what someone else saved meanwhile: one merged text, or both shown where they clash."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Generic, TypeVar

from app.web.merging import Clash, merge

T = TypeVar("T", bound=Any)


@dataclass(frozen=True, slots=True)
class Beside(Generic[T]):
    """The text to save, and the version it stands on. `taken` are the fields that `who` changed and I did not.

    `stands`: the text is stored as it is already, so there is nothing of mine to save.
    """

    text: T
    seen: int
    stands: bool = False
    taken: tuple[str, ...] = ()
    who: str = ""


def beside(mine: T, began: T, theirs: T, version: int, who: str, sentence: str, *, withdraws: bool) -> Beside[T]:
    """Merge two dataclasses of text by their fields; raises `Clash` where that cannot be done without asking.

    `withdraws`: saving would take back what was submitted meanwhile, so it is asked for even where nothing clashes.
    """
    merged = merge(asdict(began), asdict(mine), asdict(theirs))
    text = replace(mine, **merged.values)
    if merged.clashes or (withdraws and text != theirs):
        raise Clash(sentence, base=asdict(began), theirs=asdict(theirs), merged=merged, version=version)
    return Beside(text, version, text == theirs, merged.taken, who)
