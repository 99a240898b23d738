"""Accounts and sign-in, API tokens, and the audit of what people did."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.payloads.access import Actor, Role, UserData, UserView
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.tables.access import ApiToken, AuditEntry, User
from models.tables.dealers import Dealer, Store

TOKEN_PREFIX = "dft_"
TOKEN_LIFETIME = timedelta(days=365)

UserRow = Row[User, str | None, str | None]
UserQuery = Select[User, str | None, str | None]


class UnknownOwner(ValueError):
    """An account names a dealer or store that does not exist."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _decoy_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Hash with argon2; slow on purpose, about 50 ms."""
    return _hasher().hash(password)


async def authenticate(session: AsyncSession, login: str, password: str) -> UserView | None:
    """Check login and password. An unknown login takes as long as a wrong password, so that none can be guessed."""
    row = (await session.execute(_users().where(col(User.login) == login.strip()))).one_or_none()
    stored = row[0].password_hash if row else await asyncio.to_thread(_decoy_hash)
    is_right = await asyncio.to_thread(_hasher().verify, password, stored)
    return _view(row) if row and is_right and row[0].is_active else None


async def find_user(session: AsyncSession, login: str) -> UserView | None:
    """Find an active account by its login."""
    return await _find(session, _users().where(col(User.login) == login))


async def find_user_by_id(session: AsyncSession, user_id: int) -> UserView | None:
    """Find an active account by its id."""
    return await _find(session, _users().where(col(User.id) == user_id))


async def find_signed_in(session: AsyncSession, user_id: int, mark: str) -> UserView | None:
    """Find the active account of a session, unless its password has changed since the session began."""
    row = (await session.execute(_users().where(col(User.id) == user_id))).one_or_none()
    return _view(row) if row and row[0].is_active and _mark_of(row[0].password_hash) == mark else None


async def password_mark(session: AsyncSession, user_id: int) -> str:
    """Name the present password of an account without telling anything of it; sessions carry it."""
    return _mark_of((await session.get_one(User, user_id)).password_hash)


async def set_password(session: AsyncSession, user_id: int, password_hash: str) -> None:
    """Change a password; every session that began with the old one ends."""
    user = await session.get_one(User, user_id)
    user.password_hash = password_hash
    await session.flush()


async def find_names(session: AsyncSession, logins: Iterable[str]) -> dict[str, UserView]:
    """Find accounts by login, also inactive ones: history goes on naming who did what."""
    rows = (await session.execute(_users().where(col(User.login).in_(set(logins))))).all()
    return {row[0].login: _view(row) for row in rows}


async def list_users(session: AsyncSession) -> tuple[UserView, ...]:
    """List every account by login."""
    rows = (await session.execute(_users().order_by(col(User.login)))).all()
    return tuple(_view(row) for row in rows)


def actor_of(user: UserView) -> Actor:
    """See an account as one who acts."""
    return Actor(login=user.login, roles=user.roles, dealer=user.dealer, store=user.store)


async def create_user(session: AsyncSession, user: UserData, password_hash: str) -> UserView:
    """Open an account. Raises UnknownOwner when its dealer or store does not exist."""
    dealer_id = await _id_of(session, Dealer, user.dealer)
    store_id = await _id_of(session, Store, user.store)
    row = User(
        login=user.login,
        name_zh=user.name_zh,
        name_en=user.name_en,
        password_hash=password_hash,
        roles=[str(role) for role in user.roles],
        dealer_id=dealer_id,
        store_id=store_id,
        created_at=utc_now(),
    )
    session.add(row)
    await session.flush()
    created = await find_user(session, user.login)
    assert created is not None
    return created


async def set_language(session: AsyncSession, user_id: int, language: str) -> None:
    """Remember the language that a person chose."""
    user = await session.get_one(User, user_id)
    user.language = language


async def create_token(session: AsyncSession, user_id: int) -> str:
    """Make a bearer token. Only its hash is kept, so this is the one time that it can be shown."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    now = utc_now()
    session.add(
        ApiToken(user_id=user_id, token_hash=_token_hash(token), created_at=now, expires_at=now + TOKEN_LIFETIME)
    )
    await session.flush()
    return token


async def find_user_by_token(session: AsyncSession, token: str, at: datetime | None = None) -> UserView | None:
    """Find the active account that a bearer token speaks for, unless the token has expired."""
    found = select(col(ApiToken.user_id)).where(
        col(ApiToken.token_hash) == _token_hash(token),
        (col(ApiToken.expires_at).is_(None)) | (col(ApiToken.expires_at) > (at or utc_now())),
    )
    return await _find(session, _users().where(col(User.id).in_(found)))


async def record(
    session: AsyncSession,
    actor: str,
    action: str,
    subject: str,
    reason: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write into the audit who did what to which thing; append-only, also by a trigger in the database."""
    entry = AuditEntry(
        at=utc_now(), actor=actor, action=action, subject=subject, reason=reason, detail=dict(detail or {})
    )
    session.add(entry)
    await session.flush()


async def list_audit(
    session: AsyncSession, subject: str | None = None, after: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[AuditEntry]:
    """List the audit, newest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(bounded(limit) + 1)
    if subject is not None:
        query = query.where(col(AuditEntry.subject) == subject)
    if after:
        query = query.where(col(AuditEntry.id) < id_of_cursor(after))
    rows = (await session.scalars(query)).all()
    return page_of(rows, limit, lambda row: row, lambda row: (row.id or 0,))


def _token_hash(token: str) -> str:
    # A token is 256 random bits: nothing to guess, so a fast hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()


def _mark_of(password_hash: str) -> str:
    return hashlib.sha256(f"session:{password_hash}".encode()).hexdigest()[:16]


def _users() -> UserQuery:
    return (
        select(User, col(Dealer.code), col(Store.code))
        .outerjoin(Dealer, col(Dealer.id) == col(User.dealer_id))
        .outerjoin(Store, col(Store.id) == col(User.store_id))
    )


async def _find(session: AsyncSession, query: UserQuery) -> UserView | None:
    row = (await session.execute(query.where(col(User.is_active).is_(True)))).one_or_none()
    return _view(row) if row else None


def _view(row: UserRow) -> UserView:
    user, dealer, store = row
    assert user.id is not None
    return UserView(
        id=user.id,
        login=user.login,
        name_zh=user.name_zh,
        name_en=user.name_en,
        roles=tuple(Role(role) for role in user.roles),
        dealer=dealer,
        dealer_id=user.dealer_id,
        store=store,
        language=user.language,
        is_active=user.is_active,
    )


async def _id_of(session: AsyncSession, model: type[Dealer | Store], code: str | None) -> int | None:
    if code is None:
        return None
    found = await session.scalar(select(col(model.id)).where(col(model.code) == code))
    if found is None:
        raise UnknownOwner(code)
    return found
