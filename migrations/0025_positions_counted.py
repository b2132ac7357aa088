"""The local positions of a period are counted by body from an index alone"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COUNTED = "ix_local_position_counted"


def upgrade() -> None:
    op.create_index(COUNTED, "local_position", ["period_id", "body_id", "state", "workstream_id"])


def downgrade() -> None:
    op.drop_index(COUNTED, "local_position")
