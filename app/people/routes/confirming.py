"""Proving who is there before an act that signs: what was sent meanwhile is kept on the page, and sent on."""

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.audit.tags import Tag
from app.db import change, db
from app.people import service
from app.people.forms import ProofForm
from app.people.models import Account
from app.people.routes.places import blueprint
from app.people.routes.proving import code_asked, proved, settings
from app.permissions import STEP_UP
from app.web import gate, sessions
from app.web.clock import now

OWN_FIELDS = {"csrf_token", "proof_password", "proof_code", "proof_address"}


def ask_for_proof(_error: gate.ProofNeeded) -> BaseResponse | tuple[str, int]:
    """A page that was asked for comes after the proof; what was sent is carried by the page that asks for it."""
    db.session.rollback()
    address = request.full_path.rstrip("?")
    if request.method != "POST":
        return redirect(url_for("people.confirm_identity", next=address))
    return _page(ProofForm(formdata=None), address), 403


@blueprint.route("/confirm-identity", methods=["GET", "POST"])
def confirm_identity() -> BaseResponse | str | tuple[str, int]:
    """The password, and the code where one is set up, of who is signed in; then on to where they were going."""
    form = ProofForm()
    sent_to = request.form.get("proof_address", "")
    if form.validate_on_submit() and proved(form):
        account_id, asked_code = gate.actor().account_id or 0, code_asked()
        with change() as writer:
            account = writer.get_one(Account, account_id)
            proof = "password and code" if asked_code else "password"
            service.record(writer, Tag.STEPPED_UP, gate.doer(), account, now(), proof=proof)
        sessions.current().change_token()
        gate.note_proof()
        if _signs(sent_to):
            return redirect(sent_to, 307)  # the browser sends the same fields again, to where they were going
        return redirect(gate.safe_next(request.args.get("next")), 303)
    page = _page(form, sent_to if _signs(sent_to) else "")
    return (page, 422) if form.errors else page


def _page(form: ProofForm, sent_to: str) -> str:
    return render_template(
        "people/confirm_identity.html",
        form=form,
        sent_to=sent_to,
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in OWN_FIELDS] if sent_to else [],
        files=any(file.filename for file in request.files.values()),
        code_asked=code_asked(),
        minutes=settings().step_up_minutes,
        demonstration_password=service.DEMONSTRATION_PASSWORD if settings().demonstration else "",
    )


def _signs(address: str) -> bool:
    """Whether this is an own address to which an act that signs is sent: fields are sent on nowhere else."""
    if not gate.OWN_PATH.match(address):
        return False
    adapter = current_app.url_map.bind(request.host)
    try:
        endpoint, _ = adapter.match(address.partition("?")[0], method="POST")
    except HTTPException:
        return False
    return endpoint in STEP_UP
