"""A workflow definition is a YAML file, checked strictly before any case is opened under it.

Whatever could not work is refused with file, line and reason. What it consists of stands in `stages`.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from workflows.across import come_to, lacking
from workflows.facts import PartyFact
from workflows.impossible import Where, contradictions
from workflows.stages import (
    COMPLETING,
    DECLINING,
    DONE,
    KIND_IN_WORDS,
    STOPPED,
    Across,
    AnswerOfItsOwn,
    Branch,
    By,
    Definition,
    PartyRule,
    Stage,
    Then,
)
from workflows.times import Escalation, Reminder
from workflows.verdict import Verdict, in_words, no, yes
from workflows.yaml_source import Problem, Source, SourceError, read, shown

DEFINITIONS = Path(__file__).parent / "definitions"
"""The definitions that are shipped."""

_FILE_NAME = re.compile(r"(?P<name>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.yaml")


class DefinitionError(ValueError):
    """A definition is refused. Its text has one line `file:line: reason` for each thing that is wrong."""

    def __init__(self, found: Iterable[tuple[str, Problem]]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(f"{file}:{problem.line}: {problem.reason}" for file, problem in self.found))


def fits(definition: Definition, stage: str, parties: Sequence[PartyFact]) -> Verdict:
    """Can these parties be asked in this stage at all? Asked of every stage when a case is opened."""
    asked_in = definition.stage(stage)
    asked = asked_in.asked(parties)
    twice = {party.short_name for party in parties if [p.body_id for p in parties].count(party.body_id) > 1}
    if twice:
        names = in_words(sorted(twice))
        return no(f"{names} cannot be a party to the case more than once.", "each deciding body once")
    if not asked:
        kinds = " or ".join(KIND_IN_WORDS[rule.kind] for rule in asked_in.parties)
        return no(
            f"“{asked_in.title}” asks nobody: none of the parties is a {kinds}.",
            "a party of one of those kinds",
        )
    absent = lacking(asked_in.across, asked)
    if absent:
        return no(
            f"“{asked_in.title}” cannot be completed without {in_words(absent)}.",
            f"{in_words(absent)} among those who are asked",
        )
    if not come_to(asked_in.across, [(party, "open") for party in asked]).can_be_met:
        needed = asked_in.across.needed(len(asked))
        return no(
            f"“{asked_in.title}” needs at least {needed} parties and asks only {len(asked)}.",
            f"{needed - len(asked)} more {'party' if needed - len(asked) == 1 else 'parties'}",
        )
    return yes(f"“{asked_in.title}” asks {in_words(party.short_name for party in asked)}.")


def fits_every_stage(definition: Definition, parties: Sequence[PartyFact]) -> Verdict:
    """Can a case be opened with these parties? Every stage fits, and every party is asked somewhere."""
    for stage in definition.stages:
        verdict = fits(definition, stage.name, parties)
        if not verdict:
            return verdict
    never = [party.short_name for party in parties if not any(s.rule_for(party.kind) for s in definition.stages)]
    if never:
        return no(f"{definition.title} never asks {in_words(never)}.", f"a case without {in_words(never)}")
    return yes(f"{definition.title} fits {in_words(party.short_name for party in parties)}.")


def load_folder(folder: Path) -> dict[tuple[str, int], Definition]:
    """Every definition in a folder, by name and version. Raises DefinitionError naming all that is wrong."""
    found: dict[tuple[str, int], Definition] = {}
    wrong: list[tuple[str, Problem]] = []
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml")]
    if not paths:
        raise DefinitionError([(folder.name, Problem(1, "no definition here: expected NAME.vN.yaml"))])
    for path in paths:
        try:
            definition = load(path)
        except DefinitionError as error:
            wrong += error.found
        else:
            found[(definition.name, definition.version)] = definition
    if wrong:
        raise DefinitionError(wrong)
    return found


def load(path: Path) -> Definition:
    """Read one definition file, NAME.vN.yaml. Raises DefinitionError; its text has `file:line: reason`."""
    named = _FILE_NAME.fullmatch(path.name)
    if named is None:
        reason = "a definition’s file is named NAME.vN.yaml, for example standards.v1.yaml"
        raise DefinitionError([(path.name, Problem(1, reason))])
    if not path.is_file():
        reason = "this is a folder, not a file" if path.is_dir() else "there is no file at the end of this link"
        raise DefinitionError([(path.name, Problem(1, reason))])
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DefinitionError([(path.name, Problem(1, f"the file cannot be read: {error.strerror}"))]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DefinitionError([(path.name, Problem(line, "the file is not UTF-8 text"))]) from error
    definition, source = _parse(text, path.name)
    wrong = []
    if definition.name != named["name"]:
        reason = f"the name is “{definition.name}” here and “{named['name']}” in the file’s name"
        wrong.append((path.name, Problem(source.line(("name",)), reason)))
    if definition.version != int(named["version"]):
        reason = f"the version is {definition.version} here and {named['version']} in the file’s name"
        wrong.append((path.name, Problem(source.line(("version",)), reason)))
    if wrong:
        raise DefinitionError(wrong)
    return definition


def parse(text: str, file: str = "definition") -> Definition:
    """Check the text of a definition, for example one that a case has pinned. Raises DefinitionError."""
    return _parse(text, file)[0]


def _parse(text: str, file: str) -> tuple[Definition, Source]:
    try:
        source = read(text)
        definition = Definition.model_validate(source.value)
    except SourceError as error:
        raise DefinitionError((file, problem) for problem in error.problems) from error
    except ValidationError as error:
        problems = {_as_problem(source, dict(item)) for item in error.errors(include_url=False)}
        raise DefinitionError((file, problem) for problem in sorted(problems)) from error
    wrong = sorted({Problem(source.line(path), reason) for path, reason in contradictions(definition)})
    if wrong:
        raise DefinitionError((file, problem) for problem in wrong)
    return definition.with_text(text), source


def _as_problem(source: Source, error: dict[str, object]) -> Problem:
    """One complaint of the schema, as a sentence with its line."""
    where = error["loc"]
    assert isinstance(where, tuple)
    key = str(where[-1]) if where else "definition"
    holder = _MAY_HAVE[_holder(where)]
    match error["type"]:
        case "extra_forbidden":
            reason = f"“{shown(key)}” is not a key here; {holder[0]} has {in_words(holder[1])}"
        case "missing":
            reason = f"“{key}” is missing; {holder[0]} has {in_words(holder[1])}"
        case "string_type":
            reason = f"{_part(where)} has to be text, not {_value(error['input'])}"
        case "int_type":
            reason = f"{_part(where)} has to be a whole number, not {_value(error['input'])}"
        case "bool_type":
            reason = f"{_part(where)} has to be true, not {_value(error['input'])}"
        case "tuple_type":
            reason = f"{_part(where)} has to be a list, not {_value(error['input'])}"
        case "model_type" | "model_attributes_type" | "dict_type":
            reason = f"{_part(where)} has to be keys with values, not {_value(error['input'])}"
        case "too_short":
            reason = f"{_part(where)} is empty: at least one is needed"
        case "string_too_long":
            context = error["ctx"]
            assert isinstance(context, dict)
            reason = f"{_part(where)} has {len(str(error['input'])):,} characters; at most {context['max_length']} fit"
        case "string_too_short":
            reason = f"{_part(where)} is empty"
        case "literal_error":
            context = error["ctx"]
            assert isinstance(context, dict)
            reason = f"{_part(where)} is {_value(error['input'])}; it can be {context['expected']}"
        case "greater_than_equal":
            reason = f"{_part(where)} is {error['input']}; it has to be 1 or more"
        case "string_pattern_mismatch" if key == "name":
            reason = f"{_part(where)} is {_value(error['input'])}; it has to be small letters and digits, one word"
        case "string_pattern_mismatch":
            reason = f"{_part(where)} is empty"
        case _:
            reason = f"{_part(where)} cannot be {_value(error['input'])}"
    return Problem(source.line(where), reason)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(model.model_fields)


_MAY_HAVE = {
    "definition": ("a definition", _keys(Definition)),
    "stages": ("a stage", _keys(Stage)),
    "parties": ("a party", _keys(PartyRule)),
    "across": ("“across”", _keys(Across)),
    "by": ("“by”", _keys(By)),
    "reminders": ("a reminder", _keys(Reminder)),
    "escalate": ("a step of “escalate”", _keys(Escalation)),
    "then": ("“then”", _keys(Then)),
    "but_if_any": ("a way of “but_if_any”", _keys(Branch)),
    "answers_of_its_own": ("an answer of its own", _keys(AnswerOfItsOwn)),
}


def _holder(where: Where) -> str:
    """Which kind of mapping the last key of this place stands in."""
    return next((str(part) for part in reversed(where[:-1]) if part in _MAY_HAVE), "definition")


def _part(where: Where) -> str:
    named = [str(part) for part in where if isinstance(part, str)]
    if not named:
        return "a definition"
    numbered = isinstance(where[-1], int)
    return f"item {int(where[-1]) + 1} of “{shown(named[-1])}”" if numbered else f"“{shown(named[-1])}”"


def _value(value: object) -> str:
    if value is True or value is False:
        return f"{'yes' if value else 'no'} (YAML reads yes, no, on and off so: put it in quotes)"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, tuple):
        return "a list"
    return f"“{shown(value)}”"


__all__ = [
    "COMPLETING",
    "DECLINING",
    "DEFINITIONS",
    "DONE",
    "STOPPED",
    "Across",
    "Definition",
    "DefinitionError",
    "PartyRule",
    "Stage",
    "Then",
    "fits",
    "fits_every_stage",
    "load",
    "load_folder",
    "parse",
]
