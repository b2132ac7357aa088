"""The pages of help: open to everyone, with or without an account."""

from datetime import date

from flask import Blueprint, current_app, render_template, request

from app.help.pages import GROUPS, ROLES, Page, shelf, shown_to
from app.permissions import Missing
from app.web import gate
from app.web.sessions import cookie_name
from config import Settings

blueprint = Blueprint("help", __name__)

PREPARED = date(2026, 11, 22)
"""The day on which the accessibility statement was last prepared from the tests; change it with the statement."""
KEPT = (
    # what is kept on people, why, and who sees it
    (
        "Name, email address, seats and roles with their days",
        "To show who decides, who may do what, and how to reach them",
        "Your own organisation and administrators; name and seat also the partners, and readers of packs",
    ),
    (
        "Your password and second factor",
        "To be sure that it is you",
        "Nobody: the password is kept as a one-way hash, the second factor encrypted",
    ),
    (
        "When you signed in and were here last",
        "To end sessions, to list yours to you, and to show what changed since your visit",
        "You, on your account page; sign-ins are entries of the record too",
    ),
    (
        "Failed sign-ins, as a code made from the address they came from",
        "To slow down whoever tries passwords",
        "Nobody",
    ),
    (
        "Attendance, votes, decisions, approvals and what you wrote",
        "So that it can be shown who agreed to what, and on what ground",
        "The partners, as far as they see the thing it is about; in packs, everyone",
    ),
    (
        "Interests that you declare",
        "So that conflicts of interest are handled before a decision",
        "Your own organisation; of those with a vote, everyone, unless withheld for a reason",
    ),
    (
        "Mail that the service sent you, and when you first opened a pack by your own link",
        "To send each mail once, and to show the secretary whom a pack has reached",
        "Operators of the installation; the opening of a pack, your own organisation",
    ),
)


@blueprint.get("/help")
def index() -> str:
    """Every task by group and every first day by role; with `q`, the tasks that have all of its words."""
    asked = request.args.get("q", "").strip()[:200]
    pages = shelf()
    return render_template(
        "help/index.html",
        asked=asked,
        found=pages.search(asked),
        groups=[(group, pages.of_group(group)) for group in GROUPS],
        days=[(role, ROLES[role], day) for role, day in pages.first_days.items()],
    )


@blueprint.get("/help/<code>")
def task(code: str) -> str:
    """One task."""
    page = shelf().tasks.get(code)
    if page is None:
        raise Missing
    roles = [(role, ROLES[role]) for role in page.roles]
    return _shown("help/task.html", page, roles=roles)


@blueprint.get("/help/first-day/<role>")
def first_day(role: str) -> str:
    """The tour of a role."""
    page = shelf().first_days.get(role)
    if page is None:
        raise Missing
    return _shown("help/first_day.html", page, tasks=shelf().of_role(role))


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("help/accessibility.html", settings=_settings(), prepared=PREPARED)


@blueprint.get("/privacy")
def privacy() -> str:
    """The privacy notice."""
    settings = _settings()
    return render_template("help/privacy.html", settings=settings, kept=KEPT, cookie=cookie_name(settings))


def _shown(template: str, page: Page, **more: object) -> str:
    actor = gate.actor()
    blocks = [shown_to(block, actor) if isinstance(block, str) else block for block in page.blocks]
    return render_template(template, page=page, blocks=blocks, **more)


def _settings() -> Settings:
    found: Settings = current_app.extensions["concord.settings"]
    return found
