"""Who may do what, on one page. Whatever is not listed is refused.

Each permission says who may know the thing exists (`sees`; others get 404, the same as for a thing that does not
exist) and who may do it (`may`; others get 403 with `refusal`). Each rule is a tuple of predicates, one of which
must hold. Whether something can be done *now* (the case is closed, the body not quorate) is the features' business.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.permissions.facts import ANONYMOUS, Actor, HeldRole, HeldSeat, Resource, Role

__all__ = [
    "ANONYMOUS",
    "GIVING",
    "PERMISSIONS",
    "ROUTES",
    "STEP_UP",
    "Actor",
    "HeldRole",
    "HeldSeat",
    "Missing",
    "Permission",
    "Predicate",
    "Refused",
    "Resource",
    "Role",
    "Stale",
    "allowed",
    "check",
]

Predicate = Callable[[Actor, Resource], bool]


class Missing(Exception):
    """There is no such thing, or none this person may know of: answered 404."""


class Refused(Exception):
    """It may not be done; the sentence says why and what would make it possible: answered 403."""

    def __init__(self, sentence: str, *needs: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.needs = needs


class Stale(Exception):
    """The page this was sent from no longer shows what is true; `changes` says what changed: answered 409."""

    def __init__(self, sentence: str, *changes: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.changes = changes


# Predicates


def anyone(actor: Actor, resource: Resource) -> bool:
    return True


def signed_in(actor: Actor, resource: Resource) -> bool:
    return actor.signed_in


def published(actor: Actor, resource: Resource) -> bool:
    return resource.published and resource.part == 1


def in_collaborative(actor: Actor, resource: Resource) -> bool:
    return resource.collaborative_id is not None and resource.collaborative_id in actor.collaborative_ids


def of_organisation(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and resource.organisation_id in actor.organisation_ids


def of_successor(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and resource.organisation_id in actor.succeeded_ids


def secretary_of_successor(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds_at_successor(Role.SECRETARY, resource.organisation_id)


def officer_of_successor(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds_at_successor(Role.OFFICER, resource.organisation_id)


def secretary_of_organisation(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds(Role.SECRETARY, resource.organisation_id)


def manager_of_organisation(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds(Role.PROGRAMME_MANAGER, resource.organisation_id)


def officer_of_organisation(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds(Role.OFFICER, resource.organisation_id)


def administrator(actor: Actor, resource: Resource) -> bool:
    return actor.holds(Role.ADMINISTRATOR)


def administrator_of_organisation(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds(
        Role.ORGANISATION_ADMINISTRATOR, resource.organisation_id
    )


def administrator_of_successor(actor: Actor, resource: Resource) -> bool:
    return resource.organisation_id is not None and actor.holds_at_successor(
        Role.ORGANISATION_ADMINISTRATOR, resource.organisation_id
    )


def administrator_of_host(actor: Actor, resource: Resource) -> bool:
    return resource.host_id is not None and actor.holds(Role.ORGANISATION_ADMINISTRATOR, resource.host_id)


def member_of_body(actor: Actor, resource: Resource) -> bool:
    return any(seat.body_id == resource.body_id for seat in actor.seats)


def chair_of_body(actor: Actor, resource: Resource) -> bool:
    return any(seat.body_id == resource.body_id and seat.presides for seat in actor.seats)


def manager_of_programme(actor: Actor, resource: Resource) -> bool:
    return (
        resource.programme_code is not None
        and resource.host_id is not None
        and actor.holds_for_programme(Role.PROGRAMME_MANAGER, resource.programme_code, resource.host_id)
    )


def director_of_programme(actor: Actor, resource: Resource) -> bool:
    return (
        resource.programme_code is not None
        and resource.host_id is not None
        and actor.holds_for_programme(Role.PROGRAMME_DIRECTOR, resource.programme_code, resource.host_id)
    )


def owner(actor: Actor, resource: Resource) -> bool:
    return resource.owner_id is not None and resource.owner_id == actor.person_id


def in_part_1_of_collaborative(actor: Actor, resource: Resource) -> bool:
    return resource.part == 1 and in_collaborative(actor, resource)


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may know of it, who may do it, and what the others are told."""

    sees: tuple[Predicate, ...]
    may: tuple[Predicate, ...]
    refusal: str


