"""What set-up lays out under app/static/vendor/: everything pages and PDFs need, and nothing from a foreign host."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "app" / "static" / "vendor"
FETCHED = re.compile(r"""(?:url\(\s*["']?|@import\s+["']|sourceMappingURL=|src:\s*["'])([^)"'\s]+)""")
FACES = ("400-normal", "600-normal", "700-normal", "400-italic")


def test_no_stylesheet_or_script_names_a_foreign_host() -> None:
    sheets = [*VENDOR.rglob("*.css"), *VENDOR.rglob("*.js"), *(ROOT / "app" / "static").glob("*.*")]
    assert VENDOR / "nhsuk-frontend.min.css" in sheets
    foreign = {
        str(path): re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+[^\s\"')]*", path.read_text()) for path in sheets
    }
    assert {path: found for path, found in foreign.items() if found} == {}


def test_everything_the_stylesheet_asks_for_is_there() -> None:
    sheet = VENDOR / "nhsuk-frontend.min.css"
    asked = set(FETCHED.findall(sheet.read_text()))
    assert asked
    assert [name for name in asked if not name.startswith("data:") and not (VENDOR / name).is_file()] == []


def test_the_fonts_of_the_pdfs_are_there_with_their_licence() -> None:
    wanted = {f"source-sans-3-{subset}-{face}.woff2" for subset in ("latin", "latin-ext") for face in FACES}
    assert {path.name for path in (VENDOR / "fonts").iterdir()} == wanted | {"LICENSE"}


def test_the_npm_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert "://" not in text
