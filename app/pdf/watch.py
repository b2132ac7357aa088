"""What WeasyPrint says while it works, which it says only to its log: progress, and faults it would let pass."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol


class RenderCancelled(Exception):
    """The caller asked for the rendering to stop."""


class Progress(Protocol):
    def __call__(self, phase: str, done: int, total: int, /) -> None:
        """`phase` is a word for people; `total` is 0 while it is not known."""


class Cancelled(Protocol):
    def __call__(self) -> bool: ...


@dataclass
class Watch:
    """One rendering's ear: hands on progress, stops when asked to, keeps what went wrong."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    missing_characters: set[str] = field(default_factory=set)

    def reached(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Between two steps: raise RenderCancelled when the caller wants no more, else report."""
        if self.cancelled is not None and self.cancelled():
            raise RenderCancelled("The rendering was cancelled; nothing was written.")
        if self.progress is not None:
            self.progress(phase, done, total)


_current: ContextVar[Watch | None] = ContextVar("watch", default=None)


class _Ear(logging.Handler):
    """Listens to WeasyPrint's two loggers on behalf of the rendering in this context."""

    def emit(self, record: logging.LogRecord) -> None:
        watch = _current.get()
        if watch is None:
            return
        if record.name == "weasyprint.progress":
            if record.msg == "Step 5 - Creating layout - Page %d" and isinstance(record.args, tuple):
                page = record.args[0]
                watch.reached("laying out pages", page if isinstance(page, int) else 0)
        elif str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            watch.missing_characters.add(str(record.args[0]))
        elif record.levelno >= logging.ERROR:
            watch.faults.append(record.getMessage())
        elif record.levelno >= logging.WARNING:
            watch.remarks.append(record.getMessage())


_ear = _Ear()


@contextmanager
def listening(watch: Watch) -> Iterator[Watch]:
    """Hear WeasyPrint for the length of one rendering, in this thread's context only."""
    library, steps = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    library.addHandler(_ear)
    steps.addHandler(_ear)
    steps.setLevel(logging.INFO)
    steps.propagate = False
    token = _current.set(watch)
    try:
        yield watch
    finally:
        _current.reset(token)
