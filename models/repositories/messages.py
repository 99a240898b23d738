"""Messages and who waits for them: every message is claimed by one waiter, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.repositories import templates
from models.repositories.upserts import table_of
from models.rules.wire_values import fit
from models.tables.processes import InstanceStatus, Message, MessageStatus, MessageWait, ProcessInstance

NAME_LENGTH, KEY_LENGTH, SOURCE_LENGTH = 160, 240, 120
"""What the columns hold; whoever waits and whoever sends shorten alike, so that they still meet."""

_MESSAGES, _WAITS = table_of(Message), table_of(MessageWait)
# These run at almost every message: built once, since building and naming a statement costs more than running it.
_OLDEST = (
    select(_MESSAGES.c.id, _MESSAGES.c.payload)
    .where(
        _MESSAGES.c.status == MessageStatus.BUFFERED,
        _MESSAGES.c.name == bindparam("name"),
        _MESSAGES.c.key == bindparam("key"),
        _MESSAGES.c.expires_at > bindparam("now"),
    )
    .order_by(_MESSAGES.c.id)
    .limit(1)
)
_CHANGE = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("message"))
_CONSUME = update(_MESSAGES).where(
    _MESSAGES.c.id == bindparam("message"),
    _MESSAGES.c.status == MessageStatus.CORRELATED,
    _MESSAGES.c.instance_id == bindparam("instance"),
    func.coalesce(_MESSAGES.c.subscription, "") == bindparam("wait"),
)
_ADD_MESSAGE = insert(_MESSAGES).returning(_MESSAGES.c.id)
_ADD_WAIT = insert(_WAITS)
_CLAIM = (
    delete(_WAITS)
    .where(
        tuple_(_WAITS.c.instance_id, _WAITS.c.subscription).in_(
            select(_WAITS.c.instance_id, _WAITS.c.subscription)
            .where(_WAITS.c.name == bindparam("name"), _WAITS.c.key == bindparam("key"))
            .order_by(_WAITS.c.created_at, _WAITS.c.instance_id, _WAITS.c.subscription)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    )
    .returning(_WAITS.c.instance_id, _WAITS.c.subscription)
)


class Correlation(StrEnum):
    CORRELATED = "correlated"
    BUFFERED = "buffered"
    STARTED = "started"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as it arrives. `dedup_key` is the sender's own id for it, if it has one."""

    name: str
    key: str
    payload: Mapping[str, Any]
    expires_at: datetime
    dedup_key: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Correlated:
    """What became of a message, and whom to tell."""

    status: Correlation
    message_id: int
    instance_id: str | None = None
    subscription: str | None = None
    start: templates.StartableTemplate | None = None


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that an instance was promised but has not taken yet."""

    id: int
    name: str
    key: str
    payload: dict[str, Any] = field(default_factory=dict)
    instance_id: str = ""
    subscription: str | None = None


async def accept(session: AsyncSession, message: IncomingMessage, now: datetime) -> Correlated:
    """Give a message to the instance that has waited longest for it, start what it starts, or keep it for later.

    Raises IntegrityError when the same `dedup_key` arrives in another transaction at the same instant.
    """
    name, key = fit(message.name, NAME_LENGTH), fit(message.key, KEY_LENGTH)
    dedup_key = fit(message.dedup_key, KEY_LENGTH) if message.dedup_key is not None else None
    await _lock(session, name, key)
    duplicate = await _find_duplicate(session, dedup_key)
    if duplicate is not None:
        return duplicate
    correlated = await _claim(session, name, key)
    values = {
        "name": name,
        "key": key,
        "payload": dict(message.payload),
        **_promise(correlated, now),
        "received_at": now,
        "expires_at": message.expires_at,
        "source": fit(message.source, SOURCE_LENGTH),
        "dedup_key": dedup_key,
    }
    added = await session.execute(_ADD_MESSAGE, values)
    return replace(correlated, message_id=int(added.scalar_one()))


async def take_early(
    session: AsyncSession, name: str, key: str, instance_id: str, subscription: str, now: datetime
) -> tuple[int, dict[str, Any]] | None:
    """Consume the oldest unexpired message that came before anybody waited for it."""
    name, key = fit(name, NAME_LENGTH), fit(key, KEY_LENGTH)
    await _lock(session, name, key)
    early = (await session.execute(_OLDEST, {"name": name, "key": key, "now": now})).first()
    if early is None:
        return None
    message_id, payload = early
    taken = {"instance_id": instance_id, "subscription": subscription, "correlated_at": now}
    await session.execute(_CHANGE, {"message": message_id, "status": MessageStatus.CONSUMED, **taken})
    return message_id, payload


async def consume(session: AsyncSession, message_id: int, instance_id: str, subscription: str | None) -> bool:
    """Mark a message as taken by the instance it was promised to; False when it no longer is."""
    taken = {"message": message_id, "instance": instance_id, "wait": subscription or ""}
    result = await session.execute(_CONSUME, {**taken, "status": MessageStatus.CONSUMED})
    return bool(getattr(result, "rowcount", 0))


async def give_back(session: AsyncSession, message_id: int, now: datetime) -> Correlated | None:
    """Offer a promised message again: its instance stopped waiting, or ended, before it took it."""
    statement = select(col(Message.name), col(Message.key)).where(
        col(Message.id) == message_id, col(Message.status) == MessageStatus.CORRELATED
    )
    row = (await session.execute(statement)).first()
    if row is None:
        return None
    await _lock(session, row[0], row[1])
    correlated = await _claim(session, row[0], row[1], message_id)
    await session.execute(_CHANGE, {"message": message_id, **_promise(correlated, now)})
    return correlated


async def find_payload(session: AsyncSession, message_id: int) -> dict[str, Any]:
    statement = select(col(Message.payload)).where(col(Message.id) == message_id)
    return (await session.execute(statement)).scalar_one()


async def find_sender(session: AsyncSession, message_id: int) -> str | None:
    """Name who sent a message, None when another process did or nobody is known."""
    statement = select(col(Message.source)).where(col(Message.id) == message_id)
    source = (await session.execute(statement)).scalar_one()
    return None if source.startswith("process:") else source.removeprefix("api:") or None


async def add_wait(
    session: AsyncSession, instance_id: str, subscription: str, element_id: str, name: str, key: str, now: datetime
) -> None:
    row = {
        "instance_id": instance_id,
        "subscription": subscription,
        "element_id": element_id,
        "name": fit(name, NAME_LENGTH),
        "key": fit(key, KEY_LENGTH),
        "created_at": now,
    }
    await session.execute(_ADD_WAIT, row)


async def drop_waits(session: AsyncSession, instance_id: str, subscription: str | None = None) -> None:
    """Stop waiting: for one subscription, or for all when the instance ends."""
    statement = delete(MessageWait).where(col(MessageWait.instance_id) == instance_id)
    if subscription is not None:
        statement = statement.where(col(MessageWait.subscription) == subscription)
    await session.execute(statement)


async def list_undelivered(session: AsyncSession, before: datetime, limit: int) -> Sequence[PendingMessage]:
    """List messages that were promised before an instant and not taken since."""
    statement = (
        select(Message)
        .where(col(Message.status) == MessageStatus.CORRELATED, col(Message.correlated_at) < before)
        .order_by(col(Message.correlated_at), col(Message.id))
        .limit(limit)
    )
    return [
        PendingMessage(m.id or 0, m.name, m.key, m.payload, m.instance_id or "", m.subscription)
        for m in (await session.execute(statement)).scalars()
    ]


async def note_delivery(session: AsyncSession, message_ids: Sequence[int], now: datetime) -> None:
    """Remember when messages were last signalled."""
    await session.execute(update(Message).where(col(Message.id).in_(message_ids)).values(correlated_at=now))


async def is_consumed(session: AsyncSession, message_id: int) -> bool:
    statement = select(col(Message.status)).where(col(Message.id) == message_id)
    return (await session.execute(statement)).scalar_one_or_none() == MessageStatus.CONSUMED


async def expire(session: AsyncSession, now: datetime) -> int:
    """Retire messages that nobody came for in time; returns how many."""
    result = await session.execute(
        update(Message)
        .where(col(Message.status) == MessageStatus.BUFFERED, col(Message.expires_at) <= now)
        .values(status=MessageStatus.EXPIRED)
    )
    return int(getattr(result, "rowcount", 0))


async def has_expired(session: AsyncSession, now: datetime) -> bool:
    """Look before taking the writer's turn."""
    statement = select(col(Message.id)).where(
        col(Message.status) == MessageStatus.BUFFERED, col(Message.expires_at) <= now
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def list_orphaned(session: AsyncSession, limit: int) -> Sequence[int]:
    """List promised messages whose instance has ended: they go back into the buffer."""
    statement = (
        select(col(Message.id))
        .join(ProcessInstance, col(ProcessInstance.id) == col(Message.instance_id))
        .where(
            col(Message.status) == MessageStatus.CORRELATED,
            col(ProcessInstance.status) != InstanceStatus.RUNNING,
        )
        .limit(limit)
    )
    return [message_id for message_id in (await session.execute(statement)).scalars() if message_id is not None]


async def _claim(session: AsyncSession, name: str, key: str, message_id: int = 0) -> Correlated:
    """Find out whose a message is, and take the waiter out of the others' sight."""
    wait = await _claim_wait(session, name, key)
    if wait is not None:
        return Correlated(Correlation.CORRELATED, message_id, *wait)
    start = await _find_start(session, name, key)
    if start is not None:
        return Correlated(Correlation.STARTED, message_id, key, None, start)
    return Correlated(Correlation.BUFFERED, message_id)


async def _claim_wait(session: AsyncSession, name: str, key: str) -> tuple[str, str] | None:
    row = (await session.execute(_CLAIM, {"name": name, "key": key})).first()
    return None if row is None else (row[0], row[1])


async def _find_start(session: AsyncSession, name: str, key: str) -> templates.StartableTemplate | None:
    """An instance is named by its business key, so a key that is taken starts nothing."""
    start = await templates.find_started_by(session, name)
    if start is None:
        return None
    taken = select(col(ProcessInstance.id)).where(col(ProcessInstance.id) == key)
    return None if (await session.execute(taken)).first() else start


async def _find_duplicate(session: AsyncSession, dedup_key: str | None) -> Correlated | None:
    if dedup_key is None:
        return None
    statement = select(col(Message.id), col(Message.instance_id)).where(col(Message.dedup_key) == dedup_key)
    row = (await session.execute(statement)).first()
    return None if row is None else Correlated(Correlation.DUPLICATE, row[0] or 0, row[1])


def _promise(correlated: Correlated, now: datetime) -> dict[str, Any]:
    is_buffered = correlated.status is Correlation.BUFFERED
    return {
        "status": MessageStatus.BUFFERED if is_buffered else MessageStatus.CORRELATED,
        "instance_id": correlated.instance_id,
        "subscription": correlated.subscription,
        "correlated_at": None if is_buffered else now,
    }


async def _lock(session: AsyncSession, name: str, key: str) -> None:
    """Let one transaction at a time look for waiters and messages of a name and key.

    SQLite's writers are alone anyway. PostgreSQL needs it because neither side's row need exist yet: a sender that
    sees no waiter and a waiter that sees no message must not pass each other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    number = int.from_bytes(hashlib.blake2b(f"{name}\0{key}".encode(), digest_size=8).digest(), signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(number)))
