"""South West London as a journey meets it: who does what at each organisation, and what day it is."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from tests.conftest import SettableClock
from tests.journeys.visitor import Visitor

LONDON = ZoneInfo("Europe/London")
SIX = ("Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth")

SECRETARIES = {
    "Croydon": "olive-marchmont",
    "Kingston": "gregory-penrose",
    "Merton": "ruth-calverley",
    "Richmond": "edmund-starling",
    "Sutton": "priya-lockhart",
    "Wandsworth": "martha-greenslade",
}
CHAIRS = {
    "Croydon": "imogen-ashgrove",
    "Kingston": "neville-orchardson",
    "Merton": "adaeze-fernleigh",
    "Richmond": "beatrice-hollingbrook",
    "Sutton": "marcus-vellacourt",
    "Wandsworth": "rowena-caxton",
}
DIRECTOR = "vivienne-harcastle"
MANAGER = "jerome-applewhite"
SUTTON_MANAGER = "theo-blackmore"
ADMINISTRATOR = "winifred-ockley"
OFFICER_OF_NHS_ENGLAND = "isobel-tremayne"


def email(code: str) -> str:
    """How a person of the demonstration signs in."""
    return f"{code}@demonstration.example"


@dataclass
class SouthWestLondon:
    """The service, the calendar, and the people who are signed in."""

    app: Flask
    clock: SettableClock
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def it_is(self, day: str, at: str = "10:00") -> None:
        """Turn the calendar to a day such as "11 November 2015", at a time in London; it never goes back."""
        moment = datetime.strptime(f"{day} {at}", "%d %B %Y %H:%M").replace(tzinfo=LONDON).astimezone(UTC)
        assert moment >= self.clock.now, f"{day} is before {self.clock.now}"
        self.clock.now = moment

    def person(self, code: str) -> Visitor:
        """Someone of the demonstration, signed in by the form."""
        if code not in self.visitors:
            visitor = Visitor(self.app)
            visitor.sign_in(email(code))
            self.visitors[code] = visitor
        return self.visitors[code]

    def secretary(self, body: str) -> Visitor:
        """The board secretary of a CCG."""
        return self.person(SECRETARIES[body])

    def chair(self, body: str) -> Visitor:
        """The chair of a governing body."""
        return self.person(CHAIRS[body])

    def director(self) -> Visitor:
        """The programme director."""
        return self.person(DIRECTOR)

    def officer(self) -> Visitor:
        """The officer who answers for NHS England."""
        return self.person(OFFICER_OF_NHS_ENGLAND)

    def anyone(self) -> Visitor:
        """Somebody who is not signed in."""
        return Visitor(self.app)

    def flask(self, *arguments: str, fails: bool = False) -> str:
        """Run a command of `flask --app wsgi`; gives what it printed. It succeeds, or is expected to fail."""
        result = self.app.test_cli_runner().invoke(args=[*arguments])
        assert (result.exit_code != 0) == fails, result.output
        return str(result.output)
