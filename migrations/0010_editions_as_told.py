"""What an edition that came in by an import said otherwise than the facts that came with it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("update_edition", sa.Column("told", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("update_edition", "told")
