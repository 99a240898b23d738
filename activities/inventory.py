"""Steps that hold, release and move stock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.payloads.inventory import ReplenishmentRequest, ReservedStock, StockRequest
from models.payloads.processes import StepError, StepKey
from models.repositories import catalog, inventory, shipping
from models.rules.inventory import Shortage
from models.tables.orders import SalesOrder

ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
OUT_OF_STOCK = "OUT_OF_STOCK"
REPLENISHMENT_INVALID = "REPLENISHMENT_INVALID"


@step(
    "inventory.reserve_stock",
    local=True,
    compensated_by="inventory.release_stock",
    zh="预留库存",
    en="Reserve the stock",
)
async def reserve_stock(session: AsyncSession, payload: StockRequest, key: StepKey) -> ReservedStock:
    """Reserve every line of the order or none; the error names each SKU that is short.

    Safe to retry: the key names the reservation.
    """
    order = await _order(session, payload.order_number)
    plan = await inventory.reserve(session, order.id or 0, str(key))
    if not plan.is_complete or plan.warehouse_id is None:
        raise StepError(OUT_OF_STOCK, await _describe(session, plan.shortages))
    return ReservedStock(order.number, await inventory.warehouse_code(session, plan.warehouse_id))


@step("inventory.release_stock", local=True, zh="释放预留库存", en="Release the stock")
async def release_stock(session: AsyncSession, payload: StockRequest, key: StepKey) -> None:
    """Give back what the order holds and has not been issued.

    Safe to retry: what has been released is no longer held.
    """
    order = await _order(session, payload.order_number)
    await inventory.release(session, order.id or 0)


@step(
    "inventory.issue_stock",
    local=True,
    compensated_by="inventory.take_back_stock",
    zh="库存出库",
    en="Issue the stock",
)
async def issue_stock(session: AsyncSession, payload: StockRequest, key: StepKey) -> None:
    """Book what the order holds out of the warehouse.

    Safe to retry: what has been issued is no longer held, and the key names the movements.
    """
    order = await _order(session, payload.order_number)
    await inventory.issue(session, order.id or 0, order.number, str(key), datetime.fromisoformat(key.at))


@step("inventory.take_back_stock", local=True, zh="退回库存", en="Take the stock back")
async def take_back_stock(session: AsyncSession, payload: StockRequest, key: StepKey) -> None:
    """Book what the order was issued back into the warehouse, because the order is undone.

    Safe to retry: what has been taken back is no longer issued, and the key names the movements.
    """
    order = await _order(session, payload.order_number)
    await inventory.take_back(session, order.id or 0, order.number, str(key), datetime.fromisoformat(key.at))


@step("inventory.replenish_stock", local=True, zh="登记补货入库", en="Book the replenishment in")
async def replenish_stock(session: AsyncSession, payload: ReplenishmentRequest, key: StepKey) -> None:
    """Book in what arrived for an order that ran short; nothing when it was booked elsewhere.

    Safe to retry: the key names the movements.
    """
    receipts = payload.receipts or ()
    products = await catalog.products_by_sku(session, (line.sku for line in receipts))
    quantities: dict[int, int] = {}
    for line in receipts:
        product = products.get(line.sku)
        if product is None or line.quantity <= 0:
            raise StepError(REPLENISHMENT_INVALID, f"receipts: {line.sku} {line.quantity}")
        quantities[product.id] = quantities.get(product.id, 0) + line.quantity
    warehouse_id = await inventory.first_warehouse(session)
    if quantities and warehouse_id is not None:
        at = datetime.fromisoformat(key.at)
        await inventory.receive_stock(session, quantities, warehouse_id, payload.order_number, str(key), at)


async def _order(session: AsyncSession, number: str) -> SalesOrder:
    order = await shipping.order_of(session, number)
    if order is None:
        raise StepError(ORDER_NOT_FOUND, f"order_number: {number}")
    return order


async def _describe(session: AsyncSession, shortages: tuple[Shortage, ...]) -> str:
    skus = await inventory.skus(session, [shortage.product_id for shortage in shortages])
    return "; ".join(f"{skus[each.product_id]}: {each.available} of {each.wanted}" for each in shortages)
