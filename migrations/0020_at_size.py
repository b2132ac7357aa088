"""What a long record is read by"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

RATIFY = sa.text("standing = 'to be ratified'")
WAITING, TO_RATIFY = "ix_signoff_party_state_waiting", "ix_signoff_party_state_to_ratify"


def upgrade() -> None:
    op.create_index("ix_record_entry_told", "record_entry", ["organisation_id", "at", "tag"])
    op.drop_index("ix_record_entry_tag_at", "record_entry")
    op.create_index("ix_signoff_case_listed", "signoff_case", ["collaborative_id", "part", "opened_at", "id", "title"])
    op.add_column("signoff_party", sa.Column("listed_in_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE signoff_party SET listed_in_id = (SELECT signoff_case.collaborative_id FROM signoff_case"
        " WHERE signoff_case.id = signoff_party.case_id AND signoff_case.part = 1)"
    )
    op.create_index("ix_signoff_party_listed", "signoff_party", ["listed_in_id", "body_id"])
    op.add_column("signoff_case_state", sa.Column("listed_in_id", sa.Integer(), nullable=True))
    op.add_column("signoff_case_state", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE signoff_case_state SET"
        " listed_in_id = (SELECT CASE signoff_case.part WHEN 1 THEN signoff_case.collaborative_id END"
        " FROM signoff_case WHERE signoff_case.id = signoff_case_state.case_id),"
        " opened_at = (SELECT signoff_case.opened_at FROM signoff_case"
        " WHERE signoff_case.id = signoff_case_state.case_id)"
    )
    op.create_index(
        "ix_signoff_case_state_listed", "signoff_case_state", ["listed_in_id", "state", "opened_at", "case_id"]
    )
    op.drop_index("ix_signoff_party_state_waiting", "signoff_party_state")
    op.create_index(
        WAITING,
        "signoff_party_state",
        ["body_id"],
        sqlite_where=sa.text("waiting IS 1"),
        postgresql_where=sa.text("waiting IS true"),
    )
    op.create_index(TO_RATIFY, "signoff_party_state", ["body_id"], sqlite_where=RATIFY, postgresql_where=RATIFY)


def downgrade() -> None:
    op.drop_index(TO_RATIFY, "signoff_party_state")
    op.drop_index(WAITING, "signoff_party_state")
    op.create_index("ix_signoff_party_state_waiting", "signoff_party_state", ["body_id", "waiting"])
    op.drop_index("ix_signoff_case_state_listed", "signoff_case_state")
    op.drop_column("signoff_case_state", "opened_at")
    op.drop_column("signoff_case_state", "listed_in_id")
    op.drop_index("ix_signoff_party_listed", "signoff_party")
    op.drop_column("signoff_party", "listed_in_id")
    op.drop_index("ix_signoff_case_listed", "signoff_case")
    op.create_index("ix_record_entry_tag_at", "record_entry", ["tag", "at"])
    op.drop_index("ix_record_entry_told", "record_entry")
