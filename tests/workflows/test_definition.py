"""Every definition that could not work is refused with file, line and reason."""

from pathlib import Path

import pytest

from tests.workflows.examples import CROYDON, KINGSTON, NHS_ENGLAND, SEVEN
from workflows.definition import DEFINITIONS, DefinitionError, fits, fits_every_stage, load, load_folder, parse
from workflows.facts import PartyFact

GOOD = """\
name: example
version: 1
title: An example
stages:
  - name: ask
    title: Asked first
    question: What do you say?
    version: first
    parties:
      - kind: governing_body
        decide: meeting
        answers: [agree, not_agree]
    across: {every: true}
    then: {complete: decide, declined: stopped}
  - name: decide
    title: Asked again
    question: And now?
    version: new
    parties:
      - {kind: officer, decide: officer, role: officer, answers: [agree]}
    across: {at_least: 1}
    then: {complete: done}
"""

A_STAGE_HAS = (
    "a stage has name, title, question, version, by, reminders, escalate, answers_of_its_own, parties, across and then"
)
ACROSS_HAS = "“across” has every, at_least, at_least_share, majority, must, no_one_declines, all_of and any_of"
READ_SO = "YAML reads yes, no, on and off so: put it in quotes"


PINNED = (("deliverable-acceptance", 1), ("expression-of-interest", 1), ("pack-release", 1), ("standards", 1))


def refusal(text: str) -> str:
    with pytest.raises(DefinitionError) as refused:
        parse(text, "example.v1.yaml")
    return str(refused.value)


def test_a_good_definition_is_read() -> None:
    definition = parse(GOOD)
    assert [stage.name for stage in definition.stages] == ["ask", "decide"]
    assert definition.text == GOOD
    assert definition.first_stage.rule_for("officer") is None


