"""The update cycle: chasing, merging, what moved between periods"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_daily",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_job_daily")),
    )
    for name, length in (("chase_before", 60), ("chase_after", 60), ("chase_unit", 10)):
        op.add_column("programme", sa.Column(name, sa.String(length), nullable=True))
    op.add_column("programme", sa.Column("silent_days", sa.Integer(), nullable=True))
    op.add_column("milestone_change", sa.Column("was_earliest", sa.Date(), nullable=True))
    op.add_column("milestone_change", sa.Column("was_latest", sa.Date(), nullable=True))
    op.create_table(
        "chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=250), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("workstream_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["deciding_body.id"], name=op.f("fk_chase_body_id_deciding_body")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_chase_period_id_period")),
        sa.ForeignKeyConstraint(["workstream_id"], ["workstream.id"], name=op.f("fk_chase_workstream_id_workstream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
        sa.UniqueConstraint("once", name=op.f("uq_chase_once")),
    )
    op.create_index(op.f("ix_chase_period_id"), "chase", ["period_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_chase_period_id"), table_name="chase")
    op.drop_table("chase")
    for name in ("was_latest", "was_earliest"):
        op.drop_column("milestone_change", name)
    for name in ("silent_days", "chase_unit", "chase_after", "chase_before"):
        op.drop_column("programme", name)
    op.drop_table("job_daily")
