"""The programme's pages, each kind in a module of its own; importing them joins them to the blueprint."""

from app.programme.routes import (
    architecture,
    asking,
    chasing,
    commenting,
    in_the_plan,
    local,
    logs,
    map_acts,
    milestones,
    overview,
    plan,
    risk_acts,
    risks,
    ruling,
    updates,
    withdrawing,
    workstreams,
)
from app.programme.routes.places import blueprint

__all__ = [
    "architecture",
    "asking",
    "blueprint",
    "chasing",
    "commenting",
    "in_the_plan",
    "local",
    "logs",
    "map_acts",
    "milestones",
    "overview",
    "plan",
    "risk_acts",
    "risks",
    "ruling",
    "updates",
    "withdrawing",
    "workstreams",
]
