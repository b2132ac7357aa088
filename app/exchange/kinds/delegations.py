"""What bodies delegated to joint committees."""

from app.exchange.formats import Code, Day, Several, Text
from app.exchange.kinds.bodies import of_body
from app.exchange.kinds.documents import DOCUMENT
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, World
from app.exchange.kinds.programme import BODY
from app.signoff.delegation_models import Delegation


def _to_a_joint_committee(world: World, row: Row) -> list[Complaint]:
    to = world.rows("bodies").get((row.values["to"],))
    if to is None or to.values["kind"] == "joint_committee":
        return []
    return [("to", f"“{row.values['to']}” is no joint committee; expected one.")]


def _of_known_documents(world: World, row: Row) -> list[Complaint]:
    known = world.rows("documents")
    return [
        ("documents", f"there is no document “{code}”; expected the codes of documents in documents.csv.")
        for code in row.values["documents"] or ()
        if (code,) not in known
    ]


KINDS = (
    Kind(
        "delegations",
        "What a body delegated to a joint committee by its own decision: on which documents, for dates.",
        Delegation,
        ("body", "to", "starts", "decided"),
        (
            Column("body", "Code of the body that delegated.", BODY, True, None),
            Column("to", "Code of the joint committee.", Code(40, example="swl-joint"), True, None),
            Column("documents", "Codes of the documents.", Several(DOCUMENT), True),
            Column("starts", "First day of the delegation.", Day("2015-04-01"), required=True),
            Column("ends", "Its last day.", Day("2016-03-31")),
            Column("decided", "The minute of the body’s decision.", Text(100, example="GB/1516/041"), required=True),
        ),
        links=(Link("body_id", "bodies", ("body",)), Link("to_id", "bodies", ("to",))),
        spans=(("starts", "ends"),),
        checks=(of_body("starts", "ends"), _to_a_joint_committee, _of_known_documents),
    ),
)