@pytest.mark.parametrize(
    ("found", "replacement", "complaint"),
    [
        (
            "title: An example",
            "title: An example\ncolour: blue",
            "4: “colour” is not a key here; a definition has name, version, title and stages",
        ),
        ("question: And now?", "qestion: And now?", f"17: “qestion” is not a key here; {A_STAGE_HAS}"),
        ("question: And now?", "qestion: And now?", f"15: “question” is missing; {A_STAGE_HAS}"),
        (
            "across: {at_least: 1}",
            "across: {at_least: 1, most: true}",
            f"21: “most” is not a key here; {ACROSS_HAS}",
        ),
        (
            "decide: meeting",
            "decides: meeting",
            "11: “decides” is not a key here; a party has kind, decide, role, titled and answers",
        ),
        (
            "then: {complete: done}",
            "then: {complete: doen}",
            "22: “doen” is not a stage of this definition, nor “done”",
        ),
        ("declined: stopped", "declined: done", "14: “done” is not a stage of this definition, nor “stopped”"),
        ("complete: decide,", "complete: done,", "15: the stage “decide” is never reached"),
        (
            "then: {complete: done}",
            "then: {complete: ask}",
            "22: the stage “decide” is a dead end: completing it never leads to “done”",
        ),
        (
            "then: {complete: done}",
            "then: {complete: ask}",
            "14: the stage “ask” is a dead end: completing it never leads to “done”",
        ),
        ("at_least: 1", "at_least: 0", "21: “at_least: 0” is impossible: at least 1 party has to answer"),
        ("at_least: 1", "at_least: -2", "21: “at_least: -2” is impossible: at least 1 party has to answer"),
        (
            "across: {at_least: 1}",
            "across: {at_least: 1, every: true}",
            "21: say exactly one of “every: true”, “at_least: n”, “at_least_share: n/m”, “majority: true”,",
        ),
        ("across: {at_least: 1}", "across: {}", "21: say exactly one of “every: true”, “at_least: n”,"),
        (
            "across: {every: true}",
            "across: {majority: false}",
            "13: “majority” can only be true: for every party say “every: true”, for so many “at_least: n”",
        ),
        ("every: true", "at_least_share: half", "13: “half” is no share: say one like 1/2 or 2/3"),
        ("every: true", "at_least_share: 3/0", "13: “3/0” is no share: say one like 1/2 or 2/3"),
        ("every: true", "at_least_share: 3/2", "13: “3/2” is impossible: that is more than every party"),
        ("every: true", "must: []", "13: “must” is empty: at least one is needed"),
        ("every: true", "must: [board]", "13: this stage asks no board, so none can be in favour"),
        ("every: true", "must: [08R, 08R]", "13: “08R” is given twice"),
        ("every: true", "must: [Merton]", "13: “Merton” names no party: say a kind (governing_body, joint_committee,"),
        ("at_least: 1", "no_one_declines: true", "21: no answer of this stage declines, so this says nothing"),
        ("every: true", "all_of: [{majority: true}]", "13: “all_of” joins two rules or more"),
        (
            "{every: true}",
            "{any_of: [{majority: true}, {all_of: [{at_least: 0}, {must: [08R]}]}]}",
            "13: “at_least: 0” is impossible: at least 1 party has to answer",
        ),
        (
            "{every: true}",
            "{any_of: [{majority: true}, {most: true}]}",
            f"13: “most” is not a key here; {ACROSS_HAS}",
        ),
        ("at_least: 1", "at_least: 1001", "21: “at_least: 1001” is impossible: a case has at most 1,000 parties"),
        ("at_least: 1", "at_least: 1000000001", "21: “1000000001” is larger than 1,000,000,000"),
        ("at_least: 1", f"at_least: 0x{'f' * 5_000}", f"21: “0x{'f' * 57}…” is larger than 1,000,000,000"),
        ("at_least: 1", f"at_least: {'9' * 5_000}", f"21: “{'9' * 59}…” cannot be read: the number is too long"),
        ("role: officer", "role: chef", "20: “role” is “chef”; it can be 'officer', 'secretary' or 'chair'"),
        ("title: An example", f"title: {'x' * 501}", "3: “title” has 501 characters; at most 500 fit"),
        ("name: example", f"name: {'x' * 61}", "1: “name” has 61 characters; at most 60 fit"),
        ("title: An example", f"title: x\n{'k' * 100}: 1", f"4: “{'k' * 59}…” is not a key here; a definition has"),
        ("{complete: done}", f"{{complete: {'z' * 100}}}", f"22: “{'z' * 59}…” is not a stage of this definition"),
        (
            "decide: meeting",
            'decide: "a\\nb\\e"',
            "11: “decide” is “a b�”; it can be 'meeting', 'members' or 'officer'",
        ),
        ("every: true", "every: false", "13: “every” can only be true: for fewer parties say “at_least: n”"),
        ("every: true", "every: 1", "13: “every” has to be true, not “1”"),
        ("at_least: 1", "at_least: yes", f"21: “at_least” has to be a whole number, not yes ({READ_SO})"),
        ("at_least: 1", "at_least: most", "21: “at_least” has to be a whole number, not “most”"),
        (
            "answers: [agree, not_agree]",
            "answers: [defer, not_agree]",
            "12: none of these answers can complete the stage",
        ),
        ("answers: [agree, not_agree]", "answers: []", "12: “answers” is empty: at least one is needed"),
        ("answers: [agree, not_agree]", "answers: [agree, agree, not_agree]", "12: the answer “agree” is given twice"),
        ("answers: [agree, not_agree]", "answers: agree", "12: “answers” has to be a list, not “agree”"),
        (
            "answers: [agree, not_agree]",
            "answers: [yes, no]",
            f"12: item 1 of “answers” has to be text, not yes ({READ_SO})",
        ),
        (", declined: stopped", "", "14: a party can decline here, so “declined” has to say what happens then"),
        (
            "{complete: done}",
            "{complete: done, declined: stopped}",
            "22: no answer of this stage declines, so this can never happen",
        ),
        ("decide: meeting", "decide: officer", "11: an officer decides here, so “role” has to say which"),
        ("decide: meeting", "decide: meeting\n        role: chair", "12: a meeting decides here, so no “role” does"),
        ("decide: officer, role: officer", "decide: meeting", "20: one officer holds no meeting: say “officer”"),
        (
            "decide: meeting",
            "decide: council",
            "11: “decide” is “council”; it can be 'meeting', 'members' or 'officer'",
        ),
        ("decide: officer, role: officer", "decide: members", "20: one officer has no members: say “officer”"),
        (
            "decide: meeting\n        answers: [agree, not_agree]",
            "decide: members\n        answers: [agree]",
            "12: members vote for or against, so “not_agree” has to be among the answers",
        ),
        (
            "kind: governing_body",
            "kind: parish_council",
            "10: “kind” is “parish_council”; it can be 'governing_body', 'joint_committee',",
        ),
        ("role: officer", "role: chair", "20: one officer has no seats, so there is no chair: say “officer” or"),
        (
            "answers: [agree]}",
            "answers: [agree], quorum: 1.5}",
            "20: “quorum” is not a key here; a party has kind, decide, role, titled and answers",
        ),
        (
            "role: officer, answers",
            "role: secretary, titled: clerk, answers",
            "20: only an officer is “titled”: say “role: officer”",
        ),
        ("version: new", "version: new\n    by: {}", "19: say exactly one of “days: n” and “working_days: n”"),
        (
            "version: new",
            "version: new\n    by: {days: 1, working_days: 1}",
            "19: say exactly one of “days: n” and “working_days: n”",
        ),
        ("version: new", "version: new\n    by: {days: 0}", "19: “days: 0” is impossible: say 1 to 730"),
        ("version: new", "version: new\n    by: {days: 2, at: noon}", "19: “noon” is no time of day: say one like"),
        (
            "version: new",
            "version: new\n    by: {weeks: 2}",
            "19: “weeks” is not a key here; “by” has days, working_days",
        ),
        ("at_least: 1", "at_least: 1.5", "21: “at_least” has to be a whole number, not “1.5”"),
        ("at_least: 1", "named: [croydon]", f"21: “named” is not a key here; {ACROSS_HAS}"),
        (
            "{complete: done}",
            "{complete: done, after: 14 days}",
            "22: “after” is not a key here; “then” has complete, but_if_any and declined",
        ),
        (
            "{complete: decide,",
            "{complete: ask,",
            "14: the stage “ask” is a dead end: completing it never leads to “done”",
        ),
        ("{complete: decide,", "{complete: ask,", "15: the stage “decide” is never reached"),
        ("- name: decide", "- name: ask", "15: the stage “ask” is given twice"),
        ("- name: ask", "- name: done", "5: a stage cannot be called “done”: that is where a case ends"),
        ("- name: ask", "- name: Ask them", "5: “name” is “Ask them”; it has to be small letters and digits, one word"),
        ("version: first", "version: new", "8: the first stage begins with the first version: say “first”"),
        ("version: new", "version: first", "18: only the first stage has the first version: say “same” or “new”"),
        ("version: 1\n", "version: 1.0\n", "2: “version” has to be a whole number, not “1.0”"),
        ("version: 1\n", "version: 0\n", "2: “version” is 0; it has to be 1 or more"),
        ("title: An example", "title: ''", "3: “title” is empty"),
        ("title: An example", "title: '   '", "3: “title” is empty"),
        ("title: An example", "title: no", f"3: “title” has to be text, not no ({READ_SO})"),
        ("question: And now?", "question:", "17: “question” has to be text, not nothing"),
        ("across: {every: true}", "across: every", "13: “across” has to be keys with values, not “every”"),
        (
            "title: An example",
            "title: An example\ntitle: Another",
            "4: the key “title” is given twice, first on line 3",
        ),
        (
            "then: {complete: done}",
            "then: {complete: done}\n    on: submit",
            "23: “on” cannot be a key: YAML reads it as a yes or no, not as a word",
        ),
        ("then: {complete: done}", "then: {complete: done}\n    7: submit", "23: “7” cannot be a key: keys are words"),
        (
            "then: {complete: done}",
            "then: {complete: done}\n    ? [a]\n    : b",
            "23: a list or mapping cannot be a key",
        ),
        (
            "across: {at_least: 1}",
            "across: &rule {at_least: 1}",
            "21: anchors and aliases (& and *) are not used here: write it out",
        ),
        (
            "then: {complete: done}",
            "<<: {title: x}\n    then: {complete: done}",
            "22: merge keys (<<) are not used here: write it out",
        ),
        (
            "title: An example",
            "title: !!python/name:os.system x",
            "3: the tag tag:yaml.org,2002:python/name:os.system is not used here: leave it out",
        ),
        (
            "title: An example",
            "title: An example\n\tx: y",
            "4: this is not YAML: while scanning for the next token, found character '\\t' that cannot start",
        ),
        ("title: An example", "title: An \x00 example", "3: this is not YAML: the character U+0000 is not allowed"),
        (
            "stages:",
            "stages: [",
            "5: this is not YAML: while parsing a flow node, expected the node content, but found '-'",
        ),
        (
            "name: example",
            "---\nname: one\n---\nname: example",
            "3: a second document begins here: one file holds one document",
        ),
    ],
)
def test_a_definition_that_could_not_work_is_refused_with_its_line(
    found: str, replacement: str, complaint: str
) -> None:
    assert found in GOOD
    lines = refusal(GOOD.replace(found, replacement, 1)).splitlines()
    assert any(line.startswith(f"example.v1.yaml:{complaint}") for line in lines), lines


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "1: the file is empty"),
        ("# nothing but a comment\n", "1: the file is empty"),
        ("just words", "1: a definition has to be keys with values, not “just words”"),
        ("- a\n- b\n", "1: a definition has to be keys with values, not a list"),
        ("name: x\nversion: 1\ntitle: X\nstages: []\n", "4: “stages” is empty: at least one is needed"),
        ("stages:\n" + " [\n" * 5_000, "21: this is nested more than 20 deep"),
        ("a" * 100_001, "1: the file is longer than 100,000 characters"),
        ("title: 2015-13-45\n", "1: “2015-13-45” cannot be read: month must be in 1..12"),
    ],
)
def test_a_file_that_is_no_definition_at_all_is_refused(text: str, complaint: str) -> None:
    assert f"example.v1.yaml:{complaint}" in refusal(text)


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    text = GOOD.replace("decide: meeting", "decide: officer").replace("at_least: 1", "at_least: 0")
    assert refusal(text) == (
        "example.v1.yaml:11: an officer decides here, so “role” has to say which\n"
        "example.v1.yaml:21: “at_least: 0” is impossible: at least 1 party has to answer"
    )


