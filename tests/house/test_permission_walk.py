"""Every rule of the address map × its methods × every kind of person × whose thing it is, over real requests.

What is expected stands here, written out by hand, and not worked out from the permission page: a change of who may
do what changes this table too, or the walk goes red.
"""

import itertools
import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.db import db
from app.permissions import ROUTES
from tests.house import walk
from tests.house.walk import CAST, Place, Visitor, World

ALLOWED, REFUSED, UNSEEN, ASKED = "a", "r", "-", "?"
"""Does it; is told why not (403); is told there is no such thing (404); is asked to sign in."""

EXPECTED = {
    # For each permission: each kind of person with a thing of their own organisation, then with another's of the same
    # collaborative. What is of another collaborative, guessed or deleted is unseen by everyone, whatever stands here.
    # A disabled account was signed in until it was disabled; a removed one held its roles and seat until yesterday;
    # the conflicted member is out of the item. The stranger has every role in a collaborative of its own far away,
    # and South West London's things for another's.
    #
    #                        anonymous
    #                        |  disabled
    #                        |  |  removed
    #                        |  |  |    reader
    #                        |  |  |    |  organisation administrator
    #                        |  |  |    |  |  administrator
    #                        |  |  |    |  |  |  reviewer
    #                        |  |  |    |  |  |  |    editor
    #                        |  |  |    |  |  |  |    |  director
    #                        |  |  |    |  |  |  |    |  |  manager
    #                        |  |  |    |  |  |  |    |  |  |    member
    #                        |  |  |    |  |  |  |    |  |  |    |  conflicted
    #                        |  |  |    |  |  |  |    |  |  |    |  |  chair
    #                        |  |  |    |  |  |  |    |  |  |    |  |  |  secretary
    #                        |  |  |    |  |  |  |    |  |  |    |  |  |  |  officer
    #                        |  |  |    |  |  |  |    |  |  |    |  |  |  |  |    stranger
    "public":               "aa aa aa   aa aa aa aa   aa aa aa   aa aa aa aa aa   aa",
    "pack.published":       "aa aa aa   aa aa aa aa   aa aa aa   aa aa aa aa aa   aa",
    "signed-in":            "?? ?? aa   aa aa aa aa   aa aa aa   aa aa aa aa aa   aa",
    # shared by the collaborative
    "programme.read":       "?? ?? --   aa aa aa aa   aa aa aa   aa aa aa aa aa   a-",
    "document.read":        "?? ?? --   aa aa aa aa   aa aa aa   aa aa aa aa aa   a-",
    "meeting-in-common.read": "?? ?? --   aa aa aa aa   aa aa aa   aa aa aa aa aa   a-",
    "case.read":            "?? ?? --   aa aa aa aa   aa aa aa   aa aa aa aa aa   a-",
    "update.write":         "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "update.approve":       "?? ?? --   rr rr rr rr   rr aa rr   rr rr rr rr rr   a-",
    "milestone.govern":     "?? ?? --   rr rr rr rr   rr aa rr   rr rr rr rr rr   a-",
    "risk.write":           "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    # (the owner of a risk, who may assess it, is none of the cast)
    "risk.assess":          "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "log.write":            "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "action.report":        "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "risk.accept":          "?? ?? --   rr rr rr rr   rr aa rr   rr rr rr rr rr   a-",
    "map.write":            "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "update.chase":         "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "programme.set":        "?? ?? --   rr rr rr rr   rr aa rr   rr rr rr rr rr   a-",
    "edition.work":         "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "edition.release":      "?? ?? --   rr rr rr rr   rr aa rr   rr rr rr rr rr   a-",
    "document.write":       "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "case.open":            "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "case.withdraw":        "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    # each body's own, known to the collaborative. The host's programme manager is its own organisation's too.
    "local-position.write": "?? ?? --   rr rr rr rr   ar rr ar   rr rr rr ar rr   a-",
    "local-position.approve": "?? ?? --   rr rr rr rr   rr rr rr   rr rr ar ar rr   a-",
    # (who wrote a comment, and may withdraw it, is none of the cast)
    "comment.withdraw":     "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr rr rr   r-",
    "comment.answer":       "?? ?? --   rr rr rr rr   aa aa rr   rr rr rr rr rr   a-",
    "comment.write":        "?? ?? --   rr rr rr rr   rr rr rr   ar ar ar ar ar   a-",
    "case.schedule":        "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar rr   a-",
    "decision.record":      "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar rr   a-",
    "decision.follow":      "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar rr   a-",
    "decision.prove":       "?? ?? --   ar ar ar ar   ar ar ar   ar ar ar ar ar   a-",
    "decision.correct":     "?? ?? --   rr rr rr rr   rr rr rr   rr rr ar ar ar   a-",
    "agreement.withdraw":   "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar ar   a-",
    "chairs-action.take":   "?? ?? --   rr rr rr rr   rr rr rr   ar ar ar rr rr   a-",
    "vote.sign":            "?? ?? --   ar ar ar ar   ar ar ar   ar ar ar ar ar   a-",
    "condition.keep":       "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar ar   a-",
    # (South West London's case is past the stage at which secretaries answer for their bodies; Farland's is not)
    "decision.answer":      "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr rr ar   a-",
    # the organisation's own, unknown to everyone else
    "meeting.read":         "?? ?? --   a- a- a- a-   a- a- a-   a- a- a- a- a-   a-",
    "meeting.private":      "?? ?? --   -- -- -- --   -- -- --   a- a- a- a- --   a-",
    "meeting.write":        "?? ?? --   r- r- r- r-   r- r- r-   r- r- r- a- r-   a-",
    # the register of interests: the organisation's own but for its published edition; members declare for an item
    "register.published":   "aa aa aa   aa aa aa aa   aa aa aa   aa aa aa aa aa   aa",
    "interest.read":        "?? ?? --   a- a- a- a-   a- a- a-   a- a- a- a- a-   a-",
    "interest.declare":     "?? ?? --   a- a- a- a-   a- a- a-   a- a- a- a- a-   a-",
    "interest.write":       "?? ?? --   r- r- r- r-   r- r- r-   r- r- r- a- r-   a-",
    "interest.keep":        "?? ?? --   r- r- r- r-   r- r- r-   r- r- r- a- r-   a-",
    "item.declare":         "?? ?? --   r- r- r- r-   r- r- r-   a- a- a- r- r-   a-",
    "apologies.send":       "?? ?? --   r- r- r- r-   r- r- r-   a- a- a- a- r-   a-",
    "question.ask":         "?? ?? --   r- r- r- r-   r- r- r-   a- a- a- a- r-   a-",
    # (the one who was asked, who may answer, is none of the cast)
    "question.answer":      "?? ?? --   r- r- r- r-   r- r- r-   r- r- r- a- r-   a-",
    "pack.read":            "?? ?? --   a- a- a- a-   a- a- a-   a- a- a- a- a-   a-",
    "pack.work":            "?? ?? --   r- r- r- r-   r- r- r-   r- r- r- a- r-   a-",
    "gap.accept":           "?? ?? --   r- r- r- r-   r- r- r-   r- r- a- a- r-   a-",
    "pack.release":         "?? ?? --   r- r- r- r-   r- r- r-   r- r- a- r- r-   a-",
    # accounts: an administrator of the service is one for every organisation
    "account.invite":       "?? ?? --   r- a- aaa r-   r- r- r-   r- r- r- r- r-   r-",
    "account.close":        "?? ?? --   r- r- aaa r-   r- r- r-   r- r- r- r- r-   r-",
    # who there is: known to partners, and to administrators wherever it is, for whom a third letter stands
    "organisation.read":    "?? ?? --   aa aa aaa aa   aa aa aa   aa aa aa aa aa   a-",
    "organisation.write":   "?? ?? --   rr rr aaa rr   rr rr rr   rr rr rr rr rr   r-",
    "delegation.write":     "?? ?? --   rr rr rr rr   rr rr rr   rr rr rr ar rr   a-",
    "body.write":           "?? ?? --   rr ar aaa rr   rr rr rr   rr rr rr ar rr   a-",
    # (the administrator of the walk's organisation is not the host's)
    "collaborative.write":  "?? ?? --   rr rr aaa rr   rr rr rr   rr rr rr rr rr   r-",
    "people.read":          "?? ?? --   a- a- aaa a-   a- a- a-   a- a- a- a- a-   a-",
    "people.write":         "?? ?? --   r- a- aaa r-   r- r- r-   r- r- r- a- r-   a-",
    # the record of an organisation is read by who keeps it, and destroyed of by two of them
    "record.read":          "?? ?? --   r- a- r- r-   r- r- r-   r- r- r- a- r-   a-",
    "record.destroy":       "?? ?? --   r- a- r- r-   r- r- r-   r- r- r- r- r-   r-",
    "record.confirm":       "?? ?? --   r- a- r- r-   r- r- r-   r- r- r- a- r-   a-",
    # everything at once is the administrator's, and an upload is its sender's own
    "exchange.work":        "?? ?? --   -- -- aa --   -- -- --   -- -- -- -- --   --",
    "merger.write":         "?? ?? --   -- -- aa --   -- -- --   -- -- -- -- --   --",
    "exchange.upload":      "?? ?? --   -- -- a- --   -- -- --   -- -- -- -- --   --",
    # a token is its owner's alone: here the reader's
    "people.token":         "?? ?? --   a- -- -- --   -- -- --   -- -- -- -- --   --",
}  # fmt: skip

