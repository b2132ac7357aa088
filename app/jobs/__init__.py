"""Background work: a queue with leases and progress, and the outbox of mails; features register their handlers."""

from flask import Flask

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Start with no handlers; each feature adds its own."""
    app.extensions["concord.handlers"] = {}