def test_a_doubled_stage_name_gives_one_complaint() -> None:
    assert refusal(GOOD.replace("- name: decide", "- name: ask")) == (
        "example.v1.yaml:15: the stage “ask” is given twice"
    )


def test_a_folder_without_a_definition_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a definition", encoding="utf-8")
    with pytest.raises(DefinitionError, match="1: no definition here: expected NAME.vN.yaml"):
        load_folder(tmp_path)


def test_a_definition_that_is_a_folder_or_a_link_to_nothing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "example.v1.yaml").mkdir()
    (tmp_path / "example.v2.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DefinitionError) as refused:
        load_folder(tmp_path)
    assert str(refused.value) == (
        "example.v1.yaml:1: this is a folder, not a file\nexample.v2.yaml:1: there is no file at the end of this link"
    )


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("example.yaml", "example.yaml:1: a definition’s file is named NAME.vN.yaml, for example standards.v1.yaml"),
        ("other.v1.yaml", "other.v1.yaml:1: the name is “example” here and “other” in the file’s name"),
        ("example.v2.yaml", "example.v2.yaml:2: the version is 1 here and 2 in the file’s name"),
    ],
)
def test_the_file_is_named_as_the_definition_is(tmp_path: Path, name: str, complaint: str) -> None:
    path = tmp_path / name
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load(path)
    assert str(refused.value) == complaint


