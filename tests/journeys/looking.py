"""A browser beside a journey without one: it shows the page that somebody of the journey stands before to axe."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.browser import watched_page
from tests.journeys.desk import Axe
from tests.journeys.swl import SouthWestLondon
from tests.journeys.visitor import Visitor


class Eyes:
    """Shows pages of the journey's own service, to whoever is signed in there, at phone and desktop width."""

    def __init__(self, chromium: Browser, axe: Axe, port: int) -> None:
        self._chromium, self._axe, self._address = chromium, axe, f"http://localhost:{port}"

    def look(self, visitor: Visitor, path: str = "") -> None:
        """The page at an address, or the one that is before the visitor, breaks no rule of accessibility."""
        cookie = visitor.client.get_cookie("concord")
        with watched_page(self._chromium, self._address) as page:
            if cookie is not None:
                page.context.add_cookies([{"name": "concord", "value": cookie.value, "url": self._address}])
            answer = page.goto(path or visitor.page.path)
            assert answer is not None and answer.status == 200, f"{page.url} answers {answer and answer.status}"
            assert self._axe(page) == []


@contextmanager
def eyes_on(swl: SouthWestLondon, chromium: Browser, axe: Axe) -> Iterator[Eyes]:
    """The journey's service answers a browser too, on a free port, for as long as the block lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, swl.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="journey")
    thread.start()
    try:
        yield Eyes(chromium, axe, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
