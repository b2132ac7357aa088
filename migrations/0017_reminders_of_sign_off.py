"""What was reminded of, and to whom it was escalated"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signoff_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=300), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["signoff_case.id"], name=op.f("fk_signoff_reminder_case_id_signoff_case")
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["deciding_body.id"], name=op.f("fk_signoff_reminder_body_id_deciding_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signoff_reminder")),
        sa.UniqueConstraint("once", name=op.f("uq_signoff_reminder_once")),
    )
    op.create_index("ix_signoff_reminder_case_id", "signoff_reminder", ["case_id"])
    op.create_table(
        "signoff_reminder_to",
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["signoff_reminder.id"], name=op.f("fk_signoff_reminder_to_reminder_id_signoff_reminder")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signoff_reminder_to_person_id_person")),
        sa.PrimaryKeyConstraint("reminder_id", "person_id", name=op.f("pk_signoff_reminder_to")),
    )
    op.create_index("ix_signoff_reminder_to_person", "signoff_reminder_to", ["person_id", "reminder_id"])


def downgrade() -> None:
    op.drop_table("signoff_reminder_to")
    op.drop_table("signoff_reminder")
