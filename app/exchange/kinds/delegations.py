"""What bodies delegated to joint committees."""

from typing import Any

from app.exchange.formats import Code, Day, Several, Text
from app.exchange.kinds.bodies import of_body
from app.exchange.kinds.documents import DOCUMENT
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, Values, World
from app.exchange.kinds.programme import BODY, WORKSTREAM
from app.signoff.delegation_models import Delegation


def _to_a_joint_committee(world: World, row: Row) -> list[Complaint]:
    to = world.rows("bodies").get((row.values["to"],))
    if to is None or to.values["kind"] == "joint_committee":
        return []
    return [("to", f"“{row.values['to']}” is no joint committee; expected one.")]


def _of_known_things(world: World, row: Row) -> list[Complaint]:
    found: list[Complaint] = []
    for name in ("documents", "workstreams"):
        known, what = world.rows(name), name.removesuffix("s")
        found += [
            (name, f"there is no {what} “{code}”; expected the codes of {name} in {name}.csv.")
            for code in row.values[name] or ()
            if (code,) not in known
        ]
    if not row.values["documents"] and not row.values["workstreams"]:
        found.append(("documents", "neither documents nor workstreams; expected at least one of them."))
    return found


def _as_lists(values: Values) -> dict[str, Any]:
    return {name: values[name] or [] for name in ("documents", "workstreams")}


KINDS = (
    Kind(
        "delegations",
        "What a body delegated to a joint committee by its own decision: which documents and workstreams, for dates.",
        Delegation,
        ("body", "to", "starts", "decided"),
        (
            Column("body", "Code of the body that delegated.", BODY, True, None),
            Column("to", "Code of the joint committee.", Code(40, example="swl-joint"), True, None),
            Column("documents", "Codes of the documents.", Several(DOCUMENT)),
            Column("workstreams", "Codes of the workstreams: every document of theirs.", Several(WORKSTREAM)),
            Column("starts", "First day of the delegation.", Day("2015-04-01"), required=True),
            Column("ends", "Its last day.", Day("2016-03-31")),
            Column("decided", "The minute of the body’s decision.", Text(100, example="GB/1516/041"), required=True),
        ),
        links=(Link("body_id", "bodies", ("body",)), Link("to_id", "bodies", ("to",))),
        spans=(("starts", "ends"),),
        checks=(of_body("starts", "ends"), _to_a_joint_committee, _of_known_things),
        derive=_as_lists,
    ),
)