OF_ITS_OWN: Mapping[str, str] = {
    "exchange.upload": "exchange.upload",
    "people.let_token_sign": "people.token",
    "people.revoke_token": "people.token",
}
"""Routes whose row is not that of the permission they are listed under: they ask further themselves."""

ADDRESSES: Mapping[str, str] = {
    # every route that has something in its address, with what stands there; `walk.Place` says what the names are
    "static": "/static/concord.css",
    "help.task": "/help/write-an-update",
    "help.first_day": "/help/first-day/board-secretary",
    "people.accept_invitation": "/invitation/{invitation}",
    "people.body": "/bodies/{body}",
    "people.new_password": "/new-password/{forgotten}",
    "people.invite": "/people/{person}/invite",
    "people.withdraw_invitation": "/people/{person}/invitation/withdraw",
    "people.disable_account": "/people/{person}/account/disable",
    "people.enable_account": "/people/{person}/account/enable",
    "people.reset_second_factor": "/people/{person}/account/second-factor",
    "people.interest": "/interests/{interest}",
    "people.confirm_interest": "/interests/{interest}/confirm",
    "people.change_interest": "/interests/{interest}/change",
    "people.close_interest": "/interests/{interest}/close",
    "people.declare_class": "/bodies/{body}/class-interest",
    "people.class_interest": "/interests/classes/{class_interest}",
    "people.confirm_class": "/interests/classes/{class_interest}/confirm",
    "people.close_class": "/interests/classes/{class_interest}/close",
    "people.register": "/registers/{body}",
    "people.edit_body": "/bodies/{body}/edit",
    "people.close_body": "/bodies/{body}/close",
    "signoff.delegation_list": "/bodies/{body}/delegations",
    "signoff.delegate": "/bodies/{body}/delegations/new",
    "signoff.end_delegation": "/bodies/{body}/delegations/{delegation}/end",
    "people.set_rule": "/bodies/{body}/rule",
    "people.new_seat": "/bodies/{body}/seats/new",
    "people.seat": "/bodies/{body}/seats/{seat}",
    "people.edit_seat": "/bodies/{body}/seats/{seat}/edit",
    "people.end_seat": "/bodies/{body}/seats/{seat}/end",
    "people.new_holder": "/bodies/{body}/seats/{seat}/holder",
    "people.end_holding": "/bodies/{body}/seats/{seat}/holders/{holding}/end",
    "people.name_deputy": "/bodies/{body}/seats/{seat}/deputy",
    "people.end_deputy": "/bodies/{body}/seats/{seat}/deputies/{deputy}/end",
    "people.organisation": "/organisations/{organisation}",
    "people.edit_organisation": "/organisations/{organisation}/edit",
    "people.close_organisation": "/organisations/{organisation}/close",
    "record.index": "/organisations/{organisation}/record",
    "record.entry": "/organisations/{organisation}/record/{record}",
    "record.ask": "/organisations/{organisation}/record/{record}/destroy",
    "record.confirm": "/organisations/{organisation}/record/{record}/confirm",
    "record.decline": "/organisations/{organisation}/record/{record}/decline",
    "mergers.merger": "/mergers/{merger}",
    "mergers.take_effect": "/mergers/{merger}/take-effect",
    "mergers.cancel": "/mergers/{merger}/cancel",
    "people.new_body": "/organisations/{organisation}/bodies/new",
    "people.collaborative": "/collaboratives/{collaborative}",
    "people.edit_collaborative": "/collaboratives/{collaborative}/edit",
    "people.new_member": "/collaboratives/{collaborative}/members/new",
    "people.end_member": "/collaboratives/{collaborative}/members/{membership}/end",
    "people.person": "/people/{person}",
    "people.edit_person": "/people/{person}/edit",
    "people.give_role": "/people/{person}/roles/new",
    "people.end_role": "/people/{person}/roles/{role}/end",
    "people.leaves": "/people/{person}/leaves",
    "programme.workstream": "/workstreams/{workstream}",
    "programme.update": "/workstreams/{workstream}/update?period={open_period}",
    "programme.chase": "/periods/{open_period}/chase",
    "programme.calendar": "/periods/{open_period}/calendar",
    "programme.review_update": "/workstreams/{workstream}/update/review?period={open_period}",
    "programme.local_position": "/workstreams/{workstream}/local/{body}?period={open_period}",
    "programme.review_local_position": "/workstreams/{workstream}/local/{body}/review?period={open_period}",
    "programme.milestone": "/milestones/{milestone}",
    "programme.move_milestone": "/milestones/{milestone}/date",
    "programme.new_milestone": "/workstreams/{workstream}/milestones/new",
    "programme.withdraw_milestone": "/milestones/{milestone}/withdraw",
    "programme.rebaseline": "/milestones/{milestone}/baseline",
    "programme.tolerance": "/milestones/{milestone}/tolerance",
    "programme.dependencies": "/milestones/{milestone}/dependencies",
    "programme.action": "/actions/{action}",
    "programme.edit_action": "/actions/{action}/edit",
    "programme.report_action": "/actions/{action}/report",
    "programme.risk": "/risks/{risk}",
    "programme.edit_risk": "/risks/{risk}/edit",
    "programme.assess_risk": "/risks/{risk}/assess",
    "programme.escalate_risk": "/risks/{risk}/escalate",
    "programme.answer_escalation": "/risks/{risk}/escalation",
    "programme.close_risk": "/risks/{risk}/close",
    "programme.edit_part": "/map/parts/{part}",
    "programme.remove_part": "/map/parts/{part}/remove",
    "programme.edit_link": "/map/links/{link}",
    "programme.remove_link": "/map/links/{link}/remove",
    "programme.place_workstream": "/map/workstreams/{workstream}",
    "documents.comments": "/documents/{document}/versions/{label}/comments",
    "programme.write_comment": "/documents/{document}/versions/{label}/comments/new/{body}",
    "programme.answer_comment": "/documents/{document}/versions/{label}/comments/{comment}/answer",
    "programme.withdraw_comment": "/documents/{document}/versions/{label}/comments/{comment}/withdraw",
    "programme.rule_on_changes": "/documents/{document}/versions/{label}/ruling",
    "programme.rule_on_changes_again": "/sign-offs/{case}/ruling",
    "programme.withdraw_sign_off": "/sign-offs/{case}/withdraw-case",
    "programme.open_case": "/documents/{document}/versions/{label}/case",
    "programme.write_version": "/documents/{document}/versions/new",
    "documents.document": "/documents/{document}",
    "documents.version": "/documents/{document}/versions/{label}",
    "documents.compare": "/documents/{document}/compare",
    "signoff.definition": "/definitions/standards/1",
    "signoff.case": "/sign-offs/{case}",
    "signoff.route": "/sign-offs/{case}/route",
    "signoff.reminders": "/sign-offs/{case}/reminders",
    "signoff.body": "/sign-offs/{case}/{body}",
    "signoff.schedule": "/sign-offs/{case}/{body}/schedule",
    "signoff.record_decision": "/sign-offs/{case}/{body}/decision",
    "signoff.answer": "/sign-offs/{case}/{body}/answer",
    "signoff.minute_reference": "/sign-offs/{case}/{body}/minute-reference",
    "signoff.receipt": "/sign-offs/{case}/receipts/{entry}",
    "signoff.case_certificate": "/sign-offs/{case}/certificate.pdf",
    "signoff.certificate": "/sign-offs/{case}/{body}/certificate.pdf",
    "signoff.proof": "/sign-offs/{case}/{body}/proof.json",
    "signoff.correct_decision": "/sign-offs/{case}/{body}/correction",
    "signoff.withdraw_agreement": "/sign-offs/{case}/{body}/withdrawal",
    "signoff.take_chairs_action": "/sign-offs/{case}/{body}/chairs-action",
    "signoff.ratify": "/sign-offs/{case}/{body}/ratification",
    "signoff.open_voting": "/sign-offs/{case}/{body}/voting/open",
    "signoff.voting_of_members": "/sign-offs/{case}/{body}/voting",
    "signoff.sign_vote": "/sign-offs/{case}/{body}/voting/1",
    "signoff.stop_voting": "/sign-offs/{case}/{body}/voting/stop",
    "signoff.rule_in_voting": "/sign-offs/{case}/{body}/voting/interest",
    "signoff.declare_in_voting": "/sign-offs/{case}/{body}/voting/declare",
    "signoff.record_outcome": "/sign-offs/{case}/{body}/voting/outcome",
    "signoff.condition": "/sign-offs/{case}/{body}/conditions/{condition}/1",
    "meetings.meeting": "/meetings/{meeting}",
    "meetings.move": "/meetings/{meeting}/move",
    "meetings.item": "/meetings/{meeting}/items/{item}",
    "meetings.new_item": "/meetings/{meeting}/items/new",
    "meetings.edit_item": "/meetings/{meeting}/items/{item}/edit",
    "meetings.place_item": "/meetings/{meeting}/items/{item}/place",
    "meetings.take_off": "/meetings/{meeting}/items/{item}/take-off",
    "meetings.move_item": "/meetings/{meeting}/items/{item}/another-meeting",
    "meetings.in_common_meeting": "/meetings-in-common/{in_common}",
    "meetings.take_up": "/meetings-in-common/{in_common}/take-up",
    "meetings.hold_in_common": "/meetings/{meeting}/in-common",
    "meetings.leave_in_common": "/meetings/{meeting}/in-common/leave",
    "meetings.conflict": "/meetings/{meeting}/items/{item}/conflict",
    "meetings.declare": "/meetings/{meeting}/items/{item}/declare",
    "meetings.attendance": "/meetings/{meeting}/attendance",
    "meetings.send_apologies": "/meetings/{meeting}/apologies",
    "meetings.ask": "/meetings/{meeting}/items/{item}/questions/new",
    "meetings.answer_question": "/meetings/{meeting}/items/{item}/questions/1",
    "packs.public_pdf": "/packs/meeting/{released}/1.pdf",
    "packs.public_slides": "/packs/meeting/{released}/1/slides.pdf",
    "packs.public_page": "/packs/meeting/{released}/1",
    "packs.public_facts": "/packs/meeting/{released}/1.json",
    "packs.public_corrections": "/packs/meeting/{released}/1/corrections",
    "packs.personal": "/p/{personal}",
    "packs.personal_correction": "/c/{correction_link}",
    "packs.pack": "/meetings/{meeting}/pack",
    "packs.preview": "/meetings/{meeting}/pack/preview",
    "packs.download": "/meetings/{meeting}/pack/download",
    "packs.slides": "/meetings/{meeting}/pack/slides",
    "packs.build_slides": "/meetings/{meeting}/pack/slides/build",
    "packs.build": "/meetings/{meeting}/pack/build",
    "packs.progress": "/meetings/{meeting}/pack/progress",
    "packs.cancel": "/meetings/{meeting}/pack/cancel",
    "packs.accept_gap": "/meetings/{meeting}/pack/gaps/{gap}",
    "packs.put_forward": "/meetings/{meeting}/pack/put-forward",
    "packs.release": "/meetings/{meeting}/pack/release",
    "packs.edition": "/editions/{open_period}",
    "packs.edition_preview": "/editions/{open_period}/preview",
    "packs.edition_download": "/editions/{open_period}/download",
    "packs.edition_slides": "/editions/{open_period}/slides",
    "packs.build_edition_slides": "/editions/{open_period}/slides/build",
    "packs.edition_progress": "/editions/{open_period}/progress",
    "packs.build_edition": "/editions/{open_period}/build",
    "packs.cancel_edition": "/editions/{open_period}/cancel",
    "packs.accept_edition_gap": "/editions/{open_period}/gaps/{edition_gap}",
    "packs.release_edition": "/editions/{open_period}/release",
    "packs.report_error": "/editions/{period}/correct",
    "packs.withdraw_correction": "/editions/{period}/correct/withdraw",
    "packs.holders": "/editions/{period}/holders",
    "packs.update_preview": "/workstreams/{workstream}/update/preview?period={open_period}",
    "exchange.upload": "/workbook/uploads/{upload}",
    "api.sign_off": "/api/sign-offs/{case}",
    "api.entries": "/api/sign-offs/{case}/entries",
    "api.sign_off_route": "/api/sign-offs/{case}/route",
    "api.receipt": "/api/sign-offs/{case}/receipts/{entry}",
    "api.sign_off_certificate": "/api/sign-offs/{case}/certificate.pdf",
    "api.body_of_sign_off": "/api/sign-offs/{case}/bodies/{body}",
    "api.schedule": "/api/sign-offs/{case}/bodies/{body}/schedule",
    "api.before_the_decision": "/api/sign-offs/{case}/bodies/{body}/meetings/{meeting}",
    "api.handle_conflict": "/api/sign-offs/{case}/bodies/{body}/meetings/{meeting}/conflicts",
    "api.open_voting": "/api/sign-offs/{case}/bodies/{body}/voting",
    "api.voting_of_members": "/api/sign-offs/{case}/bodies/{body}/voting",
    "api.sign_vote": "/api/sign-offs/{case}/bodies/{body}/voting/votes",
    "api.stop_voting": "/api/sign-offs/{case}/bodies/{body}/voting/stop",
    "api.record_outcome": "/api/sign-offs/{case}/bodies/{body}/voting/outcome",
    "api.take_chairs_action": "/api/sign-offs/{case}/bodies/{body}/chairs-action",
    "api.before_the_ratification": "/api/sign-offs/{case}/bodies/{body}/meetings/{meeting}/ratification",
    "api.ratify": "/api/sign-offs/{case}/bodies/{body}/ratification",
    "api.record_decision": "/api/sign-offs/{case}/bodies/{body}/decision",
    "api.answer": "/api/sign-offs/{case}/bodies/{body}/answer",
    "api.minute_reference": "/api/sign-offs/{case}/bodies/{body}/minute-reference",
    "api.withdraw_agreement": "/api/sign-offs/{case}/bodies/{body}/withdrawal",
    "api.correct_decision": "/api/sign-offs/{case}/bodies/{body}/correction",
    "api.condition": "/api/sign-offs/{case}/bodies/{body}/conditions/{condition}/1",
    "api.body_certificate": "/api/sign-offs/{case}/bodies/{body}/certificate.pdf",
    "api.body_proof": "/api/sign-offs/{case}/bodies/{body}/proof",
    "api.open_sign_off": "/api/documents/{document}/versions/{label}/sign-off",
    "api.open_round": "/api/documents/{document}/versions/{label}/round",
    "api.to_be_ruled_on": "/api/documents/{document}/versions/{label}/ruling",
    "api.rule_on_changes": "/api/documents/{document}/versions/{label}/ruling",
    "api.document": "/api/documents/{document}",
    "api.write_version": "/api/documents/{document}/versions",
    "api.document_version": "/api/documents/{document}/versions/{label}",
    "api.comparison": "/api/documents/{document}/comparison?older={label}&newer={label}",
    "api.comments": "/api/documents/{document}/versions/{label}/comments",
    "api.write_comment": "/api/documents/{document}/versions/{label}/comments/of/{body}",
    "api.answer_comment": "/api/documents/{document}/versions/{label}/comments/{comment}/answer",
    "api.definition": "/api/definitions/standards/1",
    "api.rule_in_voting": "/api/sign-offs/{case}/bodies/{body}/voting/interests",
    "api.declare_in_voting": "/api/sign-offs/{case}/bodies/{body}/voting/declarations",
    "api.what_if": "/api/sign-offs/{case}/route/what-if",
    "api.before_withdrawing": "/api/sign-offs/{case}/withdrawal",
    "api.withdraw_sign_off": "/api/sign-offs/{case}/withdrawal",
    "api.to_be_ruled_on_again": "/api/sign-offs/{case}/ruling",
    "api.rule_on_changes_again": "/api/sign-offs/{case}/ruling",
    "api.withdraw_comment": "/api/documents/{document}/versions/{label}/comments/{comment}/withdrawal",
    "api.reminders_of_sign_off": "/api/sign-offs/{case}/reminders",
    "api.entry_proof": "/api/sign-offs/{case}/entries/{condition}/proof",
    "api.entries_of_record": "/api/organisations/{organisation}/record",
    "api.entry_of_record": "/api/organisations/{organisation}/record/{record}",
    "api.checkpoint_of_organisation": "/api/organisations/{organisation}/checkpoint",
    "api.log_of_organisation": "/api/organisations/{organisation}/record/log",
    "api.move_meeting": "/api/meetings/{meeting}/day",
    "api.cancel_meeting": "/api/meetings/{meeting}/cancellation",
    "api.before_attendance": "/api/meetings/{meeting}/attendance",
    "api.record_attendance": "/api/meetings/{meeting}/attendance",
    "api.add_item": "/api/meetings/{meeting}/items",
    "api.edit_item": "/api/meetings/{meeting}/items/{item}/cover",
    "api.agenda": "/api/meetings/{meeting}",
    "api.agenda_item": "/api/meetings/{meeting}/items/{item}",
    "api.take_item_off": "/api/meetings/{meeting}/items/{item}/take-off",
    "api.move_item": "/api/meetings/{meeting}/items/{item}/another-meeting",
    "api.place_item": "/api/meetings/{meeting}/items/{item}/place",
    "api.meeting_in_common": "/api/meetings-in-common/{in_common}",
    "api.before_in_common": "/api/meetings/{meeting}/in-common",
    "api.set_in_common": "/api/meetings/{meeting}/in-common",
    "api.join_in_common": "/api/meetings/{meeting}/in-common/join",
    "api.leave_in_common": "/api/meetings/{meeting}/in-common/leave",
    "api.take_up_item": "/api/meetings/{meeting}/in-common/take-up",
    "api.before_apologies": "/api/meetings/{meeting}/apologies",
    "api.send_apologies": "/api/meetings/{meeting}/apologies",
    "api.take_back_apologies": "/api/meetings/{meeting}/apologies/withdrawal",
    "api.ask_question": "/api/meetings/{meeting}/items/{item}/questions",
    "api.answer_question": "/api/meetings/{meeting}/items/{item}/questions/1/answer",
    "api.handle_conflict_at_item": "/api/meetings/{meeting}/items/{item}/conflicts",
    "api.declare_for_item": "/api/meetings/{meeting}/items/{item}/declarations",
    "api.body": "/api/bodies/{body}",
    "api.delegations_of_body": "/api/bodies/{body}/delegations",
    "api.delegate": "/api/bodies/{body}/delegations",
    "api.end_delegation": "/api/bodies/{body}/delegations/{delegation}/end",
    "api.merger": "/api/mergers/{merger}",
    "api.bring_merger_about": "/api/mergers/{merger}/effect",
    "api.cancel_merger": "/api/mergers/{merger}/cancellation",
    "api.pack": "/api/meetings/{meeting}/pack",
    "api.put_pack_forward": "/api/meetings/{meeting}/pack/put-forward",
    "api.release_pack": "/api/meetings/{meeting}/pack/release",
    "api.return_pack": "/api/meetings/{meeting}/pack/return",
    "api.body_kept": "/api/bodies/{body}/keeping",
    "api.people_for_seats": "/api/bodies/{body}/people",
    "api.set_rule": "/api/bodies/{body}/rule",
    "api.correct_body": "/api/bodies/{body}/names",
    "api.add_seat": "/api/bodies/{body}/seats",
    "api.correct_seat": "/api/bodies/{body}/seats/{seat}/correction",
    "api.change_vote": "/api/bodies/{body}/seats/{seat}/vote",
    "api.foresee_end_of_seat": "/api/bodies/{body}/seats/{seat}/end-foreseen",
    "api.end_seat": "/api/bodies/{body}/seats/{seat}/end",
    "api.seat_holder": "/api/bodies/{body}/seats/{seat}/holders",
    "api.foresee_end_of_holding": "/api/bodies/{body}/seats/{seat}/holders/{holding}/end-foreseen",
    "api.end_holding": "/api/bodies/{body}/seats/{seat}/holders/{holding}/end",
    "api.name_deputy": "/api/bodies/{body}/seats/{seat}/deputies",
    "api.foresee_end_of_deputy": "/api/bodies/{body}/seats/{seat}/deputies/{deputy}/end-foreseen",
    "api.end_deputy": "/api/bodies/{body}/seats/{seat}/deputies/{deputy}/end",
    "api.interest": "/api/interests/{interest}",
    "api.confirm_interest": "/api/interests/{interest}/confirmation",
    "api.change_interest": "/api/interests/{interest}/change",
    "api.close_interest": "/api/interests/{interest}/close",
    "api.class_interest": "/api/interests/classes/{class_interest}",
    "api.declare_class": "/api/bodies/{body}/class-interests",
    "api.confirm_class": "/api/interests/classes/{class_interest}/confirmation",
    "api.close_class": "/api/interests/classes/{class_interest}/close",
    "people.let_token_sign": "/account/tokens/{token}/sign",
    "people.revoke_token": "/account/tokens/{token}/revoke",
}

