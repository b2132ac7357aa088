"""Every kind of fact, in the order in which they come in: what is referred to stands before what refers to it."""

from app.exchange.kinds import bodies, documents, meetings, people, programme, reporting
from app.exchange.kinds.kind import Column, Kind, Link, Row, World

__all__ = ["BY_NAME", "KINDS", "Column", "Kind", "Link", "Row", "World"]

_ALL = (*bodies.KINDS, *people.KINDS, *programme.KINDS, *reporting.KINDS, *documents.KINDS, *meetings.KINDS)
_FIRST = ("organisations", "organisation_successors", "collaboratives", "collaborative_members", "programmes")
KINDS: tuple[Kind, ...] = (
    *(kind for name in _FIRST for kind in _ALL if kind.name == name),
    *(kind for kind in _ALL if kind.name not in _FIRST),
)
BY_NAME = {kind.name: kind for kind in KINDS}
