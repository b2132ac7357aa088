"""Every template compiles, escapes what it is given, and carries nothing the content security policy refuses."""

import re
from pathlib import Path

from flask import Flask, render_template_string

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*")
    if path.suffix in {".html", ".jinja", ".txt", ".svg"}
)
# The press reads its own stylesheet and no policy applies there, but a template of a page may hold none of these.
REFUSED = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|srcset|action|<link[^>]*href)\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE)


def test_every_template_compiles(app: Flask) -> None:
    for name in PAGES:
        app.jinja_env.get_template(name)


def found(pattern: re.Pattern[str], names: list[str]) -> dict[str, list[str]]:
    hits = {name: pattern.findall((TEMPLATES / name).read_text()) for name in names}
    return {name: hit for name, hit in hits.items() if hit}


def test_no_page_holds_what_the_policy_refuses() -> None:
    assert found(REFUSED, [name for name in PAGES if not name.startswith("pdf/")]) == {}


def test_no_template_fetches_or_sends_to_another_host() -> None:
    assert found(FOREIGN, PAGES) == {}


def test_a_template_escapes_whatever_its_ending(app: Flask) -> None:
    assert app.jinja_env.autoescape is True
    with app.test_request_context():
        assert render_template_string("{{ text }}", text="<b>&") == "&lt;b&gt;&amp;"
        shown = render_template_string(
            "{% from 'nhsuk/components/tag/macro.jinja' import tag %}{{ tag({'text': text}) }}", text="<b>&"
        )
    assert "<b>" not in shown
