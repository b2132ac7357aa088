"""Seats, the people who hold them, their roles and their interests."""

from app.exchange.formats import Address, Choice, Code, Day, Text, Whole, YesNo
from app.exchange.kinds.bodies import ODS, not_overlapping, of_body, within
from app.exchange.kinds.kind import RECORDED_AFTERWARDS, Column, Complaint, Kind, Link, Row, World, as_recorded
from app.people.dated import Span, together
from app.people.invited import is_address
from app.people.models import ClassInterest, Interest, Person, RoleHolding, Seat, SeatDeputy, SeatHolding
from app.permissions import Role
from workflows.facts import INTEREST_KINDS

PERSON = Code(60, example="demo-ashcombe")
SEAT = Code(60, example="wandsworth-chair")
DEMONSTRATION = Column(
    "demonstration", "Whether this is demonstration content, marked so wherever it is shown.", YesNo("no"), True
)


INTEREST_WORDS = (
    Column("description", "The interest, as the register prints it.", Text(example="GP partner"), True),
    Column("concerns", "The organisation or business it concerns.", Text(300, example="Example Practice")),
)
MITIGATION = Column("mitigation", "What is done about it in general.", Text(example="Leaves for bids of the practice"))


def references_person(*columns: str) -> tuple[Link, ...]:
    """Links of columns that hold a person's code; the attribute is the column's name and `_id`."""
    return tuple(Link(f"{column}_id", "people", (column,)) for column in columns)


def _address(world: World, row: Row) -> list[Complaint]:
    email = row.values["email"] or ""
    if not is_address(email):
        return [("email", f"“{email[:80]}” is no email address; expected one such as name@nhs.example.")]
    return []


def _in_seat(world: World, row: Row) -> list[Complaint]:
    seat = world.rows("seats").get((row.values["seat"],))
    if seat is None:
        return []
    found = within(row, "starts", "ends", seat, "starts", "ends", f"seat {row.values['seat']}")
    body = world.rows("bodies").get((seat.values["body"],))
    if body:
        found += within(row, "starts", "ends", body, "opened", "closed", f"body {seat.values['body']}")
    return found[:1]


def _not_for_oneself(world: World, row: Row) -> list[Complaint]:
    own = Span(row.values["starts"], row.values["ends"])
    for held in world.grouped("seat_holdings", "seat").get((row.values["seat"],), []):
        if held.values["person"] == row.values["person"] and together(
            own, Span(held.values["starts"], held.values["ends"])
        ):
            said = f"{row.values['person']} holds seat {row.values['seat']} then; expected someone else as deputy."
            return [("person", said)]
    return []


def _in_organisation(world: World, row: Row) -> list[Complaint]:
    owner = world.rows("organisations").get((row.values["organisation"],))
    if owner is None:
        return []
    return within(row, "starts", "ends", owner, "opened", "closed", f"organisation {row.values['organisation']}")


def _known_programme(world: World, row: Row) -> list[Complaint]:
    code = row.values["programme"]
    if code is None or (code,) in world.rows("programmes"):
        return []
    return [("programme", f"“{code}” is not known; expected the code of a row in programmes.csv.")]


