"""Building: facts are frozen in one transaction, printed outside any, and what came of it is kept in another.

A worker that dies in between leaves a draft and whole files under their own hashes, nothing else; whoever takes the
job up again finds the same frozen facts and makes the same bytes.
"""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, canonical
from app.audit.tags import Tag
from app.db import db, writing
from app.jobs.worker import Context, register
from app.packs import sections, slides, storage
from app.packs.correction_build import BUILDER, build_correction
from app.packs.facts import edition_facts, facts_hash, pack_facts
from app.packs.frozen import refuse_frozen
from app.packs.models import Edition, Pack
from app.packs.press import STEPS, printed
from app.packs.things import Thing, kind_of, named, owner_of, slides_said

Json = dict[str, Any]

LEFT_ASIDE_SECONDS = 3600


class Superseded(RuntimeError):
    """What was being built is no longer what stands; nothing of it is kept."""


def init_app(app: Flask) -> None:
    """Say who builds editions and packs."""
    register(app, "edition.build", build_edition)
    register(app, "pack.build", lambda context: build(context, Pack, context.argument["pack"]))
    register(app, "edition.slides", lambda context: build_slides(context, Edition, context.argument["edition"]))
    register(app, "pack.slides", lambda context: build_slides(context, Pack, context.argument["pack"]))


def build_edition(context: Context) -> str:
    """Build an edition, and the correction that goes with it where it corrects an earlier one."""
    edition_id: int = context.argument["edition"]
    return build(context, Edition, edition_id) + build_correction(context, edition_id)


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
    shown = model is Edition  # a body's slides are made when they are asked for
    rendered = printed(context, sections.document(env, facts), last=76 if shown else 96)
    deck = printed(context, slides.document(env, facts), sheet="slides", first=77) if shown else None
    page = sections.reading_page(env, facts, rendered.page_of, rendered.pages).encode()
    context.progress("Keeping the files", 98, STEPS)
    pdf_hash, web_hash = storage.keep(folder, rendered.pdf, "pdf"), storage.keep(folder, page, "html")
    slides_hash = storage.keep(folder, deck.pdf, "pdf") if deck is not None else None
    with db.sessionmaker() as session, writing(session):
        context.require_lease(session)
        thing = _locked(session, model, thing_id)
        if thing.facts_hash != digest:
            raise Superseded("The facts were frozen anew while this was being built; the newer build stands.")
        now = context.clock.now(session)
        thing.state, thing.pdf_hash, thing.web_hash = "built", pdf_hash, web_hash
        thing.pdf_bytes, thing.pages, thing.built_at = len(rendered.pdf), rendered.pages, now
        if deck is not None:
            thing.slides_hash, thing.slides_bytes, thing.slides_count = slides_hash, len(deck.pdf), deck.pages
        thing.page_of = {one["key"]: rendered.page_of[one["key"]] for one in [*facts["sections"], {"key": "last-page"}]}
        append_or_continue(session, [_built(thing)], now)
    told = f" and {deck.pages} slides" if deck is not None else ""
    return f"Built: {rendered.pages} pages{told}, {len(rendered.pdf) // 1024:,} KB."


def build_slides(context: Context, model: type[Edition] | type[Pack], thing_id: int) -> str:
    """Make the slides of what is built or released, from its frozen facts; returns the outcome as a sentence.

    Slides already on record are never replaced by others: where their file is lost, only the same bytes fill its place.
    """
    env, folder = context.app.jinja_env, context.settings.packs
    with db.sessionmaker() as session:
        thing = _found(session, model, thing_id)
        if thing is None or thing.facts is None or thing.pdf_hash is None:
            raise Superseded("It is not built, so there are no frozen facts to make slides from.")
        facts, digest, recorded = thing.facts, thing.facts_hash, thing.slides_hash
        if recorded and storage.path(folder, recorded, "pdf").exists():
            return f"The slides are there: {thing.slides_count} of them."
    context.progress("Writing the slides", 1, STEPS)
    deck = printed(context, slides.document(env, facts), sheet="slides")
    slides_hash = sha256(deck.pdf).hexdigest()
    if recorded and recorded != slides_hash:
        raise RuntimeError("The slides made now are not the ones on record: restore their file from a backup.")
    context.progress("Keeping the file", 98, STEPS)
    storage.keep(folder, deck.pdf, "pdf")
    with db.sessionmaker() as session, writing(session):
        context.require_lease(session)
        thing = _found(session, model, thing_id, lock=True)
        if thing is None or thing.facts_hash != digest:
            raise Superseded("The facts were frozen anew while the slides were being made. Ask for them again.")
        if thing.slides_hash is None:
            thing.slides_hash, thing.slides_bytes, thing.slides_count = slides_hash, len(deck.pdf), deck.pages
            append_or_continue(session, [_slides_built(thing)], context.clock.now(session))
    return f"Made: {deck.pages} slides, {len(deck.pdf) // 1024:,} KB."


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
    thing.slides_hash = thing.slides_bytes = thing.slides_count = None
    session.flush()
    return facts


def same(one: Json, other: Json) -> bool:
    """Whether two sets of facts say the same in the same words, whenever each was frozen."""
    return bool(one["content"] == other["content"] and one.get("sections") == other.get("sections"))


def _locked(session: Session, model: type[Edition] | type[Pack], thing_id: int) -> Thing:
    thing = _found(session, model, thing_id, lock=True)
    if thing is None:
        raise Superseded("It is no longer there.")
    refuse_frozen(thing)
    return thing


def _found(session: Session, model: type[Edition] | type[Pack], thing_id: int, *, lock: bool = False) -> Thing | None:
    thing = session.get(model, thing_id, with_for_update=lock, populate_existing=True)
    return thing if isinstance(thing, Edition | Pack) else None


def _standing(thing: Thing, folder: Path) -> int | None:
    """The pages of what stands built from these facts, where all of its files are still there."""
    if thing.state != "built" or not thing.pdf_hash or not thing.web_hash:
        return None
    if isinstance(thing, Edition) and not thing.slides_hash:
        return None
    files = [(thing.pdf_hash, "pdf"), (thing.web_hash, "html"), (thing.slides_hash, "pdf")]
    there = all(storage.path(folder, digest, ending).exists() for digest, ending in files if digest)
    return thing.pages if there else None


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
        said |= {"period": thing.period.code, "number": thing.number, "slides_hash": thing.slides_hash}
        return Act(Tag.PACK_BUILT, BUILDER, host.id, host.name, "edition", thing.id, said)
    body = thing.meeting.body
    said |= {"meeting": thing.meeting.code, "part": thing.part, "version": thing.version}
    return Act(
        Tag.PACK_BUILT, BUILDER, body.organisation_id, body.organisation.name, "pack", thing.id, said, thing.part
    )


def _slides_built(thing: Thing) -> Act:
    owner, kind = owner_of(thing), kind_of(thing)
    said = {**named(thing), "facts_hash": thing.facts_hash, **slides_said(thing)}
    part = thing.part if isinstance(thing, Pack) else 1
    return Act(Tag.SLIDES_BUILT, BUILDER, owner.id, owner.name, kind, thing.id, said, part)
