"""What the pages share that keep people and bodies: a form, a save in one transaction, an end that is confirmed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.service import Doer
from app.db import change, db
from app.people.forms_kept import EndForm, show
from app.people.kept import Contradiction, mark
from app.people.models import Organisation
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES
from app.web import gate
from app.web.clock import today
from app.web.forms import BaseForm

PASSING = ("confirmed", "csrf_token")
"""Fields of a form that say nothing of what ends."""
Answer = Response | str | tuple[str, int]
Places = Sequence[tuple[str, str]]
"""The pages above one, as (words, address)."""


def doer_for(organisation: Organisation) -> Doer:
    """Who is asking, in the capacity in which they keep this organisation's facts."""
    actor = gate.actor()
    for role in (Role.SECRETARY, Role.ORGANISATION_ADMINISTRATOR):
        if actor.holds(role, organisation.id):
            return gate.doer(f"{ROLE_NAMES[role]}, {organisation.name}")
    return gate.doer(ROLE_NAMES[Role.ADMINISTRATOR] if actor.holds(Role.ADMINISTRATOR) else None)


def attempt(form: BaseForm, act: Callable[[Session], None]) -> bool:
    """Do it in one writing transaction; False where it contradicts what is known, which the form then shows."""
    try:
        with change() as session:
            act(session)
    except Contradiction as refusal:
        show(form, refusal)
        return False
    return True


def done(words: str, address: str) -> Response:
    """Say that it is done, on the page where it now stands."""
    flash(words)
    return redirect(address, 303)


def form_page(
    form: BaseForm,
    *,
    title: str,
    caption: str,
    places: Places,
    button: str = "Save",
    intro: Sequence[str] = (),
    template: str = "people/keep.html",
    **more: Any,
) -> Answer:
    """The page of one form; 422 where something in it is wrong."""
    page = render_template(
        template, form=form, title=title, caption=caption, places=places, button=button, intro=intro, **more
    )
    return (page, 422) if form.errors else page


def ending(
    form: EndForm,
    *,
    title: str,
    caption: str,
    places: Places,
    button: str,
    depends: Callable[[Session, date], list[str]],
    check: Callable[[Session, date], object],
    act: Callable[[Session, date], None],
    said: Callable[[date], str],
    intro: Sequence[str] = (),
) -> Answer:
    """End something in two steps: the last day is asked for, then what hangs on it is shown and confirmed.

    What was confirmed is what ends: where it is otherwise by then, it is shown again.
    """
    shown: Mapping[str, Any] = {"title": title, "caption": caption, "places": places, "intro": intro}
    ends = form.ends.data
    if not form.is_submitted():
        form.ends.data = today()
    elif form.validate_on_submit() and ends is not None:
        try:
            check(db.session, ends)
            lines = depends(db.session, ends)
        except Contradiction as refusal:
            show(form, refusal)
        else:
            token = mark(
                {
                    "ends": ends,
                    "lines": lines,
                    **{name: form[name].data for name in form.data if name in ("successor",)},
                }
            )
            if form.confirmed.data != token:
                form.confirmed.data = token
                return render_template(
                    "people/confirm_end.html", form=form, ends=ends, lines=lines, button=button, **shown
                )
            if attempt(form, lambda session: act(session, ends)):
                return done(said(ends), places[-1][1])
    return form_page(form, button="See what ends", **shown)
