"""The first page: what waits for whoever is signed in, and what Concord is for everyone else."""

from flask import Blueprint, render_template

from app.web import gate

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """What waits for me, what is due, what changed since my last visit."""
    if not gate.actor().signed_in:
        return render_template("home/visitor.html")
    return render_template("home/index.html")
