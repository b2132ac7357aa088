"""Two texts of another organisation side by side: sent, compared, shown, and not kept."""

from pathlib import PurePath

from pydantic import Base64Bytes, Field, model_validator

from app.api.answering import Invalid, Wrong
from app.api.documents import GROUP, RowShape, row_shape
from app.api.operations import works_out
from app.api.shapes import In, Line, Out, exampled
from app.documents.other_texts import CHARACTERS, NoText, clauses_in, compare_texts
from app.documents.text_forms import FILE_BYTES, THE, words_in
from app.permissions import Resource
from app.web import gate
from app.web.forms import clean


class TextSaid(In):
    """A text: its words, or a file of it (.docx, PDF or plain text)."""

    text: str = Field("", max_length=CHARACTERS)
    name: Line = Field("", description="Of a file: its name, with its ending")
    file: Base64Bytes | None = Field(None, description=f"Of a file: its bytes in base64, {FILE_BYTES:,} at most")

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "TextSaid":
        if bool(self.text.strip()) == (self.file is not None):
            raise ValueError("Send its words, or a file: one of the two.")
        if self.file is not None and not self.name:
            raise ValueError("A file has a name, which says what it is.")
        return self


class TextsSaid(In):
    """The earlier and the later text."""

    model_config = exampled(
        {
            "older": {"text": "1. Access\nWithin four hours.\n2. Cost\nAs now."},
            "newer": {"text": "1. Access\nWithin two hours.\n2. Cost\nAs now."},
        }
    )

    older: TextSaid
    newer: TextSaid


class TextsCompared(Out):
    """Two texts clause by clause."""

    older: str = Field(description="How the earlier one is called")
    newer: str
    rows: list[RowShape]


def nobodys() -> None:
    """The texts are whose who sends them."""
    gate.permit(Resource("texts"))


@works_out("/compare-texts", group=GROUP, of=nobodys, body=TextsSaid, answers=TextsCompared)
def compare_others_texts(_of: None, said: TextsSaid) -> TextsCompared:
    """Compare two texts of another organisation’s document, or two files of them.

    Clauses are found by their numbers and headings, and paired by likeness. Nothing of it is kept.
    """
    words: dict[str, str] = {}
    names: dict[str, str] = {}
    wrong = []
    for which, one in (("older", said.older), ("newer", said.newer)):
        names[which] = PurePath(one.name).name[:100] if one.file is not None else f"{THE[which].capitalize()} text"
        try:
            text = words_in(names[which], one.file) if one.file is not None else clean(one.text)
            clauses_in(text)
            words[which] = text
        except NoText as no_text:
            place = "file" if one.file is not None else "text"
            wrong.append(Wrong(f"#/{which}/{place}", f"{names[which]} {no_text.sentence}"))
    if wrong:
        raise Invalid(*wrong)
    rows = compare_texts(words["older"], words["newer"])
    return TextsCompared(older=names["older"], newer=names["newer"], rows=[row_shape(one) for one in rows])
