"""A workstream that nobody has reported on for so many days is silent, and that is shown."""

from dataclasses import dataclass
from datetime import date

SILENT_DAYS = 30
"""Where a programme sets nothing else."""


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a workstream has been silent on a day: since its last update, else since it began."""

    days: int
    since: date
    heard: bool
    limit: int

    @property
    def shown(self) -> bool:
        """Whether it is silent for so long that it has to be shown."""
        return self.days >= self.limit

    @property
    def sentence(self) -> str:
        """`silent for 35 days`."""
        return f"silent for {self.days} day{'' if self.days == 1 else 's'}"


def silence(heard: date | None, began: date, on: date, limit: int | None = None) -> Silence:
    """The silence of a workstream last `heard` of on a day, if ever. It is silent only while it runs."""
    since = max(heard, began) if heard else began
    return Silence(max(0, (on - since).days), since, heard is not None, limit or SILENT_DAYS)
