"""The programme's pages, each kind in a module of its own; importing them joins them to the blueprint."""

from app.programme.routes import (
    asking,
    chasing,
    local,
    logs,
    milestones,
    overview,
    plan,
    risk_acts,
    risks,
    updates,
    workstreams,
)
from app.programme.routes.places import blueprint

__all__ = [
    "asking",
    "blueprint",
    "chasing",
    "local",
    "logs",
    "milestones",
    "overview",
    "plan",
    "risk_acts",
    "risks",
    "updates",
    "workstreams",
]
