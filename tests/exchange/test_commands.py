"""`flask exchange template | check | import | export` say what they do, and end with an error where they refuse."""

import stat
from pathlib import Path
from shutil import copyfile

from click.testing import Result
from flask import Flask

from app.exchange.kinds import KINDS
from config import ROOT
from tests.exchange.folders import cell, small


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["exchange", *(str(one) for one in arguments)])


def test_the_template_describes_every_column_of_every_file(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    assert run(app, "template", folder).exit_code == 0
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        header = (folder / kind.file).read_text(encoding="utf-8")
        assert header == ",".join([*kind.names, "as_exported"]) + "\n"
        assert f"## {kind.file}" in readme
        for column in kind.columns:
            assert f"| `{column.name}` | {column.meaning}" in readme
            if column.format.example:
                column.format.parse(column.format.example)


def test_an_empty_template_changes_nothing(app: Flask, tmp_path: Path) -> None:
    run(app, "template", tmp_path / "empty")
    result = run(app, "import", tmp_path / "empty")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "Nothing changed.")


def test_check_says_what_will_happen_and_does_nothing(app: Flask, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    for _ in range(2):
        result = run(app, "check", folder)
        assert result.exit_code == 0
        assert "seats.csv: 2 new, 0 changed, 0 unchanged" in result.output
        assert result.output.endswith("This can be imported as it stands.\n")


def test_import_then_export_then_check(app: Flask, tmp_path: Path) -> None:
    assert "Imported." in run(app, "import", small(tmp_path / "in")).output
    exported = run(app, "export", tmp_path / "out")
    assert "seats.csv: 2" in exported.output
    assert "Nothing would change." in run(app, "check", tmp_path / "out").output
    assert stat.S_IMODE((tmp_path / "out" / "agenda_items.csv").stat().st_mode) == 0o600
    cell(tmp_path / "out" / "seats.csv", 2, "title", "Chair")
    assert "merton-chair, title: “Clinical chair” → “Chair”" in run(app, "import", tmp_path / "out").output


def test_a_refused_folder_ends_with_an_error(app: Flask, tmp_path: Path) -> None:
    folder = small(tmp_path / "in")
    cell(folder / "updates.csv", 2, "overall", "yellow")
    for command in ("check", "import"):
        result = run(app, command, folder)
        assert result.exit_code == 1
        assert "updates.csv, row 2, column overall: “yellow” is not right" in result.output
        assert result.output.endswith("Error: 1 thing is wrong; nothing was changed.\n")


def test_edited_files_are_not_written_over_without_a_word(app: Flask, tmp_path: Path) -> None:
    run(app, "import", small(tmp_path / "in"))
    folder = tmp_path / "out"
    run(app, "export", folder)
    cell(folder / "seats.csv", 2, "title", "Edited for an afternoon")
    for command in ("export", "template"):
        result = run(app, command, folder)
        assert result.exit_code == 1
        assert (
            f"{folder} holds {min(kind.file for kind in KINDS)} and {len(KINDS) - 1} more already, which may"
            in result.output
        )
        assert "Edited for an afternoon" in (folder / "seats.csv").read_text(encoding="utf-8")
    assert run(app, "export", "--replace", folder).exit_code == 0
    assert "Edited for an afternoon" not in (folder / "seats.csv").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    for command in ("export", "template"):
        result = run(app, command, tmp_path / "file" / "out")
        assert result.exit_code == 1
        assert result.output == (
            f"Error: {tmp_path / 'file' / 'out'} cannot be written to (Not a directory); give a folder that can be.\n"
        )


def test_check_says_that_releases_are_tried_when_they_come_in(app: Flask) -> None:
    lines = run(app, "check", ROOT / "demonstration").output.splitlines()
    assert lines[-2:] == [
        "Facts and decisions can be imported as they stand.",
        "Releases are tried when the folder is imported: 12 rows of gap_acceptances.csv and releases.csv, one after "
        "another; the first that is refused is said and ends it.",
    ]


def test_a_release_that_is_refused_is_named_with_its_row(app: Flask, swl: Path) -> None:
    copyfile(ROOT / "demonstration" / "gap_acceptances.csv", swl / "gap_acceptances.csv")
    cell(swl / "gap_acceptances.csv", 2, "gap", "highlight-without-section:none")
    result = run(app, "import", swl)
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == (
        "Error: gap_acceptances.csv, row 2, edition/2015-10/1/highlight-without-section:none: That gap is not there "
        "any more: what was missing has come in, or the list has changed. Facts and decisions are in; mend it and "
        "import again."
    )
