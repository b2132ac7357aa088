"""The definitions under which sign-offs are decided, in sentences."""

from pydantic import Field

from app.api.operations import reads
from app.api.shapes import Listed, Out, Paged, cut
from app.db import db
from app.permissions import Resource
from app.signoff import definition_queries as queries
from app.web import gate
from workflows.reading import reading
from workflows.stages import Definition

GROUP = "Definitions"


class DefinitionLine(Out):
    """A definition, and how many sign-offs that you may see are decided under exactly its text."""

    name: str
    version: int
    title: str
    hash: str
    origin: str
    sign_offs: int
    on_offer: bool = Field(description="Whether a sign-off can be opened under it now")


class StageShape(Out):
    """A stage in sentences."""

    name: str
    title: str
    question: str
    sentences: list[str]


class DefinitionShape(Out):
    """A definition, read."""

    name: str
    version: int
    title: str
    hash: str
    origin: str
    opening: str
    stages: list[StageShape]
    times: str
    text: str = Field(description="The file itself, as YAML")


def known() -> None:
    """Definitions are everyone’s who is signed in; of those that only cases keep, one sees those of one’s own."""
    gate.permit(Resource("definition"))


@reads("/definitions", group=GROUP, of=known, query=Paged, answers=Listed[DefinitionLine])
def definitions(_of: None, asked: Paged) -> Listed[DefinitionLine]:
    """List the definitions under which sign-offs are decided."""
    shown, pages = cut(asked, queries.listed(db.session, gate.actor().collaborative_ids))
    return Listed(
        page=pages,
        items=[
            DefinitionLine(
                name=one.definition.name,
                version=one.definition.version,
                title=one.definition.title,
                hash=one.definition.hash,
                origin=one.origin,
                sign_offs=one.cases,
                on_offer=one.on_offer,
            )
            for one in shown
        ],
    )


def the_definition(name: str, number: int) -> tuple[Definition, str]:
    """A definition and where it comes from."""
    gate.permit(Resource("definition"))
    return queries.one_of(db.session, gate.actor().collaborative_ids, name, number)


@reads("/definitions/<name>/<int:number>", group=GROUP, of=the_definition, answers=DefinitionShape)
def definition(of: tuple[Definition, str], _asked: None) -> DefinitionShape:
    """Read a definition in sentences."""
    found, origin = of
    read = reading(found)
    return DefinitionShape(
        name=found.name,
        version=found.version,
        title=found.title,
        hash=found.hash,
        origin=origin,
        opening=read.opening,
        stages=[
            StageShape(name=one.name, title=one.title, question=one.question, sentences=list(one.sentences))
            for one in read.stages
        ],
        times=read.times,
        text=found.text,
    )