def test_a_folder_is_read_whole_and_names_what_is_wrong_in_every_file(tmp_path: Path) -> None:
    (tmp_path / "example.v1.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a definition", encoding="utf-8")
    assert list(load_folder(tmp_path)) == [("example", 1)]
    (tmp_path / "broken.v1.yaml").write_bytes(b"name: x\ntitle: caf\xe9\n")
    (tmp_path / "example.v1.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load_folder(tmp_path)
    assert str(refused.value) == (
        "broken.v1.yaml:2: the file is not UTF-8 text\n"
        "example.v1.yml:1: a definition’s file is named NAME.vN.yaml, for example standards.v1.yaml"
    )


def test_the_hash_is_of_what_is_said_not_of_how_it_is_laid_out() -> None:
    definition = parse(GOOD)
    laid_out_otherwise = "# A comment\n" + GOOD.replace("{every: true}", "\n      every: true")
    assert parse(laid_out_otherwise).hash == definition.hash
    assert parse(GOOD.replace("And now?", "And then?")).hash != definition.hash
    assert parse(definition.text).hash == definition.hash


def test_a_definition_that_cases_have_pinned_keeps_its_hash_whatever_keys_come_later() -> None:
    shipped = load_folder(DEFINITIONS)
    assert {f"{name}.v{version}": shipped[name, version].hash for name, version in PINNED} == {
        "deliverable-acceptance.v1": "f776539338a2f9d8f01537eb2e7ffae20f41e4bd0a2b0ae9c30c4601bec4c372",
        "expression-of-interest.v1": "4697809a394cb3c3314e3ae6b28a68a8136924ee04e8cc1f34239a3c51aaae21",
        "pack-release.v1": "748b601984bd1fce30d01f520a387e9a29fbca8a2f68d52c3562ee97a15a8f0e",
        "standards.v1": "7d6dc5bc4aa5a130132fafabb6f12d562bfe38bca374c255bddfa2b69249816d",
    }
    assert parse(GOOD.replace("every: true", "majority: true")).hash != parse(GOOD).hash


def test_a_stage_that_only_a_decline_leads_to_is_reached() -> None:
    text = GOOD.replace("{complete: decide, declined: stopped}", "{complete: done, declined: decide}")
    assert [stage.name for stage in parse(text).stages] == ["ask", "decide"]


def test_a_circle_of_stages_is_a_dead_end_for_each_of_them() -> None:
    third = GOOD[GOOD.index("  - name: decide") :].replace("decide\n", "third\n", 1).replace("done", "ask")
    assert refusal(GOOD.replace("complete: done", "complete: third") + third).splitlines() == [
        f"example.v1.yaml:{line}: the stage “{name}” is a dead end: completing it never leads to “done”"
        for line, name in ((14, "ask"), (22, "decide"), (30, "third"))
    ]


def test_the_shipped_definitions_are_the_routes_that_can_be_gone() -> None:
    shipped = load_folder(DEFINITIONS)
    assert set(shipped) == {
        *PINNED,
        ("assurance-checkpoints", 1),
        ("assurance-checkpoints", 2),
        ("deliverable-acceptance", 2),
        ("deliverable-acceptance", 3),
        ("expression-of-interest", 2),
        ("pilot", 1),
        ("pilot", 2),
        ("quarterly-return", 1),
        ("quarterly-return", 2),
        ("standards", 2),
        ("standards", 3),
        ("standards", 4),
    }
    standards = shipped["standards", 1]
    assert [(stage.name, stage.version) for stage in standards.stages] == [("response", "first"), ("decision", "new")]
    assert fits_every_stage(standards, SEVEN)
    assert not fits_every_stage(standards, SEVEN[4:])
    assert fits_every_stage(shipped["standards", 2], SEVEN[4:])
    assert [shipped["standards", 2].first_stage.across.needed(asked) for asked in (2, 3, 7)] == [1, 2, 4]
    release = shipped["pack-release", 1]
    assert [stage.parties[0].role for stage in release.stages] == ["secretary", "chair"]
    assert fits_every_stage(release, [CROYDON])


def test_each_route_that_bodies_are_asked_by_reminds_who_has_not_answered() -> None:
    newest = {name: shipped for (name, _version), shipped in sorted(load_folder(DEFINITIONS).items())}
    silent = {(name, stage.name) for name, one in newest.items() for stage in one.stages if not stage.reminders}
    assert silent == {("pilot", "live"), ("pack-release", "put_forward"), ("pack-release", "release")}


def test_a_case_needs_as_many_parties_as_its_rule_asks_for() -> None:
    standards = load(DEFINITIONS / "standards.v1.yaml")
    verdict = fits(standards, "response", [CROYDON, NHS_ENGLAND])
    assert verdict.sentence == (
        "“Responses to the draft, after clinical review” needs at least 4 parties and asks only 2."
    )
    assert verdict.needs == ("2 more parties",)
    assert fits(standards, "decision", [CROYDON, NHS_ENGLAND]).sentence == (
        "“Decision on the consolidated version” asks Croydon and NHS England."
    )


def test_a_case_may_neither_ask_a_body_twice_nor_never_nor_nobody() -> None:
    board = PartyFact(9, "Strategic Commissioning Board", "the board", "board")
    standards = load(DEFINITIONS / "standards.v1.yaml")
    assert fits(standards, "decision", [CROYDON, CROYDON]).sentence == (
        "Croydon cannot be a party to the case more than once."
    )
    assert fits_every_stage(standards, [*SEVEN, board]).sentence == (
        "Shared principles and standards never asks the board."
    )
    assert fits(parse(GOOD), "decide", [CROYDON, KINGSTON]).sentence == (
        "“Asked again” asks nobody: none of the parties is a party that answers by an officer."
    )
