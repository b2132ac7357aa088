"""The form that takes two texts: each as a file or as pasted words."""

from pathlib import PurePath
from typing import Any

from flask_wtf.file import FileField

from app.documents.other_texts import CHARACTERS, NoText, decoded
from app.office.words import UnreadableDocument, words_of_document
from app.pdf.bounded import UnreadablePdf, words_of
from app.web.forms import BaseForm, Text

FILE_BYTES = 5_000_000
THE = {"older": "earlier", "newer": "later"}
WORD = (".docx", ".docm", ".dotx", ".dotm", ".doc")
"""What is read as a Word document, or refused as one."""
PLAIN = (".txt", ".md", ".markdown", ".text")


class TextsForm(BaseForm):
    """The earlier and the later text."""

    older_file = FileField("The earlier text, as a file")
    older_text = Text("Or paste the earlier text", most=CHARACTERS)
    newer_file = FileField("The later text, as a file")
    newer_text = Text("Or paste the later text", most=CHARACTERS)

    def words(self, which: str) -> tuple[str, str] | None:
        """How one of the two is called, and its words; with an error at its field, nothing."""
        file, pasted = self[f"{which}_file"], self[f"{which}_text"]
        name = PurePath((file.data.filename if file.data else "") or "").name[:100]
        if name and pasted.data:
            _wrong(pasted, f"The {THE[which]} text comes as a file and as words: leave one of them out")
        elif not name and not pasted.data:
            _wrong(file, f"Choose a file for the {THE[which]} text, or paste its words")
        elif pasted.data:
            return f"{THE[which].capitalize()} text", pasted.data
        else:
            try:
                return name, words_in(name, file.data.read(FILE_BYTES + 1))
            except NoText as no_text:
                _wrong(file, f"{name} {no_text.sentence}")
        return None

    def put(self, which: str, sentence: str) -> None:
        """Say what is wrong with one of the two texts."""
        field = self[f"{which}_text"] if self[f"{which}_text"].data else self[f"{which}_file"]
        _wrong(field, sentence)


def _wrong(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def words_in(name: str, data: bytes) -> str:
    """The words of a file of this name: a Word document, PDF or plain text; raises `NoText` where there are none."""
    if len(data) > FILE_BYTES:
        raise NoText(f"has more than {FILE_BYTES // 1_000_000} million bytes. Paste the words that matter.")
    if not data:
        raise NoText("is empty.")
    if data.startswith(b"%PDF-"):
        try:
            return words_of(data)
        except UnreadablePdf as unreadable:
            raise NoText(unreadable.sentence) from None
    if name.lower().endswith(WORD):
        try:
            return words_of_document(data)
        except UnreadableDocument as unreadable:
            raise NoText(unreadable.sentence) from None
    if not name.lower().endswith(PLAIN):
        raise NoText(
            "is none of the files that can be read here. Save it as a Word document (.docx), PDF or plain text (.txt), "
            "or paste it."
        )
    return decoded(data)
