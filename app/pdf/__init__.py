"""The press: HTML in, a PDF everyone can read out; it knows nothing of the rest of the service.

WeasyPrint is loaded by who first prints: a fifth of what any process, and any command, needs to start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .assets import FONT_FILES, AssetRefused, Assets, font_assets
from .checks import check
from .texts import Facts, all_text, facts, page_texts
from .watch import RenderCancelled

if TYPE_CHECKING:
    from .rendering import Rendered, RenderError, Sheet, render, stylesheet

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


def __getattr__(name: str) -> Any:
    """What `rendering` has, once it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(".rendering", __name__), name)
