"""What the database must say after everything that happened: each effect once, and the sums exact."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

REPEATED = {
    "status of an order": """
        SELECT order_id, to_status FROM order_event WHERE kind = 'status'
        GROUP BY order_id, to_status HAVING COUNT(*) > 1""",
    "dispatch note": "SELECT order_id FROM shipment GROUP BY order_id HAVING COUNT(*) > 1",
    "entry in the ledger": "SELECT kind, document FROM ledger_entry GROUP BY kind, document HAVING COUNT(*) > 1",
    "issue of stock": """
        SELECT document, stock_item_id, kind FROM stock_movement
        GROUP BY document, stock_item_id, kind HAVING COUNT(*) > 1""",
    "completion of a visit": """
        SELECT instance_id, activation FROM journal_line WHERE kind = 'completed' AND activation IS NOT NULL
        GROUP BY instance_id, activation HAVING COUNT(*) > 1""",
    "task of a visit": "SELECT instance_id, activation FROM task GROUP BY instance_id, activation HAVING COUNT(*) > 1",
}
OPEN = {
    "instance": "SELECT id, status FROM process_instance WHERE status <> 'completed'",
    "task": "SELECT instance_id, element_id FROM task WHERE status = 'open'",
    "incident": "SELECT instance_id, message FROM incident WHERE status = 'open'",
    "reservation": "SELECT order_id, status FROM reservation WHERE status = 'held'",
    "reserved stock": "SELECT id, reserved FROM stock_item WHERE reserved <> 0",
}
UNBALANCED = {
    "entry": "SELECT entry_id, SUM(amount_fen) FROM ledger_posting GROUP BY entry_id HAVING SUM(amount_fen) <> 0",
    "stock": """
        SELECT item.id, item.on_hand, SUM(movement.quantity) FROM stock_item AS item
        JOIN stock_movement AS movement ON movement.stock_item_id = item.id
        GROUP BY item.id, item.on_hand HAVING SUM(movement.quantity) <> item.on_hand""",
}


async def repeated_effects(session: AsyncSession) -> list[str]:
    """Name whatever was done more than once: a status reached, a note made, a delivery posted, a visit completed."""
    return await _ask(session, REPEATED)


async def loose_ends(session: AsyncSession) -> list[str]:
    """Name what is still open: running instances, tasks, incidents, reservations."""
    return await _ask(session, OPEN)


async def wrong_sums(session: AsyncSession) -> list[str]:
    """Name entries that do not sum to zero and stock that is not the sum of its movements."""
    return await _ask(session, UNBALANCED)


async def _ask(session: AsyncSession, questions: Mapping[str, str]) -> list[str]:
    found = []
    for name, question in questions.items():
        found += [f"{name}: {tuple(row)}" for row in (await session.execute(text(question))).all()]
    return found
