"""What an import would do or has done: counted, in lines for a terminal, and row by row for a page."""

import json
from dataclasses import dataclass, field
from hashlib import sha256

from app.exchange.kinds import RELEASES
from app.exchange.plan import KindPlan
from app.exchange.problems import Problems, shortened
from app.exchange.stored import FactRow

CHANGES_SHOWN = 200


@dataclass(slots=True)
class Forecast:
    """What an import would do, or has done."""

    plans: list[KindPlan]
    problems: Problems = field(default_factory=Problems)

    def counts(self) -> dict[str, dict[str, int]]:
        """New, changed and unchanged rows, by file."""
        return {
            found.kind.file: {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
            for found in self.plans
        }

    @property
    def new(self) -> int:
        """How many rows come in new, releases left aside."""
        return sum(len(found.new) for found in self.plans if found.kind not in RELEASES)

    @property
    def changed(self) -> int:
        """How many rows change."""
        return sum(len(found.changed) for found in self.plans)

    @property
    def left(self) -> int:
        """How many rows are left as the service has them, where it is newer."""
        return sum(len(found.left) for found in self.plans)

    @property
    def unchanged(self) -> int:
        """How many rows are as the service has them."""
        return sum(found.unchanged for found in self.plans)

    @property
    def fingerprint(self) -> str:
        """A SHA-256 over everything that would be done and left: another one means that something else would be."""
        told = [
            [
                found.kind.name,
                found.unchanged,
                [row.texts for row in found.new],
                [[one.stored.texts, one.row.texts] for one in (*found.changed, *found.left)],
            ]
            for found in self.plans
        ]
        return sha256(json.dumps([told, self.problems.count], sort_keys=True).encode()).hexdigest()

    @property
    def changes_nothing(self) -> bool:
        return not any(found.new or found.changed for found in self.plans)

    @property
    def releases(self) -> list[FactRow]:
        """What is still to be accepted, built and released, which `releases.replay_releases` does."""
        return [row for found in self.plans if found.kind in RELEASES for row in found.new]

    @property
    def writes(self) -> bool:
        """Whether facts or acts come in."""
        return any((found.new or found.changed) and found.kind not in RELEASES for found in self.plans)

    def lines(self) -> list[str]:
        """The forecast in lines: a line for each file, and each change, old → new."""
        lines, left = [], CHANGES_SHOWN
        for found in self.plans:
            lines.append(
                f"{self.problems.called(found.kind)}: {len(found.new):,} new, {len(found.changed):,} changed, "
                f"{found.unchanged:,} unchanged"
            )
            for newer in found.left[: max(left, 0)]:
                lines.append(f"  row {newer.row.number}, {newer.row.called}: newer in the service, left as it is")
            left -= len(found.left)
            for change in found.changed:
                for name in change.columns:
                    if left > 0:
                        was, becomes = change.stored.texts[name], change.row.texts[name]
                        lines.append(
                            f"  row {change.row.number}, {change.row.called}, {name}: "
                            f"“{shortened(was)}” → “{shortened(becomes)}”"
                        )
                    left -= 1
        if left < 0:
            lines.append(f"  … and {-left:,} more.")
        return lines
