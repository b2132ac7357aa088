"""Comments on clauses, and what is ruled on a change of one"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # what is ruled on a change stands in the record alone; only the comments have a table
    op.create_table(
        "clause_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("capacity", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("landed_version_id", sa.Integer(), nullable=True),
        sa.Column("landed_clause_id", sa.Integer(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_clause_comment_{column}_{table}"))
            for column, table in (
                ("version_id", "document_version"),
                ("clause_id", "clause"),
                ("body_id", "deciding_body"),
                ("person_id", "person"),
                ("landed_version_id", "document_version"),
                ("landed_clause_id", "clause"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_comment")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_clause_comment_version_id_number")),
    )
    op.create_index("ix_clause_comment_landed", "clause_comment", ["landed_version_id"])


def downgrade() -> None:
    op.drop_index("ix_clause_comment_landed", "clause_comment")
    op.drop_table("clause_comment")
