"""When a milestone came into the plan"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("milestone", sa.Column("added_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("milestone", "added_on")
