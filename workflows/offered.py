"""Which definitions a case can be opened under: those that are shipped, and a footprint's own files in a folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflows.definition import DEFINITIONS, DefinitionError, load_folder
from workflows.stages import Definition
from workflows.yaml_source import Problem, read

Key = tuple[str, int]
"""A definition's name and version."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A definition, and whether it is the footprint's own or shipped."""

    definition: Definition
    own: bool = False

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"{self.definition.name}.v{self.definition.version}.yaml"


def offered(folder: Path | None = None, shipped: Path = DEFINITIONS) -> dict[Key, Offered]:
    """Those that are shipped and those in `folder`, by name and version; a folder may be empty, but it is there.

    Raises `DefinitionError` naming all that is wrong in a folder. What is shipped is not replaced: a file with the
    name and version of a shipped one is refused, unless it says the same.
    """
    found = {key: Offered(definition) for key, definition in load_folder(shipped).items()}
    if folder is None:
        return found
    if not folder.is_dir():
        raise DefinitionError([(str(folder), Problem(1, "there is no such folder of definitions"))])
    if not any(path.suffix in (".yaml", ".yml") for path in folder.iterdir()):
        return found
    own = load_folder(folder)
    wrong = [(Offered(own[key]).file, _not_the_same(own[key])) for key in own if _differs(found, own[key])]
    if wrong:
        raise DefinitionError(wrong)
    return found | {key: Offered(definition, own=True) for key, definition in own.items() if key not in found}


def newest(there: Mapping[Key, Offered]) -> list[Definition]:
    """The latest version of each definition, by name: the one under which a new case is opened."""
    latest = dict(sorted(there))
    return [there[key].definition for key in latest.items()]


def _differs(shipped: Mapping[Key, Offered], definition: Definition) -> bool:
    there = shipped.get((definition.name, definition.version))
    return there is not None and there.definition.hash != definition.hash


def _not_the_same(definition: Definition) -> Problem:
    called = f"{definition.name} version {definition.version}"
    return Problem(
        read(definition.text).line(("version",)),
        f"{called} is shipped and says something else: give this one another name, or a version that is not shipped",
    )
