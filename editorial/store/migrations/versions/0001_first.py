"""The first schema, and the triggers that keep the audit log append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""

# INSERT OR REPLACE fires DELETE triggers only under recursive_triggers; this stops it whatever the connection says.
_NO_REPLACE = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""


def upgrade() -> None:
    """Self-contained: uses nothing of the application, which will have changed by the time this runs again."""
    _workspace_tables()
    _post_tables()
    _delivery_tables()
    _rules_tables()
    _log_tables()
    _times_tables()


def _workspace_tables() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("week_start", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("secret_check", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sign_in", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.String(30), nullable=True),
        sa.Column("created_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "charter_version",
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("envelope", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.String(30), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("not_before", sa.String(30), nullable=True),
        sa.Column("connected_by", sa.String(), nullable=False),
        sa.Column("connected_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(30), nullable=False),
    )


def _post_tables() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("changed_at", sa.String(30), nullable=False),
    )
    op.create_index("ix_post_changed_at", "post", ["changed_at"], unique=False)
    op.create_index("ix_post_state", "post", ["state"], unique=False)
    op.create_table(
        "draft",
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("editors", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("frozen_by", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.String(30), nullable=False),
        sa.UniqueConstraint("post_id", "number"),
    )
    op.create_index("ix_revision_post_id", "revision", ["post_id"], unique=False)
    op.create_table(
        "sign_off",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("revision_id", sa.String(), sa.ForeignKey("revision.id"), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("envelope", sa.String(), nullable=False),
        sa.Column("signed_at", sa.String(30), nullable=False),
    )
    op.create_index("ix_sign_off_post_id", "sign_off", ["post_id"], unique=False)
    op.create_index("ix_sign_off_revision_id", "sign_off", ["revision_id"], unique=False)
    op.create_table(
        "acceptance",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
    )
    op.create_index("ix_acceptance_post_id", "acceptance", ["post_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("revision_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("replacement", sa.String(), nullable=True),
        sa.Column("taken_at", sa.String(30), nullable=True),
        sa.Column("resolved_at", sa.String(30), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("answered_in", sa.Integer(), nullable=False),
    )
    op.create_index("ix_comment_post_id", "comment", ["post_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("comment_id", sa.String(), sa.ForeignKey("comment.id"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("read_at", sa.String(30), nullable=True),
    )
    op.create_index("ix_mention_person_id", "mention", ["person_id"], unique=False)


def _delivery_tables() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("revision_id", sa.String(), sa.ForeignKey("revision.id"), nullable=False),
        sa.Column("account_id", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(30), nullable=False),
        sa.Column("latest_at", sa.String(30), nullable=False),
        sa.Column("wall", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=True),
        sa.Column("tzdata", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("created_for", sa.String(30), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(30), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("sent_at", sa.String(30), nullable=True),
        sa.Column("read_back_at", sa.String(30), nullable=True),
        sa.UniqueConstraint("post_id", "account_id", "round"),
    )
    op.create_index("ix_delivery_account_id", "delivery", ["account_id"], unique=False)
    op.create_index("ix_delivery_due_at", "delivery", ["due_at"], unique=False)
    op.create_index("ix_delivery_post_id", "delivery", ["post_id"], unique=False)
    op.create_index("ix_delivery_read_back_at", "delivery", ["read_back_at"], unique=False)
    op.create_index("ix_delivery_state_due_at", "delivery", ["state", "due_at"], unique=False)
    op.create_index("ix_delivery_state_latest_at", "delivery", ["state", "latest_at"], unique=False)
    op.create_index("ix_delivery_state_next_at", "delivery", ["state", "next_at"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("delivery.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("request_digest", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(30), nullable=False),
        sa.Column("finished_at", sa.String(30), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
    )
    op.create_index("ix_attempt_delivery_id", "attempt", ["delivery_id"], unique=False)
    op.create_table(
        "as_published",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("delivery.id"), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(30), nullable=False),
    )
    op.create_index("ix_as_published_delivery_id", "as_published", ["delivery_id"], unique=False)
    op.create_table(
        "takedown",
        sa.Column("delivery_id", sa.String(), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(30), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(30), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(30), nullable=True),
    )
    op.create_index("ix_takedown_state", "takedown", ["state"], unique=False)


def _rules_tables() -> None:
    op.create_table(
        "authorization",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(30), nullable=True),
        sa.Column("event_at", sa.String(30), nullable=True),
        sa.Column("revoked_at", sa.String(30), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(30), nullable=False),
    )
    op.create_index("ix_authorization_expires_at", "authorization", ["expires_at"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("authorization_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(30), nullable=False),
        sa.Column("due_at", sa.String(30), nullable=False),
        sa.Column("done_at", sa.String(30), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    op.create_index("ix_task_due_at", "task", ["due_at"], unique=False)
    op.create_index("ix_task_kind", "task", ["kind"], unique=False)
    op.create_index("ix_task_post_id", "task", ["post_id"], unique=False)
    op.create_table(
        "concern",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("post_id", sa.String(), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", sa.String(30), nullable=False),
        sa.Column("closed_at", sa.String(30), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
    )
    op.create_index("ix_concern_post_id", "concern", ["post_id"], unique=False)
    op.create_table(
        "charter_text",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.UniqueConstraint("person_id", "policy"),
    )


def _log_tables() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ts", sa.String(30), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"], unique=False)
    op.create_index("ix_audit_entry_action", "audit_entry", ["action"], unique=False)
    op.create_index("ix_audit_entry_object_id", "audit_entry", ["object_id"], unique=False)
    op.create_index("ix_audit_entry_ts", "audit_entry", ["ts"], unique=False)
    op.create_index("ix_audit_entry_all", "audit_entry", [sa.text("0")], unique=False)
    op.create_table(
        "audit_body",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("last", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
    )
    op.create_index("ix_audit_checkpoint_size", "audit_checkpoint", ["size"], unique=False)
    op.execute(_REFUSE.format(table="audit_checkpoint", verb="UPDATE"))
    op.execute(_REFUSE.format(table="audit_checkpoint", verb="DELETE"))
    op.execute(_REFUSE.format(table="audit_entry", verb="UPDATE"))
    op.execute(_REFUSE.format(table="audit_entry", verb="DELETE"))
    op.execute(_REFUSE.format(table="audit_body", verb="UPDATE"))
    op.execute(_NO_REPLACE.format(table="audit_checkpoint"))
    op.execute(_NO_REPLACE.format(table="audit_entry"))
    op.execute(_NO_REPLACE.format(table="audit_body"))
    op.execute(_REFUSE.format(table="audit_head", verb="DELETE"))


def _times_tables() -> None:
    op.create_table(
        "blackout",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.String(30), nullable=False),
    )
    op.create_table(
        "quiet_hours",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("starts", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
    )
    op.create_table(
        "usual_times",
        sa.Column("account_id", sa.String(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("slots", sa.Text(), nullable=False),
    )