WITHOUT = {
    # every route whose address is always the same
    "web.health": "/health",
    "web.logo": "/logo",
    "people.sign_in": "/sign-in",
    "people.sign_out": "/sign-out",
    "people.sign_in_code": "/sign-in/code",
    "people.forgotten": "/forgotten-password",
    "people.my_account": "/account",
    "people.confirm_identity": "/confirm-identity",
    "people.change_password": "/account/password",
    "people.sign_out_everywhere": "/account/sign-out-everywhere",
    "people.second_factor": "/account/second-factor",
    "people.turn_off_second_factor": "/account/second-factor/off",
    "people.recovery_codes": "/account/second-factor/recovery-codes",
    "people.invitations": "/invitations",
    "people.bodies": "/bodies",
    "people.interests": "/interests",
    "people.declare_interest": "/interests/declare",
    "people.review_interests": "/interests/review",
    "people.organisations": "/organisations",
    "people.new_organisation": "/organisations/new",
    "mergers.index": "/mergers",
    "mergers.new": "/mergers/new",
    "people.new_collaborative": "/collaboratives/new",
    "people.persons": "/people",
    "people.new_person": "/people/new",
    "home.index": "/",
    "help.index": "/help",
    "help.accessibility": "/accessibility",
    "help.privacy": "/privacy",
    "programme.workstreams": "/workstreams",
    "programme.grid": "/workstream-grid",
    "programme.map": "/map",
    "programme.change_map": "/map/change",
    "programme.new_part": "/map/parts/new",
    "programme.new_link": "/map/links/new",
    "programme.plan": "/plan",
    "programme.actions": "/actions",
    "programme.new_action": "/actions/new",
    "programme.decisions": "/decisions",
    "programme.new_decision": "/decisions/new",
    "programme.risks": "/risks",
    "programme.heat_map": "/risks/heat-map",
    "programme.new_risk": "/risks/new",
    "documents.index": "/documents",
    "documents.compare_texts_of_others": "/compare-texts",
    "signoff.definitions": "/definitions",
    "signoff.index": "/sign-offs",
    "signoff.conditions": "/sign-offs/conditions",
    "signoff.my_reminders": "/my-reminders",
    "meetings.index": "/meetings",
    "meetings.new": "/meetings/new",
    "packs.public": "/packs",
    "exchange.index": "/workbook",
    "exchange.template": "/workbook/template",
    "exchange.export": "/workbook/export",
    "people.tokens": "/account/tokens",
    "people.new_token": "/account/tokens/new",
    "api.reference": "/api",
    "api.openapi": "/api/openapi.json",
    "api.sign_offs": "/api/sign-offs",
    "api.matrix": "/api/matrix",
    "api.waiting": "/api/waiting",
    "api.conditions": "/api/conditions",
    "api.documents": "/api/documents",
    "api.checkpoints": "/api/checkpoints",
    "api.definitions": "/api/definitions",
    "api.meetings": "/api/meetings",
    "api.set_meeting": "/api/meetings",
    "api.register_of_interests": "/api/interests",
    "api.declare_interest": "/api/interests",
    "api.review_interests": "/api/my-interests/confirmation",
    "api.compare_others_texts": "/api/compare-texts",
    "api.my_reminders": "/api/my-reminders",
    "api.my_interests": "/api/my-interests",
    "api.log_growth": "/api/checkpoints/growth",
    "api.meetings_in_common": "/api/meetings-in-common",
    "api.mergers": "/api/mergers",
    "api.plan_merger": "/api/mergers",
    "api.foresee_merger": "/api/merger-plan",
}

