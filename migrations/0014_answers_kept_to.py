"""What becomes of an answer after it was given"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "signoff_party_state", sa.Column("tally", sa.String(80), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("signoff_party_state", sa.Column("expires", sa.Date(), nullable=True))
    op.create_table(
        "signoff_condition",
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("signoff_case.id"), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), sa.ForeignKey("deciding_body.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "decision_id", "position"),
    )
    op.create_index("ix_signoff_condition_state", "signoff_condition", ["state", "due"])
    _as_they_stand()


def _as_they_stand() -> None:
    """The conditions that stand in the projection so far: all of them open, with nobody named and no day."""
    connection = op.get_bind()
    party = sa.table(
        "signoff_party_state",
        *(sa.column(name) for name in ("case_id", "round", "stage", "body_id", "standing", "entry_id")),
        sa.column("conditions", sa.JSON),
        sa.column("tally"),
    )
    kept = sa.table(
        "signoff_condition",
        *(
            sa.column(name)
            for name in (
                "case_id",
                "decision_id",
                "position",
                "body_id",
                "text",
                "owner",
                "state",
                "said",
                "decided_by",
            )
        ),
    )
    found = connection.execute(
        sa.select(party).where(party.c.standing == "agreed with conditions", party.c.entry_id.is_not(None))
    ).all()
    for row in found:
        for position, text in enumerate(row.conditions, start=1):
            of_decision = {"case_id": row.case_id, "decision_id": row.entry_id, "body_id": row.body_id}
            as_given = {"position": position, "text": text, "owner": "", "state": "open", "said": "", "decided_by": ""}
            connection.execute(sa.insert(kept).values({**of_decision, **as_given}))
        of_party = sa.and_(party.c.case_id == row.case_id, party.c.entry_id == row.entry_id)
        connection.execute(sa.update(party).where(of_party).values(tally=f"0 of {len(row.conditions)} met"))


def downgrade() -> None:
    op.drop_index("ix_signoff_condition_state", "signoff_condition")
    op.drop_table("signoff_condition")
    op.drop_column("signoff_party_state", "expires")
    op.drop_column("signoff_party_state", "tally")
