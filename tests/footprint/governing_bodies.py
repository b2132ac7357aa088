"""A governing body of the workbook: its rule, seats, people, local positions and next meeting, all made up."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tests.footprint.rows import (
    SOURCE,
    Cell,
    Sheets,
    add,
    code_of,
    day_of,
    held_on,
    meeting_of,
    moment,
    period_of,
    person,
)

SEATS = (
    ("chair", "Clinical chair", "yes"),
    ("deputy_chair", "Deputy chair and lay member", "yes"),
    ("accountable_officer", "Accountable officer", "yes"),
    ("chief_finance_officer", "Chief finance officer", "yes"),
    ("registered_nurse", "Registered nurse", "yes"),
    ("secondary_care_doctor", "Secondary care doctor", "yes"),
    ("lay_member", "Lay member, audit and governance", "yes"),
    ("gp_member", "GP member", "yes"),
)
STANDING = (
    ("welcome", "Welcome, apologies and quoracy", "noting"),
    ("public_questions", "Questions from the public", "discussion"),
    ("declarations", "Declarations of interest", "noting"),
    ("minutes", "Minutes of the last meeting", "approval"),
)


def governing_body(
    found: Sheets, streams: Iterable[str], organisation: Mapping[str, str], place: int, today: date
) -> None:
    """A governing body with its rule, seats, people, local positions and next meeting."""
    name, ods = organisation["short_name"], organisation["ods_code"]
    body, opened = code_of(name), day_of(organisation["opened"])
    add(
        found,
        "bodies",
        code=body,
        organisation=ods,
        kind="governing_body",
        name=f"NHS {name} CCG Governing Body",
        short_name=name,
        opened=opened,
    )
    add(
        found,
        "body_rules",
        body=body,
        starts=opened,
        quorum_share=("1/2", "1/3")[place % 2],
        quorum_needs="1 lay member: lay_member|deputy_chair; 1 clinician: chair|gp_member|registered_nurse",
        lead_number=5,
        lead_unit="working",
        source=SOURCE,
    )
    for position, (kind, title, voting) in enumerate(SEATS, 1):
        seat = f"{body}-{kind.replace('_', '-')}"
        person(found, seat, f"{_given(place, position)} {_family(place, position)}")
        add(
            found,
            "seats",
            code=seat,
            body=body,
            title=title,
            kind=kind,
            voting=voting,
            position=position,
            starts=opened,
        )
        add(found, "seat_holdings", seat=seat, person=seat, starts=opened)
    person(found, f"{body}-secretary", f"{_given(place, 9)} {_family(place, 9)}", "secretary", ods)
    for code in streams:
        add(found, "workstream_bodies", workstream=code, body=body)
        said = code == "crisis-care"
        add(
            found,
            "local_positions",
            workstream=code,
            period=period_of(today),
            body=body,
            state="approved" if said else "nothing_local",
            brag="green" if said else None,
            position=f"The team of {name} answers calls; demonstration content." if said else None,
            written_by=f"{body}-secretary",
            written_at=moment(today - timedelta(days=5)),
            approved_by=f"{body}-secretary" if said else None,
            approved_at=moment(today - timedelta(days=4)) if said else None,
            demonstration="yes",
        )
    meeting = meeting_of(body, today)
    add(
        found,
        "meetings",
        code=meeting,
        body=body,
        title="Governing Body meeting in public",
        held_on=held_on(place, today),
        begins="14:00",
        place="Town Hall (demonstration content)",
        state="planned",
        demonstration="yes",
    )
    for position, (kind, title, purpose) in enumerate(STANDING, 1):
        asked = "The Governing Body is asked to approve the minutes." if purpose == "approval" else None
        _item(found, meeting, position, "standing", title, purpose, standing_kind=kind, recommendation=asked)
    _item(
        found,
        meeting,
        len(STANDING) + 1,
        "edition",
        "West Yorkshire programme update",
        "noting",
        recommendation="The Governing Body is asked to note the update.",
        author="Silas Beckwith, programme manager",
        summary="The common update of the programme, with this body’s own position on each workstream.",
    )


def _item(found: Sheets, meeting: str, position: int, origin: str, title: str, purpose: str, **more: Cell) -> None:
    add(
        found,
        "agenda_items",
        meeting=meeting,
        part=1,
        position=position,
        origin=origin,
        title=title,
        purpose=purpose,
        minutes=10,
        demonstration="yes",
        **more,
    )


GIVEN = ("Agnes", "Bertram", "Clarice", "Dorian", "Edith", "Fergus", "Greta", "Hugo", "Imelda", "Jasper", "Keziah")
FAMILY = (
    "Ackroyd-Vale",
    "Birkdale",
    "Calverstone",
    "Denholme",
    "Eldwick",
    "Farnley",
    "Gildersome",
    "Haworthy",
    "Ilkton",
)


def _given(place: int, position: int) -> str:
    return GIVEN[(place + position) % len(GIVEN)]


def _family(place: int, position: int) -> str:
    return f"{FAMILY[position % len(FAMILY)]}{('', '-Moor', '-Royd')[place % 3]}"
