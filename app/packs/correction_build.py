"""Building a correction after its edition: frozen from the frozen facts of both editions, printed, checked, kept."""

import json
from datetime import datetime
from typing import Any

from jinja2 import Environment
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer, canonical
from app.audit.tags import Tag
from app.db import db, writing
from app.jobs.worker import Context
from app.packs import storage
from app.packs.corrections import content_of, correction_to, said_of
from app.packs.dates import iso
from app.packs.facts import facts_hash
from app.packs.models import Correction, Edition
from app.packs.press import printed
from app.packs.sections import ALL_PACKS, shows_demonstration

Json = dict[str, Any]

BUILDER = Doer(None, "Concord", "the builder of packs")


def build_correction(context: Context, edition_id: int) -> str:
    """Build the correction that goes with this edition; returns a sentence, empty where there is none to build.

    A correction that would say the same keeps its bytes. Where nothing differs yet there is nothing to print.
    """
    env, folder = context.app.jinja_env, context.settings.packs
    with db.sessionmaker() as session, writing(session):
        correction = _of(session, edition_id)
        if correction is None:
            return ""
        facts = freeze(session, correction, context.clock.now(session))
        digest = correction.facts_hash
        if facts is None or not facts["content"]["sections"]:
            return " Nothing differs from the edition before it yet, so there is no correction to print."
        kept = [(correction.pdf_hash, "pdf"), (correction.web_hash, "html")]
        if all(found and storage.path(folder, found, ending).exists() for found, ending in kept):
            return f" The correction stands: {correction.pages} pages."
    context.progress("Writing the correction", 97, 100)
    rendered = printed(context, document(env, facts), first=97, last=98)
    page = reading_page(env, facts, rendered.pages).encode()
    pdf_hash, web_hash = storage.keep(folder, rendered.pdf, "pdf"), storage.keep(folder, page, "html")
    with db.sessionmaker() as session, writing(session):
        context.require_lease(session)
        correction = _of(session, edition_id)
        if correction is None or correction.facts_hash != digest:
            raise RuntimeError("The edition was built anew while its correction was printed; the newer build stands.")
        now = context.clock.now(session)
        correction.pdf_hash, correction.web_hash, correction.built_at = pdf_hash, web_hash, now
        correction.pdf_bytes, correction.pages = len(rendered.pdf), rendered.pages
        host = correction.period.programme.collaborative.host
        act = Act(Tag.PACK_BUILT, BUILDER, host.id, host.name, "correction", correction.id, said_of(correction))
        append_or_continue(session, [act], now)
    return f" The correction: {rendered.pages} pages."


def freeze(session: Session, correction: Correction, now: datetime) -> Json | None:
    """Freeze what the correction says; what says the same keeps the freezing it has, and so its bytes."""
    found = content_of(session, correction)
    if found is None:
        return None
    content = json.loads(canonical(found))
    if correction.facts is not None and correction.facts["content"] == content:
        return correction.facts
    correction.facts = {"content": content, "frozen": {"at": iso(now)}}
    correction.facts_hash = facts_hash(correction.facts)
    correction.pdf_hash = correction.web_hash = None
    correction.pdf_bytes = correction.pages = correction.built_at = None
    session.flush()
    return correction.facts


def document(env: Environment, facts: Json) -> str:
    """The correction as one HTML document for the press."""
    return env.get_template("pdf/correction.html").render(**_context(facts))


def reading_page(env: Environment, facts: Json, pages: int) -> str:
    """The correction as one web page, standing by itself as the editions and packs do."""
    return env.get_template("packs/correction_reading.html").render(pages=pages, all_packs=ALL_PACKS, **_context(facts))


def _context(facts: Json) -> Json:
    content = facts["content"]
    return {
        "facts": facts,
        "content": content,
        "hash": facts_hash(facts),
        "demonstration": shows_demonstration(content),
    }


def _of(session: Session, edition_id: int) -> Correction | None:
    """The unreleased correction that is to bring this edition, its row held."""
    edition = session.get(Edition, edition_id)
    found = correction_to(session, edition, lock=True) if edition is not None else None
    return found if found is not None and found.released_at is None else None
