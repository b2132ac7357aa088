"""Every fact that a page of sign-off shows is read by a program too, or stands here with the reason why not."""

from flask.testing import FlaskClient

from app.api.operations import OPERATIONS
from app.api.shapes import Pages
from app.permissions import ROUTES
from tests.api.test_every_write import OF_SIGN_OFF, ROOMS

FACTS = {
    # each page that shows something, and the operations that give the same; of a form: what is to be seen before
    "signoff.index": ("sign_offs", "matrix"),
    "signoff.case": ("sign_off", "entries", "sign_off_route", "reminders_of_sign_off"),
    "signoff.body": ("body_of_sign_off", "entries", "reminders_of_sign_off"),
    "signoff.receipt": ("receipt",),
    "signoff.route": ("sign_off_route", "what_if"),
    "signoff.case_certificate": ("sign_off_certificate",),
    "signoff.certificate": ("body_certificate",),
    "signoff.proof": ("body_proof", "entry_proof"),
    "signoff.conditions": ("conditions",),
    "signoff.condition": ("body_of_sign_off",),
    "signoff.reminders": ("reminders_of_sign_off",),
    "signoff.my_reminders": ("my_reminders",),
    "signoff.definitions": ("definitions",),
    "signoff.definition": ("definition",),
    "signoff.delegation_list": ("delegations_of_body",),
    "signoff.delegate": ("delegations_of_body", "documents"),
    "signoff.end_delegation": ("delegations_of_body",),
    "signoff.record_decision": ("body_of_sign_off", "before_the_decision"),
    "signoff.correct_decision": ("body_of_sign_off", "receipt"),
    "signoff.withdraw_agreement": ("body_of_sign_off", "before_the_decision"),
    "signoff.answer": ("body_of_sign_off", "document_version"),
    "signoff.minute_reference": ("body_of_sign_off",),
    "signoff.take_chairs_action": ("body_of_sign_off", "body"),
    "signoff.ratify": ("before_the_ratification",),
    "signoff.open_voting": ("body_of_sign_off", "body"),
    "signoff.voting_of_members": ("voting_of_members",),
    "signoff.sign_vote": ("voting_of_members",),
    "signoff.stop_voting": ("voting_of_members",),
    "signoff.rule_in_voting": ("voting_of_members", "body"),
    "signoff.declare_in_voting": ("voting_of_members", "my_interests"),
    "meetings.index": ("meetings",),
    "meetings.meeting": ("agenda",),
    "meetings.item": ("agenda_item",),
    "meetings.in_common_meeting": ("meeting_in_common",),
    "meetings.hold_in_common": ("before_in_common",),
    "meetings.leave_in_common": ("before_in_common",),
    "meetings.new": ("meetings",),
    "meetings.move": ("agenda", "before_in_common"),
    "meetings.new_item": ("agenda",),
    "meetings.edit_item": ("agenda_item",),
    "meetings.place_item": ("agenda",),
    "meetings.take_off": ("agenda_item",),
    "meetings.move_item": ("agenda_item", "meetings"),
    "meetings.attendance": ("before_attendance",),
    "meetings.send_apologies": ("before_apologies",),
    "meetings.declare": ("agenda_item", "my_interests"),
    "meetings.conflict": ("agenda_item", "before_attendance"),
    "meetings.ask": ("agenda_item",),
    "meetings.answer_question": ("agenda_item",),
    "documents.index": ("documents",),
    "documents.document": ("document",),
    "documents.version": ("document_version", "comments"),
    "documents.comments": ("comments",),
    "documents.compare": ("comparison", "comments"),
    "documents.compare_texts_of_others": ("compare_others_texts",),
    "mergers.index": ("mergers",),
    "mergers.merger": ("merger",),
    "mergers.new": ("foresee_merger",),
    "mergers.cancel": ("merger",),
    "record.index": ("entries_of_record",),
    "record.entry": ("entry_of_record",),
    "programme.write_version": ("document_version", "comments"),
    "programme.open_case": ("document_version", "definitions"),
    "programme.rule_on_changes": ("to_be_ruled_on", "comparison"),
    "programme.rule_on_changes_again": ("to_be_ruled_on_again", "comparison"),
    "programme.withdraw_sign_off": ("before_withdrawing",),
    "programme.write_comment": ("document_version",),
    "programme.answer_comment": ("comments",),
    "programme.withdraw_comment": ("comments",),
}
GONE_FOR_GOOD = "what is destroyed does not come back: two people look at it on a page before it is"
ON_PAGES_ONLY = {f"record.{name}": GONE_FOR_GOOD for name in ("ask", "confirm", "decline")}
BESIDES = {
    "waiting": "what the first page says waits for one",
    "meetings_in_common": "stands on the page of meetings",
    "pack": "stands on the page of a meeting’s pack",
    "body_kept": "stands on the pages of a body and its seats",
    "people_for_seats": "is what the forms of seats offer",
    "foresee_end_of_seat": "is shown before a seat is ended",
    "foresee_end_of_holding": "is shown before somebody leaves a seat",
    "foresee_end_of_deputy": "is shown before somebody no longer stands in",
    "register_of_interests": "is the page of the register",
    "interest": "is the page of an interest",
    "class_interest": "is the page of what is declared for a class",
    "checkpoints": "are printed on packs and certificates, and written by a command",
    "log_growth": "is shown by a command",
    "log_of_organisation": "is written by a command",
    "checkpoint_of_organisation": "is printed on packs and certificates, and what others witnessed is on record",
}
"""Reads of what is on pages of other rooms, or at the terminal."""