FORMS = {
    # what a press of the button sends where an empty form would name nothing
    "signoff.schedule": "meeting={meeting}",
    "meetings.take_up": "meeting={meeting}&item={item}",
    "programme.calendar": "before=10&after=1&unit=working&silent_days=30&seen=///",
}

TOKENS = {
    *("people.accept_invitation", "people.new_password", "packs.personal", "packs.personal_correction"),
    *("static", "help.task", "help.first_day"),
}
"""Routes whose address is a secret, or nobody's: there is no own and another's of it."""

METHODS = ("GET", "HEAD", "POST")
HEADS = {"anonymous", "reader"}
"""Who asks for the heads of pages too; a head is made by the same code as its page."""

PARTS = 4
"""The walk is in so many parts, each of some of the cast, as it is the longest of the tests: they run side by side."""

LAST = ("people.sign_out_everywhere", "people.sign_out")


@dataclass
class Walked:
    """What the walk found."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    not_there: dict[str, str] = field(default_factory=dict)  # by person: the page of an address that leads nowhere

    def led_nowhere(self, who: str, visitor: Visitor) -> None:
        """Keep what this person is told where there is nothing."""
        nothing = visitor.ask("GET", "/there-is-no-such-page")
        assert nothing.status_code == 404
        self.not_there[who] = walk.unspecific(nothing)
        self.not_there[f"{who}’s program"] = walk.unspecific(visitor.ask("GET", "/api/no-such-thing"))

    def say(self, who: str, method: str, address: str, said: str) -> None:
        self.wrong.append(f"{who}: {method} {address}: {said}")


def expected(endpoint: str, who: str, own: bool) -> str:
    """What the table says; a route or permission that is not in it is a failure of the walk."""
    row = EXPECTED[OF_ITS_OWN.get(endpoint, ROUTES[endpoint])].split()
    assert len(row) == len(CAST)
    return row[CAST.index(who)][0 if own else 1]


def everywhere(endpoint: str, who: str) -> bool:
    """Whether the table says, by a third letter, that this person does this in other collaboratives too."""
    return EXPECTED[ROUTES[endpoint]].split()[CAST.index(who)][2:] == ALLOWED


def address_of(endpoint: str, place: Place) -> str:
    if endpoint in WITHOUT:
        return WITHOUT[endpoint]
    names = {one.name: getattr(place, one.name) for one in fields(place)}
    known = place.body != walk.guessed().body
    tokens = {
        "invitation": walk.INVITED if known else "no-such-invitation",
        "personal": walk.CIRCULATED if known else "no-such-link",
        "correction_link": walk.CORRECTED if known else "no-such-link",
        "forgotten": walk.FORGOTTEN if known else "no-such-link",
    }
    return ADDRESSES[endpoint].format(**names, **tokens)


def methods_of(service: Flask) -> dict[str, set[str]]:
    """The methods of each route, all of its rules taken together."""
    found: dict[str, set[str]] = {}
    for rule in service.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update(rule.methods or ())
    return found


def test_every_rule_is_walked_and_leads_where_the_walk_goes(service: Flask, world: World) -> None:
    assert {rule.endpoint for rule in service.url_map.iter_rules()} == set(ADDRESSES) | set(WITHOUT)
    adapter = service.url_map.bind("localhost")
    for endpoint in (*ADDRESSES, *WITHOUT):
        address = address_of(endpoint, world.places["merton"]).partition("?")[0]
        method = "GET" if "GET" in methods_of(service)[endpoint] else "POST"
        assert adapter.match(address, method=method)[0] == endpoint, address


def test_every_permission_has_its_row() -> None:
    assert set(ROUTES.values()) - set(EXPECTED) == set()
    assert all(len(row.split()) == len(CAST) for row in EXPECTED.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_the_walk(
    service: Flask, world: World, visitors: dict[str, Visitor], caplog: pytest.LogCaptureFixture, part: int
) -> None:
    """Everything that may change nothing, by everyone; what each may send is sent by the last test here.

    Those few of each route whom its rule takes apart ask for everything, in every way. The others ask each route for
    their own and another's thing in one way, and each permission for one thing elsewhere: who they are is asked by the
    permission, and how one came is seen by the route, whoever came. In the long test everyone asks for everything.
    """
    walk_as(CAST[part::PARTS], service, world, visitors, caplog, in_full=False)


@pytest.mark.long
def test_the_walk_with_everyone_asking_for_everything(
    service: Flask, world: World, visitors: dict[str, Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    walk_as(CAST, service, world, visitors, caplog, in_full=True)


def walk_as(
    cast: Sequence[str],
    service: Flask,
    world: World,
    visitors: dict[str, Visitor],
    caplog: pytest.LogCaptureFixture,
    *,
    in_full: bool,
) -> None:
    caplog.set_level(logging.ERROR)
    walked = Walked()
    before = state(service)
    for who in cast:
        walked.led_nowhere(who, visitors[who])
        for step in steps(service, world, who, in_full=in_full):
            one_step(walked, visitors[who], who, *step)
    assert list(walk.differing(before, state(service))) == [], "something was changed by who may not, or by reading"
    faults = [record.getMessage() for record in caplog.records]
    assert "\n".join(walked.wrong + faults) == "", f"{len(walked.wrong)} of {walked.asked} answers are wrong"


def state(service: Flask) -> dict[str, str]:
    with service.app_context(), db.sessionmaker() as session:
        return walk.fingerprint(session)


Step = tuple[str, str, str, dict[str, str], str]  # endpoint, method, address, form, what is expected


def told_apart(endpoint: str) -> set[str]:
    """Of each route: the first and the last kind of person of each answer that it gives about one's own thing.

    So is who does it in other collaboratives too.
    """
    answered: dict[str, list[str]] = {}
    for who in CAST:
        answered.setdefault(expected(endpoint, who, own=True), []).append(who)
    by_answer = {who for kinds in answered.values() for who in (kinds[0], kinds[-1])}
    return by_answer | {who for who in CAST if everywhere(endpoint, who)}


def speaking_for_permissions() -> set[str]:
    """Of each permission one route whose address names a thing."""
    first: dict[str, str] = {}
    for endpoint in ADDRESSES:
        first.setdefault(OF_ITS_OWN.get(endpoint, ROUTES[endpoint]), endpoint)
    return set(first.values())


SPEAKING = speaking_for_permissions()


def steps(
    service: Flask, world: World, who: str, *, in_full: bool, under: Collection[str] | None = None
) -> Iterator[Step]:
    """Every request of this person that may change nothing, with what is expected of it.

    Not `in_full` it is the shorter walk, see there; `under` names the permissions whose routes are walked, else all.
    """
    for endpoint, methods in methods_of(service).items():
        if under is not None and ROUTES[endpoint] not in under:
            continue
        apart = in_full or who in told_apart(endpoint)
        for place, name in places_for(world, who, endpoint):
            nowhere = name in ("guessed", "deleted")
            if not apart and (nowhere or (name == "elsewhere" and endpoint not in SPEAKING)):
                continue
            outcome = expected(endpoint, who, name == "own") if name in ("own", "another") else UNSEEN
            if name == "elsewhere" and everywhere(endpoint, who):
                outcome = ALLOWED
            if name not in ("own", "another") and expected(endpoint, who, own=True) == ASKED:
                outcome = ASKED
            ways = [
                method
                for method in METHODS
                if method in methods
                and (method != "HEAD" or (who in HEADS and (in_full or name in ("own", "another"))))
                and (method != "POST" or outcome != ALLOWED)
            ]
            if nowhere:
                ways = ["GET" if "GET" in methods else "POST"]
            elif not apart:
                ways = ways[:1]
            for method in ways:
                yield endpoint, method, address_of(endpoint, place), form_of(endpoint, place), outcome


def places_for(world: World, who: str, endpoint: str) -> Iterator[tuple[Place, str]]:
    """The places whose things this person asks for on a route, and how they stand to them; no address twice."""
    someone = world.people.get(who)
    home = someone.home if someone else "merton"
    found = [(world.places[home], "own"), (walk.guessed(), "guessed")]
    if endpoint not in TOKENS:
        found.append((world.places["deleted"], "deleted"))
        if home == "farland":
            found += [(world.places["merton"], "another"), (world.places["england"], "another")]
        else:
            found.append((world.places["croydon"], "another"))
            if ROUTES[endpoint] not in ("pack.published", "register.published"):
                found.append((world.places["farland"], "elsewhere"))
                if {"{workstream}", "{body}"} <= set(re.findall("{[a-z]+}", ADDRESSES.get(endpoint, ""))):
                    # a body of one's own, named with what it has no part in
                    found.append((replace(world.places["farland"], body=world.places[home].body), "elsewhere"))
    seen: set[str] = set()
    for place, name in found:
        address = address_of(endpoint, place)
        if address not in seen:
            yield place, name
        seen.add(address)


def form_of(endpoint: str, place: Place) -> dict[str, str]:
    pairs = [pair.split("=") for pair in FORMS.get(endpoint, "").split("&") if pair]
    return {name: value.format(meeting=place.meeting, item=place.item) for name, value in pairs}


def one_step(
    walked: Walked,
    visitor: Visitor,
    who: str,
    endpoint: str,
    method: str,
    address: str,
    form: dict[str, str],
    outcome: str,
) -> None:
    answer = visitor.ask(method, address, form)
    walked.asked += 1
    wrong = problem(walked, who, endpoint, method, form, answer, outcome)
    if wrong:
        walked.say(who, method, address, wrong)


def problem(
    walked: Walked, who: str, endpoint: str, method: str, form: dict[str, str], answer: TestResponse, outcome: str
) -> str:
    """What is wrong with an answer, as a sentence; nothing where it is as expected."""
    status = answer.status_code
    if endpoint.startswith("api.") and not open_to_all(endpoint):
        return problem_of_a_program(walked, who, method, answer, outcome)
    if outcome == ASKED:
        if method == "POST":
            return "" if status in (400, 403) else f"{status}, and nobody is signed in"
        led = status == 302 and answer.headers["Location"].endswith("/sign-in")
        return "" if led else f"{status}, and not led to sign in"
    if outcome == UNSEEN:
        if status != 404:
            return f"{status}, so it can be told that it is there"
        if method == "HEAD" or endpoint in TOKENS:
            return ""
        same = walk.unspecific(answer) == walked.not_there[who]
        return "" if same or form else "another page than that of an address that leads nowhere"
    if outcome == REFUSED:
        if status != 403:
            return f"{status}, and it should have been refused"
        return "" if method == "HEAD" or "<p>Only " in answer.text else "refused without saying who may"
    if status in (404, 500, 503) or (status == 403 and "<p>Only " in answer.text):
        return f"{status}, and it is allowed"
    return ""


def open_to_all(endpoint: str) -> bool:
    return ROUTES[endpoint] == "public"


def problem_of_a_program(walked: Walked, who: str, method: str, answer: TestResponse, outcome: str) -> str:
    """The same of an answer to a program: what it may not have is a problem, whose detail is the page's sentence."""
    status, said = answer.status_code, {} if method == "HEAD" else answer.get_json(silent=True) or {}
    only = str(said.get("detail", "")).startswith("Only ")
    if status >= 400 and answer.mimetype != "application/problem+json":
        return f"{status}, and no problem"
    if outcome == ASKED:
        asked = status == 401 and answer.headers.get("WWW-Authenticate", "").startswith("Bearer")
        return "" if asked else f"{status}, and no token was sent that opens anything"
    if outcome == UNSEEN:
        if status != 404:
            return f"{status}, so it can be told that it is there"
        same = method == "HEAD" or walk.unspecific(answer) == walked.not_there[f"{who}’s program"]
        return "" if same else "another problem than that of an address that leads nowhere"
    if outcome == REFUSED:
        return "" if status == 403 and (only or method == "HEAD") else f"{status}, and it should have been refused"
    return f"{status}, and it is allowed" if status in (401, 404, 500, 503) or (status == 403 and only) else ""


