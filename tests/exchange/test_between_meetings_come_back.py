"""What bodies did between their meetings goes out and comes in: a chair's action ratified, a vote on line."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.exchange.service import Forecast
from app.people.models import BodyRule, DecidingBody
from app.signoff.queries import case_by_code, standing_of
from tests.conftest import FIRST_DAY

CASE, SECRETARY = "minimum-outcomes-2015", '"board secretary, NHS Merton CCG"'
DECISIONS = (
    "case,round,body,meeting,role,answer,reason,conditions,comments,until,deferred_to,presiding_seat,at,by,capacity,"
    "urgent,officer_seat,lay_seat,voting\n"
)
SEATS = "case,round,body,at,seat,person,name,status,deputy_for,there_for_item,vote\n"
THERE = {
    "merton-chair": "adaeze-fernleigh",
    "merton-deputy-chair": "jonathan-bellwether",
    "merton-accountable-officer": "eleanor-stackpole",
    "merton-chief-finance-officer": "winston-merriweather",
    "merton-lay-governance": "marguerite-dunlow",
    "merton-gp-1": "callum-birchwood",
}


def alone(swl: Path) -> None:
    """Merton's chair decides alone, and an extraordinary meeting ratifies it."""
    with (swl / "meetings.csv").open("a") as meetings:
        meetings.write('merton-2015-11-03,merton,Extraordinary meeting,2015-11-03,14:00,"Morden",held,yes\n')
    rows = (swl / "decisions.csv").read_text().splitlines()
    (swl / "decisions.csv").write_text(
        "\n".join([DECISIONS.strip(), *(f"{row},,,," for row in rows[1:])])
        + f"\n{CASE},2,merton,,chair,agree,,,,,,,2015-10-30T15:00:00Z,adaeze-fernleigh,"
        '"chair, NHS Merton CCG",The tender closes on Monday,merton-accountable-officer,merton-lay-governance,\n'
    )
    (swl / "ratifications.csv").write_text(
        "case,round,body,decided_at,meeting,ratified,reason,presiding_seat,at,by,capacity\n"
        f"{CASE},2,merton,2015-10-30T15:00:00Z,merton-2015-11-03,yes,,,2015-11-03T17:00:00Z,ruth-calverley,{SECRETARY}\n"
    )
    (swl / "ratification_seats.csv").write_text(
        SEATS
        + "".join(
            f"{CASE},2,merton,2015-11-03T17:00:00Z,{seat},{person},,present,,yes,for\n"
            for seat, person in THERE.items()
        )
    )


def voted(swl: Path) -> None:
    """The minimum outcomes are put to Merton's members as a deliverable, who vote on line."""
    with (swl / "cases.csv").open("a") as cases:
        cases.write(
            "minimum-outcomes-accepted,Acceptance of the minimum outcomes,1,minimum-outcomes,1,deliverable-acceptance,"
            '3,08X,swlcc,croydon; merton; sutton,2015-10-01T10:00:00Z,jerome-applewhite,"programme manager",yes\n'
        )
    reviewed = "".join(
        f"minimum-outcomes-accepted,1,{body},,secretary,respond,,,Fine.,,,,2015-10-0{day}T10:00:00Z,{by},"
        f'"board secretary",,,,\n'
        for day, (body, by) in enumerate(
            (("croydon", "olive-marchmont"), ("merton", "ruth-calverley"), ("sutton", "priya-lockhart")), start=2
        )
    )
    outcome = "minimum-outcomes-accepted,2,merton,,,agree,,,,,,,2015-10-13T09:00:00Z,ruth-calverley,clerk,,,,yes\n"
    with (swl / "decisions.csv").open("a") as decisions:
        decisions.write(reviewed + outcome)
    rules = (swl / "body_rules.csv").read_text().splitlines()
    (swl / "body_rules.csv").write_text(
        "\n".join(
            [f"{rules[0]},members_vote", *(f"{row},{'yes' if row.startswith('merton') else ''}" for row in rules[1:])]
        )
        + "\n"
    )
    (swl / "votings.csv").write_text(
        "case,round,body,opens,closes,answer,conditions,at,by,capacity,keepers\n"
        "minimum-outcomes-accepted,2,merton,2015-10-05T08:00:00Z,2015-10-12T16:00:00Z,agree,,2015-10-05T07:00:00Z,"
        f"ruth-calverley,{SECRETARY},\n"
        "minimum-outcomes-accepted,2,merton,2015-10-05T08:00:00Z,2015-10-11T16:00:00Z,agree_with_conditions,"
        f"A yearly review,2015-10-05T06:00:00Z,ruth-calverley,{SECRETARY},The chief nurse | 2016-03-31\n"
    )
    (swl / "voting_stops.csv").write_text(
        "case,round,body,opened_at,reason,at,by,capacity\n"
        "minimum-outcomes-accepted,2,merton,2015-10-05T06:00:00Z,Opened for the wrong days,2015-10-05T06:30:00Z,"
        f"ruth-calverley,{SECRETARY}\n"
    )
    (swl / "voting_rulings.csv").write_text(
        "case,round,body,opened_at,seats,interest_kind,handling,reason,handled_by,at,by,capacity\n"
        "minimum-outcomes-accepted,2,merton,2015-10-05T07:00:00Z,merton-gp-1; merton-lay-governance,financial,"
        f"note_only,Their practice,Dr Adaeze Fernleigh,2015-10-05T10:00:00Z,ruth-calverley,{SECRETARY}\n"
    )
    signed = {**THERE, "merton-gp-1": "edwin-farthinghoe"}  # a deputy
    (swl / "votes.csv").write_text(
        "case,round,body,opened_at,seat,vote,interest_kind,at,by,capacity\n"
        + "".join(
            f"minimum-outcomes-accepted,2,merton,2015-10-05T07:00:00Z,{seat},{vote},{interest},"
            f"2015-10-06T09:00:0{number}Z,{person},member\n"
            for number, (seat, person) in enumerate(signed.items())
            for vote, interest in (("recused", "indirect") if "finance" in seat else ("for", ""),)
        )
    )


def test_what_was_done_between_meetings_comes_in_goes_out_and_is_the_same(
    bring_in: Callable[[Path], Forecast],
    take_out: Callable[[Path], Path],
    session: Session,
    swl: Path,
    tmp_path: Path,
) -> None:
    alone(swl)
    voted(swl)
    bring_in(swl)
    found = {one.party.short_name: one for one in standing_of(session, case_by_code(session, CASE), FIRST_DAY).parties}
    assert found["Merton"].sentence.endswith("It was ratified by the meeting of 3 November 2015.")
    accepted = standing_of(session, case_by_code(session, "minimum-outcomes-accepted"), FIRST_DAY)
    merton = next(one for one in accepted.parties if one.party.short_name == "Merton")
    assert merton.sentence == "Merton agreed version 1 on 12 October 2015 by the votes of its members on line."
    rule = session.scalars(sa.select(BodyRule).join(DecidingBody).where(DecidingBody.code == "merton")).one()
    assert (rule.quorum or {})["members_vote"] is True
    assert bring_in(take_out(tmp_path / "out")).changes_nothing
