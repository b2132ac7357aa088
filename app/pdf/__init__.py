"""The press: HTML in, a PDF everyone can read out; it knows nothing of the rest of the service."""

from .assets import FONT_FILES, AssetRefused, Assets, font_assets
from .checks import check
from .render import Rendered, RenderError, Sheet, render, stylesheet
from .texts import Facts, all_text, facts, page_texts
from .watch import RenderCancelled

__all__ = [
    "FONT_FILES",
    "AssetRefused",
    "Assets",
    "Facts",
    "RenderCancelled",
    "RenderError",
    "Rendered",
    "Sheet",
    "all_text",
    "check",
    "facts",
    "font_assets",
    "page_texts",
    "render",
    "stylesheet",
]