PUBLIC = Permission((anyone,), (anyone,), "")
SIGNED_IN = Permission((anyone,), (signed_in,), "Sign in first.")
SHARED = Permission((in_collaborative,), (in_collaborative,), "Only members of the collaborative may read this.")
KNOWN_TO_PARTNERS = Permission(
    (in_collaborative, of_organisation, of_successor, administrator),
    (in_collaborative, of_organisation, of_successor, administrator),
    "",
)

PERMISSIONS: dict[str, Permission] = {
    "public": PUBLIC,
    "signed-in": SIGNED_IN,
    # the programme: shared by all members of the collaborative
    "programme.read": SHARED,
    "update.write": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only a programme manager of the programme office may write the common update. "
        "Your own body’s position is written on its local position page.",
    ),
    "update.approve": Permission(
        (in_collaborative,),
        (director_of_programme,),
        "Only the programme director may approve or return an update.",
    ),
    # milestones, risks and the logs: shared by the collaborative, kept by the programme office
    "milestone.govern": Permission(
        (in_collaborative,),
        (director_of_programme,),
        "Only the programme director may re-set a baseline or a tolerance.",
    ),
    "risk.write": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may raise, change, escalate or close a risk. Its owner may assess it.",
    ),
    "risk.assess": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme, owner),
        "Only the programme office and the owner of a risk may assess it.",
    ),
    "risk.accept": Permission(
        (in_collaborative,),
        (director_of_programme,),
        "Only the programme director may take a risk to programme level, return it or bring it down again.",
    ),
    "log.write": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may write the action and decision logs. The owner of an action may report on it.",
    ),
    "action.report": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme, owner),
        "Only the programme office and the owner of an action may say that it is done.",
    ),
    "map.write": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may change the map of the architecture.",
    ),
    "update.chase": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may chase what is owed.",
    ),
    "programme.set": Permission(
        (in_collaborative,),
        (director_of_programme,),
        "Only the programme director may change the programme’s calendar.",
    ),
    "local-position.write": Permission(
        (in_collaborative,),
        (manager_of_organisation, secretary_of_organisation),
        "Only {name}’s own programme manager or board secretary may write its local position.",
    ),
    "local-position.approve": Permission(
        (in_collaborative,),
        (secretary_of_organisation, chair_of_body),
        "Only {name}’s board secretary or chair may approve its local position.",
    ),
    "edition.work": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may build the update edition.",
    ),
    "edition.release": Permission(
        (in_collaborative,),
        (director_of_programme,),
        "Only the programme director may accept the edition’s gaps and release it.",
    ),
    # everything at once, the private items too: the administrator's alone, unknown to everyone else
    "exchange.work": Permission(
        (administrator,), (administrator,), "Only the administrator may bring facts in and out."
    ),
    # documents and sign-off: shared; each body decides for itself
    "document.read": SHARED,
    "document.write": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may write or issue a version.",
    ),
    "comment.write": Permission(
        (in_collaborative,),
        (member_of_body, secretary_of_organisation, officer_of_organisation),
        "Only {name}’s own members, board secretary or officer may comment for it.",
    ),
    "comment.withdraw": Permission((in_collaborative,), (owner,), "Only who wrote a comment may withdraw it."),
    "comment.answer": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may say what became of a comment.",
    ),
    "case.read": Permission((in_part_1_of_collaborative,), (in_part_1_of_collaborative,), ""),
    "case.open": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office may open a sign-off case or a further round.",
    ),
    "case.withdraw": Permission(
        (in_collaborative,),
        (manager_of_programme, director_of_programme),
        "Only the programme office that asked may withdraw a sign-off case.",
    ),
    "case.schedule": Permission(
        (in_part_1_of_collaborative,),
        (secretary_of_organisation,),
        "Only {name}’s board secretary may put the case on its agenda.",
    ),
    "decision.record": Permission(
        (in_part_1_of_collaborative,),
        (secretary_of_organisation,),
        "Only {name}’s board secretary may record its decision.",
    ),
    "decision.answer": Permission(
        (in_part_1_of_collaborative,),
        (officer_of_organisation,),
        "Only the officer who answers for {name} may record its decision.",
    ),
    "decision.prove": Permission(
        (in_part_1_of_collaborative,),
        (of_organisation, of_successor),
        "Only {name}’s own people may have the proof of its decision, as it tells who sat and voted.",
    ),
    "decision.correct": Permission(
        (in_part_1_of_collaborative,),
        (
            secretary_of_organisation,
            officer_of_organisation,
            chair_of_body,
            secretary_of_successor,
            officer_of_successor,
        ),
        "Only {name}’s board secretary, its chair, or the officer who answers for it, may correct what was recorded.",
    ),
    "decision.follow": Permission(
        (in_part_1_of_collaborative,),
        (secretary_of_organisation, secretary_of_successor),
        "Only {name}’s board secretary, or that of the organisation that has its work now, may record what follows its "
        "decision.",
    ),
    "agreement.withdraw": Permission(
        (in_part_1_of_collaborative,),
        (secretary_of_organisation, officer_of_organisation, secretary_of_successor, officer_of_successor),
        "Only {name}’s board secretary, or the officer who answers for it, may record that it withdraws its agreement.",
    ),
    "chairs-action.take": Permission(
        (in_part_1_of_collaborative,),
        (member_of_body,),
        "Only {name}’s chair, or the member who presides instead, may decide for it between meetings.",
    ),
    "vote.sign": Permission(
        (in_part_1_of_collaborative,),
        (of_organisation,),
        "Only {name}’s own members, and who may stand in for them, vote for it.",
    ),
    "condition.keep": Permission(
        (in_part_1_of_collaborative,),
        (secretary_of_organisation, officer_of_organisation, secretary_of_successor, officer_of_successor),
        "Only {name}’s board secretary, or the officer who answers for it, may record what became of its conditions.",
    ),
    # meetings: the organisation's own, and its successor's once it has ended
    "meeting.read": Permission((of_organisation, of_successor), (of_organisation, of_successor), ""),
    "meeting.private": Permission(
        (secretary_of_organisation, secretary_of_successor, member_of_body),
        (secretary_of_organisation, secretary_of_successor, member_of_body),
        "",
    ),
    "meeting.write": Permission(
        (of_organisation,),
        (secretary_of_organisation,),
        "Only {name}’s board secretary may change its meetings.",
    ),
    "meeting-in-common.read": SHARED,
    # the register of interests: the organisation's own, but for its published edition; each declares their own
    "register.published": PUBLIC,
    "interest.read": Permission((of_organisation, of_successor, owner), (of_organisation, of_successor, owner), ""),
    "interest.declare": Permission((of_organisation,), (of_organisation,), ""),
    "interest.write": Permission(
        (of_organisation, owner),
        (owner, secretary_of_organisation),
        "Only the person whose interest it is, or {name}’s board secretary, may change it.",
    ),
    "interest.keep": Permission(
        (of_organisation,),
        (secretary_of_organisation,),
        "Only {name}’s board secretary may keep its register of interests.",
    ),
    "item.declare": Permission(
        (of_organisation,),
        (member_of_body,),
        "Only a member of {name} declares an interest in an item of its agenda.",
    ),
    "apologies.send": Permission(
        (of_organisation,),
        (member_of_body, secretary_of_organisation),
        "Only a member of {name} sends apologies for its meetings, or its board secretary for them.",
    ),
    "question.ask": Permission(
        (of_organisation,),
        (member_of_body, secretary_of_organisation),
        "Only a member of {name}, or its board secretary, asks a question on an item of its agenda.",
    ),
    "question.answer": Permission(
        (of_organisation, owner),
        (owner, secretary_of_organisation),
        "Only who was asked, or {name}’s board secretary, answers a question on an item of its agenda.",
    ),
    "pack.read": Permission((of_organisation, of_successor), (of_organisation, of_successor), ""),
    "pack.work": Permission(
        (of_organisation,),
        (secretary_of_organisation,),
        "Only {name}’s board secretary may build its packs.",
    ),
    "gap.accept": Permission(
        (of_organisation,),
        (secretary_of_organisation, chair_of_body),
        "Only {name}’s board secretary or chair may accept a gap in its pack.",
    ),
    "pack.release": Permission((of_organisation,), (chair_of_body,), "Only {name}’s chair may release its pack."),
    "pack.published": Permission((published,), (published,), ""),
    # accounts
    "account.invite": Permission(
        (of_organisation, administrator),
        (administrator, administrator_of_organisation),
        "Only {name}’s own administrator, or an administrator, may invite its people.",
    ),
    "account.close": Permission(
        (of_organisation, administrator),
        (administrator,),
        "Only an administrator may close or open an account, or take away a lost second factor.",
    ),
    # who there is: bodies and their seats are known to partners, what a person holds to their own organisation
    "organisation.read": KNOWN_TO_PARTNERS,
    "organisation.write": Permission(
        KNOWN_TO_PARTNERS.sees, (administrator,), "Only an administrator may add, change or close an organisation."
    ),
    "delegation.write": Permission(
        (in_collaborative, of_organisation),
        (secretary_of_organisation,),
        "Only {name}’s own board secretary may record what it delegates.",
    ),
    # the record of an organisation: its own people's, and its successor's once it has ended
    "record.read": Permission(
        (of_organisation, of_successor),
        (
            *(administrator_of_organisation, secretary_of_organisation),
            *(administrator_of_successor, secretary_of_successor),
        ),
        "Only {name}’s own administrator or board secretary may read its record entry by entry.",
    ),
    "record.destroy": Permission(
        (of_organisation, of_successor),
        (administrator_of_organisation, administrator_of_successor),
        "Only {name}’s own administrator may ask for the destruction of what its record says.",
    ),
    "record.confirm": Permission(
        (of_organisation, of_successor),
        (
            *(administrator_of_organisation, secretary_of_organisation),
            *(administrator_of_successor, secretary_of_successor),
        ),
        "Only another administrator of {name}, or its board secretary, may confirm or decline a destruction.",
    ),
    "merger.write": Permission((administrator,), (administrator,), "Only an administrator may merge organisations."),
    "body.write": Permission(
        KNOWN_TO_PARTNERS.sees,
        (administrator, administrator_of_organisation, secretary_of_organisation),
        "Only {name}’s own administrator or board secretary, or an administrator, may change its bodies.",
    ),
    "collaborative.write": Permission(
        KNOWN_TO_PARTNERS.sees,
        (administrator, administrator_of_host),
        "Only the administrator of the host, or an administrator, may change {name}.",
    ),
    "people.read": Permission((of_organisation, administrator), (of_organisation, administrator), ""),
    "people.write": Permission(
        (of_organisation, administrator),
        (administrator, administrator_of_organisation, secretary_of_organisation),
        "Only {name}’s own administrator or board secretary, or an administrator, may change who is there.",
    ),
    "role.give": Permission(
        (of_organisation, administrator),
        (administrator, administrator_of_organisation, secretary_of_organisation),
        "Only {name}’s own administrator or board secretary, or an administrator, may give or end this role.",
    ),
    "role.give-charge": Permission(
        (of_organisation, administrator),
        (administrator, administrator_of_organisation),
        "Only {name}’s own administrator, or an administrator, may give or end this role.",
    ),
    "role.give-service": Permission(
        (of_organisation, administrator),
        (administrator,),
        "Only an administrator may make someone an administrator, or end that role.",
    ),
}