PAIRED = (
    ("{workstream}", "{case}", "{meeting}", "{seat}", "{person}", "{collaborative}"),
    ("{body}", "{entry}", "{item}", "{gap}", "{role}", "{holding}", "{deputy}", "{membership}"),
)
"""What stands first in an address that names two things, and what stands second."""


@pytest.mark.parametrize("who", ["secretary", "editor", "officer", "reader", "removed"])
def test_a_thing_is_not_reached_through_the_address_of_another(
    service: Flask, world: World, visitors: dict[str, Visitor], who: str
) -> None:
    """One's own thing with someone else's inside it, or the other way round, is as if that were not there."""
    own, away, nowhere = world.places[world.people[who].home], world.places["farland"], walk.guessed()
    wrong = []
    paired = [
        endpoint
        for endpoint, address in ADDRESSES.items()
        if any(one in address for one in PAIRED[0]) and any(one in address for one in PAIRED[1])
    ]
    assert len(paired) >= 10
    for endpoint in paired:
        for outer, inner in itertools.product((own, away), (own, away)):
            if (outer is own) is (inner is own):
                continue
            tried, like = (_mixed(outer, other) for other in (inner, nowhere))
            if outer is away:
                like = _mixed(nowhere, own)
            for method in methods_of(service)[endpoint] & {"GET", "POST"}:
                first, second = (visitors[who].ask(method, address_of(endpoint, place)) for place in (tried, like))
                if told(first) != told(second) or first.status_code not in (403, 404):
                    wrong.append(f"{method} {address_of(endpoint, tried)}: {first.status_code}, {second.status_code}")
    assert wrong == []


