"""What a meeting did is filled in seat by seat, checked as often as is wanted, then recorded: three pages do it so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.permissions import Refused
from app.signoff.seat_forms import SeatsForm
from app.signoff.subject import Seen
from workflows.facts import ExclusionFact
from workflows.quorum import QuorumVerdict, quorum_met
from workflows.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a form: the answer where it was recorded, else what the page shows.

    `checked` has the verdicts on quorum and votes where these were asked for. `refused`: recording was, and rolled
    back, so that whoever shows the page reads what it shows anew. `changed`: who sits there is not as the page had it.
    """

    answer: Response | None = None
    checked: dict[str, Any] = field(default_factory=dict)
    refused: bool = False
    changed: bool = False

    @property
    def wrong(self) -> int:
        """With what the page is answered, where the form has errors."""
        return 409 if self.changed else 422


def check_or_record(
    form: SeatsForm,
    excluded: Sequence[ExclusionFact],
    *,
    seen: Callable[[], Seen],
    outcome: Callable[[QuorumVerdict], Verdict | None],
    record: Callable[[], Response],
) -> Sent:
    """Begin the form; once it is sent and fits, check what is filled in, or record it and give the answer."""
    if form.begin(seen):
        return Sent(changed=True)
    if not form.is_submitted() or not form.validate():
        return Sent()
    if request.form.get("step") == "check":
        quorum = quorum_met(form.body, form.attendance(), excluded)
        return Sent(checked={"quorum": quorum, "outcome": outcome(quorum)})
    try:
        return Sent(record())
    except Refused as refusal:
        form.form_errors.append(refusal.sentence)
        return Sent(refused=True)
