"""The workbook in the page: out, in, and before anything comes in what it would do, row by row."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import Doer
from app.db import change, db
from app.exchange import service, uploads
from app.exchange.forecast import Forecast
from app.exchange.forms import UploadForm
from app.permissions import Resource, Role, Stale
from app.web import gate
from app.web.clock import now, real_now, today
from app.web.text import count

blueprint = Blueprint("exchange", __name__, url_prefix="/workbook")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
"""Rows of each section that are shown; the rest is counted."""


@blueprint.route("", methods=["GET", "POST"])
def index() -> BaseResponse | str | tuple[str, int]:
    """What a workbook is for; one goes out, one is sent in."""
    gate.permit(Resource("facts"))
    form = UploadForm()
    if form.validate_on_submit():
        sent = form.workbook.data
        with change() as session:
            digest = uploads.keep(session, sent.read(), sent.filename, gate.actor().person_id or 0, real_now())
        return redirect(url_for("exchange.upload", digest=digest), 303)
    page = render_template("exchange/index.html", form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/template")
def template() -> Response:
    """An empty workbook, its columns described."""
    gate.permit(Resource("facts"))
    return _file("concord-template", service.template_workbook(now()))


@blueprint.post("/export")
def export() -> Response:
    """Everything but what is private as a workbook; that it went out stands in the record."""
    gate.permit(Resource("facts"))
    with change() as session:
        data, _ = service.export_workbook(session, doer=_administrator(), now=now(), private=False)
    return _file(f"concord-{today().isoformat()}", data)


@blueprint.route("/uploads/<digest>", methods=["GET", "POST"])
def upload(digest: str) -> BaseResponse | str:
    """What importing the workbook would do; when confirmed, it is done, if it still is what was shown."""
    gate.permit(Resource("facts"))
    found = uploads.kept(db.session, digest, gate.actor().person_id, real_now())
    name, given = found.name, service.read(found.data)
    if request.method == "POST":
        forecast = _imported(digest, given)
        new, changed, waiting = forecast.new, forecast.changed, len(forecast.releases)
        said = f"{count(new, 'new row')} and {count(changed, 'changed row')} came in from {name}."
        later = f" {count(waiting, 'release')} wait to be made at a terminal: flask exchange import." if waiting else ""
        flash(f"{said[:1].upper()}{said[1:]}{later}")
        return redirect(url_for("exchange.index"), 303)
    with change() as session:  # tried in a transaction that is taken back
        forecast = service.check(session, given, now())
    return render_template("exchange/upload.html", name=name, forecast=forecast, digest=digest, most=SHOWN)


def _imported(digest: str, given: service.Given) -> Forecast:
    """Import what was shown and confirmed; raises `Stale` where it would do something else by now."""
    seen, person_id = request.form.get("seen", ""), gate.actor().person_id
    try:
        with change() as session:
            forecast = service.import_folder(session, given, doer=_administrator(), now=now())
            if forecast.fingerprint != seen:
                raise Stale(
                    "What this workbook would do has changed since it was shown to you. Nothing was imported.",
                    "Open the page as it stands now, look at it, and confirm again.",
                )
            uploads.forget(session, digest, person_id)
    except service.Unfit as unfit:
        raise Stale(
            "This workbook cannot be imported as it stands. Nothing was imported.", *unfit.sentences[:SHOWN]
        ) from None
    return forecast


def _administrator() -> Doer:
    held = next(one for one in gate.actor().roles if one.role is Role.ADMINISTRATOR)
    return gate.doer(f"administrator, {held.organisation_name}")


def _file(name: str, data: bytes) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = WORKBOOK
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
