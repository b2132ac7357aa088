"""Slides, corrections and what changed since a body last met"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WITH_SLIDES = ("update_edition", "pack")


def upgrade() -> None:
    for table in WITH_SLIDES:
        op.add_column(table, sa.Column("slides_hash", sa.String(length=64), nullable=True))
        op.add_column(table, sa.Column("slides_bytes", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("slides_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in reversed(WITH_SLIDES):
        for name in ("slides_count", "slides_bytes", "slides_hash"):
            op.drop_column(table, name)
