"""The update edition as the programme office works on it: contents, gaps, preview, build, release."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.jobs.queries import latest
from app.jobs.service import LIVE
from app.jobs.service import cancel as cancel_job
from app.packs import corrections, gaps, holders, queries, sections, service, storage, withdrawing
from app.packs.facts import edition_content, edition_facts
from app.packs.forms import EditionForm, GapForm
from app.packs.routes.places import blueprint, edition_at, for_programme, settings, stored_edition
from app.permissions import Missing
from app.programme.queries import period_by_code
from app.web import gate
from app.web.clock import now, real_now
from workflows.contents import may_release


@blueprint.get("/editions/<code>")
def edition(code: str) -> str:
    """Is it complete, what will go out, and which packs enclose it."""
    found = edition_at(code)
    released = found.state == "released"
    content = found.facts["content"] if released and found.facts else edition_content(db.session, found)
    contents = gaps.edition_contents_of(content)
    job = latest(db.session, "edition", found.id) if found.id else None
    frozen = found.facts["content"] if found.facts else None
    correction = corrections.correction_to(db.session, found) if found.id else None
    return render_template(
        "packs/edition.html",
        edition=found,
        period=found.period,
        resource=queries.edition_resource(found.period),
        content=content,
        sections=contents.sections,
        gaps=contents.gaps,
        accepted={one.key: one for one in gaps.accepted(content)},
        verdict=may_release(contents, gaps.accepted(content)),
        changed=service.differences(frozen, content) if frozen and not released else [],
        page_of=found.page_of or {},
        packs=queries.packs_enclosing(db.session, found) if found.id else [],
        shared=queries.shared_sections(db.session, found) if found.id else [],
        job=job,
        building=job is not None and job.state in LIVE,
        slides_job=latest(db.session, "edition-slides", found.id) if found.id else None,
        withdrawn=withdrawing.withdrawn(db.session, found.period) if found.id else [],
        editions=holders.editions_of(db.session, found.period),
        correction=correction,
        needed=corrections.in_the_way(db.session, correction) if correction and not released else [],
        told=corrections.content_of(db.session, correction) if correction and not released else None,
    )


@blueprint.get("/editions/<code>/preview")
def edition_preview(code: str) -> str:
    """What would stand now, section by section."""
    found = edition_at(code)
    facts = edition_facts(db.session, found, now())
    return render_template(
        "packs/preview.html",
        title=f"Preview: {facts['content']['title']}",
        back=url_for("packs.edition", code=code),
        back_words="The edition",
        pieces=sections.edition_pieces(current_app.jinja_env, facts),
        gaps=gaps.edition_contents_of(facts["content"]).gaps,
        accepted={one.key for one in gaps.accepted(facts["content"])},
    )


@blueprint.get("/editions/<code>/download")
def edition_download(code: str) -> Response:
    """The built PDF (or its correction's), before its release too: for the collaborative only."""
    found = stored_edition(code)
    correction = corrections.correction_to(db.session, found) if request.args.get("of") == "correction" else None
    digest = correction.pdf_hash if correction else found.pdf_hash
    if not digest or (correction is None and request.args.get("of") == "correction"):
        raise Missing
    name = f"correction-{correction.number}" if correction else f"edition-{found.number}"
    answer = Response(storage.read(settings().packs, digest, "pdf"), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="update-{code}-{name}-{found.state}.pdf"'
    return answer


@blueprint.get("/editions/<code>/slides")
def edition_slides(code: str) -> Response:
    """The built slides, before its release too: for the collaborative only."""
    found = stored_edition(code)
    if not found.slides_hash:
        raise Missing
    answer = Response(storage.read(settings().packs, found.slides_hash, "pdf"), content_type="application/pdf")
    name = f"update-{code}-edition-{found.number}-slides-{found.state}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@blueprint.post("/editions/<code>/slides/build")
def build_edition_slides(code: str) -> BaseResponse:
    """Ask a worker for the slides of an edition that was built before there were slides."""
    stored_edition(code)
    with change() as session:
        found = service.edition_of(session, period_by_code(session, code))
        service.ask_for_slides(session, found, asked_by=gate.actor().person_id, real_now=real_now())
    return redirect(url_for("packs.edition_progress", code=code, of="slides"), 303)


@blueprint.post("/editions/<code>/build")
def build_edition(code: str) -> BaseResponse:
    """Ask a worker to build it."""
    edition_at(code)
    with change() as session:
        found = service.edition_of(session, period_by_code(session, code))
        service.ask_for_build(session, found, asked_by=gate.actor().person_id, real_now=real_now())
    return redirect(url_for("packs.edition_progress", code=code), 303)


@blueprint.post("/editions/<code>/cancel")
def cancel_edition(code: str) -> BaseResponse:
    """Stop the build at its next step."""
    found = stored_edition(code)
    with change() as session:
        job = latest(session, "edition", found.id)
        stopped = job is not None and cancel_job(session, job.id, real_now())
    flash("The build is being stopped. Nothing of it is kept." if stopped else "The build had ended already.")
    return redirect(url_for("packs.edition_progress", code=code), 303)


@blueprint.route("/editions/<code>/gaps/<path:key>", methods=["GET", "POST"])
def accept_edition_gap(code: str, key: str) -> str | BaseResponse | tuple[str, int]:
    """Accept by name, with a reason, that something is missing."""
    found = edition_at(code)
    gap = next((one for one in service.contents_now(db.session, found, now()).gaps if one.key == key), None)
    if gap is None or found.state == "released":
        raise Missing
    form = GapForm()
    if form.validate_on_submit():
        reason, doer = form.reason.data or "", for_programme(found)
        with change() as session:
            service.accept_gap(
                session,
                service.edition_of(session, period_by_code(session, code)),
                gap_key=key,
                reason=reason,
                doer=doer,
                now=now(),
                demonstration=settings().demonstration,
            )
        flash("The gap is accepted in your name. Build the edition again, so that it says so.")
        return redirect(url_for("packs.edition", code=code), 303)
    page = render_template(
        "packs/gap.html",
        form=form,
        gap=gap,
        title=f"Update edition, {found.period.title}",
        back=url_for("packs.edition", code=code),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/editions/<code>/release", methods=["GET", "POST"])
def release_edition(code: str) -> str | BaseResponse:
    """The programme director releases the edition; its period is closed with it."""
    found = stored_edition(code)
    correction = corrections.correction_to(db.session, found)
    form = EditionForm(seen=found.facts_hash, correction=correction.facts_hash if correction else "")
    if form.validate_on_submit():
        seen, seen_correction, doer = form.seen.data or "", form.correction.data or "", for_programme(found)
        with change() as session:
            fresh = service.edition_of(session, period_by_code(session, code))
            service.release_edition(
                session,
                fresh,
                seen_hash=seen,
                seen_correction=seen_correction,
                doer=doer,
                now=now(),
                post=service.Post(real_now(), settings().public_url),
            )
        flash("The edition is released, and its reporting period is closed.")
        return redirect(url_for("packs.edition", code=code), 303)
    if found.facts is None or found.pdf_hash is None:
        raise Missing
    return render_template(
        "packs/release_edition.html",
        edition=found,
        period=found.period,
        content=found.facts["content"],
        accepted={one.key: one for one in gaps.accepted(found.facts["content"])},
        form=form,
        correction=correction,
        told=correction.facts["content"] if correction and correction.facts else None,
        people=sum(one.sent.people for one in holders.holders(db.session, found) if one.sent),
    )
