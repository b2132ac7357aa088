"""What anyone may read without signing in: released packs and editions, their facts, and a personal link."""

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.audit.service import canonical
from app.db import change, db
from app.db.pages import span
from app.packs import circulation, correction_mail, holders, queries, storage
from app.packs.dates import shown_day
from app.packs.models import Correction, Edition, Pack
from app.packs.queries import edition_resource, pack_resource
from app.packs.routes.places import blueprint, settings
from app.permissions import Missing
from app.programme.models import Period
from app.programme.queries import open_period, programmes_of
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked

A_YEAR = 31_536_000
PAGE = 15
"""Packs on one page of the public list."""
KIND = "<any(meeting, edition, correction):kind>"


@blueprint.get("/packs")
def public() -> str:
    """The released Part 1 packs, 15 a page, and every released edition."""
    body = request.args.get("body", "")[:100].strip()
    shown = span(db.session, queries.packs_out(body), PAGE, page_asked())
    packs = queries.released_packs(db.session, body, shown)
    bodies = queries.bodies_published(db.session)
    editions = queries.released_editions(db.session)
    return render_template(
        "packs/public.html",
        packs=packs,
        shown=shown,
        every=span(db.session, queries.packs_out(), PAGE).total,
        bodies=bodies,
        listed=sorted({(body.code, body.short_name) for body in (one.pack.meeting.body for one in packs)}),
        body=body,
        editions=editions,
        corrections=holders.corrections_since(db.session, [*(one.pack for one in packs), *editions]),
        under_way=_under_way(),
        edition_resource=edition_resource,
    )


def _under_way() -> list[Period]:
    """The periods whose edition is being made, for a visitor who has signed in and may see it."""
    actor = gate.actor()
    if not actor.signed_in:
        return []
    periods = [open_period(db.session, one.id, today()) for one in programmes_of(db.session, actor.collaborative_ids)]
    return [period for period in periods if period is not None and gate.may("programme.read", edition_resource(period))]


@blueprint.get(f"/packs/{KIND}/<code>/<int:number>.pdf")
def public_pdf(kind: str, code: str, number: int) -> Response:
    """The frozen PDF."""
    found = _published(kind, code, number)
    return _frozen(found.pdf_hash or "", "pdf", "application/pdf", f"{_name(kind, code, number)}.pdf")


@blueprint.get(f"/packs/{KIND}/<code>/<int:number>/slides.pdf")
def public_slides(kind: str, code: str, number: int) -> Response:
    """The frozen slides."""
    found = _published(kind, code, number)
    if isinstance(found, Correction) or not found.slides_hash:
        raise Missing
    return _frozen(found.slides_hash, "pdf", "application/pdf", f"{_name(kind, code, number)}-slides.pdf")


@blueprint.get(f"/packs/{KIND}/<code>/<int:number>")
def public_page(kind: str, code: str, number: int) -> Response:
    """The frozen web page."""
    found = _published(kind, code, number)
    return _frozen(found.web_hash or "", "html", "text/html; charset=utf-8", f"{_name(kind, code, number)}.html")


@blueprint.get(f"/packs/{KIND}/<code>/<int:number>.json")
def public_facts(kind: str, code: str, number: int) -> Response:
    """The frozen facts in the one spelling whose SHA-256 is printed on the last page."""
    found = _published(kind, code, number)
    return _cached(
        canonical(found.facts), found.facts_hash or "", "application/json", f"{_name(kind, code, number)}.json"
    )


@blueprint.get("/p/<token>")
def personal(token: str) -> BaseResponse:
    """A member's own link: its first opening is noted, and it leads to the pack's web page.

    A HEAD request only looks whether the link leads somewhere, as mail filters do: nobody has read anything then.
    """
    with change() as session:
        looked = request.method == "HEAD"
        pack = circulation.led_to(session, token).pack if looked else circulation.opened(session, token, now())
        code, number = pack.meeting.code, pack.version
        corrected = bool(holders.corrections_since(session, [pack])["pack", pack.id])
    page = "packs.public_corrections" if corrected else "packs.public_page"
    return redirect(url_for(page, kind="meeting", code=code, number=number), 303)


@blueprint.get("/c/<token>")
def personal_correction(token: str) -> BaseResponse:
    """A member's own link to a correction: its first opening is noted; a HEAD request only looks, as with a pack's."""
    with change() as session:
        if request.method == "HEAD":
            correction = correction_mail.led_to(session, token).correction
        else:
            correction = correction_mail.opened(session, token, now())
        code, number = correction.period.code, correction.number
    return redirect(url_for("packs.public_page", kind="correction", code=code, number=number), 303)


@blueprint.get("/packs/<any(meeting, edition):kind>/<code>/<int:number>/corrections")
def public_corrections(kind: str, code: str, number: int) -> str:
    """What has been corrected since this pack was sent, or since this edition was released."""
    found = _published(kind, code, number)
    if isinstance(found, Correction):
        raise Missing
    frozen = (found.facts or {})["content"]
    pack = found if isinstance(found, Pack) else None
    thing = "pack" if pack else "edition"
    return render_template(
        "packs/corrections.html",
        kind=kind,
        thing=found,
        pack=pack,
        title=f"{frozen['meeting']['title']}, {shown_day(frozen['meeting']['held_on'])}" if pack else frozen["title"],
        edition=pack.edition if pack else found,
        corrections=holders.corrections_since(db.session, [found])[thing, found.id],
        there={"kind": kind, "code": code, "number": number},
    )


def _published(kind: str, code: str, number: int) -> Pack | Edition | Correction:
    found = queries.released(db.session, kind, code, number)
    if isinstance(found, Edition | Correction):
        gate.permit(edition_resource(found.period, published=True))
    else:
        gate.permit(pack_resource(found))
    return found


def _name(kind: str, code: str, number: int) -> str:
    return f"{code}-part-1-v{number}" if kind == "meeting" else f"update-{code}-{kind}-{number}"


def _frozen(digest: str, ending: str, mime: str, name: str) -> Response:
    try:
        content = storage.read(settings().packs, digest, ending)
    except OSError as error:
        current_app.logger.error("a released file cannot be read: %s", error)
        raise Missing from None
    return _cached(content, digest, mime, name)


def _cached(content: bytes, digest: str, mime: str, name: str) -> Response:
    """Bytes that will never change under this address: any cache may keep them."""
    answer = Response(content, content_type=mime)
    answer.set_etag(digest)
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.make_conditional(request)
    return answer
