"""Requests that carry an `Idempotency-Key`: each is answered once, and its repetitions get the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.repositories.upserts import insert_or_skip
from models.tables.access import IdempotentRequest

ABANDONED_AFTER = timedelta(minutes=2)
"""A request that was claimed and never answered may be tried again: whoever worked on it has died."""


class RequestState(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    MISUSED = "misused"
    """The key was used before, for a different request."""


@dataclass(frozen=True, slots=True)
class ClaimedRequest:
    """`status` and `body` are the answer once given; None and empty unless answered."""

    state: RequestState
    status: int | None = None
    body: Mapping[str, object] | None = None


async def claim_request(session: AsyncSession, user_id: int, key: str, request_hash: str) -> ClaimedRequest:
    """Take a request on, or tell what became of it. Commit before doing the work when that takes more transactions."""
    now = utc_now()
    values = {"user_id": user_id, "key": key, "request_hash": request_hash, "body": {}, "created_at": now}
    if await insert_or_skip(session, IdempotentRequest, values, ("user_id", "key")):
        return ClaimedRequest(RequestState.NEW)
    row = (await session.scalars(_requests(user_id, key).with_for_update())).one()
    if row.request_hash != request_hash:
        return ClaimedRequest(RequestState.MISUSED)
    if row.status is not None:
        return ClaimedRequest(RequestState.ANSWERED, row.status, row.body)
    if row.created_at > now - ABANDONED_AFTER:
        return ClaimedRequest(RequestState.IN_PROGRESS)
    row.created_at = now
    return ClaimedRequest(RequestState.NEW)


async def store_answer(session: AsyncSession, user_id: int, key: str, status: int, body: Mapping[str, object]) -> None:
    """Keep the answer for repetitions."""
    await session.execute(
        update(IdempotentRequest)
        .where(col(IdempotentRequest.user_id) == user_id, col(IdempotentRequest.key) == key)
        .values(status=status, body=dict(body))
    )


async def release_request(session: AsyncSession, user_id: int, key: str) -> None:
    """Forget a claim whose work failed in a way that is worth repeating; an answered one stays."""
    await session.execute(
        delete(IdempotentRequest).where(
            col(IdempotentRequest.user_id) == user_id,
            col(IdempotentRequest.key) == key,
            col(IdempotentRequest.status).is_(None),
        )
    )


async def forget_requests(session: AsyncSession, older_than: timedelta) -> None:
    """Drop claims and answers that nobody will repeat any more."""
    await session.execute(delete(IdempotentRequest).where(col(IdempotentRequest.created_at) < utc_now() - older_than))


def _requests(user_id: int, key: str) -> Select[IdempotentRequest]:
    return (
        select(IdempotentRequest)
        .where(col(IdempotentRequest.user_id) == user_id, col(IdempotentRequest.key) == key)
        .execution_options(populate_existing=True)
    )
