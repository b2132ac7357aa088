"""A round may be opened when the route of the definition leads to it, on the version its stage asks for."""

from workflows.facts import day_in_words
from workflows.stages import Definition
from workflows.standing import CaseStanding, RoundStanding
from workflows.verdict import Verdict, no, yes


def may_open_round(definition: Definition, now: CaseStanding, stage: str, content_hash: str) -> Verdict:
    """May a round of this stage be opened on this content?

    The first round is the first stage. After that: the stage the route leads to, when the one before is complete
    or has been declined; or at any time the stage at which the present version was first put to the parties, on
    a new version, which supersedes. So a pack that changes after it was put forward has to be put forward again.
    """
    if now.state in ("agreed", "stopped", "withdrawn"):
        return no(f"The case is closed: {now.result}", "a new case")
    wanted, current = definition.stage(stage), now.round
    if current is None:
        first = definition.first_stage
        if stage != first.name:
            return no(f"The case begins with “{first.title}”.", f"a round of “{first.title}”")
        return yes(f"“{first.title}” may begin.")
    same = content_hash == current.content_hash
    if stage == now.next_stage:
        if wanted.version == "same" and not same:
            return no(
                f"“{wanted.title}” is asked about {current.version_label} exactly, and this is other content.",
                f"the content of {current.version_label}",
            )
        needs_other_content = wanted.version == "new"
    elif stage == _where_the_version_began(definition, now.rounds):
        needs_other_content = True
    elif now.next_stage is None:
        return no(f"“{current.title}” is not complete: {now.result}", "the answers still missing, or a new version")
    elif now.next_stage == current.stage:
        return no(f"What follows is “{current.title}” once more, on a new version.", "a new version in that stage")
    else:
        title = definition.stage(now.next_stage).title
        return no(f"What follows “{current.title}” is “{title}”.", f"a round of “{title}”")
    if same and needs_other_content:
        return no(
            f"“{wanted.title}” needs a new version: this is the content of {current.version_label}, "
            f"put to the parties on {day_in_words(current.opened_on)}.",
            "a version with other content",
        )
    return yes(f"“{wanted.title}” may begin.")


def _where_the_version_began(definition: Definition, rounds: tuple[RoundStanding, ...]) -> str:
    began = [found.stage for found in rounds if definition.stage(found.stage).version != "same"]
    return began[-1] if began else definition.first_stage.name
