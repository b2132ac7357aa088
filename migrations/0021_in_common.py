"""Committees in common, and the scope of a delegation"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_in_common",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("collaborative_id", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collaborative_id"],
            ["collaborative.id"],
            name=op.f("fk_meeting_in_common_collaborative_id_collaborative"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["deciding_body.id"], name=op.f("fk_meeting_in_common_set_by_id_deciding_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_in_common")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_in_common_code")),
    )
    op.create_index(op.f("ix_meeting_in_common_collaborative_id"), "meeting_in_common", ["collaborative_id"])
    op.create_table(
        "meeting_joined",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("in_common_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_joined_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["in_common_id"], ["meeting_in_common.id"], name=op.f("fk_meeting_joined_in_common_id_meeting_in_common")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_joined")),
    )
    op.create_index(op.f("ix_meeting_joined_in_common_id"), "meeting_joined", ["in_common_id"])
    op.add_column("document", sa.Column("workstream", sa.String(60), nullable=True))
    op.add_column("delegation", sa.Column("workstreams", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("delegation", "workstreams")
    op.drop_column("document", "workstream")
    op.drop_index(op.f("ix_meeting_joined_in_common_id"), "meeting_joined")
    op.drop_table("meeting_joined")
    op.drop_index(op.f("ix_meeting_in_common_collaborative_id"), "meeting_in_common")
    op.drop_table("meeting_in_common")
