"""A new group begins: the commands of an operator, then its people at their pages, from no rows to released packs."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from flask import Flask

from app.jobs.worker import run_waiting
from tests.footprint import rows, workbook
from tests.journeys.visitor import Visitor

PASSWORD = "gravel teapot orbit"


class NewGroup:
    """The service of a group that has only just begun, and its people, each with a session of their own."""

    def __init__(self, app: Flask, today: date, files: Path) -> None:
        self.app, self.today, self.files = app, today, files
        self.here: dict[str, Visitor] = {}
        self.case = ""

    def flask(self, *arguments: str) -> str:
        """Run `flask --app wsgi …`; gives what it printed."""
        done = self.app.test_cli_runner().invoke(args=list(arguments))
        assert done.exit_code == 0, done.output
        return done.output

    def begin(self) -> None:
        """The operator invites the first administrator, and imports the filled template."""
        host = rows.organisations()[-1]["ods_code"]
        self.flask("people", "invite-administrator", "--name", "Ada Example", "--email", "ada@group.example",
                   "--organisation", host)  # fmt: skip
        filled = self.files / "west-yorkshire.xlsx"
        self.flask("exchange", "template", str(filled))
        workbook.fill(filled, workbook.sheets(self.today))
        checked = self.flask("exchange", "check", str(filled))
        assert "sheet bodies: 11 new, 0 changed, 0 unchanged\n" in checked
        assert checked.endswith("This can be imported as it stands.\n")
        assert self.flask("exchange", "import", str(filled)).endswith("Imported.\n")

    def person(self, code: str) -> Visitor:
        """Somebody of the workbook, who opens their account by their personal link when they are first needed."""
        if code not in self.here:
            said = self.flask("people", "invite", rows.email_of(code))
            link = re.search(r"/invitation/\S+", said)
            assert link, said
            visitor = self.here[code] = Visitor(self.app)
            visitor.open(link[0])
            visitor.press("Open my account", {"Password": PASSWORD, "Password again": PASSWORD})
            visitor.press("Sign in", {"Email address": rows.email_of(code), "Password": PASSWORD})
        return self.here[code]

    @property
    def director(self) -> Visitor:
        return self.person(workbook.DIRECTOR)

    def secretary(self, body: str) -> Visitor:
        return self.person(f"{body}-secretary")

    def meeting(self, body: str) -> str:
        return rows.meeting_of(body, self.today)

    def ask_for_agreement(self, bodies: Iterable[str]) -> None:
        """The director asks all eleven bodies for responses to the draft, half respond, and version 2 is put to them.

        The secretaries of `bodies` put it on their agendas.
        """
        director = self.director
        director.open(f"/documents/{workbook.DOCUMENT}/versions/1")
        director.follow("Ask the bodies to agree it")
        choices = [node for node in director.page.root.walk() if node.attributes.get("name") == "bodies"]
        assert len(choices) == 11
        self.case = director.press("Open the case").path.removeprefix("/sign-offs/")
        for body in rows.bodies()[:6]:
            secretary = self.secretary(body)
            secretary.open(f"/sign-offs/{self.case}/{body}/answer")
            secretary.press(
                "Record the answer",
                {"What is the answer?": "Respond", "Response and comments on clauses": "Supported."},
            )
        director.open(f"/documents/{workbook.DOCUMENT}/versions/2")
        director.follow("Ask the bodies to agree it")
        director.press("Open the round")
        for body in bodies:
            secretary = self.secretary(body)
            page = secretary.open(f"/sign-offs/{self.case}/{body}")
            secretary.press("Put it on this agenda", {"Meeting": page.choice("Meeting", "Governing Body meeting")})

    def release_the_edition(self) -> None:
        """The director accepts the one gap of the common update, has it built, and releases it."""
        director, place = self.director, f"/editions/{rows.period_of(self.today)}"
        self._accept_gaps(director, place)
        director.press("Build the edition")
        self.work()
        director.open(place)
        director.follow("Release the edition")
        director.press("Release the edition")
        assert "The edition is released" in director.page.text

    def build(self, body: str) -> None:
        """A secretary accepts by name what is missing, and asks for the pack."""
        secretary = self.secretary(body)
        self._accept_gaps(secretary, f"/meetings/{self.meeting(body)}/pack")
        secretary.press("Build the pack")

    def release(self, body: str) -> None:
        """The secretary puts the built pack before the chair, who releases it."""
        place = f"/meetings/{self.meeting(body)}/pack"
        secretary, chair = self.secretary(body), self.person(f"{body}-chair")
        secretary.open(place)
        secretary.follow("Put before the chair")
        secretary.press("Put before the chair")
        assert "The pack is before the chair." in secretary.page.text
        chair.open(place)
        chair.follow("Release or return the pack")
        chair.press("Confirm", {"What do you decide?": "Release this pack"})
        assert "released" in chair.page.text.lower()

    def work(self) -> None:
        """Do all the work that waits, as the worker does."""
        run_waiting(self.app)

    def _accept_gaps(self, visitor: Visitor, place: str) -> None:
        visitor.open(place)
        while "Accept with a reason" in visitor.page.text:
            visitor.follow("Accept with a reason")
            visitor.press("Accept the gap in my name", {"Why it may be missing": "it comes with the next one."})
