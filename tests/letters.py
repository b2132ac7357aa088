"""A mail server on this machine that keeps what it is given: mails go to it over a real SMTP connection."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler


class LetterBox(MessageHandler):
    """The letters, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@contextmanager
def letter_box() -> Iterator[tuple[LetterBox, int]]:
    """The box, and the port on which it listens while the block lasts."""
    box = LetterBox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()