KINDS = (
    Kind(
        "seats",
        "Places on a body. Seats hold votes; people hold seats, for dates.",
        Seat,
        ("code",),
        (
            Column("code", "The seat's code.", SEAT, required=True),
            Column("body", "The body's code.", Code(40, example="wandsworth"), True, None),
            Column("title", "The seat's title.", Text(200, example="Clinical chair"), required=True),
            Column("kind", "What kind of seat it is, for quorum.", Choice(Seat.KINDS, "chair"), required=True),
            Column("voting", "Whether it holds a vote.", YesNo(), required=True),
            Column("shared_vote", "Seats of a body with the same word here share one vote.", Code(40, example="gps")),
            Column("position", "Its place in the list of seats.", Whole(1, 999, example="1"), required=True),
            Column("starts", "First day of the seat.", Day("2013-04-01"), required=True),
            Column("ends", "Last day of the seat.", Day("2020-03-31")),
        ),
        links=(Link("body_id", "bodies", ("body",)),),
        spans=(("starts", "ends"),),
        checks=(of_body("starts", "ends"),),
    ),
    Kind(
        "people",
        "People. Accounts and passwords are no facts: they never come in or go out.",
        Person,
        ("code",),
        (
            Column("code", "The person's code.", PERSON, required=True),
            Column("name", "Their name as shown.", Text(200, example="Dr Robin Ashcombe"), required=True),
            Column("email", "Their address.", Address(320, example="robin@demonstration.example"), required=True),
            DEMONSTRATION,
        ),
        checks=(_address,),
    ),
    Kind(
        "seat_holdings",
        "Who holds which seat, for dates.",
        SeatHolding,
        ("seat", "person", "starts"),
        (
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("person", "The person's code.", PERSON, True, None),
            Column("starts", "First day in the seat.", Day("2013-04-01"), required=True),
            Column("ends", "Last day in the seat.", Day("2016-03-31")),
        ),
        links=(Link("seat_id", "seats", ("seat",)), Link("person_id", "people", ("person",))),
        spans=(("starts", "ends"),),
        checks=(_in_seat, not_overlapping("seat_holdings", "seat")),
    ),
    Kind(
        "deputies",
        "Who may stand in for whoever holds a seat, for dates.",
        SeatDeputy,
        ("seat", "person", "starts"),
        (
            Column("seat", "The seat's code.", SEAT, True, None),
            Column("person", "The code of the person who stands in.", PERSON, True, None),
            Column("starts", "First day on which they may stand in.", Day("2015-10-01"), required=True),
            Column("ends", "Last day on which they may.", Day("2016-03-31")),
            DEMONSTRATION,
        ),
        links=(Link("seat_id", "seats", ("seat",)), Link("person_id", "people", ("person",))),
        spans=(("starts", "ends"),),
        checks=(_in_seat, not_overlapping("deputies", "seat", "person"), _not_for_oneself),
    ),
    Kind(
        "roles",
        "Roles people hold for an organisation and, where given, for one programme, for dates.",
        RoleHolding,
        ("person", "role", "organisation", "programme", "starts"),
        (
            Column("person", "The person's code.", PERSON, True, None),
            Column("role", "The role.", Choice(tuple(role.value for role in Role), "secretary"), required=True),
            Column("organisation", "ODS code of the organisation they act for.", ODS, True, None),
            Column(
                "programme",
                "The programme's code, where the role is for one only.",
                Code(40, example="swl-commissioning"),
                attribute="programme_code",
            ),
            Column("starts", "First day in the role.", Day("2015-04-01"), required=True),
            Column("ends", "Last day in the role.", Day("2016-03-31")),
        ),
        links=(Link("person_id", "people", ("person",)), Link("organisation_id", "organisations", ("organisation",))),
        spans=(("starts", "ends"),),
        checks=(
            _in_organisation,
            _known_programme,
            not_overlapping("roles", "person", "role", "organisation", "programme"),
        ),
    ),
    Kind(
        "interests",
        "Interests people have declared.",
        Interest,
        ("code",),
        (
            Column("code", "The interest's code.", Code(60, example="ashcombe-practice"), required=True),
            Column("person", "The person's code.", PERSON, True, None),
            Column("kind", "One of the four kinds of the 2016/17 guidance.", Choice(INTEREST_KINDS, "financial"), True),
            *INTEREST_WORDS,
            Column("arose", "When it arose.", Day("2015-04-01")),
            Column("declared", "When it was declared.", Day("2015-04-20"), required=True),
            Column("ended", "When it ended.", Day("2016-03-31")),
            MITIGATION,
            Column("reviewed_on", "When it was last confirmed.", Day("2016-04-20")),
            Column(
                "withheld",
                "Why the published register leaves it out; empty where it does not.",
                Text(example="The address would put the family at risk"),
            ),
            RECORDED_AFTERWARDS,
            DEMONSTRATION,
        ),
        links=references_person("person"),
        spans=(("arose", "declared"), ("declared", "ended"), ("declared", "reviewed_on")),
        happened=("declared", "reviewed_on"),
        complete=as_recorded,
    ),
    Kind(
        "class_interests",
        "Interests that every holder of a kind of seat on a body shares, declared for all of them at once.",
        ClassInterest,
        ("code",),
        (
            Column("code", "The declaration's code.", Code(60, example="wandsworth-gp-members"), required=True),
            Column("body", "The body's code.", Code(40, example="wandsworth"), True, None),
            Column("seat_kind", "Whose interest it is: this kind of seat.", Choice(Seat.KINDS, "gp_member"), True),
            Column("kind", "One of the four kinds of the 2016/17 guidance.", Choice(INTEREST_KINDS, "financial"), True),
            *INTEREST_WORDS,
            Column("arose", "When it arose.", Day("2015-04-01")),
            Column("declared", "When it was declared.", Day("2015-04-20"), required=True),
            Column("declared_by", "Who declared it, by name.", Text(200, example="Lee Example"), required=True),
            Column("ended", "When it ended.", Day("2016-03-31")),
            MITIGATION,
            Column("reviewed_on", "When it was last confirmed.", Day("2016-04-20")),
            DEMONSTRATION,
        ),
        links=(Link("body_id", "bodies", ("body",)),),
        spans=(("arose", "declared"), ("declared", "ended"), ("declared", "reviewed_on")),
        happened=("declared", "reviewed_on"),
    ),
)
