"""What became of an answer goes out and comes in: conditions, and an agreement that was withdrawn."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.exchange.service import Forecast
from app.signoff.queries import case_by_code, standing_of
from tests.conftest import FIRST_DAY

CASE, SECRETARY = "out-of-hospital-standards-2015", '"board secretary, NHS Sutton CCG"'
MET = (
    f"{CASE},2,sutton,2015-10-08T10:00:00Z,1,{{}},,,{{}},{{}},{{}},2015-10-2{{}}T09:00:00Z,priya-lockhart,{SECRETARY}\n"
)
WITHDRAWALS = (
    "case,round,body,meeting,role,reason,presiding_seat,at,by,capacity\n"
    f"{CASE},2,nhs-england,,officer,The budget has changed,,2015-10-30T15:00:00Z,isobel-tremayne,"
    '"officer who answers for the organisation, NHS England"\n'
)
CORRECTIONS = (
    "case,round,body,decided_at,reason,answer,conditions,keepers,until,answer_reason,votes,at,by,capacity\n"
    f"{CASE},2,sutton,2015-10-08T10:00:00Z,Who sees to it was said at the meeting,agree_with_conditions,"
    "Before April 2016 the community provider shows how it covers weekends in Sutton.,Chief nurse | 2016-03-01,,,"
    "sutton-chair | abstain,"
    '2015-10-21T09:00:00Z,marcus-vellacourt,"chair, NHS Sutton CCG"\n'
)
DELEGATIONS = (
    "body,to,documents,workstreams,starts,ends,decided\n"
    "croydon,swl-joint,,out-of-hospital-standards,2015-11-06,2016-03-31,GB/1\n"
    "merton,swl-joint,minimum-outcomes,,2015-11-06,,GB/2\n"
)


def test_what_became_of_answers_comes_in_goes_out_and_is_the_same(
    bring_in: Callable[[Path], Forecast],
    take_out: Callable[[Path], Path],
    session: Session,
    swl: Path,
    tmp_path: Path,
) -> None:
    with (swl / "conditions.csv").open("a") as conditions:
        conditions.write(MET.format("waived", "2015-10-22", "No longer needed", "The governing body", 3))
        conditions.write(MET.format("reopened", "", "Recorded by mistake", "", 4))
        conditions.write(MET.format("met", "2015-10-25", "Letter of the provider", "", 6))
    (swl / "corrections.csv").write_text(CORRECTIONS)
    (swl / "agreement_withdrawals.csv").write_text(WITHDRAWALS)
    with (swl / "bodies.csv").open("a") as bodies:
        bodies.write("swl-joint,08X,joint_committee,South West London Joint Committee,Joint committee,2014-10-01,\n")
    with (swl / "body_rules.csv").open("a") as rules:
        rules.write("swl-joint,2014-10-01,,1/2,,note_only,yes,yes,yes,yes,yes,5,working,\n")
    (swl / "delegations.csv").write_text(DELEGATIONS)
    bring_in(swl)
    case = case_by_code(session, CASE)
    found = standing_of(session, case, FIRST_DAY)
    assert found.state == "agreed"
    assert found.result.endswith("What was recorded later no longer bears this out: NHS England (agreement withdrawn).")
    tracked = [one for party in found.parties for one in party.tracked]
    assert [(one.state, one.said) for one in tracked] == [("met", "Letter of the provider")]
    assert tracked[0].due == date(2016, 3, 31)
    assert bring_in(take_out(tmp_path / "out")).changes_nothing
