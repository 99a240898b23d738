"""What the demo company did over the last months: a few orders that ended, in various ways, and a settled month.

Every document goes through the same repositories as in daily business, so that stock equals its movements and the
ledger sums to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import BUSINESS_ZONE, business_date
from models.payloads.orders import LineRequest, OrderStatus, OrderView
from models.payloads.payments import EntryKind, PaymentReceived
from models.payloads.processes import StepKey
from models.payloads.settlement import LineStatus, StatementStatus
from models.payloads.shipping import ClaimStatus, ReceivedLine, ShipmentStatus
from models.repositories import claims, inventory, orders, payments, settlement, shipping
from models.rules.payments import post_credit, post_delivery, post_payment
from models.rules.settlement import allocate
from models.rules.shipping import promise_day
from models.seed.company import DEALER_A, DEALER_B

FIRST_MONTH = 4
"""The goods came into the warehouse so many months ago; everything else is later."""


@dataclass(frozen=True, slots=True)
class Past:
    """One past order. `missing` is how many of the first line never arrived."""

    months_ago: int
    day: int
    dealer: str
    actor: str
    lines: tuple[tuple[str, int], ...]
    outcome: OrderStatus = OrderStatus.COMPLETED
    comment: str = ""
    missing: int = 0
    carrier: str = "SUDA"


_A, _B = (DEALER_A, "dealer-a-buyer"), (DEALER_B, "dealer-b-buyer")

ORDERS = (
    Past(3, 4, *_A, (("KA-1001", 40), ("KA-1020", 30), ("WD-3001", 60))),
    Past(3, 9, "D003", "sales", (("CM-5040", 30), ("CM-5041", 20)), carrier="YUANTU"),
    Past(3, 15, *_B, (("CM-5030", 40), ("CM-5032", 40), ("WD-3060", 48)), missing=2),
    Past(2, 3, *_A, (("CL-4001", 20), ("CL-4050", 40), ("PT-6001", 100))),
    Past(2, 8, "D004", "sales", (("CW-2001", 80), ("CW-2002", 80)), carrier="JIELIAN"),
    Past(2, 12, *_A, (("KA-1100", 10), ("KA-1040", 15)), OrderStatus.REJECTED, "型号即将停产，请改订新款。"),
    Past(2, 16, *_A, (("WD-3011", 20), ("PT-6002", 50)), carrier="YUANTU"),
    Past(1, 5, *_B, (("KA-1060", 25), ("KA-1080", 40), ("CW-2060", 120)), carrier="JIELIAN"),
    Past(1, 9, "D005", "sales", (("CM-5001", 20), ("CM-5010", 40), ("PT-6010", 100))),
    Past(1, 14, *_A, (("CL-4010", 15), ("PT-6020", 60), ("PT-6021", 100))),
    Past(1, 17, *_B, (("CM-5020", 8),), OrderStatus.WITHDRAWN, "客户项目推迟。"),
)
DRAFT_LINES = (("KA-1002", 20), ("CW-2020", 10), ("WD-3040", 12))
CART_LINES = (("KA-1090", 8), ("CL-4030", 4), ("PT-6030", 20))


async def write_history(session: AsyncSession, now: datetime) -> int:
    """Write every past order in the order of time, settle one month, leave a draft; returns the number of orders."""
    for past in ORDERS:
        await _write(session, past, now)
    await _settle(session, DEALER_A, months_ago=2, now=now)
    await _order(session, DEALER_A, "dealer-a-buyer", DRAFT_LINES, now)
    return len(ORDERS) + 1


def day_of(now: datetime, months_ago: int, day: int, hour: int = 10) -> datetime:
    """Find an hour on a business day of an earlier month."""
    today = business_date(now)
    months = today.year * 12 + today.month - 1 - months_ago
    return datetime(months // 12, months % 12 + 1, day, hour, tzinfo=BUSINESS_ZONE)


async def _order(
    session: AsyncSession, dealer: str, actor: str, lines: tuple[tuple[str, int], ...], at: datetime
) -> OrderView:
    wanted = [LineRequest(sku, quantity) for sku, quantity in lines]
    return await orders.create_order(session, dealer, wanted, actor, at=at)


async def _write(session: AsyncSession, past: Past, now: datetime) -> None:
    start = day_of(now, past.months_ago, past.day)
    order = await _order(session, past.dealer, past.actor, past.lines, start)
    await _move(session, order, OrderStatus.SUBMITTED, start + timedelta(minutes=20), past.actor)
    if past.outcome is OrderStatus.REJECTED:
        await _move(session, order, past.outcome, start + timedelta(hours=4), "sales", past.comment)
    elif past.outcome is OrderStatus.WITHDRAWN:
        await _move(session, order, past.outcome, start + timedelta(hours=2), past.actor, past.comment)
    else:
        await _move(session, order, OrderStatus.APPROVED, start + timedelta(hours=3), "sales")
        await _dispatch(session, order, past, start + timedelta(hours=4))
        await _receive(session, order, past, start + timedelta(days=2, hours=5))


async def _move(
    session: AsyncSession, order: OrderView, to: OrderStatus, at: datetime, actor: str, text: str = ""
) -> None:
    await orders.change_status(session, order.number, to, _key(order, at, actor), text=text)


def _key(order: OrderView, at: datetime, actor: str) -> StepKey:
    return StepKey(order.number, "history#1", at.isoformat(), actor)


async def _dispatch(session: AsyncSession, order: OrderView, past: Past, at: datetime) -> None:
    key = f"{order.number}/history"
    plan = await inventory.reserve(session, order.id, key)
    row = await shipping.order_of(session, order.number)
    assert row is not None
    assert plan.warehouse_id is not None
    promised_on = promise_day(business_date(at))
    shipment = await shipping.create_note(session, row, plan.warehouse_id, promised_on, key, at, "system")
    await _move(session, order, OrderStatus.DISPATCHING, at, "system")
    shipped_at = at + timedelta(hours=20)
    shipment.carrier_code, shipment.waybill = past.carrier, f"{past.carrier[:2]}{900_000_000 + order.id * 7919}"
    await inventory.issue(session, order.id, shipment.number, key, shipped_at)
    await shipping.move_shipment(session, shipment, ShipmentStatus.IN_TRANSIT, shipped_at, "warehouse", key)
    await _move(session, order, OrderStatus.SHIPPED, shipped_at, "warehouse")


async def _receive(session: AsyncSession, order: OrderView, past: Past, at: datetime) -> None:
    key = f"{order.number}/history"
    shipment = await shipping.lock_latest(session, order.number)
    assert shipment is not None
    assert shipment.id is not None
    await shipping.move_shipment(session, shipment, ShipmentStatus.DELIVERED, at, "logistics", key)
    await _move(session, order, OrderStatus.DELIVERED, at, "logistics")
    confirmed_at = at + timedelta(hours=18)
    short = past.lines[0][1] - past.missing
    decision = await shipping.confirm_lines(session, shipment, [ReceivedLine(1, short)] if past.missing else [])
    await orders.set_received(session, order.id, decision.received)
    await shipping.move_shipment(session, shipment, ShipmentStatus.CONFIRMED, confirmed_at, past.actor, key)
    dealer_id = shipment.dealer_id
    delivery = post_delivery(dealer_id, order.total_fen)
    await payments.post_entry(session, EntryKind.DELIVERY, order.number, delivery, key, confirmed_at, "system")
    if decision.claimed:
        claim = await claims.open_claim(session, shipment.id, decision.claimed, key, confirmed_at)
        decided_at = confirmed_at + timedelta(days=1)
        await claims.decide_claim(session, claim.number, ClaimStatus.CREDITED, "承运商确认少件，予以贷记。", decided_at)
        credit = post_credit(dealer_id, decision.claim_fen)
        await payments.post_entry(session, EntryKind.CREDIT, claim.number, credit, f"{key}/claim", decided_at, "system")
    await _move(session, order, OrderStatus.COMPLETED, confirmed_at + timedelta(minutes=1), past.actor)


async def _settle(session: AsyncSession, dealer: str, months_ago: int, now: datetime) -> None:
    """Settle a whole calendar month: drawn up, confirmed and signed off in the following one, and paid."""
    from_on = day_of(now, months_ago, 1).date()
    to_on = day_of(now, months_ago - 1, 1).date() - timedelta(days=1)
    view = await settlement.create_statement(session, dealer, from_on, to_on, "finance")
    statement = await settlement.lock_statement(session, view.number)
    statement.created_at = day_of(now, months_ago - 1, 2)
    numbers = [line.order_number for line in view.lines]
    await settlement.set_lines(session, statement, numbers, LineStatus.SIGNED_OFF)
    await _pay(session, statement.number, day_of(now, months_ago - 1, 10), f"回单 {from_on:%Y%m}")


async def _pay(session: AsyncSession, number: str, at: datetime, reference: str) -> None:
    statement = await settlement.lock_statement(session, number)
    standings = settlement.standings(await settlement.lines_of(session, statement))
    key = f"{number}/history"
    paid = PaymentReceived(number, statement.total_fen, reference)
    payment = await payments.record_payment(session, statement, paid, key, at, "finance")
    postings = post_payment(statement.dealer_id, paid.amount_fen)
    await payments.post_entry(session, EntryKind.PAYMENT, payment, postings, key, at, "finance")
    await settlement.add_payment(session, statement, allocate(paid.amount_fen, standings))
    await settlement.close_statement(session, statement, StatementStatus.CLOSED, at)
