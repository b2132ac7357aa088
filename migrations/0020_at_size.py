"""What a long record is read by"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_entry_told", "record_entry", ["organisation_id", "tag", "at"])
    op.drop_index("ix_record_entry_tag_at", "record_entry")
    op.create_index("ix_signoff_case_listed", "signoff_case", ["collaborative_id", "part", "opened_at", "id", "title"])
    op.add_column("signoff_party", sa.Column("listed_in_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE signoff_party SET listed_in_id = (SELECT signoff_case.collaborative_id FROM signoff_case"
        " WHERE signoff_case.id = signoff_party.case_id AND signoff_case.part = 1)"
    )
    op.create_index("ix_signoff_party_listed", "signoff_party", ["listed_in_id", "body_id"])
    few = sa.text("standing = 'to be ratified'")
    op.create_index(
        "ix_signoff_party_state_to_ratify",
        "signoff_party_state",
        ["body_id"],
        sqlite_where=few,
        postgresql_where=few,
    )


def downgrade() -> None:
    op.drop_index("ix_signoff_party_state_to_ratify", "signoff_party_state")
    op.drop_index("ix_signoff_party_listed", "signoff_party")
    op.drop_column("signoff_party", "listed_in_id")
    op.drop_index("ix_signoff_case_listed", "signoff_case")
    op.create_index("ix_record_entry_tag_at", "record_entry", ["tag", "at"])
    op.drop_index("ix_record_entry_told", "record_entry")
