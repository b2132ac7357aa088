"""How far a build is: a page that renews itself without script, and the same as JSON for the script that renews it."""

from flask import Response, jsonify, render_template, request, url_for

from app.db import db
from app.jobs.models import Job
from app.jobs.queries import latest
from app.jobs.service import LIVE
from app.packs.queries import edition_resource, pack_resource
from app.packs.routes.places import blueprint, stored_edition, stored_pack
from app.web import gate


@blueprint.get("/meetings/<code>/pack/progress")
def progress(code: str) -> str | Response:
    """The build of a pack, or of its slides."""
    found = stored_pack(code)
    if _of_slides():
        return _shown(
            latest(db.session, "pack-slides", found.id),
            title=f"Making the slides for {found.meeting.title}",
            done=url_for("packs.pack", code=code),
        )
    return _shown(
        latest(db.session, "pack", found.id),
        title=f"Building the pack for {found.meeting.title}",
        done=url_for("packs.pack", code=code),
        cancel=url_for("packs.cancel", code=code),
        may_stop=gate.may("pack.work", pack_resource(found)),
    )


@blueprint.get("/editions/<code>/progress")
def edition_progress(code: str) -> str | Response:
    """The build of an edition, or of its slides alone."""
    found = stored_edition(code)
    if _of_slides():
        return _shown(
            latest(db.session, "edition-slides", found.id),
            title=f"Making the slides for {found.period.title}",
            done=url_for("packs.edition", code=code),
        )
    return _shown(
        latest(db.session, "edition", found.id),
        title=f"Building the update edition for {found.period.title}",
        done=url_for("packs.edition", code=code),
        cancel=url_for("packs.cancel_edition", code=code),
        may_stop=gate.may("edition.work", edition_resource(found.period)),
    )


def _of_slides() -> bool:
    return request.args.get("of") == "slides"


def _shown(job: Job | None, *, title: str, done: str, cancel: str = "", may_stop: bool = False) -> str | Response:
    live = job is not None and job.state in LIVE
    if request.args.get("as") == "json":
        return jsonify(
            live=live,
            state=job.state if job else "",
            step=(job.step if live else job.outcome) if job else "",
            done=job.steps_done if job else 0,
            total=job.steps_total if job else 0,
        )
    return render_template(
        "packs/progress.html",
        job=job,
        live=live,
        title=title,
        done=done,
        cancel=cancel,
        may_stop=may_stop,
        of_slides=_of_slides(),
    )
