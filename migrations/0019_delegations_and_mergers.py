"""What a body delegates, and organisations that end"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record_log", sa.Column("sealed_on", sa.Date(), nullable=True))
    op.add_column("record_log", sa.Column("continued_by", sa.Integer(), nullable=True))
    op.add_column(
        "signoff_party_state", sa.Column("through", sa.String(60), nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "merger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.String(200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name=op.f("ck_merger_state")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_merger_successor_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        sa.UniqueConstraint("code", name=op.f("uq_merger_code")),
    )
    op.create_table(
        "merger_predecessor",
        sa.Column("merger_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merger_id"], ["merger.id"], name=op.f("fk_merger_predecessor_merger_id_merger")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_merger_predecessor_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("merger_id", "organisation_id", name=op.f("pk_merger_predecessor")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("decided", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["deciding_body.id"], name=op.f("fk_delegation_body_id_deciding_body")),
        sa.ForeignKeyConstraint(["to_id"], ["deciding_body.id"], name=op.f("fk_delegation_to_id_deciding_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint(
            "body_id", "to_id", "starts", "decided", name=op.f("uq_delegation_body_id_to_id_starts_decided")
        ),
    )
    op.create_index("ix_delegation_body_id", "delegation", ["body_id"])


def downgrade() -> None:
    op.drop_index("ix_delegation_body_id", "delegation")
    op.drop_table("delegation")
    op.drop_table("merger_predecessor")
    op.drop_table("merger")
    op.drop_column("signoff_party_state", "through")
    op.drop_column("record_log", "continued_by")
    op.drop_column("record_log", "sealed_on")
