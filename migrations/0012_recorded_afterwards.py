"""When an interest or a milestone's change was brought in, where that was only afterwards"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("interest", "milestone_change")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "recorded_at")
