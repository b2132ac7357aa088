"""What an entry said can be destroyed once the record says so; what a pack told otherwise comes in with it

Until here the database let any payload and salt go together. Now it lets them go only where an entry of the record says
that this one's text was destroyed, so that a text cannot be lost by accident, or taken away unsaid through the service.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEPT = [
    "id",
    "tag",
    "at",
    "actor_id",
    "actor_name",
    "capacity",
    "organisation_id",
    "organisation_name",
    "part",
    "thing_kind",
    "thing_id",
]
DECLARED = (
    "EXISTS (SELECT 1 FROM record_entry AS said WHERE said.tag = 'entry.destroyed' AND said.thing_kind = 'entry' "
    "AND said.thing_id = OLD.id AND said.id > OLD.id)"
)
CHANGED = "NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR "
GUARD = {
    "sqlite": [
        "DROP TRIGGER record_entry_unchanged",
        "CREATE TRIGGER record_entry_unchanged BEFORE UPDATE ON record_entry WHEN "
        + CHANGED
        + " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in KEPT)
        + f" OR NOT {DECLARED} BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ],
    "postgresql": [
        "DROP TRIGGER record_entry_unchanged ON record_entry",
        "CREATE FUNCTION record_destroyed_as_said() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {DECLARED} THEN RAISE EXCEPTION 'the record is append-only'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER record_entry_unchanged BEFORE UPDATE ON record_entry FOR EACH ROW WHEN ("
        + CHANGED
        + " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in KEPT)
        + ") EXECUTE FUNCTION record_append_only()",
        "CREATE TRIGGER record_entry_destroyed_as_said BEFORE UPDATE ON record_entry "
        "FOR EACH ROW EXECUTE FUNCTION record_destroyed_as_said()",
    ],
}
BEFORE = {
    "sqlite": [
        "DROP TRIGGER record_entry_unchanged",
        "CREATE TRIGGER record_entry_unchanged BEFORE UPDATE ON record_entry "
        "WHEN NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR "
        + " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in KEPT)
        + " BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ],
    "postgresql": ["DROP FUNCTION record_destroyed_as_said() CASCADE"],
}


def upgrade() -> None:
    op.add_column("pack", sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
    for statement in GUARD[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in BEFORE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_column("pack", "told")
