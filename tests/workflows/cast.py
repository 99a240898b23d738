"""The people and the dealers of the driver's tests."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import utc_now
from models.payloads.access import Actor, Role
from models.tables.access import User
from models.tables.dealers import Dealer

SALES = Actor("sales", (Role.SALES_MANAGER,))
FINANCE = Actor("finance", (Role.FINANCE,))
OPS = Actor("ops", (Role.OPS,))
SECOND_OPS = Actor("ops-two", (Role.OPS,))
DEALER_A_BUYER = Actor("dealer-a-buyer", (Role.DEALER_BUYER,), "A")
DEALER_B_BUYER = Actor("dealer-b-buyer", (Role.DEALER_BUYER,), "B")
EVERYBODY = (SALES, FINANCE, OPS, SECOND_OPS, DEALER_A_BUYER, DEALER_B_BUYER)


async def add_cast(session: AsyncSession) -> None:
    now = utc_now()
    for code, manager in (("A", "sales"), ("B", "")):
        session.add(
            Dealer(
                code=code,
                name_zh=f"经销商{code}",
                name_en=f"Dealer {code}",
                region="east",
                sales_manager=manager,
                created_at=now,
            )
        )
    for actor in EVERYBODY:
        session.add(
            User(
                login=actor.login,
                name_zh=actor.login,
                name_en=actor.login,
                password_hash="-",
                roles=list(actor.roles),
                created_at=now,
            )
        )
    await session.flush()
