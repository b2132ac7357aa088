"""The system architecture as a drawing"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("segment", "segment_link"):
        op.add_column(table, sa.Column("demonstration", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("segment_link", sa.Column("source", sa.String(300), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("segment_link", "source")
    for table in ("segment_link", "segment"):
        op.drop_column(table, "version")
        op.drop_column(table, "demonstration")
