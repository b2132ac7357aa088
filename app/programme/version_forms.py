"""The form of a document's next version: its label, what it is for, and every clause in its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from app.documents.comments import COMMENT_TEXT, OUTCOMES
from app.documents.hashing import ClauseDraft
from app.documents.next_version import LABEL, Begun
from app.documents.service import CLAUSE_TEXT
from app.web.forms import BaseForm, Line, Text, clean

NUMBER, HEADING = 20, 300
"""The longest number and heading of a clause, in characters."""


class ClauseForm(BaseForm):
    """One clause; `out` leaves it out of the new version, with its words kept in the form."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form that it belongs to has it

    code = HiddenField()
    number = StringField("Number")
    heading = StringField("Heading")
    text = TextAreaField("Text")
    out = BooleanField("Leave this clause out of the new version")

    @property
    def called(self) -> str:
        """ "clause 2.1", or by its heading."""
        number, heading = self.number.data or "", self.heading.data or ""
        return f"clause {number[:NUMBER]}" if number else f"“{heading[:60]}”" if heading else "the new clause"

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether it can stand in a version; what is wrong is said at its field, with the clause named."""
        fits = bool(super().validate(extra_validators))
        if self.out.data:
            return fits
        text = self.text.data or ""
        for field, wrong, sentence in (
            (self.number, len(self.number.data or "") > NUMBER, f"its number has at most {NUMBER} characters"),
            (self.heading, len(self.heading.data or "") > HEADING, f"its heading has at most {HEADING} characters"),
            (self.text, not text, "write its text, or leave the clause out"),
            (self.text, len(text) > CLAUSE_TEXT, f"its text has at most {CLAUSE_TEXT:,} characters"),
        ):
            if wrong:
                field.errors = [*field.errors, f"{self.called[:1].upper()}{self.called[1:]}: {sentence}"]
                fits = False
        return fits

    def draft(self, stored: Mapping[str, ClauseDraft]) -> ClauseDraft:
        """The clause as it is sent; where a text differs from the stored in nothing that can be seen, the stored."""
        code = self.code.data or ""
        old = stored.get(code)
        sent = {name: self[name].data or "" for name in ("number", "heading", "text")}
        if old is not None:
            sent = {
                name: getattr(old, name) if clean(getattr(old, name)) == words else words
                for name, words in sent.items()
            }
        return ClauseDraft(code, **sent)


class AnsweredForm(BaseForm):
    """What becomes of one comment with the version; without an outcome it stays open."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form that it belongs to has it

    comment = HiddenField()
    outcome = SelectField("What became of it", choices=(("", "Leave it open"), *OUTCOMES.items()))
    answer = Text("Answer", most=COMMENT_TEXT)

    def may_be_begun(self) -> bool:
        """Whether it can be kept with a draft: as far as it is written, it can stand."""
        fits = [field.validate(self) for field in (self.outcome, self.answer)]
        return all(fits)

    def validate_outcome(self, field: SelectField) -> None:
        """An answer has an outcome."""
        if self.answer.data and not field.data:
            raise ValidationError("Choose what became of the comment that you answer")

    def validate_answer(self, field: Text) -> None:
        """An outcome has its answer."""
        if self.outcome.data and not field.data:
            raise ValidationError("Write the answer to the comment")


class VersionForm(BaseForm):
    """The next version of a document. `beside` is the mark of the version that it was begun with."""

    beside = HiddenField()
    label = Line("Label of the version", [InputRequired("Give the version a label")], most=LABEL)
    title = Line("Title", [InputRequired("Give the version a title")], most=200)
    note = Text("What this version is for", [InputRequired("Say what this version is for")], most=2_000)
    dated = DateField("Date of the version", [InputRequired("Enter the date of the version, such as 5 11 2015")])
    clauses: Any = FieldList(FormField(ClauseForm))
    comments: Any = FieldList(FormField(AnsweredForm))

    @classmethod
    def begun(cls, begun: Begun, title: str, dated: date) -> "VersionForm":
        """The form as it is first shown; a document without clauses begins with one that is empty."""
        return cls(
            formdata=None,
            beside=begun.mark,
            label=begun.label,
            title=title,
            dated=dated,
            clauses=[asdict(draft) for draft in begun.drafts] or [asdict(EMPTY)],
            comments=[
                {"comment": str(one.comment_id), "outcome": one.outcome, "answer": one.answer} for one in begun.answers
            ],
        )

    def may_be_draft(self) -> bool:
        """Whether it can be kept as a draft: it has a label, and what there is can stand. The rest may be empty."""
        typed = [one for one in (self.title, self.note, self.dated) if any(one.raw_data or ())]
        looked_at = [field.validate(self) for field in (self["csrf_token"], self.label, *typed, self.clauses)]
        begun = [one.may_be_begun() for one in self.answered().values()]
        if not all(begun):
            self.comments.errors = [entry.errors for entry in self.comments.entries]
        return all(looked_at) and all(begun)

    def shown(self) -> list[ClauseForm]:
        """The forms of the clauses, in their order."""
        return [entry.form for entry in self.clauses.entries]

    def answered(self) -> dict[str, AnsweredForm]:
        """The forms of the comments, by what names each."""
        return {entry.form.comment.data or "": entry.form for entry in self.comments.entries}

    def offer(self, comments: Iterable[str]) -> dict[str, str]:
        """Give each of these comments its fields; gives what was typed to others, that are open no more."""
        there = self.answered()
        known = set(comments)
        for one in known - there.keys():
            self.comments.append_entry({"comment": one})
        return {one: form.answer.data for one, form in there.items() if one not in known and form.answer.data}

    def drafts(self, stored: Sequence[ClauseDraft]) -> list[ClauseDraft]:
        """The clauses that the version is to have."""
        by_code = {draft.code: draft for draft in stored}
        return [one.draft(by_code) for one in self.shown() if not one.out.data]

    def rearranged(self, what: Literal["up", "down", "add"], place: int) -> "VersionForm":
        """The same form with a clause moved by one place, or an empty one added after it; `place` counts from 1.

        Nothing that was typed is looked at or lost. An added clause after place 0 is the first.
        """
        clauses: list[dict[str, Any]] = [one.data for one in self.shown()]
        if what == "add":
            clauses.insert(place, asdict(EMPTY))
        else:
            other = place - 1 if what == "up" else place + 1
            if 1 <= place <= len(clauses) and 1 <= other <= len(clauses):
                clauses[place - 1], clauses[other - 1] = clauses[other - 1], clauses[place - 1]
        return self.again(clauses)

    def again(self, clauses: Sequence[Mapping[str, Any]], **changed: str) -> "VersionForm":
        """The same form with these clauses, and whatever else is changed."""
        sent: MultiDict[str, str] = MultiDict()
        for name in ("beside", "label", "title", "note", "dated"):
            field: Any = self[name]
            sent[name] = changed.get(name, field._value())
        for number, clause in enumerate(clauses):
            for name, value in clause.items():
                if name != "out" or value:
                    sent[f"clauses-{number}-{name}"] = "y" if name == "out" else value or ""
        for number, comment in enumerate(self.answered().values()):
            sent.update({f"comments-{number}-{name}": value or "" for name, value in comment.data.items()})
        return type(self)(formdata=sent)


EMPTY = ClauseDraft("", "", "", "")
