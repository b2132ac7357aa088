"""That a case came to a result is to be told: the work is queued in the transaction of the entry it tells of.

So no result goes untold, and none is told twice. A worker writes the letters (`results`): who records a decision does
not wait for them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Act
from app.audit.tags import Tag
from app.jobs.service import enqueue
from app.signoff.models import Case
from app.signoff.subject import AskedCase

KIND = "signoff.result"
TOLD = {Tag.CASE_AGREED: "agreed", Tag.CASE_STOPPED: "stopped", Tag.CASE_WITHDRAWN: "withdrawn"}
"""What ends a case, and in a word how. Who asked withdraws it: that is told to those who were asked as a result is."""


def ask_to_tell(
    session: Session, case: Case | AskedCase, acts: Sequence[Act], brought: Sequence[Act], now: datetime
) -> None:
    """Queue the telling of what these acts came to, or brought the case to; what was recorded afterwards is no news.

    The release of a pack has a mail of its own. `now` is the time of the act: nothing is counted from when this job was
    asked for.
    """
    if case.subject_kind == "pack" or not any(act.tag in TOLD for act in (*acts, *brought)):
        return
    if all(act.doer.recorded is None for act in acts):
        enqueue(
            session,
            kind=KIND,
            argument={"case": case.id},
            thing_kind="case",
            thing_id=case.id,
            asked_by=None,
            real_now=now,
        )
