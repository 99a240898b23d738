"""Accounts, API tokens and idempotent requests."""

from datetime import datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import BigKey, Json, big_key, document, instant


class User(SQLModel, table=True):
    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=80, unique=True)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    password_hash: str
    roles: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    dealer_id: int | None = Field(default=None, foreign_key="dealer.id", index=True)
    store_id: int | None = Field(default=None, foreign_key="store.id")
    language: str = Field(default="", max_length=8)
    is_active: bool = True
    created_at: datetime = instant()


class ApiToken(SQLModel, table=True):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = instant()
    expires_at: datetime | None = instant(nullable=True)


class IdempotentRequest(SQLModel, table=True):
    """The answer once given to a POST with an `Idempotency-Key`, repeated word for word to its repetitions."""

    __tablename__ = "idempotent_request"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: int | None = big_key()
    user_id: int = Field(foreign_key="user_account.id")
    key: str = Field(max_length=200)
    request_hash: str = Field(max_length=64)
    status: int | None = None
    body: dict[str, object] = document()
    created_at: datetime = instant(index=True)


class AuditEntry(SQLModel, table=True):
    """Append-only: who did what to which thing, with the values before and after."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))
    at: datetime = instant(index=True)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=80)
    subject: str = Field(max_length=160, index=True)
    reason: str = ""
    detail: dict[str, object] = document()
