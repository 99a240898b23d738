"""Who may do a task: from users, roles and relations to the principals that stand in the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.access import Role
from models.rules.inbox import principal_of_role
from models.tables.access import User
from models.tables.dealers import Dealer

FALLBACK = f"role:{Role.OPS}"
SALES_MANAGER_OF_DEALER = "dealer.sales_manager"
STARTER = "process.starter"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The candidates, and why ops stand in for them where nobody was found."""

    principals: tuple[str, ...]
    fallback_reason: str | None = None


async def resolve(
    session: AsyncSession,
    users: Sequence[str],
    roles: Sequence[str],
    relation: str | None,
    dealer: str | None,
    started_by: str,
) -> Resolution:
    """Find the candidates of a task; ops get what would otherwise be nobody's."""
    found = [f"user:{login}" for login in await _active_logins(session, users)]
    found += [p for p in (principal_of_role(role, dealer) for role in roles) if p is not None]
    if relation is not None:
        found += await _related(session, relation, dealer, started_by)
    if found:
        return Resolution(tuple(dict.fromkeys(found)))
    wanted = ", ".join((*users, *roles, *([relation] if relation else [])))
    return Resolution((FALLBACK,), f"nobody found for {wanted or 'an unassigned task'}")


async def _active_logins(session: AsyncSession, users: Sequence[str]) -> list[str]:
    if not users:
        return []
    statement = select(col(User.login)).where(col(User.login).in_(users), col(User.is_active))
    active = set((await session.execute(statement)).scalars())
    return [login for login in users if login in active]


async def _related(session: AsyncSession, relation: str, dealer: str | None, started_by: str) -> list[str]:
    if relation == STARTER:
        return [f"user:{login}" for login in await _active_logins(session, [started_by])]
    if relation != SALES_MANAGER_OF_DEALER or dealer is None:
        return []
    statement = select(col(Dealer.sales_manager)).where(col(Dealer.code) == dealer)
    login = (await session.execute(statement)).scalar_one_or_none()
    if login is None:
        return []
    # A dealer without a sales manager of its own is looked after by all of them.
    named = await _active_logins(session, [login]) if login else []
    return [f"user:{name}" for name in named] or [f"role:{Role.SALES_MANAGER}"]
