"""Dealers and their stores."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.payloads.dealers import DealerData, DealerName, DealerView, StoreView
from models.repositories import access
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, decode_cursor, page_of
from models.tables.dealers import Dealer, DealerStatus, Store


class DealerExists(ValueError):
    """The code is taken."""


class DealerNotFound(LookupError):
    """No dealer has this code."""


async def find_dealer(session: AsyncSession, code: str) -> DealerView | None:
    dealer = (await session.scalars(_by_code(code))).one_or_none()
    return _view(dealer) if dealer else None


async def find_names(session: AsyncSession, codes: Collection[str]) -> dict[str, DealerName]:
    """Find how dealers are called, by code."""
    rows = (await session.scalars(select(Dealer).where(col(Dealer.code).in_(codes)))).all()
    return {row.code: DealerName(row.code, row.name_zh, row.name_en) for row in rows}


async def list_dealers(
    session: AsyncSession,
    text: str = "",
    region: str | None = None,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[DealerView]:
    """List dealers by code; `text` is looked for in code, names and city."""
    query = select(Dealer).order_by(col(Dealer.code)).limit(bounded(limit) + 1)
    if text.strip():
        wanted = text.strip().lower()
        columns = (Dealer.code, Dealer.name_zh, Dealer.name_en, Dealer.city)
        found = (func.lower(col(column)).contains(wanted, autoescape=True) for column in columns)
        query = query.where(or_(*found))
    if region:
        query = query.where(col(Dealer.region) == region)
    if after:
        query = query.where(col(Dealer.code) > decode_cursor(after, str)[0])
    rows = (await session.scalars(query)).all()
    return page_of(rows, limit, _view, lambda row: (row.code,))


async def create_dealer(session: AsyncSession, dealer: DealerData, actor: str) -> DealerView:
    """Register a dealer. Raises DealerExists."""
    if await find_dealer(session, dealer.code):
        raise DealerExists(dealer.code)
    row = Dealer(**_values(dealer), code=dealer.code, created_at=utc_now())
    session.add(row)
    await session.flush()
    await access.record(session, actor, "dealer.create", f"dealer:{dealer.code}", detail=_values(dealer))
    return _view(row)


async def update_dealer(session: AsyncSession, dealer: DealerData, actor: str) -> DealerView:
    """Change everything about a dealer but its code and standing; the audit keeps before and after."""
    row = await _locked(session, dealer.code)
    values = _values(dealer)
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    row.sqlmodel_update(values)
    await session.flush()
    changes = {"before": before, "after": {name: values[name] for name in before}}
    await access.record(session, actor, "dealer.update", f"dealer:{dealer.code}", detail=changes)
    return _view(row)


async def suspend_dealer(session: AsyncSession, code: str, reason: str, actor: str) -> DealerView:
    """Stop a dealer from submitting orders; it is told the reason."""
    row = await _locked(session, code)
    row.status, row.suspended_reason = DealerStatus.SUSPENDED, reason
    await session.flush()
    await access.record(session, actor, "dealer.suspend", f"dealer:{code}", reason)
    return _view(row)


async def reactivate_dealer(session: AsyncSession, code: str, reason: str, actor: str) -> DealerView:
    """Let a suspended dealer submit orders again."""
    row = await _locked(session, code)
    row.status, row.suspended_reason = DealerStatus.ACTIVE, ""
    await session.flush()
    await access.record(session, actor, "dealer.reactivate", f"dealer:{code}", reason)
    return _view(row)


async def create_store(
    session: AsyncSession, dealer_code: str, code: str, name_zh: str, name_en: str, city: str = ""
) -> StoreView:
    """Register a store of a dealer. Raises DealerNotFound."""
    dealer = await _locked(session, dealer_code)
    assert dealer.id is not None
    store = Store(dealer_id=dealer.id, code=code, name_zh=name_zh, name_en=name_en, city=city)
    session.add(store)
    await session.flush()
    return _store_view(store, dealer)


async def find_store(session: AsyncSession, code: str) -> StoreView | None:
    query = select(Store, Dealer).join(Dealer, col(Dealer.id) == col(Store.dealer_id)).where(col(Store.code) == code)
    row = (await session.execute(query)).one_or_none()
    return _store_view(*row) if row else None


def _by_code(code: str) -> Select[Dealer]:
    return select(Dealer).where(col(Dealer.code) == code)


async def _locked(session: AsyncSession, code: str) -> Dealer:
    query = _by_code(code).with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise DealerNotFound(code)
    return row


def _values(dealer: DealerData) -> dict[str, Any]:
    return {
        "name_zh": dealer.name_zh,
        "name_en": dealer.name_en,
        "region": dealer.region,
        "tier": dealer.tier,
        "city": dealer.city,
        "address": dealer.address,
        "sales_manager": dealer.sales_manager,
        "payment_term_days": dealer.payment_term_days,
    }


def _view(row: Dealer) -> DealerView:
    assert row.id is not None
    return DealerView(
        id=row.id,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        region=row.region,
        tier=row.tier,
        city=row.city,
        address=row.address,
        is_suspended=row.status == DealerStatus.SUSPENDED,
        suspended_reason=row.suspended_reason,
        sales_manager=row.sales_manager,
        payment_term_days=row.payment_term_days,
        created_at=row.created_at,
    )


def _store_view(store: Store, dealer: Dealer) -> StoreView:
    assert store.id is not None
    owner = DealerName(dealer.code, dealer.name_zh, dealer.name_en)
    return StoreView(store.id, store.code, store.name_zh, store.name_en, store.city, owner)
