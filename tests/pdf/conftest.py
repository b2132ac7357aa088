"""A pack with every piece a pack can have, rendered once for all tests of the press."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.pdf import Assets, Rendered, font_assets, render
from tests.pdf.sample import CHART, sample_context

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "app" / "static" / "vendor" / "fonts"


@pytest.fixture(scope="session")
def assets() -> Assets:
    return font_assets(FONTS).with_asset("chart.svg", CHART, "image/svg+xml")


@pytest.fixture(scope="session")
def sample_html() -> str:
    loader = FileSystemLoader([ROOT / "templates", Path(__file__).parent])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("sample.html").render(sample_context())


@pytest.fixture(scope="session")
def sample(sample_html: str, assets: Assets) -> Rendered:
    return render(sample_html, assets=assets)
