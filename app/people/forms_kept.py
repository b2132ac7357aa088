"""The forms by which organisations, bodies, seats, people and what they hold are kept."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.people.invited import ODS_LIMIT
from app.people.kept import Contradiction
from app.people.models import Organisation, Seat
from app.permissions import Role
from app.permissions.facts import ROLE_NAMES
from app.web.forms import BaseForm, Line
from workflows.facts import BODY_KINDS, HANDLINGS, LEAD_UNITS
from workflows.quorum import HANDLING_IN_WORDS

KIND_WORDS = {
    "ccg": "Clinical commissioning group (CCG)",
    "nhs_england": "NHS England",
    "acute_trust": "Acute trust",
    "mental_health_trust": "Mental health trust",
    "community_trust": "Community trust",
    "council": "Council",
    "icb": "Integrated care board (ICB)",
}
UNIT_WORDS = {"working": "Working days", "clear": "Clear days", "calendar": "Calendar days"}
SHARES = {"1/4": "A quarter", "1/3": "One third", "2/5": "Two fifths", "1/2": "Half", "2/3": "Two thirds"}
SHARES |= {"3/4": "Three quarters", "1/1": "All"}
NEEDS = 3
DATED = "What was true until then stays as it was."
CORRECTED = "A correction: it shows everywhere at once. What is printed or decided keeps the old words."


def worded(term: str) -> str:
    """`gp_member` → `GP member`."""
    return term.replace("_", " ").capitalize().replace("Gp ", "GP ")


def show(form: BaseForm, refusal: Contradiction) -> None:
    """Show what contradicts by its fields, and above the form where it has none of that name."""
    for name, sentence in refusal.problems:
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)


class SeveralOf(SelectMultipleField):
    """Checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Kept(BaseForm):
    """A form that knows what it showed, so that a change by someone else meanwhile is seen."""

    seen = HiddenField()


class OrganisationForm(Kept):
    """What is said of an organisation."""

    name = Line("Name", [InputRequired("Enter its full name")], most=200, description=CORRECTED)
    short_name = Line("Short name, for tables", [InputRequired("Enter a short name")], most=60)
    kind = SelectField("Kind", choices=[(kind, KIND_WORDS[kind]) for kind in Organisation.KINDS])
    ons_code = Line("ONS code", most=12, description="Where it has one, for example E38000193.")
    registered_patients = IntegerField(
        "Registered patients", [Optional(), NumberRange(0, 100_000_000, "Enter a number from 0 to 100,000,000")]
    )
    registered_patients_as_at = Line("Counted when", most=60, description="In words, for example: October 2015.")
    source = Line("Source", most=300, description="Where this was read.")

    def given(self) -> dict[str, Any]:
        """The columns of an organisation, empty text as none."""
        names = ("ons_code", "registered_patients", "registered_patients_as_at", "source")
        said = {name: self[name].data if self[name].data not in ("", None) else None for name in names}
        return {"name": self.name.data, "short_name": self.short_name.data, "kind": self.kind.data, **said}


class NewOrganisationForm(OrganisationForm):
    """The same, with what identifies it."""

    ods_code = Line(
        "ODS code",
        [InputRequired("Enter its ODS code"), Regexp(r"[A-Za-z0-9]+\Z", message="Use letters and digits only")],
        most=ODS_LIMIT,
        filters=[lambda text: text.upper() if text else text],
        description="It identifies the organisation and never changes.",
    )
    opened = DateField("First day", [InputRequired("Enter its first day")])


class BodyForm(Kept):
    """What of a body is corrected."""

    name = Line("Name", [InputRequired("Enter its full name")], most=200, description=CORRECTED)
    short_name = Line("Short name, for tables", [InputRequired("Enter a short name")], most=60)


class NewBodyForm(BaseForm):
    """A body that decides for an organisation."""

    name = Line("Name", [InputRequired("Enter its full name")], most=200)
    short_name = Line("Short name, for tables", [InputRequired("Enter a short name")], most=60)
    kind = SelectField("Kind", choices=[(kind, worded(kind)) for kind in BODY_KINDS])
    opened = DateField("First day on which it can decide", [InputRequired("Enter its first day")])


class SeatForm(Kept):
    """A seat's name and place."""

    title = Line("Title", [InputRequired("Enter the seat’s title")], most=200, description=CORRECTED)
    position = IntegerField(
        "Place in the list", [InputRequired("Enter a number"), NumberRange(1, 999, "Enter a number from 1 to 999")]
    )


