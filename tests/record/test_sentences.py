"""What the record says in its list: a sentence for every tag, and names where a thing has one."""

import pytest

from app.audit.tags import Tag
from app.record.sentences import of_entry

CODE = "a-code-of-2015"
CODES = ("code", "period", "workstream", "document", "risk", "action", "in_common", "milestone", "segment", "edition")
SAID = {
    **dict.fromkeys(CODES, CODE),
    "gap": CODE,
    "sentence": "Something is missing.",
    "organisation": "NHS Merton CCG",
    "body": "Merton",
    "case": "Pack for Governing Body meeting in public, version 1",
    "meeting": "NHS Merton CCG Governing Body, 12 November 2015",
    "programme": CODE,
    "role": "programme_manager",
    "documents": [CODE],
    "workstreams": [CODE],
    "names": {kind: {CODE: "Its name"} for kind in ("document", "workstream", "programme")},
    "version_label": "version 1",
    "answer": "release",
}


@pytest.mark.parametrize("tag", list(Tag))
def test_every_tag_has_a_sentence_that_shows_no_code(tag: Tag) -> None:
    told = of_entry(tag, SAID)
    assert told.endswith((".", "…", "?"))
    assert CODE not in told
    assert tag.value not in told


def test_a_meeting_is_named_by_its_body_and_day_and_a_version_once() -> None:
    assert of_entry(Tag.PACK_RELEASED, SAID) == (
        "NHS Merton CCG released its pack for the meeting of NHS Merton CCG Governing Body, 12 November 2015."
    )
    assert of_entry(Tag.DECISION_RECORDED, SAID) == (
        "Merton released “Pack for Governing Body meeting in public, version 1”."
    )