GIVING: dict[Role, str] = {
    # which permission gives and ends each role, so that nobody makes themselves more than they are
    Role.READER: "role.give",
    Role.PROGRAMME_MANAGER: "role.give",
    Role.SECRETARY: "role.give",
    Role.OFFICER: "role.give",
    Role.ASSURANCE_REVIEWER: "role.give",
    Role.PROGRAMME_DIRECTOR: "role.give-charge",
    Role.ORGANISATION_ADMINISTRATOR: "role.give-charge",
    Role.ADMINISTRATOR: "role.give-service",
}

ROUTES: dict[str, str] = {
    # every route of the service; a route that is not here is refused, and fails the build
    "static": "public",
    "web.health": "public",
    "web.logo": "public",
    "people.sign_in": "public",
    "people.sign_out": "public",
    "people.sign_in_code": "public",
    "people.forgotten": "public",
    "people.new_password": "public",
    "people.accept_invitation": "public",
    "people.my_account": "signed-in",
    "people.confirm_identity": "signed-in",
    "people.change_password": "signed-in",
    "people.sign_out_everywhere": "signed-in",
    "people.second_factor": "signed-in",
    "people.turn_off_second_factor": "signed-in",
    "people.recovery_codes": "signed-in",
    "people.tokens": "signed-in",
    "people.new_token": "signed-in",
    "people.let_token_sign": "signed-in",
    "people.revoke_token": "signed-in",
    "people.invitations": "account.invite",
    "people.invite": "account.invite",
    "people.withdraw_invitation": "account.invite",
    "people.disable_account": "account.close",
    "people.enable_account": "account.close",
    "people.reset_second_factor": "account.close",
    "people.bodies": "signed-in",
    "people.interests": "interest.read",
    "people.declare_interest": "interest.declare",
    "people.review_interests": "interest.declare",
    "people.interest": "interest.read",
    "people.confirm_interest": "interest.write",
    "people.change_interest": "interest.write",
    "people.close_interest": "interest.write",
    "people.declare_class": "interest.keep",
    "people.class_interest": "interest.read",
    "people.confirm_class": "interest.keep",
    "people.close_class": "interest.keep",
    "people.register": "register.published",
    "people.body": "organisation.read",
    "people.edit_body": "body.write",
    "people.close_body": "organisation.write",
    "people.set_rule": "body.write",
    "people.new_seat": "body.write",
    "people.seat": "organisation.read",
    "people.edit_seat": "body.write",
    "people.end_seat": "body.write",
    "people.new_holder": "body.write",
    "people.end_holding": "body.write",
    "people.name_deputy": "body.write",
    "people.end_deputy": "body.write",
    "people.organisations": "signed-in",
    "people.organisation": "organisation.read",
    "people.new_organisation": "organisation.write",
    "people.edit_organisation": "organisation.write",
    "people.close_organisation": "organisation.write",
    "people.new_body": "organisation.write",
    "signoff.delegation_list": "organisation.read",
    "signoff.delegate": "delegation.write",
    "signoff.end_delegation": "delegation.write",
    "mergers.index": "merger.write",
    "mergers.new": "merger.write",
    "mergers.merger": "merger.write",
    "mergers.take_effect": "merger.write",
    "mergers.cancel": "merger.write",
    "people.collaborative": "organisation.read",
    "people.new_collaborative": "organisation.write",
    "people.edit_collaborative": "collaborative.write",
    "people.new_member": "collaborative.write",
    "people.end_member": "collaborative.write",
    "people.persons": "people.read",
    "people.person": "people.read",
    "people.new_person": "people.write",
    "people.edit_person": "people.write",
    "people.give_role": "people.write",
    "people.end_role": "people.write",
    "people.leaves": "people.write",
    "record.index": "record.read",
    "record.entry": "record.read",
    "record.ask": "record.destroy",
    "record.confirm": "record.confirm",
    "record.decline": "record.confirm",
    "home.index": "public",
    "exchange.index": "exchange.work",
    "exchange.template": "exchange.work",
    "exchange.export": "exchange.work",
    "exchange.upload": "exchange.work",
    "help.index": "public",
    "help.task": "public",
    "help.first_day": "public",
    "help.accessibility": "public",
    "help.privacy": "public",
    "programme.workstreams": "programme.read",
    "programme.workstream": "programme.read",
    "programme.grid": "programme.read",
    "programme.map": "programme.read",
    "programme.change_map": "map.write",
    "programme.new_part": "map.write",
    "programme.edit_part": "map.write",
    "programme.remove_part": "map.write",
    "programme.new_link": "map.write",
    "programme.edit_link": "map.write",
    "programme.remove_link": "map.write",
    "programme.place_workstream": "map.write",
    "programme.chase": "update.chase",
    "programme.calendar": "programme.set",
    "programme.update": "update.write",
    "programme.review_update": "update.approve",
    "programme.local_position": "local-position.write",
    "programme.review_local_position": "local-position.approve",
    "programme.milestone": "programme.read",
    "programme.move_milestone": "update.write",
    "programme.new_milestone": "update.write",
    "programme.withdraw_milestone": "update.write",
    "programme.rebaseline": "milestone.govern",
    "programme.tolerance": "milestone.govern",
    "programme.dependencies": "update.write",
    "programme.plan": "programme.read",
    "programme.risks": "programme.read",
    "programme.heat_map": "programme.read",
    "programme.new_risk": "risk.write",
    "programme.risk": "programme.read",
    "programme.edit_risk": "risk.write",
    "programme.assess_risk": "risk.assess",
    "programme.escalate_risk": "risk.write",
    "programme.answer_escalation": "risk.accept",
    "programme.close_risk": "risk.write",
    "programme.actions": "programme.read",
    "programme.new_action": "log.write",
    "programme.action": "programme.read",
    "programme.edit_action": "log.write",
    "programme.report_action": "action.report",
    "programme.decisions": "programme.read",
    "programme.new_decision": "log.write",
    "programme.open_case": "case.open",
    "programme.write_version": "document.write",
    "programme.rule_on_changes": "case.open",
    "programme.rule_on_changes_again": "case.open",
    "programme.withdraw_sign_off": "case.withdraw",
    "documents.index": "document.read",
    "documents.document": "document.read",
    "documents.version": "document.read",
    "documents.compare": "document.read",
    "documents.comments": "document.read",
    "documents.compare_texts_of_others": "signed-in",
    "programme.write_comment": "comment.write",
    "programme.answer_comment": "comment.answer",
    "programme.withdraw_comment": "comment.withdraw",
    "signoff.definitions": "signed-in",
    "signoff.definition": "signed-in",
    "signoff.index": "case.read",
    "signoff.case": "case.read",
    "signoff.route": "case.read",
    "signoff.reminders": "case.read",
    "signoff.my_reminders": "signed-in",
    "signoff.body": "case.read",
    "signoff.schedule": "case.schedule",
    "signoff.record_decision": "decision.record",
    "signoff.answer": "decision.answer",
    "signoff.minute_reference": "decision.follow",
    "signoff.receipt": "case.read",
    "signoff.case_certificate": "case.read",
    "signoff.certificate": "case.read",
    "signoff.proof": "decision.prove",
    "signoff.correct_decision": "decision.correct",
    "signoff.withdraw_agreement": "agreement.withdraw",
    "signoff.take_chairs_action": "chairs-action.take",
    "signoff.ratify": "decision.record",
    "signoff.open_voting": "decision.record",
    "signoff.voting_of_members": "vote.sign",
    "signoff.sign_vote": "vote.sign",
    "signoff.stop_voting": "decision.record",
    "signoff.rule_in_voting": "decision.record",
    "signoff.declare_in_voting": "vote.sign",
    "signoff.record_outcome": "decision.record",
    "signoff.conditions": "case.read",
    "signoff.condition": "condition.keep",
    "meetings.index": "meeting.read",
    "meetings.meeting": "meeting.read",
    "meetings.in_common_meeting": "meeting-in-common.read",
    "meetings.take_up": "meeting.write",
    "meetings.hold_in_common": "meeting.write",
    "meetings.leave_in_common": "meeting.write",
    "meetings.new": "meeting.write",
    "meetings.move": "meeting.write",
    "meetings.new_item": "meeting.write",
    "meetings.item": "meeting.read",
    "meetings.edit_item": "meeting.write",
    "meetings.place_item": "meeting.write",
    "meetings.take_off": "meeting.write",
    "meetings.move_item": "meeting.write",
    "meetings.conflict": "meeting.write",
    "meetings.declare": "item.declare",
    "meetings.attendance": "meeting.write",
    "meetings.send_apologies": "apologies.send",
    "meetings.ask": "question.ask",
    "meetings.answer_question": "question.answer",
    "packs.public": "public",
    "packs.public_pdf": "pack.published",
    "packs.public_slides": "pack.published",
    "packs.public_page": "pack.published",
    "packs.public_facts": "pack.published",
    "packs.public_corrections": "pack.published",
    "packs.personal": "public",
    "packs.personal_correction": "public",
    "packs.pack": "pack.read",
    "packs.preview": "pack.read",
    "packs.download": "pack.read",
    "packs.slides": "pack.read",
    "packs.build_slides": "pack.work",
    "packs.build": "pack.work",
    "packs.progress": "pack.read",
    "packs.cancel": "pack.work",
    "packs.accept_gap": "gap.accept",
    "packs.put_forward": "pack.work",
    "packs.release": "pack.release",
    "packs.edition": "programme.read",
    "packs.edition_preview": "programme.read",
    "packs.edition_download": "programme.read",
    "packs.edition_slides": "programme.read",
    "packs.build_edition_slides": "edition.work",
    "packs.edition_progress": "programme.read",
    "packs.build_edition": "edition.work",
    "packs.cancel_edition": "edition.work",
    "packs.accept_edition_gap": "edition.release",
    "packs.release_edition": "edition.release",
    "packs.report_error": "edition.release",
    "packs.withdraw_correction": "edition.release",
    "packs.holders": "programme.read",
    "packs.update_preview": "programme.read",
    # the API: each operation under the permission of the page that does the same
    "api.reference": "public",
    "api.openapi": "public",
    "api.sign_offs": "case.read",
    "api.matrix": "case.read",
    "api.waiting": "signed-in",
    "api.sign_off": "case.read",
    "api.body_of_sign_off": "case.read",
    "api.entries": "case.read",
    "api.sign_off_route": "case.read",
    "api.receipt": "case.read",
    "api.schedule": "case.schedule",
    "api.before_the_decision": "decision.record",
    "api.record_decision": "decision.record",
    "api.answer": "decision.answer",
    "api.minute_reference": "decision.follow",
    "api.withdraw_agreement": "agreement.withdraw",
    "api.correct_decision": "decision.correct",
    "api.handle_conflict": "decision.record",
    "api.handle_conflict_at_item": "meeting.write",
    "api.open_voting": "decision.record",
    "api.voting_of_members": "vote.sign",
    "api.sign_vote": "vote.sign",
    "api.stop_voting": "decision.record",
    "api.record_outcome": "decision.record",
    "api.take_chairs_action": "chairs-action.take",
    "api.before_the_ratification": "decision.record",
    "api.ratify": "decision.record",
    "api.conditions": "case.read",
    "api.condition": "condition.keep",
    "api.open_sign_off": "case.open",
    "api.open_round": "case.open",
    "api.to_be_ruled_on": "case.open",
    "api.rule_on_changes": "case.open",
    "api.documents": "document.read",
    "api.document": "document.read",
    "api.document_version": "document.read",
    "api.comparison": "document.read",
    "api.write_version": "document.write",
    "api.compare_others_texts": "signed-in",
    "api.comments": "document.read",
    "api.write_comment": "comment.write",
    "api.answer_comment": "comment.answer",
    "api.sign_off_certificate": "case.read",
    "api.body_certificate": "case.read",
    "api.body_proof": "decision.prove",
    "api.checkpoints": "signed-in",
    "api.definitions": "signed-in",
    "api.definition": "signed-in",
    "api.rule_in_voting": "decision.record",
    "api.declare_in_voting": "vote.sign",
    "api.what_if": "case.read",
    "api.before_withdrawing": "case.withdraw",
    "api.withdraw_sign_off": "case.withdraw",
    "api.to_be_ruled_on_again": "case.open",
    "api.rule_on_changes_again": "case.open",
    "api.withdraw_comment": "comment.withdraw",
    "api.reminders_of_sign_off": "case.read",
    "api.my_reminders": "signed-in",
    "api.my_interests": "signed-in",
    "api.entry_proof": "decision.prove",
    "api.log_growth": "signed-in",
    "api.entries_of_record": "record.read",
    "api.entry_of_record": "record.read",
    "api.checkpoint_of_organisation": "organisation.read",
    "api.log_of_organisation": "record.read",
    "api.meetings": "meeting.read",
    "api.set_meeting": "meeting.write",
    "api.move_meeting": "meeting.write",
    "api.cancel_meeting": "meeting.write",
    "api.before_attendance": "meeting.write",
    "api.record_attendance": "meeting.write",
    "api.add_item": "meeting.write",
    "api.edit_item": "meeting.write",
    "api.agenda": "meeting.read",
    "api.agenda_item": "meeting.read",
    "api.take_item_off": "meeting.write",
    "api.move_item": "meeting.write",
    "api.place_item": "meeting.write",
    "api.meetings_in_common": "meeting-in-common.read",
    "api.meeting_in_common": "meeting-in-common.read",
    "api.before_in_common": "meeting.write",
    "api.set_in_common": "meeting.write",
    "api.join_in_common": "meeting.write",
    "api.leave_in_common": "meeting.write",
    "api.take_up_item": "meeting.write",
    "api.before_apologies": "apologies.send",
    "api.send_apologies": "apologies.send",
    "api.take_back_apologies": "apologies.send",
    "api.ask_question": "question.ask",
    "api.answer_question": "question.answer",
    "api.declare_for_item": "item.declare",
    "api.body": "organisation.read",
    "api.delegations_of_body": "organisation.read",
    "api.delegate": "delegation.write",
    "api.end_delegation": "delegation.write",
    "api.mergers": "merger.write",
    "api.merger": "merger.write",
    "api.foresee_merger": "merger.write",
    "api.plan_merger": "merger.write",
    "api.bring_merger_about": "merger.write",
    "api.cancel_merger": "merger.write",
    "api.pack": "pack.read",
    "api.put_pack_forward": "pack.work",
    "api.release_pack": "pack.release",
    "api.return_pack": "pack.release",
    "api.set_rule": "body.write",
    "api.correct_body": "body.write",
    "api.add_seat": "body.write",
    "api.correct_seat": "body.write",
    "api.change_vote": "body.write",
    "api.foresee_end_of_seat": "body.write",
    "api.end_seat": "body.write",
    "api.seat_holder": "body.write",
    "api.foresee_end_of_holding": "body.write",
    "api.end_holding": "body.write",
    "api.name_deputy": "body.write",
    "api.foresee_end_of_deputy": "body.write",
    "api.end_deputy": "body.write",
    "api.declare_interest": "interest.declare",
    "api.review_interests": "interest.declare",
    "api.confirm_interest": "interest.write",
    "api.change_interest": "interest.write",
    "api.close_interest": "interest.write",
    "api.declare_class": "interest.keep",
    "api.confirm_class": "interest.keep",
    "api.close_class": "interest.keep",
    "api.body_kept": "body.write",
    "api.people_for_seats": "body.write",
    "api.register_of_interests": "interest.read",
    "api.interest": "interest.read",
    "api.class_interest": "interest.read",
}

