"""Seed the demo company, once: into an empty home, in one transaction, always the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.db import Database
from models.payloads.access import UserData
from models.repositories import access, catalog, dealers, inventory, orders, shipping
from models.seed.company import (
    ACCOUNTS,
    CARRIERS,
    DEALER_A,
    DEALERS,
    STORE,
    SUSPENDED_DEALER,
    SUSPENDED_REASON,
    WAREHOUSE,
)
from models.seed.history import CART_LINES, FIRST_MONTH, day_of, write_history
from models.seed.products import CATEGORIES, PRODUCTS
from models.tables.access import User

SEEDED_BY = "system"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What stands in the home. `accounts` is empty where the home is not the demo company's."""

    is_new: bool
    accounts: tuple[UserData, ...]
    dealers: int = 0
    products: int = 0
    orders: int = 0


async def seed(database: Database, password: str, now: datetime | None = None) -> SeedReport:
    """Fill an empty database with the demo company; one that has any account is left as it is.

    Deterministic but for dates, which are told back from `now`. All accounts share `password`.
    """
    async with database.reading() as session:
        if await _has_accounts(session):
            return await _report(session)
    # Argon2 is slow on purpose; all demo accounts share one hash.
    password_hash = await asyncio.to_thread(access.hash_password, password)
    async with database.writing() as session:
        if await _has_accounts(session):
            return await _report(session)
        at = now or utc_now()
        await _write_company(session, password_hash)
        await _write_catalogue(session, at)
        written = await write_history(session, at)
        await dealers.suspend_dealer(session, SUSPENDED_DEALER, SUSPENDED_REASON, SEEDED_BY)
    return SeedReport(True, ACCOUNTS, len(DEALERS), len(PRODUCTS), written)


async def _has_accounts(session: AsyncSession) -> bool:
    return bool(await session.scalar(select(exists(select(col(User.id))))))


async def _report(session: AsyncSession) -> SeedReport:
    is_demo = await access.find_user(session, ACCOUNTS[0].login) is not None
    return SeedReport(False, ACCOUNTS if is_demo else ())


async def _write_company(session: AsyncSession, password_hash: str) -> None:
    for dealer in DEALERS:
        await dealers.create_dealer(session, dealer, SEEDED_BY)
    await dealers.create_store(session, DEALER_A, *STORE)
    for account in ACCOUNTS:
        await access.create_user(session, account, password_hash)
    for carrier in CARRIERS:
        await shipping.add_carrier(session, *carrier)


async def _write_catalogue(session: AsyncSession, now: datetime) -> None:
    for category in CATEGORIES:
        await catalog.save_category(session, category)
    warehouse_id = await inventory.add_warehouse(session, *WAREHOUSE)
    opening: dict[int, int] = {}
    for product in PRODUCTS:
        saved = await catalog.save_product(session, product)
        opening[saved.id] = 400 + 60 * product.pack_size
    received_at = day_of(now, FIRST_MONTH, 1)
    await inventory.receive_stock(session, opening, warehouse_id, "OPENING", "seed/opening", received_at)
    buyer = await access.find_user(session, "dealer-a-buyer")
    assert buyer is not None
    for sku, quantity in CART_LINES:
        await orders.put_cart_line(session, buyer.id, sku, quantity)
