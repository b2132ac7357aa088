"""What a plan gains in its pages, and an agenda loses"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("milestone", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.add_column("agenda_item", sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agenda_item", sa.Column("taken_off_by", sa.String(200), nullable=True))
    op.add_column("agenda_item", sa.Column("taken_off_because", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("taken_off_because", "taken_off_by", "taken_off_at"):
        op.drop_column("agenda_item", name)
    op.drop_column("milestone", "withdrawn_on")
