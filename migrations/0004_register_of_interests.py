"""The register of interests"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # added as they are, not by copying the table: a copy names its constraints in an order of chance
    op.add_column(
        "interest", sa.Column("concerns", sa.String(length=300), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("interest", sa.Column("arose", sa.Date(), nullable=True))
    op.add_column("interest", sa.Column("mitigation", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("interest", sa.Column("reviewed_on", sa.Date(), nullable=True))
    op.add_column("interest", sa.Column("withheld", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "class_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("seat_kind", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("concerns", sa.String(length=300), nullable=False),
        sa.Column("arose", sa.Date(), nullable=True),
        sa.Column("declared", sa.Date(), nullable=False),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["deciding_body.id"], name=op.f("fk_class_interest_body_id_deciding_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_interest")),
        sa.UniqueConstraint("code", name=op.f("uq_class_interest_code")),
    )
    op.create_index(op.f("ix_class_interest_body_id"), "class_interest", ["body_id"], unique=False)
    op.create_table(
        "item_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["interest.id"], name=op.f("fk_item_declaration_interest_id_interest")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_item_declaration_item_id_agenda_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_item_declaration_person_id_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_item_declaration_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_declaration")),
        sa.UniqueConstraint(
            "item_id", "person_id", "interest_id", name=op.f("uq_item_declaration_item_id_person_id_interest_id")
        ),
    )
    op.create_index(op.f("ix_item_declaration_item_id"), "item_declaration", ["item_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_item_declaration_item_id"), table_name="item_declaration")
    op.drop_table("item_declaration")
    op.drop_index(op.f("ix_class_interest_body_id"), table_name="class_interest")
    op.drop_table("class_interest")
    for name in ("withheld", "reviewed_on", "mitigation", "arose", "concerns"):
        op.drop_column("interest", name)
