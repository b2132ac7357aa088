"""The map of the architecture: the drawing, larger or of one segment, and the same in words and as a file."""

from flask import Response, render_template, request, url_for

from app.db import db
from app.programme.drawing import drawn
from app.programme.drawing_words import in_words, sentences
from app.programme.map_facts import MapFacts, changes_of, map_of
from app.programme.routes.places import blueprint, the_programme
from app.web import gate
from app.web.tables import csv_answer

ZOOMS = ("100", "150", "200", "fit")


@blueprint.route("/map")
def map() -> str | Response:
    """From here to here: the sectors, the segments, the links between them, and the workstreams placed."""
    programme = the_programme()
    if programme is None:
        return render_template("programme/none.html", programme=programme)
    everything = map_of(db.session, programme.id)
    if request.args.get("as") == "csv":
        return _as_csv(everything)
    part = request.args.get("part", "")
    shown = everything.around(part) if part else everything
    to_draw = shown.to_draw()
    zoom = request.args.get("zoom", "")
    zoom = zoom if zoom in ZOOMS else "150" if part else "100"
    return render_template(
        "programme/map.html",
        programme=programme,
        sectors=everything.sectors,
        segments=everything.segments,
        links=everything.links,
        placed=everything.placed,
        part=shown.segments[0] if part else None,
        drawing=drawn(*to_draw),
        said=in_words(*to_draw),
        told=sentences(*everything.to_draw()),
        address=_address,
        zoom=zoom,
        zooms=ZOOMS,
        changes=changes_of(db.session, programme.id),
        changeable=gate.may("map.write", programme.as_resource()),
    )


def _address(kind: str, code: str) -> str:
    """Where a segment or a workstream of the drawing leads."""
    if kind == "workstream":
        return url_for("programme.workstream", code=code)
    return url_for("programme.map", part=code, programme=request.args.get("programme"), _anchor="drawing")


def _as_csv(found: MapFacts) -> Response:
    rows = [
        (
            one.kind,
            one.name,
            one.what_works,
            "; ".join(
                f"{link.kind} link with {(link.to_segment if link.from_id == one.id else link.from_segment).name}"
                f"{' (reconstructed)' if link.reconstructed else ''}"
                for link in found.links
                if one.id in (link.from_id, link.to_id)
            ),
            "; ".join(stream.title for stream in found.placed.get(one.id, ())),
            one.source,
        )
        for one in (*found.sectors, *found.segments)
    ]
    return csv_answer("map", ("Kind", "Name", "What works", "Links", "Workstreams", "Source"), rows)
