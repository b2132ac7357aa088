"""Slides, corrections and what changed since a body last met"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WITH_SLIDES = ("update_edition", "pack")


def upgrade() -> None:
    for table in WITH_SLIDES:
        op.add_column(table, sa.Column("slides_hash", sa.String(length=64), nullable=True))
        op.add_column(table, sa.Column("slides_bytes", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("slides_count", sa.Integer(), nullable=True))
    op.add_column("workstream_update", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_edition_id", sa.Integer(), nullable=False),
        sa.Column("to_edition_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("facts_hash", sa.String(length=64), nullable=True),
        sa.Column("pdf_hash", sa.String(length=64), nullable=True),
        sa.Column("web_hash", sa.String(length=64), nullable=True),
        sa.Column("pdf_bytes", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_edition_id"], ["update_edition.id"], name=op.f("fk_correction_from_edition_id_update_edition")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_correction_period_id_period")),
        sa.ForeignKeyConstraint(
            ["to_edition_id"], ["update_edition.id"], name=op.f("fk_correction_to_edition_id_update_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("period_id", "number", name=op.f("uq_correction_period_id_number")),
        sa.UniqueConstraint("to_edition_id", name=op.f("uq_correction_to_edition_id")),
    )
    op.create_table(
        "reported_error",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("workstream_id", sa.Integer(), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_reported_error_correction_id_correction")
        ),
        sa.ForeignKeyConstraint(
            ["workstream_id"], ["workstream.id"], name=op.f("fk_reported_error_workstream_id_workstream")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_error")),
    )
    op.create_index(op.f("ix_reported_error_correction_id"), "reported_error", ["correction_id"])
    op.create_table(
        "correction_circulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("circulation_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["circulation_id"], ["circulation.id"], name=op.f("fk_correction_circulation_circulation_id_circulation")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_correction_circulation_correction_id_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_circulation")),
        sa.UniqueConstraint(
            "correction_id", "circulation_id", name=op.f("uq_correction_circulation_correction_id_circulation_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_correction_circulation_token_hash")),
    )
    op.create_index(op.f("ix_correction_circulation_circulation_id"), "correction_circulation", ["circulation_id"])


def downgrade() -> None:
    for table in ("correction_circulation", "reported_error", "correction"):
        op.drop_table(table)
    op.drop_column("workstream_update", "reopened_at")
    for table in reversed(WITH_SLIDES):
        for name in ("slides_count", "slides_bytes", "slides_hash"):
            op.drop_column(table, name)
