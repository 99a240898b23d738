"""Tables of the area `processes` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import DOCUMENT, INSTANT, KEY


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("instance_id", sa.String(240), nullable=False),
        sa.Column("activation", sa.String(220), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("resolved_by", sa.String(80), nullable=False),
    )
    op.create_index("ix_incident_instance", "incident", ["instance_id", "status"])
    op.create_index("ix_incident_status", "incident", ["status", "id"])


def _create_journal_line() -> None:
    op.create_table(
        "journal_line",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("instance_id", sa.String(240), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("activation", sa.String(220), nullable=True),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.UniqueConstraint("instance_id", "sequence", "line_no"),
    )


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("instance_id", sa.String(240), nullable=True),
        sa.Column("subscription", sa.String(220), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("correlated_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("dedup_key", sa.String(240), nullable=True, unique=True),
    )
    op.create_index("ix_message_buffer", "message", ["status", "name", "key", "id"])


def _create_message_start() -> None:
    op.create_table(
        "message_start",
        sa.Column("message", sa.String(160), primary_key=True),
        sa.Column("template_key", sa.String(120), primary_key=True),
        sa.Column("process_id", sa.String(120), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
    )


def _create_message_wait() -> None:
    op.create_table(
        "message_wait",
        sa.Column("instance_id", sa.String(240), primary_key=True),
        sa.Column("subscription", sa.String(220), primary_key=True),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index("ix_message_wait_name_key", "message_wait", ["name", "key"])


def _create_process_instance() -> None:
    op.create_table(
        "process_instance",
        sa.Column("id", sa.String(240), primary_key=True),
        sa.Column("business_key", sa.String(240), nullable=False, index=True),
        sa.Column("root_id", sa.String(240), nullable=False, index=True),
        sa.Column("parent_id", sa.String(240), nullable=True, index=True),
        sa.Column("parent_activation", sa.String(200), nullable=True),
        sa.Column("template_key", sa.String(120), nullable=False),
        sa.Column("template_hash", sa.String(64), nullable=False),
        sa.Column("process_id", sa.String(120), nullable=False),
        sa.Column("dealer_code", sa.String(40), nullable=True, index=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answer", DOCUMENT, nullable=False),
        sa.Column("variables", DOCUMENT, nullable=False),
        sa.Column("active", DOCUMENT, nullable=False),
        sa.Column("started_by", sa.String(80), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_message", sa.String(), nullable=False),
    )
    op.create_index("ix_process_instance_status", "process_instance", ["status", "started_at"])
    op.create_index("ix_process_instance_template", "process_instance", ["template_key", "status", "started_at"])


def _create_process_template() -> None:
    op.create_table(
        "process_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(160), nullable=False),
        sa.Column("name_en", sa.String(160), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("instance_id", sa.String(240), nullable=False),
        sa.Column("root_id", sa.String(240), nullable=False),
        sa.Column("business_key", sa.String(240), nullable=False, index=True),
        sa.Column("template_key", sa.String(120), nullable=False),
        sa.Column("template_hash", sa.String(64), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("activation", sa.String(220), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("form", sa.String(80), nullable=True),
        sa.Column("actions", DOCUMENT, nullable=False),
        sa.Column("input", DOCUMENT, nullable=False),
        sa.Column("candidates", DOCUMENT, nullable=False),
        sa.Column("dealer_code", sa.String(40), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=True),
        sa.Column("done_by", sa.String(80), nullable=True),
        sa.Column("action", sa.String(40), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, index=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.UniqueConstraint("instance_id", "activation"),
    )
    op.create_index("ix_task_assignee", "task", ["status", "claimed_by", "id"])
    op.create_index("ix_task_done", "task", ["done_by", "id"])
    op.create_index("ix_task_root", "task", ["root_id", "status"])


def _create_worker_heartbeat() -> None:
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(160), primary_key=True),
        sa.Column("build_id", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )


def _create_task_candidate() -> None:
    op.create_table(
        "task_candidate",
        sa.Column("task_id", sa.BigInteger(), sa.ForeignKey("task.id"), primary_key=True),
        sa.Column("principal", sa.String(120), primary_key=True),
        sa.Column("claimed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_task_candidate_principal", "task_candidate", ["principal", "claimed", "task_id"])


def _create_template_version() -> None:
    op.create_table(
        "template_version",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("template_id", sa.Integer(), sa.ForeignKey("process_template.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.UniqueConstraint("template_id", "version"),
    )
    op.create_index("ix_template_version_hash", "template_version", ["hash"])


TABLES = {
    "incident": _create_incident,
    "journal_line": _create_journal_line,
    "message": _create_message,
    "message_start": _create_message_start,
    "message_wait": _create_message_wait,
    "process_instance": _create_process_instance,
    "process_template": _create_process_template,
    "task": _create_task,
    "worker_heartbeat": _create_worker_heartbeat,
    "task_candidate": _create_task_candidate,
    "template_version": _create_template_version,
}
"""In the order in which they can be created."""