def _mixed(outer: Place, inner: Place) -> Place:
    """The one place's things that stand first in addresses, with the other's that stand second."""
    return replace(
        outer,
        body=inner.body,
        entry=inner.entry,
        condition=inner.condition,
        item=inner.item,
        gap=inner.gap,
        role=inner.role,
        holding=inner.holding,
        deputy=inner.deputy,
        membership=inner.membership,
    )


def told(answer: TestResponse) -> tuple[int, str]:
    """What an answer lets someone know."""
    return answer.status_code, walk.unspecific(answer)


def test_an_item_of_part_2_is_seen_by_the_secretary_and_the_members_only(
    world: World, visitors: dict[str, Visitor]
) -> None:
    wrong = []
    for who in CAST:
        someone = world.people.get(who)
        home = someone.home if someone else "merton"
        other = "merton" if home == "farland" else "croydon"
        for place, outcome in zip(
            (world.places[home], world.places[other]), EXPECTED["meeting.private"].split()[CAST.index(who)], strict=True
        ):
            address = f"/meetings/{place.meeting}/items/{place.private_item}"
            answer = visitors[who].ask("GET", address)
            status = {ALLOWED: 200, UNSEEN: 404, ASKED: 302}[outcome]
            if answer.status_code != status:
                wrong.append(f"{who}: {address}: {answer.status_code}")
            page = visitors[who].ask("GET", f"/meetings/{place.meeting}").text
            if ("An item of part 2" in page) != (outcome == ALLOWED):
                wrong.append(f"{who}: its title on the agenda of {place.meeting}")
    assert wrong == []


