"""The worker: takes up jobs under a lease, does the day's work once a day, and sends waiting mail."""

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.db import db, writing
from app.db.installation import Clock
from app.jobs import daily, outbox, service
from app.jobs.models import Job
from config import Settings

log = logging.getLogger(__name__)


class Cancelled(RuntimeError):
    """Someone asked for the job to stop, or the worker itself was told to."""


@dataclass(slots=True)
class Context:
    """What a handler gets: its argument, and the means to say how far it is and to hear that it should stop."""

    app: Flask
    job_id: int
    owner: str
    argument: dict[str, Any]
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def settings(self) -> Settings:
        settings: Settings = self.app.extensions["concord.settings"]
        return settings

    @property
    def clock(self) -> Clock:
        clock: Clock = self.app.extensions["concord.clock"]
        return clock

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.settings.worker_lease_seconds)

    def progress(self, step: str, done: int, total: int) -> None:
        """Say which step it is at (`done` of `total`); raises `Cancelled` or `LeaseLost`."""
        if self.stop.is_set():
            raise Cancelled
        with _own_session() as session, writing(session):
            job = service.held(session, self.job_id, self.owner)
            job.step, job.steps_done, job.steps_total = step, done, total
            job.lease_until = self.clock.real() + self.lease
            if job.cancel_asked:
                self.stop.set()
        if self.stop.is_set():
            raise Cancelled

    def cancelled(self) -> bool:
        """Whether to stop: cheap, for asking often."""
        return self.stop.is_set()

    def require_lease(self, session: Session) -> None:
        """Raise `LeaseLost` unless the job is still this worker's; call it in the transaction that keeps the result."""
        service.held(session, self.job_id, self.owner)


Handler = Callable[[Context], str]


def register(app: Flask, kind: str, handler: Handler) -> None:
    """Say who does jobs of this kind; the handler returns a sentence about the outcome."""
    app.extensions["concord.handlers"][kind] = handler


@contextmanager
def _own_session() -> Iterator[Session]:
    with db.sessionmaker() as session:
        yield session


@contextmanager
def _lease_kept(context: Context) -> Iterator[None]:
    """Renew the lease from a thread of its own, so that one long step does not lose it."""
    ended = threading.Event()

    def keep() -> None:
        with context.app.app_context():
            while not ended.wait(context.lease.total_seconds() / 3):
                try:
                    with _own_session() as session, writing(session):
                        real = context.clock.real()
                        if service.renew(session, context.job_id, context.owner, context.lease, real):
                            context.stop.set()
                except service.LeaseLost:
                    context.stop.set()
                    return

    thread = threading.Thread(target=keep, name=f"lease-{context.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def run_one(app: Flask, owner: str, stopping: threading.Event | None = None) -> bool:
    """Take up one job and do it; returns whether there was one. Needs an application context."""
    settings: Settings = app.extensions["concord.settings"]
    clock: Clock = app.extensions["concord.clock"]
    with _own_session() as session, writing(session):
        job = service.take(session, owner, timedelta(seconds=settings.worker_lease_seconds), clock.real())
        if job is None:
            return False
        if job.state != "running":
            return True
        context = Context(app, job.id, owner, dict(job.argument), stopping or threading.Event())
        kind = job.kind
    state, outcome = _do(app, kind, context)
    if state == "cancelled" and stopping is not None and stopping.is_set() and not _was_cancelled(context.job_id):
        state, outcome = "waiting", ""  # the worker is going home, the job is not
    try:
        with _own_session() as session, writing(session):
            service.end(session, context.job_id, owner, state, outcome, clock.real())
    except service.LeaseLost:
        log.warning("job %s went to another worker; what this one made is left unused", context.job_id)
    return True


def _was_cancelled(job_id: int) -> bool:
    with _own_session() as session:
        job = session.get(Job, job_id)
        return job is not None and job.cancel_asked


def _do(app: Flask, kind: str, context: Context) -> tuple[str, str]:
    handler: Handler | None = app.extensions["concord.handlers"].get(kind)
    if handler is None:
        return "failed", f"No part of this service does jobs of the kind “{kind}”."
    try:
        with _lease_kept(context):
            return "done", handler(context)
    except Cancelled:
        return "cancelled", "Cancelled. Nothing was kept."
    except service.LeaseLost:
        return "failed", "Another worker took it up."
    except Exception as error:
        log.exception("job %s failed", context.job_id)
        return "failed", str(error) or type(error).__name__
    finally:
        db.session.rollback()


def new_owner() -> str:
    """A name for this worker that no other has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def run_waiting(app: Flask) -> int:
    """Do every waiting job in this process, then send waiting mail; returns how many jobs there were."""
    owner, count = new_owner(), 0
    with app.app_context():
        while run_one(app, owner):
            count += 1
        outbox.send_waiting(app.extensions["concord.settings"], app.extensions["concord.clock"].real())
    return count


def run_until(app: Flask, stopping: threading.Event) -> None:
    """The worker's life: jobs, daily work, mail, a wait; ends when `stopping` is set, putting back what it holds."""
    settings: Settings = app.extensions["concord.settings"]
    clock: Clock = app.extensions["concord.clock"]
    owner = new_owner()
    while not stopping.is_set():
        busy = False
        try:
            with app.app_context():
                busy = run_one(app, owner, _child(stopping))
                daily.run_due(app)
                outbox.send_waiting(settings, clock.real())
        except Exception:
            log.exception("the worker goes on after an error")
        if not busy:
            stopping.wait(settings.worker_poll_seconds)


class _Either(threading.Event):
    """Set when itself or its parent is: a job can be cancelled without ending the worker."""

    def __init__(self, parent: threading.Event) -> None:
        super().__init__()
        self.parent = parent

    def is_set(self) -> bool:
        return super().is_set() or self.parent.is_set()


def _child(parent: threading.Event) -> threading.Event:
    return _Either(parent)
