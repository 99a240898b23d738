"""What the database must say after everything that happened: each effect once, and the sums exact."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.inventory import Reservation, StockItem, StockMovement
from models.tables.orders import OrderEvent
from models.tables.payments import LedgerEntry, LedgerPosting
from models.tables.processes import Incident, JournalLine, ProcessInstance, Task
from models.tables.shipping import Shipment


async def repeated_effects(session: AsyncSession) -> list[str]:
    """Name whatever was done more than once: a status reached, a note made, a delivery posted, a visit completed."""
    questions = {
        "status of an order": select(OrderEvent.order_id, OrderEvent.to_status)
        .where(OrderEvent.kind == "status")
        .group_by(OrderEvent.order_id, OrderEvent.to_status)
        .having(func.count() > 1),
        "dispatch note": select(Shipment.order_id).group_by(Shipment.order_id).having(func.count() > 1),
        "delivery in the ledger": select(LedgerEntry.kind, LedgerEntry.document)
        .group_by(LedgerEntry.kind, LedgerEntry.document)
        .having(func.count() > 1),
        "issue of stock": select(StockMovement.document, StockMovement.stock_item_id, StockMovement.kind)
        .group_by(StockMovement.document, StockMovement.stock_item_id, StockMovement.kind)
        .having(func.count() > 1),
        "completion of a visit": select(JournalLine.instance_id, JournalLine.activation)
        .where(JournalLine.kind == "completed", JournalLine.activation.is_not(None))  # type: ignore[union-attr]
        .group_by(JournalLine.instance_id, JournalLine.activation)
        .having(func.count() > 1),
        "task of a visit": select(Task.instance_id, Task.activation)
        .group_by(Task.instance_id, Task.activation)
        .having(func.count() > 1),
    }
    found = []
    for name, question in questions.items():
        found += [f"{name}: {tuple(row)}" for row in (await session.execute(question)).all()]  # type: ignore[call-overload]
    return found


async def loose_ends(session: AsyncSession) -> list[str]:
    """Name what is still open: running instances, tasks, incidents, reservations."""
    questions = {
        "instance": select(ProcessInstance.id, ProcessInstance.status).where(ProcessInstance.status != "completed"),
        "task": select(Task.instance_id, Task.element_id).where(Task.status == "open"),
        "incident": select(Incident.instance_id, Incident.message).where(Incident.status == "open"),
        "reservation": select(Reservation.order_id, Reservation.status).where(Reservation.status == "held"),
    }
    found = []
    for name, question in questions.items():
        found += [f"{name}: {tuple(row)}" for row in (await session.execute(question)).all()]  # type: ignore[call-overload]
    return found


async def wrong_sums(session: AsyncSession) -> list[str]:
    """Name entries that do not sum to zero and stock that is not the sum of its movements."""
    entries = (
        select(LedgerPosting.entry_id, func.sum(LedgerPosting.amount_fen))
        .group_by(LedgerPosting.entry_id)
        .having(func.sum(LedgerPosting.amount_fen) != 0)
    )
    moved = (
        select(StockItem.id, StockItem.on_hand, func.sum(StockMovement.quantity))
        .join(StockMovement, StockMovement.stock_item_id == StockItem.id)  # type: ignore[arg-type]
        .group_by(StockItem.id, StockItem.on_hand)
        .having(func.sum(StockMovement.quantity) != StockItem.on_hand)
    )
    found = [f"entry {tuple(row)}" for row in (await session.execute(entries)).all()]
    found += [f"stock {tuple(row)}" for row in (await session.execute(moved)).all()]  # type: ignore[call-overload]
    held = await session.execute(text("SELECT COUNT(*) FROM stock_item WHERE reserved <> 0"))
    if held.scalar_one():
        found.append("stock is still reserved")
    return found