DOORS = (
    # an address that takes another thing's name from behind the question mark: whose it is, who asks, and the address
    "/workstreams?programme={programme}",
    "/workstream-grid?programme={programme}",
    "/map?programme={programme}",
    "/workstreams/{own.workstream}?period={period}",
    "/workstreams/{own.workstream}/update?period={period}",
    "/workstreams/{own.workstream}/update/preview?period={period}",
    "/workstreams/{own.workstream}/local/{own.body}?period={period}",
    "/documents/{own.document}/compare?from={label}&to={label}",
    "/sign-offs/{own.case}/{own.body}/decision?meeting={meeting}",
    "/meetings?body={body}",
    "/meetings?as=csv&body={body}",
    "/sign-offs?body={body}",
    "/sign-offs?as=csv&body={body}",
    "/workstreams?body={body}",
    "/workstreams?as=csv&body={body}",
)


@pytest.mark.parametrize("door", DOORS)
def test_nothing_of_others_comes_in_behind_the_question_mark(
    world: World, visitors: dict[str, Visitor], door: str
) -> None:
    """What is another's answers exactly as what does not exist."""
    visitor, own = visitors["secretary"], world.places["merton"]
    there = {"programme": "farland", "period": "farland-1", "label": "farland-1", "body": "farland"}
    for meeting in (world.places["farland"].meeting, world.places["croydon"].meeting):
        found = visitor.ask("GET", door.format(own=own, meeting=meeting, **there))
        nothing = visitor.ask("GET", door.format(own=own, meeting="no-such", **dict.fromkeys(there, "no-such")))
        assert found.status_code == nothing.status_code
        made_alike = walk.unspecific(found)
        for name in sorted((*there.values(), meeting), key=len, reverse=True):
            made_alike = made_alike.replace(name, "no-such")
        assert made_alike == walk.unspecific(nothing)


