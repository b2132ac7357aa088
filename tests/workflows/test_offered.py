"""A footprint's own definition is one more file in a folder; what is shipped is not replaced by it."""

import shutil
from pathlib import Path

import pytest

from tests.workflows.test_definition import GOOD
from workflows.definition import DEFINITIONS, DefinitionError, load
from workflows.offered import newest, offered

STANDARDS = DEFINITIONS / "standards.v1.yaml"


def test_without_a_folder_the_shipped_definitions_are_on_offer() -> None:
    assert {one.own for one in offered().values()} == {False}
    assert offered()["standards", 1].definition == load(STANDARDS)


def test_a_file_in_the_folder_is_one_more_definition(tmp_path: Path) -> None:
    (tmp_path / "example.v1.yaml").write_text(GOOD)
    found = offered(tmp_path)
    assert set(found) == {*offered(), ("example", 1)}
    assert (found["example", 1].own, found["example", 1].file) == (True, "example.v1.yaml")


def test_an_empty_folder_adds_nothing(tmp_path: Path) -> None:
    assert offered(tmp_path) == offered()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="nowhere:1: there is no such folder of definitions"):
        offered(tmp_path / "nowhere")


def test_a_later_version_of_a_shipped_definition_is_the_footprints_own(tmp_path: Path) -> None:
    text = STANDARDS.read_text().replace("version: 1\n", "version: 5\n", 1).replace("at_least: 4", "at_least: 3")
    (tmp_path / "standards.v5.yaml").write_text(text)
    assert offered(tmp_path)["standards", 5].own
    assert [one.version for one in newest(offered()) if one.name == "standards"] == [4]
    assert [one.version for one in newest(offered(tmp_path)) if one.name == "standards"] == [5]


def test_a_shipped_name_and_version_is_refused_with_its_line_where_it_says_something_else(tmp_path: Path) -> None:
    (tmp_path / "standards.v1.yaml").write_text(STANDARDS.read_text().replace("at_least: 4", "at_least: 3"))
    with pytest.raises(DefinitionError) as refused:
        offered(tmp_path)
    assert str(refused.value) == (
        "standards.v1.yaml:4: standards version 1 is shipped and says something else: give this one another name, or "
        "a version that is not shipped"
    )


def test_a_copy_of_a_shipped_file_is_the_shipped_one(tmp_path: Path) -> None:
    shutil.copy(STANDARDS, tmp_path)
    assert offered(tmp_path) == offered()


def test_everything_that_is_wrong_in_the_folder_is_said_with_file_line_and_reason(tmp_path: Path) -> None:
    (tmp_path / "example.v1.yaml").write_text(GOOD.replace("at_least: 1", "at_least: 0"))
    (tmp_path / "other.v1.yaml").write_text(GOOD)
    with pytest.raises(DefinitionError) as refused:
        offered(tmp_path)
    assert str(refused.value).splitlines() == [
        "example.v1.yaml:21: “at_least: 0” is impossible: at least 1 party has to answer",
        "other.v1.yaml:1: the name is “example” here and “other” in the file’s name",
    ]