class VoteForm(BaseForm):
    """A seat's kind and vote, from a day on."""

    starts = DateField("From which day", [InputRequired("Enter the first day")], description=DATED)
    kind = SelectField("Kind of seat", choices=[(kind, worded(kind)) for kind in Seat.KINDS])
    voting = BooleanField("It holds a vote")
    shares_with = SelectField("Shares its vote with", description="Two seats of one body can cast one vote together.")


class NewSeatForm(VoteForm):
    """A further seat."""

    title = Line("Title", [InputRequired("Enter the seat’s title")], most=200)
    position = IntegerField(
        "Place in the list", [InputRequired("Enter a number"), NumberRange(1, 999, "Enter a number from 1 to 999")]
    )


class HolderForm(BaseForm):
    """Who holds a seat, for dates."""

    person = SelectField(
        "Person",
        [InputRequired("Choose a person")],
        description="Everyone known to the organisation. Someone new joins it first, on the page of people.",
    )
    starts = DateField("First day", [InputRequired("Enter the first day")], description=DATED)
    ends = DateField("Last day", [Optional()], description="Leave it empty where it is not known yet.")
    takes_over = BooleanField("Whoever holds it then leaves it the day before")


class DeputyForm(BaseForm):
    """Who may stand in for a seat, for dates."""

    person = SelectField("Person", [InputRequired("Choose a person")])
    starts = DateField("First day", [InputRequired("Enter the first day")])
    ends = DateField("Last day", [Optional()], description="Leave it empty where it is until further notice.")


class EndForm(BaseForm):
    """The last day of something, and that what hangs on it was seen."""

    ends = DateField("Last day", [InputRequired("Enter the last day")], description=DATED)
    confirmed = HiddenField()


class ClosingForm(EndForm):
    """The last day of an organisation, and who takes on its work."""

    successor = SelectField("Which organisation takes on its work?")


class PersonForm(Kept):
    """What is said of a person."""

    name = Line("Name", [InputRequired("Enter the name")], most=200, description=CORRECTED)
    email = Line("Email address", [InputRequired("Enter the email address")], most=320)


class RoleForm(BaseForm):
    """A role for an organisation, for dates."""

    organisation = SelectField("Organisation", [InputRequired("Choose an organisation")])
    role = SelectField("Role", choices=[(role.value, ROLE_NAMES[role].capitalize()) for role in Role])
    programme = SelectField(
        "Programme", description="For a programme manager or director. Empty means every programme of the organisation."
    )
    starts = DateField("First day", [InputRequired("Enter the first day")])
    ends = DateField("Last day", [Optional()], description="Leave it empty where it is until further notice.")


class NewPersonForm(RoleForm):
    """Someone joins: who they are, and their first role."""

    name = Line("Name", [InputRequired("Enter the name")], most=200)
    email = Line("Email address", [InputRequired("Enter the email address")], most=320)


class CollaborativeForm(Kept):
    """A collaborative's name and host."""

    name = Line("Name", [InputRequired("Enter its name")], most=200, description=CORRECTED)
    host = SelectField("Host of its staff", [InputRequired("Choose the host")])


class NewCollaborativeForm(BaseForm):
    """A collaborative with its first member, the host."""

    name = Line("Name", [InputRequired("Enter its name")], most=200)
    host = SelectField("Host of its staff", [InputRequired("Choose the host")])
    starts = DateField("First day of the host’s membership", [InputRequired("Enter the first day")])


class MemberForm(BaseForm):
    """An organisation joins a collaborative."""

    organisation = SelectField("Organisation", [InputRequired("Choose an organisation")])
    starts = DateField("First day", [InputRequired("Enter the first day")])


