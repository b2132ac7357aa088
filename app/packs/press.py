"""The press as a job uses it: a document of frozen facts, printed with progress that moves, and checked.

What would not be readable by everyone is not kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app import pdf
from app.jobs.worker import Cancelled, Context

if TYPE_CHECKING:
    from app.pdf import Sheet

STEPS = 100


def printed(context: Context, html: str, *, sheet: Sheet = "print", first: int = 2, last: int = 96) -> pdf.Rendered:
    """Print on A4 or as slides, between the steps `first` and `last` of a hundred.

    Raises `Cancelled`, and RuntimeError where not everyone could read the file.
    """
    progress = _Told(context, first, last)
    try:
        rendered = pdf.render(
            html,
            assets=pdf.font_assets(Path(context.app.static_folder or "") / "vendor" / "fonts"),
            sheet=sheet,
            progress=progress,
            cancelled=context.cancelled,
        )
    except pdf.RenderCancelled as stopped:
        raise Cancelled from stopped
    context.progress("Checking that everyone can read it", last, STEPS)
    problems = pdf.check(rendered.pdf)
    if problems:
        raise RuntimeError(f"The file would not be readable by everyone: {' '.join(problems[:5])}")
    return rendered


class _Told:
    """The press's phases as steps of a hundred; every fourth page is said, as each saying is a transaction."""

    def __init__(self, context: Context, first: int, last: int) -> None:
        self.context, self.first, self.room = context, first, last - first

    def __call__(self, phase: str, done: int, total: int, /) -> None:
        if phase == "laying out pages":
            if done % 4 == 0:
                self.say(f"Laying out page {done}" if done else "Laying out pages", min(3 + done, 70))
        elif phase == "painting":
            self.say(f"Painting {total} pages", 75)
        elif phase == "reading the document":
            self.say("Reading the document", 2)
        else:
            self.say(phase.capitalize(), 96)

    def say(self, sentence: str, of_hundred: int) -> None:
        self.context.progress(sentence, self.first + self.room * of_hundred // 100, STEPS)