STEP_UP: frozenset[str] = frozenset(
    # routes that also need a fresh proof of who is there: acts that sign, and what would let another sign in one's name
    {
        "packs.release",
        "packs.release_edition",
        "signoff.record_decision",
        "signoff.answer",
        "signoff.correct_decision",
        "signoff.withdraw_agreement",
        "signoff.take_chairs_action",
        "signoff.ratify",
        "signoff.sign_vote",
        "signoff.record_outcome",
        "programme.rule_on_changes",
        "api.record_decision",
        "api.answer",
        "api.correct_decision",
        "api.withdraw_agreement",
        "api.rule_on_changes",
        "api.rule_on_changes_again",
        "api.withdraw_sign_off",
        "api.plan_merger",
        "api.release_pack",
        "api.return_pack",
        "api.bring_merger_about",
        "mergers.new",
        "mergers.take_effect",
        "programme.rule_on_changes_again",
        "programme.withdraw_sign_off",
        "api.sign_vote",
        "api.record_outcome",
        "api.take_chairs_action",
        "api.ratify",
        "record.ask",
        "record.confirm",
        "people.second_factor",
        "people.recovery_codes",
        "people.new_token",
        "people.let_token_sign",
    }
)


def allowed(permission: str, actor: Actor, resource: Resource) -> bool:
    """Whether the actor may know of the resource and do this to it."""
    rule = PERMISSIONS[permission]
    return any(p(actor, resource) for p in rule.sees) and any(p(actor, resource) for p in rule.may)


def check(permission: str, actor: Actor, resource: Resource) -> None:
    """Raise `Missing` where the actor may not know of it, `Refused` where they may not do it."""
    rule = PERMISSIONS[permission]
    if not any(p(actor, resource) for p in rule.sees):
        raise Missing
    if not any(p(actor, resource) for p in rule.may):
        raise Refused(rule.refusal.format(name=resource.name or "this organisation"))
