"""Two requests at once, on both engines: one is recorded, and the key is one person's until it is answered."""

import threading

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.api import once
from app.api.models import ApiAnswer
from app.db import db, writing
from tests.api.world import World


def test_a_key_in_hand_is_not_taken_twice(app: Flask, session: Session, world: World) -> None:
    account_id = world.accounts["director"].id
    asked = once.Asked(account_id, "one-key-of-mine", "POST", "/api/x", b"{}")
    outcomes: list[str] = []
    taken, ended = threading.Event(), threading.Event()

    def second() -> None:
        with app.app_context():
            own = db.sessionmaker()
            taken.wait(10)
            try:
                with writing(own):
                    before = once.answered(own, asked)
                    if before is None:
                        once.begin(own, asked, world.clock.real)
                    outcomes.append("again" if before else "twice")
            except once.InHandError:
                outcomes.append("in hand")
            finally:
                own.close()
                ended.set()

    thread = threading.Thread(target=second)
    thread.start()
    with writing(session):
        once.begin(session, asked, world.clock.real)
        taken.set()
        if session.get_bind().dialect.name == "postgresql":
            assert ended.wait(10), "it is told at once"
        once.end(session, asked, 201, '{"done": true}')
    thread.join(10)
    assert outcomes == ["in hand" if session.get_bind().dialect.name == "postgresql" else "again"]
    assert session.scalar(sa.select(sa.func.count()).select_from(ApiAnswer)) == 1


def test_a_write_of_the_api_is_done_once_on_this_engine(world: World) -> None:
    director, path = world.of("director"), "/documents/ooh/versions/1/sign-off"
    first, again = (director.post(path, {}, "a-key-of-mine") for _ in range(2))
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.status_code == 201
