"""Building: facts are frozen in one transaction, printed outside any, and what came of it is kept in another.

A worker that dies in between leaves a draft and whole files under their own hashes, nothing else; whoever takes the
job up again finds the same frozen facts and makes the same bytes.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy.orm import Session

from app import pdf
from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.db import db, writing
from app.jobs.worker import Cancelled, Context, register
from app.packs import sections, storage
from app.packs.facts import edition_facts, facts_hash, pack_facts
from app.packs.frozen import refuse_frozen
from app.packs.models import Edition, Pack

Json = dict[str, Any]
Thing = Edition | Pack

BUILDER = Doer(None, "Concord", "the builder of packs")
STEPS = 100
LEFT_ASIDE_SECONDS = 3600


class Superseded(RuntimeError):
    """What was being built is no longer what stands; nothing of it is kept."""


def init_app(app: Flask) -> None:
    """Say who builds editions and packs."""
    register(app, "edition.build", lambda context: build(context, Edition, context.argument["edition"]))
    register(app, "pack.build", lambda context: build(context, Pack, context.argument["pack"]))


def build(context: Context, model: type[Edition] | type[Pack], thing_id: int) -> str:
    """Build an edition or a pack; returns the outcome as a sentence."""
    context.progress("Freezing the facts", 0, STEPS)
    env, folder = context.app.jinja_env, context.settings.packs
    storage.sweep(folder, context.clock.real().timestamp() - LEFT_ASIDE_SECONDS)
    with db.sessionmaker() as session, writing(session):
        thing = _locked(session, model, thing_id)
        facts = freeze(session, thing, env, context.clock.now(session))
        digest, standing = facts_hash(facts), _standing(thing, folder)
    if standing:
        return f"Nothing has changed since it was built: {standing} pages."
    context.progress("Writing the sections", 2, STEPS)
    rendered = _printed(context, sections.document(env, facts))
    context.progress("Checking that everyone can read it", 96, STEPS)
    problems = pdf.check(rendered.pdf)
    if problems:
        raise RuntimeError(f"The file would not be readable by everyone: {' '.join(problems[:5])}")
    page = sections.reading_page(env, facts, rendered.page_of, rendered.pages).encode()
    context.progress("Keeping the files", 98, STEPS)
    pdf_hash, web_hash = storage.keep(folder, rendered.pdf, "pdf"), storage.keep(folder, page, "html")
    with db.sessionmaker() as session, writing(session):
        context.require_lease(session)
        thing = _locked(session, model, thing_id)
        if thing.facts_hash != digest:
            raise Superseded("The facts were frozen anew while this was being built; the newer build stands.")
        now = context.clock.now(session)
        thing.state, thing.pdf_hash, thing.web_hash = "built", pdf_hash, web_hash
        thing.pdf_bytes, thing.pages, thing.built_at = len(rendered.pdf), rendered.pages, now
        thing.page_of = {one["key"]: rendered.page_of[one["key"]] for one in [*facts["sections"], {"key": "last-page"}]}
        append(session, [_built(thing)], now)
    return f"Built: {rendered.pages} pages, {len(rendered.pdf) // 1024:,} KB."


def freeze(session: Session, thing: Thing, env: Environment, now: datetime) -> Json:
    """Freeze the facts as they stand; facts that say the same keep the freezing they have, and so their bytes."""
    found = edition_facts(session, thing, now) if isinstance(thing, Edition) else pack_facts(session, thing, now)
    facts: Json = json.loads(canonical(sections.with_sections(env, found)))
    if thing.facts is not None and same(thing.facts, facts):
        return thing.facts
    thing.facts, thing.facts_hash = facts, facts_hash(facts)
    if isinstance(thing, Pack):
        thing.edition_id = facts["content"]["edition"]["id"] if facts["content"]["edition"] else None
    thing.state = "draft"
    thing.pdf_hash = thing.web_hash = None
    thing.pdf_bytes = thing.pages = thing.page_of = thing.built_at = None
    session.flush()
    return facts


def same(one: Json, other: Json) -> bool:
    """Whether two sets of facts say the same in the same words, whenever each was frozen."""
    return bool(one["content"] == other["content"] and one.get("sections") == other.get("sections"))


def _locked(session: Session, model: type[Edition] | type[Pack], thing_id: int) -> Thing:
    thing = session.get(model, thing_id, with_for_update=True, populate_existing=True)
    if not isinstance(thing, Edition | Pack):
        raise Superseded("It is no longer there.")
    refuse_frozen(thing)
    return thing


def _standing(thing: Thing, folder: Path) -> int | None:
    """The pages of what stands built from these facts, where both of its files are still there."""
    if thing.state != "built" or not thing.pdf_hash or not thing.web_hash:
        return None
    there = (
        storage.path(folder, thing.pdf_hash, "pdf").exists() and storage.path(folder, thing.web_hash, "html").exists()
    )
    return thing.pages if there else None


def _printed(context: Context, html: str) -> pdf.Rendered:
    try:
        return pdf.render(
            html,
            assets=pdf.font_assets(Path(context.app.static_folder or "") / "vendor" / "fonts"),
            progress=_progress(context),
            cancelled=context.cancelled,
        )
    except pdf.RenderCancelled as stopped:
        raise Cancelled from stopped


def _progress(context: Context) -> Callable[[str, int, int], None]:
    """The press's phases as steps of a hundred; every fourth page is said, as each saying is a transaction."""
    words = {"reading the document": (4, "Reading the document"), "writing the file": (92, "Writing the file")}

    def said(phase: str, done: int, total: int) -> None:
        if phase == "laying out pages":
            if done % 4 == 0:
                context.progress(f"Laying out page {done}" if done else "Laying out pages", min(5 + done, 70), STEPS)
        elif phase == "painting":
            context.progress(f"Painting {total} pages", 75, STEPS)
        else:
            step, sentence = words.get(phase, (90, phase.capitalize()))
            context.progress(sentence, step, STEPS)

    return said


def _built(thing: Thing) -> Act:
    said = {
        "facts_hash": thing.facts_hash,
        "pdf_hash": thing.pdf_hash,
        "web_hash": thing.web_hash,
        "pages": thing.pages,
        "bytes": thing.pdf_bytes,
    }
    if isinstance(thing, Edition):
        programme = thing.period.programme
        host = programme.collaborative.host
        said |= {"period": thing.period.code, "number": thing.number}
        return Act(Tag.PACK_BUILT, BUILDER, host.id, host.name, "edition", thing.id, said)
    body = thing.meeting.body
    said |= {"meeting": thing.meeting.code, "part": thing.part, "version": thing.version}
    return Act(
        Tag.PACK_BUILT, BUILDER, body.organisation_id, body.organisation.name, "pack", thing.id, said, thing.part
    )
