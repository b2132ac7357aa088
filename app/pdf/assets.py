"""What a document may use besides its own text: named assets handed in by the caller, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

FONT_FILES: tuple[str, ...] = (
    "source-sans-3-latin-400-normal.woff2",
    "source-sans-3-latin-400-italic.woff2",
    "source-sans-3-latin-600-normal.woff2",
    "source-sans-3-latin-700-normal.woff2",
    "source-sans-3-latin-ext-400-normal.woff2",
    "source-sans-3-latin-ext-400-italic.woff2",
    "source-sans-3-latin-ext-600-normal.woff2",
    "source-sans-3-latin-ext-700-normal.woff2",
)
"""The files of npm's @fontsource/source-sans-3 (SIL Open Font License 1.1) that print.css asks for."""


class AssetRefused(Exception):
    """The document asked for something that is not among its assets; the sentence names the address."""

    def __init__(self, url: str, because: str) -> None:
        self.url = url
        shown = url if len(url) <= 200 else f"{url[:200]}…"
        super().__init__(
            f"The document asks for “{shown}”, {because}. "
            "Hand it in as an asset and refer to it as asset:name, or take it out of the document."
        )


@dataclass(frozen=True)
class Assets:
    """An allow-list: the document may use `asset:NAME` for each name here, with its bytes and MIME type."""

    items: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", MappingProxyType(dict(self.items)))

    def with_asset(self, name: str, content: bytes, mime: str) -> "Assets":
        """These assets and one more; the same name again replaces the earlier."""
        return Assets({**self.items, name: (content, mime)})

    def get(self, name: str) -> tuple[bytes, str] | None:
        return self.items.get(name)


def font_assets(folder: Path) -> Assets:
    """The fonts the print stylesheet needs, read from the folder where set-up unpacked them.

    Raises FileNotFoundError with a sentence when one is missing.
    """
    items: dict[str, tuple[bytes, str]] = {}
    for name in FONT_FILES:
        path = folder / name
        if not path.is_file():
            raise FileNotFoundError(
                f"The font {name} is not in {folder}. Run the set-up again: it unpacks "
                "@fontsource/source-sans-3 there, and packs are not made with whatever fonts happen to be installed."
            )
        items[name] = (path.read_bytes(), "font/woff2")
    return Assets(items)
