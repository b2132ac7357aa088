"""People and bodies kept in pages: deputies named for a seat"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seat_deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_deputy_person_id_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_deputy_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_deputy")),
        sa.UniqueConstraint("seat_id", "person_id", "starts", name=op.f("uq_seat_deputy_seat_id_person_id_starts")),
    )
    op.create_index(op.f("ix_seat_deputy_person_id"), "seat_deputy", ["person_id"], unique=False)
    op.create_index(op.f("ix_seat_deputy_seat_id"), "seat_deputy", ["seat_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_seat_deputy_seat_id"), table_name="seat_deputy")
    op.drop_index(op.f("ix_seat_deputy_person_id"), table_name="seat_deputy")
    op.drop_table("seat_deputy")
