"""A body's pack as its secretary and chair work on it: contents, gaps, preview, build, put forward, release."""

from flask import Response, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.jobs.queries import latest
from app.jobs.service import LIVE
from app.jobs.service import cancel as cancel_job
from app.meetings.in_the_room import withheld_from
from app.meetings.queries import meeting_by_code
from app.packs import gaps, holders, queries, sections, service, storage
from app.packs.facts import pack_content, pack_facts, without_papers
from app.packs.forms import GapForm, ReleaseForm, SeenForm
from app.packs.models import Pack
from app.packs.routes.places import (
    blueprint,
    for_body,
    is_chair,
    pack_at,
    settings,
    stored_pack,
)
from app.people.queries import seats_of
from app.permissions import Missing, Refused
from app.web import gate
from app.web.clock import now, real_now
from workflows.contents import CHAIR, may_release
from workflows.verdict import in_words


@blueprint.get("/meetings/<code>/pack")
def pack(code: str) -> str:
    """Is it complete, what will go out, to whom."""
    found = pack_at(code)
    released = found.state == "released"
    content = found.facts["content"] if released and found.facts else pack_content(db.session, found, now())
    contents = gaps.pack_contents_of(content)
    job = latest(db.session, "pack", found.id) if found.id else None
    readers = {
        person.id for _, _, person in seats_of(db.session, found.meeting.body_id, found.meeting.held_on) if person
    }
    return render_template(
        "packs/pack.html",
        pack=found,
        meeting=found.meeting,
        resource=queries.pack_resource(found),
        content=content,
        since=queries.moved_since(found) if released else "",
        sections=contents.sections,
        gaps=contents.gaps,
        accepted={one.key: one for one in gaps.accepted(content)},
        verdict=may_release(contents, gaps.accepted(content)),
        changed=service.changed_since(db.session, found, now(), None if released else content),
        page_of=found.page_of or {},
        hashes={one["key"]: one for one in found.facts["sections"]} if found.facts else {},
        versions=queries.versions_of(db.session, found.meeting),
        returned=queries.returned(db.session, [found]).get(found.id),
        circulated=queries.circulated(db.session, found) if released else [],
        readers=len(readers),
        corrections=holders.corrections_since(db.session, [found])["pack", found.id] if released else [],
        corrected=holders.people(db.session, [found.id]) if released else [],
        being_corrected=queries.being_corrected(db.session, found),
        job=job,
        building=job is not None and job.state in LIVE,
        slides_job=latest(db.session, "pack-slides", found.id) if found.id else None,
        chair=is_chair(found.meeting),
    )


@blueprint.get("/meetings/<code>/pack/preview")
def preview(code: str) -> str:
    """What would stand now, section by section; what is awaited stands as to follow."""
    found = pack_at(code)
    withheld = withheld_from(db.session, found.meeting, gate.actor().person_id, found.part)
    facts = without_papers(pack_facts(db.session, found, now()), {item.id for item in withheld})
    return render_template(
        "packs/preview.html",
        title=f"Preview: pack for {found.meeting.title}",
        back=url_for("packs.pack", code=code),
        back_words="The pack",
        pieces=sections.pack_pieces(current_app.jinja_env, facts),
        gaps=gaps.pack_contents_of(facts["content"]).gaps,
        accepted={one.key for one in gaps.accepted(facts["content"])},
    )


@blueprint.get("/meetings/<code>/pack/download")
def download(code: str) -> Response:
    """The built PDF, before its release too: for the body's own people only."""
    found = stored_pack(code)
    return _file(found, found.pdf_hash, f"{code}-part-1-v{found.version}-{found.state}.pdf")


@blueprint.get("/meetings/<code>/pack/slides")
def slides(code: str) -> Response:
    """The pack as slides, before its release too: for the body's own people only."""
    found = stored_pack(code)
    return _file(found, found.slides_hash, f"{code}-part-1-v{found.version}-slides-{found.state}.pdf")


