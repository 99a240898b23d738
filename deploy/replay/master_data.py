"""Northwind's master data in a fresh home: dealers with accounts, products, stock, carriers and staff."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.replay.cast import STAFF, buyer_of, owner_of
from deploy.replay.northwind import Customer, Northwind
from models.clock import utc_now
from models.payloads.access import Role, UserData
from models.payloads.catalog import CategoryView, ProductData
from models.payloads.dealers import DealerData
from models.repositories import access, catalog, dealers, inventory, shipping

IMPORTER = "system"


async def find_strangers(session: AsyncSession, northwind: Northwind) -> list[str]:
    """Find dealers that are not Northwind's: the home is in use for something else."""
    own = {customer.customer_id for customer in northwind.customers}
    found: list[str] = []
    after: str | None = None
    while True:
        page = await dealers.list_dealers(session, after=after, limit=200)
        found += [dealer.code for dealer in page.items if dealer.code not in own]
        after = page.next_cursor
        if after is None:
            return found


async def import_master_data(session: AsyncSession, northwind: Northwind, password_hash: str) -> None:
    """Write what is missing. Safe to repeat: dealers, accounts and stock that are there stay as they are."""
    for category in northwind.categories:
        await catalog.save_category(session, CategoryView(f"nw-{category.category_id}", category.name, category.name))
    await _import_products(session, northwind)
    for shipper in northwind.shippers:
        await shipping.add_carrier(session, f"nw-{shipper.shipper_id}", shipper.name, shipper.name)
    for login, role, name_zh, name_en in STAFF:
        await _open_account(session, UserData(login, name_zh, name_en, (role,)), password_hash)
    for customer in northwind.customers:
        await _import_dealer(session, customer, password_hash)
    await _import_stock(session, northwind)


async def _import_products(session: AsyncSession, northwind: Northwind) -> None:
    """Discontinued ones too: the orders are from the time when they were sold."""
    for product in northwind.products:
        await catalog.save_product(
            session,
            ProductData(
                sku=product.sku,
                name_zh=product.name,
                name_en=product.name,
                category=f"nw-{product.category_id}",
                list_price_fen=product.list_price_fen,
                unit_zh=product.unit[:20] or "件",
                unit_en=product.unit[:40] or "pc",
            ),
        )


async def _import_dealer(session: AsyncSession, customer: Customer, password_hash: str) -> None:
    code = customer.customer_id
    if await dealers.find_dealer(session, code) is None:
        name = " ".join(customer.name.split())
        data = DealerData(
            code=code,
            name_zh=name[:120],
            name_en=name[:120],
            region=customer.country[:60],
            city=customer.city[:80],
            address=" ".join(customer.address.split())[:240],
        )
        await dealers.create_dealer(session, data, IMPORTER)
    for login, role in ((buyer_of(code), Role.DEALER_BUYER), (owner_of(code), Role.DEALER_OWNER)):
        await _open_account(session, UserData(login, login, login, (role,), dealer=code), password_hash)


async def _open_account(session: AsyncSession, user: UserData, password_hash: str) -> None:
    if await access.find_user(session, user.login) is None:
        await access.create_user(session, user, password_hash)


async def _import_stock(session: AsyncSession, northwind: Northwind) -> None:
    """Book in what Northwind has on hand, and for each order what it takes: at the end the file's stock is left."""
    warehouse_id = await inventory.add_warehouse(session, "nw", "主仓库", "Main warehouse")
    skus = {product.product_id: product.sku for product in northwind.products}
    found = await catalog.products_by_sku(session, skus.values())
    ids = {product_id: found[sku].id for product_id, sku in skus.items()}
    now = utc_now()

    async def receive(document: str, quantities: Mapping[int, int]) -> None:
        by_row = {ids[product_id]: quantity for product_id, quantity in quantities.items()}
        await inventory.receive_stock(session, by_row, warehouse_id, document, f"northwind/{document}", now)

    await receive("NW-OPENING", {product.product_id: product.units_in_stock for product in northwind.products})
    for order in northwind.orders:
        await receive(f"NW-{order.order_id}", {line.product_id: line.quantity for line in order.lines})
