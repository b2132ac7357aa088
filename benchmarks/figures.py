"""What a benchmark hands back: a figure with its unit, and the limit it is held to, where it is a gate."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure. `limit` None: only reported. `floor` True: the limit is the least allowed."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    floor: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure is on the right side of its limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.floor else self.value <= self.limit

    def sentence(self) -> str:
        """The figure as it is printed."""
        held = f"{self.name}: {self.value:.4g} {self.unit}"
        if self.limit is None:
            return held
        side = "at least" if self.floor else "at most"
        return f"{held} ({side} {self.limit:g}: {'holds' if self.holds else 'DOES NOT HOLD'})"
