"""Mail is queued with what it tells of, and goes out once, over a real SMTP connection."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from flask import Flask
from sqlalchemy.orm import Session

from app.db import writing
from app.jobs import outbox
from app.jobs.models import Mail
from config import Settings
from tests.conftest import SettableClock


class Post(MessageHandler):
    """A mail server's letter box."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []
        self.refuse = False

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 come again later"
        answer: str = await super().handle_DATA(server, session, envelope)
        return answer


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    box = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


def queue(session: Session, clock: SettableClock, once: str = "pack 1, person 1", subject: str = "Your pack") -> bool:
    with writing(session):
        return outbox.queue_mail(
            session,
            once=once,
            recipient="member@demonstration.example",
            recipient_name="A Member",
            subject=subject,
            body="Read it here.\n",
            now=clock.real,
        )


def send(app: Flask, settings: Settings, clock: SettableClock, port: int) -> int:
    with app.app_context():
        return outbox.send_waiting(replace(settings, smtp_host="127.0.0.1", smtp_port=port), clock.real)


def test_a_mail_goes_out_once(
    app: Flask, settings: Settings, clock: SettableClock, session: Session, post: tuple[Post, int]
) -> None:
    box, port = post
    assert queue(session, clock)
    assert not queue(session, clock), "the same occasion is not queued twice"
    assert [send(app, settings, clock, port) for _ in range(3)] == [1, 0, 0]
    [letter] = box.letters
    assert (letter["To"], letter["Subject"]) == ("A Member <member@demonstration.example>", "Your pack")
    assert letter.get_payload() == "Read it here.\r\n"


def test_a_line_break_in_a_subject_cannot_add_a_header(
    app: Flask, settings: Settings, clock: SettableClock, session: Session, post: tuple[Post, int]
) -> None:
    box, port = post
    queue(session, clock, subject="Your pack\r\nBcc: everyone@example.org")
    send(app, settings, clock, port)
    assert box.letters[0]["Bcc"] is None
    assert box.letters[0]["Subject"] == "Your pack Bcc: everyone@example.org"


def test_mail_a_server_does_not_take_is_tried_again_later(
    app: Flask, settings: Settings, clock: SettableClock, session: Session, post: tuple[Post, int]
) -> None:
    box, port = post
    box.refuse = True
    queue(session, clock)
    assert send(app, settings, clock, port) == 0
    box.refuse = False
    assert send(app, settings, clock, port) == 0, "not at once"
    clock.forward(timedelta(minutes=5))
    assert send(app, settings, clock, port) == 1
    assert len(box.letters) == 1


def test_without_a_mail_server_mail_waits_untouched(
    app: Flask, settings: Settings, clock: SettableClock, session: Session
) -> None:
    queue(session, clock)
    with app.app_context():
        assert outbox.send_waiting(settings, clock.real) == 0
    assert session.get_one(Mail, 1).attempts == 0
