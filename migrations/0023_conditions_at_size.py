"""The open conditions of a body, and those that are with somebody, are found without reading all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
OF_BODY, WITH = "ix_signoff_condition_of_body", "ix_signoff_condition_with"


def upgrade() -> None:
    op.create_index(OF_BODY, "signoff_condition", ["body_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(WITH, "signoff_condition", ["owner"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index(WITH, "signoff_condition")
    op.drop_index(OF_BODY, "signoff_condition")