class RuleForm(BaseForm):
    """A body's quorum and paper deadline, from a day on."""

    starts = DateField("From which day", [InputRequired("Enter the first day")], description=DATED)
    quorum = SelectField("Share of the voting seats that must be present", choices=list(SHARES.items()))
    handlings_that_count = SeveralOf(
        "With a conflict of interest, a member still counts as present where",
        choices=[(way, HANDLING_IN_WORDS[way].capitalize()) for way in HANDLINGS],
    )
    excluded_in_denominator = BooleanField("A seat excluded for a conflict still counts among the voting seats")
    vacant_in_denominator = BooleanField("A vacant seat still counts among the voting seats")
    casting_vote = BooleanField("On equal votes the chair has a casting vote")
    count_person_once = BooleanField("A person who holds two seats counts once")
    deputy_carries_kind = BooleanField("A deputy counts as the kind of member they stand in for")
    chairs_action = BooleanField("Between meetings the chair may decide what is urgent, to be ratified by a meeting")
    members_vote = BooleanField("Members may vote on line between meetings, where what is asked provides for it")
    lead_number = IntegerField(
        "Papers are due how many days before the meeting",
        [Optional(), NumberRange(0, 365, "Enter a number of days from 0 to 365")],
    )
    lead_unit = SelectField("Kind of days", choices=[("", "None set"), *((u, UNIT_WORDS[u]) for u in LEAD_UNITS)])
    source = Line("Source", most=300, description="For example the section of the constitution that says so.")

    FLAGS = (
        "excluded_in_denominator",
        "vacant_in_denominator",
        "casting_vote",
        "count_person_once",
        "deputy_carries_kind",
        "chairs_action",
        "members_vote",
    )
    UNUSUAL = ("members_vote",)

    def in_order(self) -> list[str]:
        """Its fields as a page shows them: what must be there stands together."""
        needs = [field.name for need in self.needs() for field in need]
        names = ["starts", "quorum", *needs, "handlings_that_count", *self.FLAGS, "lead_number", "lead_unit", "source"]
        return [name for name in names if name in self]

    def without_quorum(self) -> None:
        """Leave only the paper deadline: one officer has no quorum."""
        kept = ("starts", "lead_number", "lead_unit", "source", "csrf_token")
        for name in [name for name in self._fields if name not in kept]:
            del self[name]

    def needs(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each needed kind of member: how many, what one is called, which kinds of seat."""
        return [
            (self[f"need_{n}_count"], self[f"need_{n}_label"], self[f"need_{n}_kinds"])
            for n in range(1, NEEDS + 1)
            if f"need_{n}_count" in self
        ]

    def rule(self) -> dict[str, Any]:
        """The quorum as it is stored."""
        numerator, denominator = self.quorum.data.split("/")
        return {
            "share_numerator": int(numerator),
            "share_denominator": int(denominator),
            "needs": [
                {"count": count.data, "label": label.data, "kinds": kinds.data}
                for count, label, kinds in self.needs()
                if count.data
            ],
            "handlings_that_count": self.handlings_that_count.data,
            **{flag: self[flag].data for flag in self.FLAGS},
        }

    def show_rule(self, stored: dict[str, Any] | None) -> None:
        """Fill the form with a stored quorum; with what is usual where there is none."""
        stored = stored or {"share_numerator": 1, "share_denominator": 2, "needs": []}
        share = f"{stored['share_numerator']}/{stored['share_denominator']}"
        self.quorum.choices = {**SHARES, share: SHARES.get(share, share.replace("/", " of every "))}
        self.quorum.data = share
        self.handlings_that_count.data = list(stored.get("handlings_that_count", ["note_only"]))
        for flag in self.FLAGS:
            self[flag].data = stored.get(flag, flag not in self.UNUSUAL)
        for (count, label, kinds), need in zip(self.needs(), stored["needs"], strict=False):
            count.data, label.data, kinds.data = need["count"], need["label"], list(need["kinds"])

    def validate(self, extra_validators: Any = None) -> bool:
        """A needed kind of member has a name and at least one kind of seat."""
        fine = bool(super().validate(extra_validators))
        for count, label, kinds in self.needs():
            if not count.data:
                continue
            if not label.data:
                label.errors, fine = ["Say what one of them is called, for example: lay member"], False
            if not kinds.data:
                kinds.errors, fine = ["Choose the kinds of seat that count"], False
        return fine


def _add_needs() -> None:
    for number in range(1, NEEDS + 1):
        words = ("first", "second", "third")[number - 1]
        count = IntegerField(
            f"Among them, the {words} kind of member: how many",
            [Optional(), NumberRange(0, 50, "Enter a number from 0 to 50")],
        )
        setattr(RuleForm, f"need_{number}_count", count)
        setattr(RuleForm, f"need_{number}_label", Line("What one of them is called", most=60))
        kinds = SeveralOf("Kinds of seat that count", choices=[(kind, worded(kind)) for kind in Seat.KINDS])
        setattr(RuleForm, f"need_{number}_kinds", kinds)


_add_needs()


def pairs(rows: Iterable[tuple[str, str]], empty: str | None = None) -> dict[str, str]:
    """Choices of a field, with a first one for none where it has words."""
    return {**({"": empty} if empty is not None else {}), **dict(rows)}
