"""Milestones, risks, dependencies, actions and decisions"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("workstream_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("inherent_likelihood", sa.Integer(), nullable=False),
        sa.Column("inherent_consequence", sa.Integer(), nullable=False),
        sa.Column("target_likelihood", sa.Integer(), nullable=True),
        sa.Column("target_consequence", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("proximity_words", sa.String(length=200), nullable=True),
        sa.Column("proximity_earliest", sa.Date(), nullable=True),
        sa.Column("proximity_latest", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("escalation", sa.String(length=10), nullable=False),
        sa.Column("became", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint("escalation IN ('none', 'asked', 'accepted')", name=op.f("ck_risk_escalation")),
        sa.CheckConstraint("kind IN ('risk', 'issue')", name=op.f("ck_risk_kind")),
        sa.CheckConstraint("state IN ('open', 'realised', 'closed')", name=op.f("ck_risk_state")),
        sa.CheckConstraint(
            "inherent_likelihood BETWEEN 1 AND 5 AND inherent_consequence BETWEEN 1 AND 5",
            name=op.f("ck_risk_inherent"),
        ),
        sa.CheckConstraint(
            "target_likelihood BETWEEN 1 AND 5 AND target_consequence BETWEEN 1 AND 5", name=op.f("ck_risk_target")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_risk_owner_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_risk_programme_id_programme")),
        sa.ForeignKeyConstraint(["workstream_id"], ["workstream.id"], name=op.f("fk_risk_workstream_id_workstream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk")),
        sa.UniqueConstraint("code", name=op.f("uq_risk_code")),
    )
    op.create_index(op.f("ix_risk_owner_id"), "risk", ["owner_id"], unique=False)
    op.create_index(op.f("ix_risk_programme_id"), "risk", ["programme_id"], unique=False)
    op.create_index(op.f("ix_risk_workstream_id"), "risk", ["workstream_id"], unique=False)
    op.create_table(
        "milestone_baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("was_words", sa.String(length=200), nullable=False),
        sa.Column("was_earliest", sa.Date(), nullable=True),
        sa.Column("was_latest", sa.Date(), nullable=True),
        sa.Column("became", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("authorised_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_baseline_milestone_id_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_baseline")),
    )
    op.create_index(op.f("ix_milestone_baseline_milestone_id"), "milestone_baseline", ["milestone_id"], unique=False)
    op.create_table(
        "milestone_dependency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("needs_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_dependency_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["milestone.id"], name=op.f("fk_milestone_dependency_needs_id_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_dependency")),
        sa.UniqueConstraint("milestone_id", "needs_id", name=op.f("uq_milestone_dependency_milestone_id_needs_id")),
    )
    op.create_index(op.f("ix_milestone_dependency_needs_id"), "milestone_dependency", ["needs_id"], unique=False)
    op.create_table(
        "milestone_sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_milestone_sign_off_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_sign_off_milestone_id_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_sign_off")),
        sa.UniqueConstraint("milestone_id", "document_id", name=op.f("uq_milestone_sign_off_milestone_id_document_id")),
    )
    op.create_index(op.f("ix_milestone_sign_off_document_id"), "milestone_sign_off", ["document_id"], unique=False)
    op.create_table(
        "programme_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("workstream_id", sa.Integer(), nullable=True),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_words", sa.String(length=200), nullable=False),
        sa.Column("due_earliest", sa.Date(), nullable=True),
        sa.Column("due_latest", sa.Date(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_programme_action_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_action_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_programme_action_risk_id_risk")),
        sa.ForeignKeyConstraint(
            ["workstream_id"], ["workstream.id"], name=op.f("fk_programme_action_workstream_id_workstream")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_action")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_action_code")),
    )
    op.create_index(op.f("ix_programme_action_owner_id"), "programme_action", ["owner_id"], unique=False)
    op.create_index(op.f("ix_programme_action_programme_id"), "programme_action", ["programme_id"], unique=False)
    op.create_index(op.f("ix_programme_action_risk_id"), "programme_action", ["risk_id"], unique=False)
    op.create_index(op.f("ix_programme_action_workstream_id"), "programme_action", ["workstream_id"], unique=False)
    op.create_table(
        "programme_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("workstream_id", sa.Integer(), nullable=True),
        sa.Column("risk_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("corrects", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_decision_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_programme_decision_risk_id_risk")),
        sa.ForeignKeyConstraint(
            ["workstream_id"], ["workstream.id"], name=op.f("fk_programme_decision_workstream_id_workstream")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_decision")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_decision_code")),
    )
    op.create_index(op.f("ix_programme_decision_programme_id"), "programme_decision", ["programme_id"], unique=False)
    op.create_index(op.f("ix_programme_decision_risk_id"), "programme_decision", ["risk_id"], unique=False)
    op.create_index(op.f("ix_programme_decision_workstream_id"), "programme_decision", ["workstream_id"], unique=False)
    op.create_table(
        "risk_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "likelihood BETWEEN 1 AND 5 AND consequence BETWEEN 1 AND 5", name=op.f("ck_risk_assessment_score")
        ),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_assessment_risk_id_risk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_assessment")),
        sa.UniqueConstraint("risk_id", "number", name=op.f("uq_risk_assessment_risk_id_number")),
    )
    op.create_table(
        "risk_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_event_risk_id_risk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_event")),
    )
    op.create_index(op.f("ix_risk_event_risk_id"), "risk_event", ["risk_id"], unique=False)
    op.add_column("milestone", sa.Column("tolerance_days", sa.Integer(), nullable=True))
    op.add_column("programme", sa.Column("tolerance_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("programme", "tolerance_days")
    op.drop_column("milestone", "tolerance_days")
    op.drop_index(op.f("ix_risk_event_risk_id"), table_name="risk_event")
    op.drop_table("risk_event")
    op.drop_table("risk_assessment")
    op.drop_index(op.f("ix_programme_decision_workstream_id"), table_name="programme_decision")
    op.drop_index(op.f("ix_programme_decision_risk_id"), table_name="programme_decision")
    op.drop_index(op.f("ix_programme_decision_programme_id"), table_name="programme_decision")
    op.drop_table("programme_decision")
    op.drop_index(op.f("ix_programme_action_workstream_id"), table_name="programme_action")
    op.drop_index(op.f("ix_programme_action_risk_id"), table_name="programme_action")
    op.drop_index(op.f("ix_programme_action_programme_id"), table_name="programme_action")
    op.drop_index(op.f("ix_programme_action_owner_id"), table_name="programme_action")
    op.drop_table("programme_action")
    op.drop_index(op.f("ix_milestone_sign_off_document_id"), table_name="milestone_sign_off")
    op.drop_table("milestone_sign_off")
    op.drop_index(op.f("ix_milestone_dependency_needs_id"), table_name="milestone_dependency")
    op.drop_table("milestone_dependency")
    op.drop_index(op.f("ix_milestone_baseline_milestone_id"), table_name="milestone_baseline")
    op.drop_table("milestone_baseline")
    op.drop_index(op.f("ix_risk_workstream_id"), table_name="risk")
    op.drop_index(op.f("ix_risk_programme_id"), table_name="risk")
    op.drop_index(op.f("ix_risk_owner_id"), table_name="risk")
    op.drop_table("risk")
