"""Writing the next version of a document: its clauses with what the bodies ask of each, looked at, then recorded."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.documents import next_version
from app.documents.comments import comments_to_consolidate
from app.documents.hashing import ClauseDraft
from app.documents.models import ClauseComment, Document
from app.documents.next_version import Amended, AnsweredWith, Begun
from app.documents.queries import document_by_code
from app.permissions import Missing, Refused, Stale
from app.programme import queries
from app.programme.routes.places import blueprint, for_programme
from app.programme.version_forms import VersionForm
from app.signoff.amending import amended_by_bodies
from app.web import gate
from app.web.clock import now, today

_MOVED = re.compile(r"(up|down|add)-(\d{1,4})")
Answer = str | BaseResponse | tuple[str, int]


@blueprint.route("/documents/<code>/versions/new", methods=["GET", "POST"])
def write_version(code: str) -> Answer:
    """Begin with the latest version, change it, look at what differs, and issue it."""
    document = document_by_code(db.session, code)
    programmes = queries.programmes_of(db.session, {document.collaborative_id})
    if not programmes:
        raise Missing
    gate.permit(programmes[0].as_resource())
    page = _Page(document, next_version.begin(db.session, document), amended_by_bodies(db.session, document.id))
    if request.method == "GET":
        begun, latest = page.begun, page.begun.latest
        title = latest.title if latest else document.title
        form = VersionForm.begun(begun, title, today())
        if latest is not None and latest.issued_at is None:
            form.note.data, form.dated.data = latest.note, latest.dated
        return page.shown(form)
    form, step = VersionForm(), request.form.get("step", "look")
    moved = _MOVED.fullmatch(step)
    if moved:
        form = form.rearranged(cast(Literal["up", "down", "add"], moved[1]), int(moved[2]))
    if step == "take":
        return page.taken_over(form)
    if moved or step == "change":
        return page.shown(form)
    if step == "draft":
        if not form.may_be_draft():
            return page.shown(form), 422
        return _kept(page, form, lambda: for_programme(programmes[0]))
    if not form.validate():
        return page.shown(form), 422
    return _look_or_record(page, form, step == "record", lambda: for_programme(programmes[0]))


def _look_or_record(page: "_Page", form: VersionForm, record: bool, doer: Any) -> Answer:
    """What would differ; or the version recorded, and its page."""
    document, label = page.document, form.label.data or ""
    clauses = next_version.with_codes(db.session, document, form.drafts(page.begun.drafts))
    try:
        if record:
            document_id, code, by, answered = document.id, document.code, doer(), _answered(form)
            with change() as session:
                next_version.write_next(
                    session,
                    document_id,
                    beside=form.beside.data or "",
                    label=label,
                    title=form.title.data or "",
                    note=form.note.data or "",
                    dated=form.dated.data or today(),
                    clauses=clauses,
                    doer=by,
                    now=now(),
                    answered=answered,
                )
            flash(f"Version {label} is issued. The bodies are asked about it once it is put to them.")
            return redirect(url_for("documents.version", code=code, label=label), 303)
        next_version.refuse_stale(page.begun, form.beside.data or "")
        wrong = next_version.wrong_label(db.session, document, label)
        if wrong:
            form.label.errors = [wrong]
            return page.shown(form), 422
        before = next_version.version_before(db.session, document, label)
        rows = next_version.foreseen(db.session, before, clauses)
    except Stale as stale:
        return page.anew().overtaken(form, stale), 409
    except Refused as refusal:
        form.form_errors.append(refusal.sentence)
        return page.anew().shown(form), 422
    _name_clauses(form, clauses)
    return render_template("programme/check_version.html", document=document, form=form, rows=rows, before=before)


def _kept(page: "_Page", form: VersionForm, doer: Any) -> Answer:
    """The form once more, kept as a draft; or with what stands against that."""
    document, label = page.document, form.label.data or ""
    clauses = next_version.with_codes(db.session, document, form.drafts(page.begun.drafts))
    wrong = next_version.wrong_label(db.session, document, label)
    if wrong:
        form.label.errors = [wrong]
        return page.shown(form), 422
    try:
        document_id, title, by, answers = document.id, form.title.data or document.title, doer(), _written(form)
        with change() as session:
            next_version.keep_draft(
                session,
                document_id,
                beside=form.beside.data or "",
                label=label,
                title=title,
                note=form.note.data or "",
                dated=form.dated.data or today(),
                clauses=clauses,
                doer=by,
                now=now(),
                answers=answers,
            )
    except Stale as stale:
        return page.anew().overtaken(form, stale), 409
    except Refused as refusal:
        form.form_errors.append(refusal.sentence)
        return page.anew().shown(form), 422
    _name_clauses(form, clauses)
    left_out = any(one.out.data for one in form.shown())
    flash(
        f"Version {label} is kept as a draft: go on here, or come back to it."
        + (" The words of a clause that is left out are on this page alone." if left_out else "")
        + (" Answers to comments are kept with it, and given when the version is recorded." if answers else "")
    )
    page = page.anew()
    return page.shown(form.again([one.data for one in form.shown()], beside=page.begun.mark))


def _name_clauses(form: VersionForm, clauses: Sequence[ClauseDraft]) -> None:
    """Give each clause that is in the version its code, so that it is the same one when it is sent again."""
    coded = iter(clauses)
    for one in form.shown():
        if not one.out.data:
            one.code.data = next(coded).code


@dataclass(frozen=True, slots=True)
class _Page:
    """The page beside one form: what the version is begun with, and what the bodies ask of its clauses."""

    document: Document
    begun: Begun
    amended: Mapping[str, Sequence[Amended]]

    def anew(self) -> "_Page":
        """The page as things stand after what was tried was rolled back."""
        document = document_by_code(db.session, self.document.code)
        return _Page(document, next_version.begin(db.session, document), self.amended)

    def shown(self, form: VersionForm) -> str:
        """The form, with the comments and the amended texts beside the clauses."""
        asked: dict[str, list[ClauseComment]] = {}
        comments = comments_to_consolidate(db.session, self.document.id)
        for one in comments:
            asked.setdefault(one.clause.code, []).append(one)
        for typed in form.offer(str(one.id) for one in comments if not one.outcome).values():
            form.form_errors.append(f"A comment that you answered is not open any more. You had written: {typed}")
        there = {one.code.data for one in form.shown()}
        return render_template(
            "programme/write_version.html",
            document=self.document,
            begun=self.begun,
            form=form,
            known={draft.code for draft in self.begun.drafts},
            asked=asked,
            elsewhere=[one for code, found in asked.items() if code not in there for one in found],
            amended=self.amended,
        )

    def overtaken(self, form: VersionForm, stale: Stale) -> str:
        """The form with everything typed, to be looked at once more beside the version that was written meanwhile."""
        again = form.again([one.data for one in form.shown()], beside=self.begun.mark)
        again.form_errors.append(
            f"{stale.sentence} What you typed is still here: read that first, then see what changes once more."
        )
        return self.shown(again)

    def taken_over(self, form: VersionForm) -> Answer:
        """The form with the chosen texts in the places of the clauses' own."""
        chosen, texts, twice = set(request.form.getlist("take")), {}, []
        for code, found in self.amended.items():
            keys = [one for one in found if f"{code} {one.key}" in chosen]
            if len({one.text for one in keys}) > 1:
                twice.append(f"Of the texts for one clause take one: {' or '.join(one.whose for one in keys)}")
            elif keys:
                texts[code] = keys[0].text
        if twice:
            form.form_errors.extend(twice)
            return self.shown(form), 422
        clauses = [one.data for one in form.shown()]
        typed = [ClauseDraft(one["code"], one["number"], one["heading"], one["text"]) for one in clauses]
        taken = next_version.begun_with(typed, texts)
        return self.shown(form.again([one | {"text": draft.text} for one, draft in zip(clauses, taken, strict=True)]))


def _answered(form: VersionForm) -> list[AnsweredWith]:
    """What the form says became of comments."""
    return [one for one in _written(form) if one.outcome]


def _written(form: VersionForm) -> list[AnsweredWith]:
    """The same, and what is half written."""
    return [
        AnsweredWith(int(comment), one.outcome.data or "", one.answer.data or "")
        for comment, one in form.answered().items()
        if (one.outcome.data or one.answer.data) and comment.isdecimal() and len(comment) < 19
    ]
