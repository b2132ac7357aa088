"""YAML is read strictly and with its line numbers, so that every complaint can name file, line and reason.

Refused before anything is built: anchors, aliases, merge keys, tags, duplicate keys, keys that are not text
(`on`, `yes` and `no` are True and False in YAML 1.1), more than one document, deep nesting and big files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import yaml

MOST_CHARACTERS = 100_000
DEEPEST = 20
LARGEST = 1_000_000_000
"""Of a whole number: no version and no count of parties comes near it."""

# What YAML reads: text, numbers, booleans and nothing, in mappings and (so as to stay frozen) tuples.
Value = str | int | float | bool | None | tuple["Value", ...] | dict[str, "Value"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    line: int
    reason: str


class SourceError(Exception):
    """The text is not YAML as it is used here; `problems` lists every complaint found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("; ".join(f"line {problem.line}: {problem.reason}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Source:
    """A document's value, and the line on which each part of it stands."""

    value: Value
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the part at `path`, or of the nearest part around it."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(tuple(path[:length]))
            if line is not None:
                return line
        return 1


def shown(text: object) -> str:
    """What stands in a file, on one line and not longer than a complaint about it can be."""
    line = "".join(one if one.isprintable() else "�" for one in " ".join(str(text).split()))
    return line if len(line) <= 60 else line[:59] + "…"


def read(text: str) -> Source:
    """Read one YAML document. Raises SourceError."""
    if len(text) > MOST_CHARACTERS:
        raise SourceError([Problem(1, f"the file is longer than {MOST_CHARACTERS:,} characters")])
    try:
        _look_at_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise SourceError([Problem(mark.line + 1 if mark else 1, f"this is not YAML: {said}")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"this is not YAML: the character U+{ord(text[error.position]):04X} is not allowed"
        raise SourceError([Problem(line, reason)]) from error
    if node is None:
        raise SourceError([Problem(1, "the file is empty")])
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    value = _build(node, (), lines, problems)
    if problems:
        raise SourceError(problems)
    return Source(value, lines)


def _look_at_events(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None):
            raise SourceError([Problem(line, "anchors and aliases (& and *) are not used here: write it out")])
        tag = getattr(event, "tag", None)
        if tag:
            raise SourceError([Problem(line, f"the tag {shown(tag)} is not used here: leave it out")])
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise SourceError([Problem(line, "a second document begins here: one file holds one document")])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise SourceError([Problem(line, f"this is nested more than {DEEPEST} deep")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _build(node: yaml.Node, path: Path, lines: dict[Path, int], problems: list[Problem]) -> Value:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            key = _key(key_node)
            if key is None:
                problems.append(Problem(key_line, _why_not_a_key(key_node)))
            elif key in mapping:
                first = lines[(*path, key)]
                problems.append(Problem(key_line, f"the key “{shown(key)}” is given twice, first on line {first}"))
            else:
                lines[(*path, key)] = key_line
                mapping[key] = _build(value_node, (*path, key), lines, problems)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return tuple(_build(item, (*path, index), lines, problems) for index, item in enumerate(node.value))
    return _scalar(node, problems)


def _scalar(node: yaml.Node, problems: list[Problem]) -> Value:
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        said = "the number is too long" if "digits" in str(error) else error
        problems.append(Problem(node.start_mark.line + 1, f"“{shown(node.value)}” cannot be read: {said}"))
        return None
    if isinstance(value, int) and abs(value) > LARGEST:
        problems.append(Problem(node.start_mark.line + 1, f"“{shown(node.value)}” is larger than {LARGEST:,}"))
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return str(node.value)


def _key(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
        return str(node.value)
    return None


def _why_not_a_key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        return "a list or mapping cannot be a key"
    if node.tag == "tag:yaml.org,2002:bool":
        return f"“{shown(node.value)}” cannot be a key: YAML reads it as a yes or no, not as a word"
    if node.tag == "tag:yaml.org,2002:merge":
        return "merge keys (<<) are not used here: write it out"
    return f"“{shown(node.value)}” cannot be a key: keys are words"
