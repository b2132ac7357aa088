"""What a person may do, read off the permission page itself: each permission with its answer, and on what ground."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app import permissions
from app.people.models import Collaborative, CollaborativeMember, DecidingBody, Organisation
from app.people.queries import in_force
from app.permissions import PERMISSIONS, Actor, Predicate, Resource, Role, allowed

GROUNDS: dict[Predicate, str] = {
    permissions.anyone: "everyone may",
    permissions.signed_in: "everyone who is signed in may",
    permissions.published: "it is published",
    permissions.in_collaborative: "as one of the collaborative",
    permissions.in_part_1_of_collaborative: "as one of the collaborative",
    permissions.of_organisation: "as one of the organisation",
    permissions.of_successor: "as one of the organisation that has its work now",
    permissions.secretary_of_successor: "as board secretary of the organisation that has its work now",
    permissions.officer_of_successor: "as officer of the organisation that has its work now",
    permissions.owner: "as its owner",
    permissions.secretary_of_organisation: "as board secretary",
    permissions.manager_of_organisation: "as programme manager",
    permissions.officer_of_organisation: "as officer who answers for the organisation",
    permissions.member_of_body: "as a member, by seat",
    permissions.chair_of_body: "as chair, by seat",
    permissions.manager_of_programme: "as programme manager of the host",
    permissions.director_of_programme: "as programme director",
    permissions.administrator: "as administrator",
    permissions.administrator_of_organisation: "as organisation administrator",
    permissions.administrator_of_successor: "as organisation administrator of the organisation that has its work now",
    permissions.administrator_of_host: "as organisation administrator of the host",
}
"""Every predicate of the permission page in words."""

PROGRAMME, BODY, ORGANISATION, SERVICE = "programme", "body", "organisation", "service"
WORDS: dict[str, tuple[str, str]] = {
    # permission: about what it is asked, and what it lets one do
    "programme.read": (PROGRAMME, "Read workstreams, updates, the grid and the map"),
    "update.write": (PROGRAMME, "Write the common update and move milestones"),
    "update.approve": (PROGRAMME, "Approve or return an update"),
    "edition.work": (PROGRAMME, "Build the update edition"),
    "edition.release": (PROGRAMME, "Accept the edition’s gaps and release it"),
    "document.read": (PROGRAMME, "Read documents and their versions"),
    "document.write": (PROGRAMME, "Write and issue versions"),
    "comment.withdraw": (PROGRAMME, "Withdraw a comment that is not their own"),
    "comment.answer": (PROGRAMME, "Answer comments on clauses"),
    "case.read": (PROGRAMME, "Read sign-off cases"),
    "case.open": (PROGRAMME, "Open a sign-off case or a further round"),
    "case.withdraw": (PROGRAMME, "Withdraw a sign-off case that the programme office asked"),
    "collaborative.write": (PROGRAMME, "Change the collaborative’s members and host"),
    "update.chase": (PROGRAMME, "Chase what is owed"),
    "programme.set": (PROGRAMME, "Change the programme’s calendar"),
    "milestone.govern": (PROGRAMME, "Re-set a milestone’s baseline or tolerance"),
    "risk.write": (PROGRAMME, "Raise, change, escalate and close risks"),
    "risk.assess": (PROGRAMME, "Assess a risk that is not their own"),
    "risk.accept": (PROGRAMME, "Take a risk to programme level, return it or bring it down"),
    "map.write": (PROGRAMME, "Change the map of the architecture"),
    "log.write": (PROGRAMME, "Write the action and decision logs"),
    "action.report": (PROGRAMME, "Report on an action that is not their own"),
    "local-position.write": (BODY, "Write its local position"),
    "local-position.approve": (BODY, "Approve its local position"),
    "case.schedule": (BODY, "Put a case on its agenda"),
    "comment.write": (BODY, "Comment on clauses for it"),
    "decision.record": (BODY, "Record its decisions"),
    "decision.answer": (BODY, "Answer for it as its officer"),
    "decision.prove": (BODY, "Take the proof of its decision, to be checked off line"),
    "decision.follow": (BODY, "Give the minute of its decision, and record that its meeting withdrew it"),
    "decision.correct": (BODY, "Correct what another person recorded of its decisions"),
    "agreement.withdraw": (BODY, "Withdraw its agreement by a further decision"),
    "chairs-action.take": (
        BODY,
        "Decide for it between meetings by chair’s action, as its chair or who presides instead",
    ),
    "vote.sign": (BODY, "Vote on line for the seats they hold or may stand in for"),
    "condition.keep": (BODY, "Record what became of its conditions"),
    "meeting.read": (BODY, "Read its agendas and papers in Part 1"),
    "meeting.private": (BODY, "Read its private papers, Part 2"),
    "meeting.write": (BODY, "Set its meetings, write its agendas, record attendance and conflicts"),
    "meeting-in-common.read": (PROGRAMME, "Read the agenda of meetings that are held in common"),
    "item.declare": (BODY, "Declare an interest in an item of its agenda"),
    "question.ask": (BODY, "Ask a question on an item of its agenda"),
    "question.answer": (BODY, "Answer a question on an item that was asked of somebody else"),
    "apologies.send": (BODY, "Send apologies for its meetings and name a deputy"),
    "pack.read": (BODY, "Read its packs before they are released"),
    "pack.work": (BODY, "Build its packs"),
    "gap.accept": (BODY, "Accept a gap in its pack"),
    "pack.release": (BODY, "Release its pack"),
    "organisation.read": (BODY, "See its seats, holders and rules"),
    "delegation.write": (BODY, "Record what it delegates to a joint committee"),
    "body.write": (BODY, "Change its seats, holders, deputies and rules"),
    "interest.read": (ORGANISATION, "Read its register of interests"),
    "interest.declare": (ORGANISATION, "Declare an interest in its register"),
    "interest.write": (ORGANISATION, "Change or close an interest that is not their own"),
    "interest.keep": (ORGANISATION, "Declare an interest for a class of members"),
    "people.read": (ORGANISATION, "See its people and how to reach them"),
    "people.write": (ORGANISATION, "Let people join and leave it"),
    "role.give": (ORGANISATION, "Give and end roles such as board secretary or programme manager"),
    "role.give-charge": (ORGANISATION, "Give and end the roles of programme director and organisation administrator"),
    "account.invite": (ORGANISATION, "Invite its people to open accounts"),
    "account.close": (ORGANISATION, "Close and open accounts, and take away a lost second factor"),
    "record.read": (ORGANISATION, "Read its record entry by entry"),
    "record.destroy": (ORGANISATION, "Ask for the destruction of what an entry of its record says"),
    "record.confirm": (ORGANISATION, "Confirm or decline that as a second person"),
    "organisation.write": (SERVICE, "Add, change and close organisations and bodies"),
    "merger.write": (SERVICE, "Merge organisations"),
    "exchange.work": (SERVICE, "Bring facts in and take them out, in a workbook"),
    "role.give-service": (SERVICE, "Make someone an administrator"),
}
"""Permissions that depend on who asks; those of everyone are not told of each person."""
OF_EVERYONE = {"public", "signed-in", "pack.published", "register.published"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One permission about one thing: what it lets one do, whether this person may, and why."""

    permission: str
    what: str
    may: bool
    ground: str


