"""What the tests of the API stand on."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.api.world import World
from tests.conftest import SettableClock


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> World:
    return World(session, client, clock)
