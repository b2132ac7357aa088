"""Every kind of fact, in the order in which they come in: what is referred to stands before what refers to it."""

from app.exchange.kinds import (
    between_meetings,
    bodies,
    comments,
    corrected,
    delegations,
    documents,
    in_common,
    meetings,
    mergers,
    people,
    programme,
    raid,
    released,
    reporting,
    ruled_again,
)
from app.exchange.kinds.acts import ACTS as _ACTS
from app.exchange.kinds.kind import Column, Kind, Link, Row, World
from app.exchange.kinds.releases import RELEASES as _RELEASES

__all__ = ["ACTS", "BY_NAME", "FACTS", "KINDS", "RELEASES", "Column", "Kind", "Link", "Row", "World"]

_ALL = (
    *bodies.KINDS,
    *people.KINDS,
    *programme.KINDS,
    *reporting.KINDS,
    *documents.KINDS,
    *comments.KINDS,
    *raid.KINDS,
    *delegations.KINDS,
    *meetings.KINDS,
    *in_common.KINDS,
)
_FIRST = ("organisations", "organisation_successors", "collaboratives", "collaborative_members", "programmes")
FACTS: tuple[Kind, ...] = (
    *(kind for name in _FIRST for kind in _ALL if kind.name == name),
    *(kind for kind in _ALL if kind.name not in _FIRST),
)
ACTS: tuple[Kind, ...] = (*_ACTS, *ruled_again.KINDS, *between_meetings.KINDS, *mergers.KINDS)
RELEASES: tuple[Kind, ...] = (*_RELEASES, *corrected.KINDS, *released.KINDS)
"""What needs a worker, and so comes in after everything else, step by step: see `exchange.releases`."""
KINDS = (*FACTS, *ACTS, *RELEASES)
BY_NAME = {kind.name: kind for kind in KINDS}
