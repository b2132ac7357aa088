"""What the record says of itself: the sentences of entries that are no news to anyone, and stand in the list alone."""

from collections.abc import Callable, Mapping
from typing import Any

from app.audit.tags import Tag
from app.home.sentences import OWN, SHARED, on_agenda, sentence
from workflows.verdict import in_words

Said = Mapping[str, Any]


def _who(said: Said) -> str:
    return str(said.get("name") or said.get("person") or "Someone")


def _of(text: str) -> Callable[[Said], str]:
    return lambda said: text.format(who=_who(said))


def _thing(said: Said) -> str:
    """The edition or the pack that an entry is about."""
    if said.get("number"):
        return f"edition {said['number']} of the update for {said.get('period_title') or 'the period'}"
    return f"the pack {on_agenda(said)}, version {said.get('version', 1)}"


def _sealed(said: Said) -> str:
    by = (said.get("continued_by") or {}).get("organisation") or "its successor"
    return f"The log of {said['organisation']} was sealed: that of {by} goes on."


REST: dict[Tag, Callable[[Said], str]] = {
    Tag.INVITATION_SENT: _of("{who} was invited."),
    Tag.INVITATION_ACCEPTED: _of("{who} accepted the invitation and has an account."),
    Tag.INVITATION_WITHDRAWN: _of("The invitation of {who} was withdrawn."),
    Tag.SIGNED_IN: _of("{who} signed in."),
    Tag.SIGN_IN_REFUSED: _of("A sign-in as {who} was refused."),
    Tag.SIGNED_OUT: _of("{who} signed out."),
    Tag.SIGNED_OUT_EVERYWHERE: _of("{who} was signed out everywhere."),
    Tag.ACCOUNT_DISABLED: _of("The account of {who} was closed."),
    Tag.ACCOUNT_ENABLED: _of("The account of {who} was opened again."),
    Tag.PASSWORD_FORGOTTEN: _of("A link for a new password was sent to {who}."),
    Tag.PASSWORD_CHANGED: _of("{who} has a new password."),
    Tag.SECOND_FACTOR_ON: _of("{who} turned the second factor on."),
    Tag.SECOND_FACTOR_OFF: _of("{who} turned the second factor off."),
    Tag.SECOND_FACTOR_RESET: _of("The second factor of {who} was taken off, as it was lost."),
    Tag.RECOVERY_CODES_MADE: _of("{who} made new recovery codes."),
    Tag.RECOVERY_CODE_USED: _of("{who} signed in with a recovery code."),
    Tag.STEPPED_UP: _of("{who} proved again who they are."),
    Tag.TOKEN_MADE: lambda said: f"{_who(said)} made the token “{said.get('token') or 'without a name'}”.",
    Tag.TOKEN_REVOKED: lambda said: f"{_who(said)} ended the token “{said.get('token') or 'without a name'}”.",
    Tag.FACTS_EXPORTED: lambda said: "Facts were exported.",
    Tag.RISK_CHANGED: lambda said: (
        f"The {said.get('kind') or 'risk'} “{said.get('risk_title') or 'without a title'}” was changed."
    ),
    Tag.PAPERS_ISSUED: lambda said: (
        f"{said.get('body') or said['organisation']} has its papers on “{said.get('case') or 'a case'}”."
    ),
    Tag.CASE_REMINDED: lambda said: (
        f"Of “{said.get('case') or 'a case'}” {_told(said)}: {str(said.get('sentence') or 'it waits').rstrip('.')}."
    ),
    Tag.INTERESTS_ASKED: _of("{who} was asked to declare interests, or that there are none."),
    Tag.PACK_BUILT: lambda said: f"{_thing(said)[:1].upper()}{_thing(said)[1:]} was built.",
    Tag.SLIDES_BUILT: lambda said: f"The slides of {_thing(said)} were built.",
    Tag.PACK_OPENED: lambda said: f"{_thing(said)[:1].upper()}{_thing(said)[1:]} was opened by a personal link.",
    Tag.CORRECTION_OPENED: lambda said: (
        f"Correction {said.get('correction', '')} to what was sent {on_agenda(said)} was opened by a personal link."
    ),
    Tag.LOG_SEALED: _sealed,
    Tag.LOG_CONTINUED: lambda said: (
        f"The log of {said['organisation']} goes on from that of {in_words(said.get('organisations') or ['others'])}."
    ),
    Tag.CHECKPOINT_WITNESSED: lambda said: "Where the logs of others stand was noted.",
}
"""What nobody is told of as news."""


def _told(said: Said) -> str:
    """ "Robin Ashcombe and two others were told"."""
    people = [str(one["name"]) for one in said.get("told") or () if one.get("name")]
    if len(people) > 3:
        return f"{len(people)} people were told"
    return f"{in_words(people) or 'nobody'} {'were' if len(people) > 1 else 'was'} told"


def of_entry(tag: Tag, said: Said) -> str:
    """The sentence of any entry of the record."""
    return sentence(tag.value, said) if tag in SHARED or tag in OWN else REST[tag](said)