NEVER_LONG = {
    # what is answered whole, and why that does not grow without end
    "agenda": "what one meeting can take",
    "agenda_item": "the questions on one item",
    "before_apologies": "the seats of one body",
    "before_attendance": "the seats of one body",
    "before_the_decision": "the seats of one body",
    "before_the_ratification": "the seats of one body",
    "body": "the seats of one body",
    "pack": "the gaps of one pack, and what was done with it",
    "body_kept": "the seats of one body",
    "foresee_end_of_seat": "what hangs on one seat",
    "foresee_end_of_holding": "what hangs on one seat",
    "foresee_end_of_deputy": "what hangs on one seat",
    "voting_of_members": "the seats of one body",
    "body_of_sign_off": "one body",
    "receipt": "one decision",
    "before_in_common": "the meetings of one day",
    "meeting_in_common": "the meetings of one day",
    "delegations_of_body": "what one body delegates",
    "foresee_merger": "what one merger brings about",
    "before_withdrawing": "the bodies that one sign-off asks",
    "sign_off": "the bodies that one sign-off asks",
    "sign_off_route": "the bodies that one sign-off asks",
    "what_if": "the bodies that one sign-off asks",
    "document": "the versions of one document",
    "document_version": "the clauses of one version",
    "comparison": "the clauses of two versions",
    "compare_others_texts": "the clauses of two texts",
    "to_be_ruled_on": "the clauses of two versions",
    "to_be_ruled_on_again": "the clauses of two versions",
    "definition": "one definition",
    "entry_of_record": "what was asked about one text",
    "checkpoint_of_organisation": "so many of its partners at most as witness one log",
    "merger": "one merger",
}


def test_every_page_of_sign_off_has_its_reads_or_its_reason(client: FlaskClient) -> None:
    pages = {
        rule.endpoint
        for rule in client.application.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.startswith("api.")
        and (rule.endpoint.startswith((*ROOMS, "record.")) or ROUTES[rule.endpoint].startswith(OF_SIGN_OFF))
    }
    assert pages == FACTS.keys() | ON_PAGES_ONLY.keys()
    named = {name for names in FACTS.values() for name in names} | BESIDES.keys()
    assert named == {one.name for one in OPERATIONS.values() if not one.writes}


def test_a_list_that_grows_comes_in_pages() -> None:
    whole = set()
    for one in OPERATIONS.values():
        if isinstance(one.answers, str) or one.writes:
            continue
        fields = one.answers.model_fields
        grows = any("list[" in str(field.annotation) for field in fields.values())
        paged = one.query is not None and {"size"} <= one.query.model_fields.keys()
        if grows and not paged:
            whole.add(one.name)
        if "page" in fields:
            assert (paged, fields["page"].annotation) == (True, Pages), one.name
    assert whole <= NEVER_LONG.keys(), whole - NEVER_LONG.keys()
    assert NEVER_LONG.keys() <= {one.name for one in OPERATIONS.values()}