@dataclass(frozen=True, slots=True)
class About:
    """The answers about one thing: a body, an organisation, a collaborative's programme, the whole service."""

    name: str
    answers: tuple[Answer, ...]


def what_may_be_done(session: Session, actor: Actor, on: date, known: Collection[int] | None = None) -> list[About]:
    """Everything the permission page answers about the bodies, organisations and programmes this person touches.

    With `known`, only of those that concern these organisations.
    """
    found = []
    for kind, name, resource in _touched(session, actor, on):
        if known is not None and kind != SERVICE and not {resource.organisation_id, resource.host_id} & set(known):
            continue
        answers = tuple(
            answer(permission, actor, resource, words) for permission, (about, words) in WORDS.items() if about == kind
        )
        if kind in (BODY, PROGRAMME):  # what has no words yet is told by its name, where they may do it
            unworded = sorted(set(PERMISSIONS) - set(WORDS) - OF_EVERYONE)
            told = (answer(name, actor, resource, f"“{name}”") for name in unworded)
            answers += tuple(one for one in told if one.may)
        if kind != SERVICE or any(one.may for one in answers):
            found.append(About(name, answers))
    return found


def answer(permission: str, actor: Actor, resource: Resource, words: str) -> Answer:
    """What the permission page says, with the first ground that holds."""
    may = allowed(permission, actor, resource)
    ground = next((holds for holds in PERMISSIONS[permission].may if holds(actor, resource)), None) if may else None
    if ground is None:
        return Answer(permission, words, may, "")
    return Answer(permission, words, may, GROUNDS.get(ground, f"as {ground.__name__.replace('_', ' ')}"))


def _touched(session: Session, actor: Actor, on: date) -> Iterator[tuple[str, str, Resource]]:
    """What a person has to do with on a day, as the permission page asks about it: three statements."""
    organisations = session.scalars(
        sa.select(Organisation).where(Organisation.id.in_(actor.organisation_ids)).order_by(Organisation.name)
    ).all()
    bodies = session.scalars(
        sa.select(DecidingBody)
        .where(
            DecidingBody.organisation_id.in_(actor.organisation_ids),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
        .order_by(DecidingBody.name)
    ).all()
    shared = session.execute(
        sa.select(Collaborative, CollaborativeMember.organisation_id)
        .join(CollaborativeMember, CollaborativeMember.collaborative_id == Collaborative.id)
        .options(joinedload(Collaborative.host))
        .where(
            CollaborativeMember.collaborative_id.in_(actor.collaborative_ids),
            CollaborativeMember.organisation_id.in_(actor.organisation_ids),
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
        )
        .order_by(Collaborative.name)
    ).all()
    collaborative_of = {organisation_id: one.id for one, organisation_id in shared}
    for body in bodies:
        resource = Resource(
            "body",
            organisation_id=body.organisation_id,
            collaborative_id=collaborative_of.get(body.organisation_id),
            body_id=body.id,
            name=body.short_name,
        )
        yield BODY, body.name, resource
    for organisation in organisations:
        yield ORGANISATION, organisation.name, Resource("organisation", organisation_id=organisation.id)
    for collaborative in {one.id: one for one, _ in shared}.values():
        for code in sorted(_programmes(actor, collaborative.host_id)) or [""]:
            resource = Resource(
                "programme", collaborative_id=collaborative.id, host_id=collaborative.host_id, programme_code=code
            )
            yield PROGRAMME, f"{collaborative.name}{f', programme {code}' if code else ''}", resource
    yield SERVICE, "The whole service", Resource("organisation")


def _programmes(actor: Actor, host_id: int) -> set[str]:
    """The programmes of a host for which the person holds a role of their own."""
    roles = (Role.PROGRAMME_MANAGER, Role.PROGRAMME_DIRECTOR)
    return {
        held.programme_code
        for held in actor.roles
        if held.role in roles and held.organisation_id == host_id and held.programme_code
    }