def test_a_case_is_not_put_on_an_agenda_one_may_not_know_of(world: World, visitors: dict[str, Visitor]) -> None:
    visitor, own = visitors["secretary"], world.places["merton"]
    address = f"/sign-offs/{own.case}/{own.body}/schedule"
    answers = [
        visitor.ask("POST", address, {"meeting": code})
        for code in ("no-such", world.places["croydon"].meeting, world.places["farland"].meeting)
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_paper_that_is_withheld_from_a_member_is_not_shown_to_them(
    service: Flask, world: World, visitors: dict[str, Visitor]
) -> None:
    merton = world.places["merton"]
    with service.app_context(), db.sessionmaker() as session, session.begin():
        walk.write_paper(session, merton.private_item, "What the practice would be paid.")
    address = f"/meetings/{merton.meeting}/items/{merton.private_item}"
    assert "What the practice would be paid." in visitors["member"].ask("GET", address).text
    withheld = visitors["conflicted"].ask("GET", address)
    assert withheld.status_code == 200
    assert "What the practice would be paid." not in withheld.text


def test_a_draft_of_another_bodys_position_is_read_nowhere(
    service: Flask, world: World, visitors: dict[str, Visitor]
) -> None:
    words = "Croydon-has-not-made-up-its-mind"
    croydon = world.places["croydon"]
    with service.app_context(), db.sessionmaker() as session, session.begin():
        walk.draft_locally(session, croydon, words)
    addresses = [
        f"/workstreams/{croydon.workstream}?period={croydon.open_period}",
        f"/workstream-grid?period={croydon.open_period}",
        f"/workstream-grid?period={croydon.open_period}&as=csv",
        f"/workstreams/{croydon.workstream}/local/croydon?period={croydon.open_period}",
        f"/workstreams/{croydon.workstream}/local/croydon/review?period={croydon.open_period}",
        f"/workstreams/{croydon.workstream}/update/preview?period={croydon.open_period}",
        f"/meetings/{world.places['merton'].meeting}/pack/preview",
        f"/editions/{croydon.open_period}/preview",
        "/",
    ]
    for who in CAST:
        for address in addresses:
            assert words not in visitors[who].ask("GET", address).text, f"{who}: {address}"


SOUTH_WEST_LONDON = ("South West London", "Merton", "Croydon", "Kingston", "Wandsworth", "Sutton", "Richmond")


PUBLISHED = {*TOKENS, "packs.public", "people.register", "people.sign_in", "signoff.definition", "api.definition"} | {
    *("packs.pack", "packs.put_forward", "packs.release", "packs.edition", "packs.release_edition", "api.pack")
}
"""What is public, a route that ships (it says who took it first), and the pages of Farland's packs that show frozen
facts, borrowed here from South West London."""


@pytest.mark.parametrize("who", ["stranger", "removed"])
def test_who_has_no_part_in_south_west_london_is_told_nothing_of_it(
    service: Flask, world: World, visitors: dict[str, Visitor], who: str
) -> None:
    """On every page they may open, but for what is published; with its lists as files too."""
    leaks = []
    for endpoint, methods in methods_of(service).items():
        if "GET" not in methods or ROUTES[endpoint] == "pack.published" or endpoint in PUBLISHED:
            continue
        if expected(endpoint, who, own=True) != ALLOWED:
            continue
        address = address_of(endpoint, world.places[world.people[who].home])
        for asked in (address, address + ("&" if "?" in address else "?") + urlencode({"as": "csv"})):
            answer = visitors[who].ask("GET", asked)
            page = answer.text if (answer.mimetype or "").startswith("text/") or answer.is_json else ""
            leaks += [f"{asked}: {name}" for name in SOUTH_WEST_LONDON if name in page]
    assert leaks == []


def not_released(place: Place) -> list[str]:
    """The public addresses of packs and editions of this place that are built and not released."""
    return [
        f"/packs/{kind}/{code}/{number}{ending}"
        for kind, code, number in (
            ("meeting", place.meeting, 1),
            ("meeting", place.released, 2),
            ("edition", place.open_period, 1),
        )
        for ending in ("", ".pdf", ".json", "/slides.pdf")
    ]


def test_a_pack_that_is_not_released_is_public_to_nobody(world: World, visitors: dict[str, Visitor]) -> None:
    merton = world.places["merton"]
    for who in CAST:
        for address in not_released(merton):
            answer = visitors[who].ask("GET", address)
            assert answer.status_code == 404, f"{who}: {address}"
        assert merton.meeting not in visitors[who].ask("GET", "/packs").text


def test_progress_is_told_to_the_bodys_own_people_only(world: World, visitors: dict[str, Visitor]) -> None:
    for who in CAST:
        someone = world.people.get(who)
        for name in ("merton", "croydon", "wandsworth"):
            answer = visitors[who].ask("GET", f"/meetings/{world.places[name].meeting}/pack/progress?as=json")
            theirs = someone is not None and someone.home == name and who not in ("disabled", "removed")
            assert (answer.status_code == 200) == theirs, f"{who}: {name}"
            assert answer.is_json == theirs


def test_every_mail_went_to_someone_with_a_seat_on_the_body_it_is_about(service: Flask) -> None:
    with service.app_context(), db.sessionmaker() as session:
        strays = walk.mails_gone_astray(session)
    assert strays == []


def test_what_is_posted_without_a_token_is_not_taken(visitors: dict[str, Visitor], world: World) -> None:
    client, merton = visitors["secretary"].client, world.places["merton"]
    for address in (f"/meetings/{merton.meeting}/pack/build", f"/sign-offs/{merton.case}/merton/schedule"):
        assert client.post(address, data={"meeting": merton.meeting}).status_code == 400
        assert client.post(address, data={"csrf_token": visitors["chair"].token}).status_code == 400


def test_no_method_but_those_of_the_route_is_answered(visitors: dict[str, Visitor]) -> None:
    for who in ("anonymous", "secretary"):
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            for address in ("/", "/workstreams", "/meetings/merton-2016-01-14", "/health"):
                assert visitors[who].ask(method, address).status_code == 405, f"{who}: {method} {address}"


def test_what_each_may_send_is_taken(
    service: Flask, world: World, visitors: dict[str, Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    """Last of all, as it changes things: each press that the table allows, and signing out after the others."""
    caplog.set_level(logging.ERROR)
    walked, found = Walked(), methods_of(service)
    for who in CAST:
        for endpoint in sorted(found, key=lambda name: (LAST.index(name) if name in LAST else -1, name)):
            for place, name in places_for(world, who, endpoint) if "POST" in found[endpoint] else ():
                if name in ("own", "another") and expected(endpoint, who, name == "own") == ALLOWED:
                    address, form = address_of(endpoint, place), form_of(endpoint, place)
                    one_step(walked, visitors[who], who, endpoint, "POST", address, form, ALLOWED)
    faults = [record.getMessage() for record in caplog.records]
    assert "\n".join(walked.wrong + faults) == "", f"{len(walked.wrong)} of {walked.asked} answers are wrong"
