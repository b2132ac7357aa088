"""What tests stand on: both engines, the service on each, a clock that can be set, and a browser on a live service.

`app`, `client` and `session` come once for SQLite and once for PostgreSQL, each on a migrated database of its own.
`live` is the demonstration, loaded once and copied for each test, served on a free port; `page` is Chromium there.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session

from app import create_app
from app.db import db
from app.db.installation import Clock
from config import Settings
from tests import postgres
from tests.browser import CHROMIUM, FLAGS, Accessibility, watched_page
from tests.live import Live, loaded_demonstration, made_once, served
from tests.thrift import thrifty

DATABASE_FIXTURES = {"engine_url", "live", "page"}
LOCKING_PAGES = {"test_throttle.py", "test_second_factor.py", "test_step_up.py", "test_at_once.py"}
PAGES = {"test_pages.py", "test_printed.py", "test_after_release.py", "test_since_last.py"}
LONGEST = (
    "test_links_lead_everyone_to_every_page",
    "test_the_walk",
    "journeys/test_a_month",
    "test_every_page_of_work_in_hand",
    "journeys/test_a_first_day",
    "tests/footprint/",
    "test_every_page_that_a_link_leads_to",
    "journeys/",
)
"""Parts of the names of what takes longest, the longest first."""
MEANWHILE = 120
"""How many short tests take about as long as loading the demonstration."""
FIRST_DAY = datetime(2015, 11, 5, 9, 0, tzinfo=UTC)
REAL_DAY = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what drives a browser, and keep the rules' own tests away from databases.

    What takes longest comes first, so that it does not run on alone when the others are done: `LONGEST`, dealt to the
    processes, each of which begins with its share of the list; then whatever else stands on the loaded demonstration.
    What services do is tested on both engines each time; what pages show of it is the engine's business only where it
    is locked, so on PostgreSQL it is `long`. So is what is refused as it is read, before anything is written, and what
    a test says of itself by the mark `alike`.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "page" in fixtures:
            item.add_marker(pytest.mark.browser)
        name = item.path.name
        of_a_page = ("client" in fixtures or name in PAGES) and name not in LOCKING_PAGES
        of_a_file = "refused" in fixtures and name == "test_rules.py"
        if (of_a_page or of_a_file or item.get_closest_marker("alike")) and item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.long)
        if "workflows" in item.path.parts and fixtures & DATABASE_FIXTURES:
            raise pytest.UsageError(f"{item.nodeid}: tests of workflows/ run without a database or browser.")
    yield  # those that are not asked for are taken out here, by their marks
    items.sort(key=lambda item: "demonstration" not in getattr(item, "fixturenames", ()))
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def dealt(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """The tests in an order in which each process's share of the list, a run of equal length, begins with long ones.

    The first process loads the demonstration. The others meanwhile run what needs none, and so come first to the end
    of the list: a wait of theirs would leave a core idle for that time.
    """
    long_ones = sorted(
        (item for item in items if any(name in item.nodeid for name in LONGEST)),
        key=lambda item: next(place for place, name in enumerate(LONGEST) if name in item.nodeid),
    )
    others = [item for item in items if item not in long_ones]
    share, order = len(items) // processes, list[pytest.Item]()
    for process in range(processes):
        mine = long_ones[process::processes]
        meanwhile = others[-MEANWHILE:] if process else []
        del others[len(others) - len(meanwhile) :]
        taken = others[: max(share - len(mine) - len(meanwhile), 0)]
        order += [*meanwhile, *mine, *taken]
        del others[: len(taken)]
    return order + others


def pytest_collection_finish() -> None:
    """Modules, models and collected tests stay to the end: the garbage collector need not look through them again.

    Nor need it look as often as it is used to: that took an eighth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def thrift(shared: Path) -> Iterator[None]:
    """What every service of the run shares; see `tests.thrift`."""
    with thrifty(shared / "templates"):
        yield


@dataclass
class SettableClock:
    """Two times that stand still until a test moves them: of decisions, and of sessions and throttling."""

    now: datetime = FIRST_DAY
    real: datetime = REAL_DAY
    hands: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.hands = Clock(real=lambda: self.real, fixed=lambda: self.now)

    def forward(self, by: timedelta) -> None:
        """Move both times on."""
        self.now += by
        self.real += by


@pytest.fixture
def clock() -> SettableClock:
    """The clock the service under test is made with: 5 November 2015, 09:00, until it is moved."""
    return SettableClock()


def migrate(url: str, instance: Path) -> None:
    """Bring the database at `url` from nothing to the newest revision."""
    app = create_app(Settings(instance=instance, database_url=url, testing=True))
    with app.app_context():
        app.extensions["alembic"].upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Postgres]:
    """A PostgreSQL server for this test run."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run that all of pytest's processes know: what one of them made there the others copy."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def migrated_file(shared: Path) -> Path:
    """A migrated SQLite database, to be copied."""

    def make(folder: Path) -> None:
        migrate(f"sqlite:///{folder / 'template.sqlite'}", folder)

    return made_once(shared / "migrated-sqlite", make) / "template.sqlite"


@pytest.fixture(scope="session")
def migrated_database(cluster: postgres.Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated PostgreSQL database, emptied after each test."""
    migrate(cluster.make("migrated"), tmp_path_factory.mktemp("migrated-postgresql"))
    return "migrated"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of this test's own, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "concord.sqlite"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    cluster: postgres.Postgres = request.getfixturevalue("cluster")
    name: str = request.getfixturevalue("migrated_database")
    yield cluster.url(name)
    cluster.empty(name)


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    """The settings of the service under test: a real installation at http://localhost."""
    return Settings(
        instance=tmp_path / "instance", database_url=engine_url, public_url="http://localhost", testing=True
    )


@pytest.fixture
def app(settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    """The service on an empty, migrated database. No context is pushed: each request makes its own."""
    made = create_app(settings, clock.hands)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without a browser. CSRF is checked as for everyone."""
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own beside the service's: commit before `client` asks, roll back before reading on."""
    with app.app_context():
        session = db.sessionmaker()
    with session:
        yield session


@pytest.fixture(scope="session")
def demonstration(shared: Path) -> Path:
    """The instance folder of a demonstration with its packs built and released; to be copied, never used."""
    return loaded_demonstration(shared / "demonstration")


@pytest.fixture
def live(demonstration: Path, tmp_path: Path) -> Iterator[Live]:
    """The demonstration on SQLite, this test's own copy, served on a free port of 127.0.0.1."""
    with served(demonstration, tmp_path / "live") as service:
        yield service


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the test run; each test has a context, and so cookies, of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live: Live) -> Iterator[Page]:
    """A page on the live service at desktop width. Afterwards it must have stayed clean: see `watched_page`."""
    with watched_page(chromium, live.url) as page:
        yield page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)`: sentences for every WCAG 2.2 A or AA violation at desktop and phone width; none is right."""
    return Accessibility()
