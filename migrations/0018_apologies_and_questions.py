"""Apologies before a meeting, questions to the author of an item, and comments that are withdrawn"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # apologies stand in the attendance of their meeting; only the questions have a table
    op.create_table(
        "item_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asker", sa.String(200), nullable=False),
        sa.Column("capacity", sa.String(200), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("to_name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_item_question_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_item_question_person_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_item_question_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_question")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_question_item_id_number")),
    )
    op.create_index(op.f("ix_item_question_item_id"), "item_question", ["item_id"])
    op.create_index(op.f("ix_item_question_to_id"), "item_question", ["to_id"])
    op.add_column("clause_comment", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("clause_comment", sa.Column("withdrawn_because", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("clause_comment") as table:
        table.drop_column("withdrawn_because")
        table.drop_column("withdrawn_at")
    op.drop_index(op.f("ix_item_question_to_id"), "item_question")
    op.drop_index(op.f("ix_item_question_item_id"), "item_question")
    op.drop_table("item_question")
