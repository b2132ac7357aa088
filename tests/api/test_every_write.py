"""Every write of sign-off on the pages can be made by a program too."""

from flask.testing import FlaskClient

from app.api.operations import OPERATIONS
from app.permissions import ROUTES, STEP_UP

ROOMS = ("signoff.", "meetings.", "documents.", "mergers.")
OF_SIGN_OFF = ("case.", "comment.", "document.")
"""Permissions that belong to sign-off wherever their pages are."""

OF_A_PACKS_RELEASE = {"packs.put_forward", "packs.release"}
"""Pages of packs that are a sign-off: its secretary puts a pack forward, its chair answers."""

OF_WHO_DECIDES = ("body.", "interest.")
"""And those of who decides: bodies with their rules, seats and deputies, and the register of interests."""

BY_THE_API = {
    # each page that writes, and the operations that do the same
    "programme.write_version": ("write_version",),
    "programme.open_case": ("open_sign_off",),
    "programme.rule_on_changes": ("rule_on_changes",),
    "programme.rule_on_changes_again": ("rule_on_changes_again",),
    "programme.withdraw_sign_off": ("withdraw_sign_off",),
    "programme.write_comment": ("write_comment",),
    "programme.answer_comment": ("answer_comment",),
    "programme.withdraw_comment": ("withdraw_comment",),
    "signoff.schedule": ("schedule",),
    "signoff.record_decision": ("record_decision",),
    "signoff.answer": ("answer",),
    "signoff.minute_reference": ("minute_reference",),
    "signoff.correct_decision": ("correct_decision",),
    "signoff.withdraw_agreement": ("withdraw_agreement",),
    "signoff.take_chairs_action": ("take_chairs_action",),
    "signoff.ratify": ("ratify",),
    "signoff.open_voting": ("open_voting",),
    "signoff.sign_vote": ("sign_vote",),
    "signoff.record_outcome": ("record_outcome",),
    "signoff.stop_voting": ("stop_voting",),
    "signoff.rule_in_voting": ("rule_in_voting",),
    "signoff.declare_in_voting": ("declare_in_voting",),
    "signoff.condition": ("condition",),
    "signoff.delegate": ("delegate",),
    "signoff.end_delegation": ("end_delegation",),
    "meetings.new": ("set_meeting",),
    "meetings.move": ("move_meeting", "cancel_meeting"),
    "meetings.new_item": ("add_item",),
    "meetings.edit_item": ("edit_item",),
    "meetings.attendance": ("record_attendance",),
    "meetings.conflict": ("handle_conflict_at_item", "handle_conflict"),
    "meetings.declare": ("declare_for_item",),
    "meetings.send_apologies": ("send_apologies", "take_back_apologies"),
    "meetings.ask": ("ask_question",),
    "meetings.answer_question": ("answer_question",),
    "meetings.place_item": ("place_item",),
    "meetings.take_off": ("take_item_off",),
    "meetings.move_item": ("move_item",),
    "meetings.hold_in_common": ("set_in_common", "join_in_common"),
    "meetings.leave_in_common": ("leave_in_common",),
    "meetings.take_up": ("take_up_item",),
    "mergers.new": ("plan_merger",),
    "mergers.take_effect": ("bring_merger_about",),
    "mergers.cancel": ("cancel_merger",),
    "packs.put_forward": ("put_pack_forward",),
    "packs.release": ("release_pack", "return_pack"),
    "documents.compare_texts_of_others": ("compare_others_texts",),
    "people.set_rule": ("set_rule",),
    "people.edit_body": ("correct_body",),
    "people.new_seat": ("add_seat",),
    "people.edit_seat": ("correct_seat", "change_vote"),
    "people.end_seat": ("foresee_end_of_seat", "end_seat"),
    "people.new_holder": ("seat_holder",),
    "people.end_holding": ("foresee_end_of_holding", "end_holding"),
    "people.name_deputy": ("name_deputy",),
    "people.end_deputy": ("foresee_end_of_deputy", "end_deputy"),
    "people.declare_interest": ("declare_interest",),
    "people.review_interests": ("review_interests",),
    "people.confirm_interest": ("confirm_interest",),
    "people.change_interest": ("change_interest",),
    "people.close_interest": ("close_interest",),
    "people.declare_class": ("declare_class",),
    "people.confirm_class": ("confirm_class",),
    "people.close_class": ("close_class",),
}
OTHERWISE = {"handle_conflict": "it is asked besides whether the body's decision is theirs to record"}
"""Operations that ask for another permission than their page."""


def test_every_write_of_sign_off_has_its_operation(client: FlaskClient) -> None:
    writes = {
        rule.endpoint
        for rule in client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.endpoint.startswith("api.")
        and (rule.endpoint.startswith(ROOMS) or ROUTES[rule.endpoint].startswith((*OF_SIGN_OFF, *OF_WHO_DECIDES)))
    }
    assert writes | OF_A_PACKS_RELEASE == set(BY_THE_API)
    named = [name for names in BY_THE_API.values() for name in names]
    # a further round is put by the page that rules on what it changes, where there is anything to be ruled on
    assert sorted([*named, "open_round"]) == sorted(one.name for one in OPERATIONS.values() if one.body)


def test_an_operation_asks_what_its_page_asks() -> None:
    differing = {
        name
        for page, names in BY_THE_API.items()
        for name in names
        if ROUTES[f"api.{name}"] != ROUTES[page] or (f"api.{name}" in STEP_UP) != (page in STEP_UP)
    }
    assert differing == set(OTHERWISE)
