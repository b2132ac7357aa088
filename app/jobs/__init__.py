"""Background work: a queue with leases and progress, daily work, the outbox; features register their handlers."""

from flask import Flask

from app.jobs.daily import Daily
from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Start with no handlers and no daily work; each feature adds its own."""
    app.extensions["concord.handlers"] = {}
    app.extensions["concord.daily"] = Daily()
