"""Tables of the area `access` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import DOCUMENT, INSTANT, KEY


def _create_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", INSTANT, nullable=False, index=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False, index=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
    )


def _create_user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("login", sa.String(80), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=True, index=True),
        sa.Column("store_id", sa.Integer(), sa.ForeignKey("store.id"), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )


def _create_api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
    )


def _create_idempotent_request() -> None:
    op.create_table(
        "idempotent_request",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, index=True),
        sa.UniqueConstraint("user_id", "key"),
    )


TABLES = {
    "audit_entry": _create_audit_entry,
    "user_account": _create_user_account,
    "api_token": _create_api_token,
    "idempotent_request": _create_idempotent_request,
}
"""In the order in which they can be created."""
