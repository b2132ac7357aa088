"""The pages that change the map: its parts, its links, and where workstreams are placed."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.programme import architecture
from app.programme.forms import put_errors
from app.programme.map_facts import link_by_code, map_of, part_by_code
from app.programme.map_forms import LinkForm, PartForm, PlaceForm, RemoveForm
from app.programme.models import Programme, Segment, SegmentLink
from app.programme.queries import programme_by_code, segments_of, workstream_by_code
from app.programme.routes.places import blueprint, for_programme, the_programme
from app.web import gate
from app.web.clock import now

Answer = str | BaseResponse | tuple[str, int]


def _back(programme: Programme, said: str) -> BaseResponse:
    flash(said)
    return redirect(url_for("programme.change_map", programme=programme.code), 303)


@blueprint.route("/map/change")
def change_map() -> str:
    """Everything on the map with what can be changed of it."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    return render_template("programme/change_map.html", programme=programme, found=map_of(db.session, programme.id))


@blueprint.route("/map/parts/new", methods=["GET", "POST"])
def new_part() -> Answer:
    """Put a sector or a segment on the map."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    kind = "sector" if request.args.get("kind") == "sector" else "segment"
    taken = [one.position for one in segments_of(db.session, programme.id) if one.kind == kind]
    form = PartForm(kind=kind, position=max(taken, default=0) + 1)
    if request.method == "POST" and form.validate():
        code, doer, text = programme.code, for_programme(programme), form.text()
        with change() as session:
            architecture.add_part(session, programme_by_code(session, code), text, doer=doer, now=now())
        return _back(programme, f"“{text.name}” was added to the map.")
    return _shown("programme/map_part.html", form, programme=programme, part=None)


@blueprint.route("/map/parts/<code>", methods=["GET", "POST"])
def edit_part(code: str) -> Answer:
    """Change what a sector or a segment says."""
    part, programme = _part(code)
    form = PartForm.of(part)
    if request.method == "POST" and form.validate():
        doer, text = for_programme(programme), form.text()
        with change() as session:
            architecture.change_part(session, code, text, seen=form.version, doer=doer, now=now())
        return _back(programme, f"“{text.name}” was changed.")
    return _shown("programme/map_part.html", form, programme=programme, part=part)


@blueprint.route("/map/parts/<code>/remove", methods=["GET", "POST"])
def remove_part(code: str) -> Answer:
    """Take a part off the map, once that was confirmed."""
    part, programme = _part(code)
    form = RemoveForm(seen=part.version)
    return _removed(programme, form, code, architecture.part_named(part), architecture.remove_part)


@blueprint.route("/map/links/new", methods=["GET", "POST"])
def new_link() -> Answer:
    """Join two parts of the map."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    form, parts = LinkForm(), segments_of(db.session, programme.id)
    form.offer(parts)
    if request.method == "POST" and form.validate():
        wrong = form.wrong(parts)
        put_errors(form, wrong)
        if not wrong:
            code, doer, text = programme.code, for_programme(programme), form.text()
            with change() as session:
                architecture.add_link(session, programme_by_code(session, code), text, doer=doer, now=now())
            return _back(programme, "The link was added to the map.")
    return _shown("programme/map_link.html", form, programme=programme, link=None, parts=parts)


@blueprint.route("/map/links/<code>", methods=["GET", "POST"])
def edit_link(code: str) -> Answer:
    """Change what a link says, or what it joins."""
    link, programme = _link(code)
    form, parts = LinkForm.of(link), segments_of(db.session, programme.id)
    form.offer(parts)
    if request.method == "POST" and form.validate():
        wrong = form.wrong(parts)
        put_errors(form, wrong)
        if not wrong:
            doer, text = for_programme(programme), form.text()
            with change() as session:
                architecture.change_link(session, code, text, seen=form.version, doer=doer, now=now())
            return _back(programme, "The link was changed.")
    return _shown("programme/map_link.html", form, programme=programme, link=link, parts=parts)


@blueprint.route("/map/links/<code>/remove", methods=["GET", "POST"])
def remove_link(code: str) -> Answer:
    """Take a link off the map, once that was confirmed."""
    link, programme = _link(code)
    form = RemoveForm(seen=link.version)
    return _removed(programme, form, code, architecture.link_named(link), architecture.remove_link)


@blueprint.route("/map/workstreams/<code>", methods=["GET", "POST"])
def place_workstream(code: str) -> Answer:
    """Say in which segment a workstream is placed."""
    found = workstream_by_code(db.session, code)
    gate.permit(found.as_resource())
    programme = found.programme
    here = found.segment.code if found.segment else ""
    form = PlaceForm(shown=here, segment=here)
    form.offer(segments_of(db.session, programme.id))
    if request.method == "POST" and form.validate():
        if form.segment.data == here == (form.shown.data or ""):
            put_errors(form, {"segment": "It is there already. Choose another, or go back."})
        else:
            doer, to, seen = for_programme(programme), form.segment.data or "", form.shown.data or ""
            with change() as session:
                architecture.place_workstream(session, code, to, seen=seen, doer=doer, now=now())
            return _back(programme, f"“{found.title}” was placed.")
    return _shown("programme/place_workstream.html", form, programme=programme, workstream=found)


def _part(code: str) -> tuple[Segment, Programme]:
    part, programme = part_by_code(db.session, code)
    gate.permit(programme.as_resource("map", part.name))
    return part, programme


def _link(code: str) -> tuple[SegmentLink, Programme]:
    link, programme = link_by_code(db.session, code)
    gate.permit(programme.as_resource("map", link.code))
    return link, programme


def _shown(template: str, form: PartForm | LinkForm | PlaceForm, **values: object) -> Answer:
    page = render_template(template, form=form, **values)
    return (page, 422) if form.errors else page


def _removed(programme: Programme, form: RemoveForm, code: str, named: str, verb: Callable[..., None]) -> Answer:
    if request.method == "POST" and form.validate():
        doer = for_programme(programme)
        with change() as session:
            verb(session, code, seen=form.version, doer=doer, now=now())
        return _back(programme, f"{named[0].upper()}{named[1:]} was removed.")
    page = render_template("programme/remove_from_map.html", programme=programme, form=form, named=named)
    return (page, 422) if form.errors else page