def _file(found: Pack, digest: str | None, name: str) -> Response:
    """A file of the pack; refused to a member from whom a paper in it is withheld, until it is released."""
    if not digest:
        raise Missing
    withheld = withheld_from(db.session, found.meeting, gate.actor().person_id, found.part)
    if withheld and found.state != "released":
        numbers = in_words(item.number for item in withheld)
        raise Refused(
            f"The file holds the paper of item {numbers}, which is withheld from you because of your interest in it. "
            "The preview shows the rest of the pack.",
            "the chair’s other ruling on your interest, or the pack’s release",
        )
    answer = Response(storage.read(settings().packs, digest, "pdf"), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@blueprint.post("/meetings/<code>/pack/slides/build")
def build_slides(code: str) -> BaseResponse:
    """Ask a worker for the slides of a built or released pack."""
    stored_pack(code)
    with change() as session:
        found = service.pack_of(session, meeting_by_code(session, code))
        service.ask_for_slides(session, found, asked_by=gate.actor().person_id, real_now=real_now())
    return redirect(url_for("packs.progress", code=code, of="slides"), 303)


@blueprint.post("/meetings/<code>/pack/build")
def build(code: str) -> BaseResponse:
    """Ask a worker to build it."""
    pack_at(code)
    with change() as session:
        found = service.pack_of(session, meeting_by_code(session, code))
        service.ask_for_build(session, found, asked_by=gate.actor().person_id, real_now=real_now())
    return redirect(url_for("packs.progress", code=code), 303)


@blueprint.post("/meetings/<code>/pack/cancel")
def cancel(code: str) -> BaseResponse:
    """Stop the build at its next step."""
    found = stored_pack(code)
    with change() as session:
        job = latest(session, "pack", found.id)
        stopped = job is not None and cancel_job(session, job.id, real_now())
    flash("The build is being stopped. Nothing of it is kept." if stopped else "The build had ended already.")
    return redirect(url_for("packs.progress", code=code), 303)


@blueprint.route("/meetings/<code>/pack/gaps/<path:key>", methods=["GET", "POST"])
def accept_gap(code: str, key: str) -> str | BaseResponse | tuple[str, int]:
    """Accept by name, with a reason, that something is missing."""
    found = pack_at(code)
    gap = next((one for one in service.contents_now(db.session, found, now()).gaps if one.key == key), None)
    if gap is None or found.state == "released":
        raise Missing
    if gap.acceptable_by == CHAIR and not is_chair(found.meeting):
        raise Refused(
            f"Only {found.meeting.body.short_name}’s chair may accept this gap: {gap.sentence}",
            "the chair’s acceptance",
        )
    form = GapForm()
    if form.validate_on_submit():
        reason, doer = form.reason.data or "", for_body(found.meeting, chair=gap.acceptable_by == CHAIR)
        with change() as session:
            service.accept_gap(
                session,
                service.pack_of(session, meeting_by_code(session, code)),
                gap_key=key,
                reason=reason,
                doer=doer,
                now=now(),
                demonstration=settings().demonstration,
            )
        flash("The gap is accepted in your name. Build the pack again, so that it says so.")
        return redirect(url_for("packs.pack", code=code), 303)
    page = render_template(
        "packs/gap.html",
        form=form,
        gap=gap,
        title=f"Pack for {found.meeting.title}",
        back=url_for("packs.pack", code=code),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/meetings/<code>/pack/put-forward", methods=["GET", "POST"])
def put_forward(code: str) -> str | BaseResponse:
    """Put exactly this pack before the chair."""
    found = stored_pack(code)
    form = SeenForm(seen=found.facts_hash)
    if form.validate_on_submit():
        seen, doer = form.seen.data or "", for_body(found.meeting)
        with change() as session:
            service.put_forward(
                session, service.pack_of(session, meeting_by_code(session, code)), seen_hash=seen, doer=doer, now=now()
            )
        flash("The pack is before the chair.")
        return redirect(url_for("packs.pack", code=code), 303)
    return render_template("packs/put_forward.html", pack=found, meeting=found.meeting, form=form, **_going_out(found))


@blueprint.route("/meetings/<code>/pack/release", methods=["GET", "POST"])
def release(code: str) -> str | BaseResponse | tuple[str, int]:
    """The chair releases the pack, or returns it with a reason."""
    found = stored_pack(code)
    form = ReleaseForm(seen=found.facts_hash)
    if form.validate_on_submit():
        seen, answer, reason = form.seen.data or "", form.answer.data, form.reason.data or ""
        doer = for_body(found.meeting, chair=True)
        with change() as session:
            fresh = service.pack_of(session, meeting_by_code(session, code))
            if answer == "return":
                service.return_pack(session, fresh, reason=reason, doer=doer, now=now())
            else:
                service.release(
                    session,
                    fresh,
                    seen_hash=seen,
                    doer=doer,
                    now=now(),
                    real_now=real_now(),
                    public_url=settings().public_url,
                )
                if not fresh.slides_hash:
                    service.ask_for_slides(session, fresh, asked_by=gate.actor().person_id, real_now=real_now())
        flash("The pack is returned to the board secretary." if answer == "return" else "The pack is released.")
        return redirect(url_for("packs.pack", code=code), 303)
    shown = _going_out(found)
    if shown["changed"]:
        form.only_return()
    page = render_template("packs/release.html", pack=found, meeting=found.meeting, form=form, **shown)
    return (page, 422) if form.errors else page


def _going_out(found: Pack) -> dict[str, object]:
    """What a confirmation page says of a pack: its gaps, and to how many it goes."""
    if found.facts is None or found.pdf_hash is None:
        raise Refused("This pack is not built, so there is nothing to put forward.", "a build that has ended")
    seats = seats_of(db.session, found.meeting.body_id, found.meeting.held_on)
    return {
        "content": found.facts["content"],
        "changed": service.changed_since(db.session, found, now()),
        "accepted": {one.key: one for one in gaps.accepted(found.facts["content"])},
        "readers": len({person.id for _, _, person in seats if person}),
    }
