"""Sales orders: created, changed before approval, moved on by the process, read by screens.

Every change takes the order's row lock first (on SQLite the transaction already excludes other writers).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import business_date, utc_now
from models.money import line_amount_fen
from models.payloads.orders import EventKind, LineRequest, LineTerms, OrderFacts, OrderStatus, OrderView, PricedLine
from models.payloads.processes import StepKey
from models.repositories import catalog
from models.repositories.carts import cart_lines, clear_cart, put_cart_line
from models.repositories.numbers import next_number
from models.repositories.order_rows import (
    dealer_by_code,
    event_values,
    illegal_transition,
    lines_of,
    lock_order,
    lock_with_dealer,
    move_order,
    number_of_source,
    refuse_suspended,
    refuse_unless,
)
from models.repositories.order_views import count_orders, find_order, list_orders, load_order, timeline
from models.repositories.upserts import insert_or_skip
from models.rules.orders import (
    EDITABLE,
    REPRICEABLE,
    OrderRefused,
    RefusalCode,
    check_lines,
    check_terms,
    is_allowed_transition,
    merge_lines,
    price_lines,
)
from models.tables.dealers import Dealer
from models.tables.orders import OrderEvent, OrderLine, SalesOrder

NUMBER_PREFIX = "SO"
SYSTEM = "system"


async def create_order(
    session: AsyncSession,
    dealer: str,
    lines: Sequence[LineRequest],
    actor: str,
    note: str = "",
    reference: str = "",
    source_key: str | None = None,
    submit: bool = False,
    at: datetime | None = None,
) -> OrderView:
    """Create a draft at list prices; the same `source_key` of the same dealer gives the order that exists.

    With `submit` it also refuses what could not be submitted. Raises OrderRefused.
    """
    owner = await dealer_by_code(session, dealer)
    if submit:
        refuse_suspended(owner)
    merged = merge_lines(lines)
    products = await catalog.products_by_sku(session, (line.sku for line in merged))
    existing = await number_of_source(session, owner, source_key)
    if existing is None:
        priced = price_lines(merged, products)
        created_at = at or utc_now()
        number = await next_number(session, NUMBER_PREFIX, business_date(created_at).year)
        # Whoever asked for the same thing at the same moment held the number series until now.
        existing = await number_of_source(session, owner, source_key)
        if existing is None:
            order = _new_order(number, owner, priced, actor, created_at)
            order.note, order.reference, order.source_key = note, reference, source_key
            await _insert(session, order, priced)
            existing = number
    return await load_order(session, existing)


async def replace_lines(
    session: AsyncSession,
    number: str,
    lines: Sequence[LineRequest],
    actor: str,
    dealer_code: str | None = None,
    expected_revision: int | None = None,
) -> OrderView:
    """Give a draft or returned order other lines; a product that stays keeps its agreed price and discount.

    Raises OrderRefused, also when `expected_revision` is given and somebody changed the order meanwhile.
    """
    order = await lock_order(session, number, dealer_code)
    refuse_unless(order, EDITABLE)
    if expected_revision not in (None, order.revision):
        raise OrderRefused(RefusalCode.CHANGED_MEANWHILE, {"order_number": number})
    old = await lines_of(session, order)
    merged = merge_lines(lines)
    products = await catalog.products_by_sku(session, (line.sku for line in merged))
    priced = price_lines(merged, products, {line.sku: (line.unit_price_fen, line.discount_bp) for line in old})
    before = {line.sku: line.quantity for line in old}
    after = {line.sku: line.quantity for line in priced}
    if before != after or list(before) != list(after):
        await session.execute(delete(OrderLine).where(col(OrderLine.order_id) == order.id))
        await _insert_lines(session, order, priced)
        await _change(session, order, actor, EventKind.LINES, {"before": before, "after": after})
    return await load_order(session, number)


async def set_note(
    session: AsyncSession, number: str, note: str, reference: str, dealer_code: str | None = None
) -> OrderView:
    """Change note and own number of a draft or returned order. Raises OrderRefused."""
    order = await lock_order(session, number, dealer_code)
    refuse_unless(order, EDITABLE)
    order.note, order.reference = note, reference
    await session.flush()
    return await load_order(session, number)


async def set_terms(
    session: AsyncSession, number: str, terms: Sequence[LineTerms], actor: str, reason: str = ""
) -> OrderView:
    """Agree on price and discount of lines of an order that is not yet approved; the history keeps old and new.

    Raises OrderRefused.
    """
    check_terms(terms)
    order = await lock_order(session, number)
    refuse_unless(order, REPRICEABLE)
    lines = {line.line_no: line for line in await lines_of(session, order)}
    unknown = [wanted.line_no for wanted in terms if wanted.line_no not in lines]
    if unknown:
        raise OrderRefused(RefusalCode.UNKNOWN_LINE, {"line_no": unknown[0]})
    changes = [change for wanted in terms if (change := _apply_terms(lines[wanted.line_no], wanted))]
    if changes:
        await _change(session, order, actor, EventKind.TERMS, {"lines": changes}, reason)
    return await load_order(session, number)


async def check_submission(session: AsyncSession, number: str, dealer_code: str | None = None) -> OrderView:
    """Lock a draft and make sure that it may be submitted now. Raises OrderRefused with the reason."""
    order, owner = await lock_with_dealer(session, number, dealer_code)
    if order.status != OrderStatus.DRAFT:
        raise illegal_transition(order, OrderStatus.SUBMITTED)
    await check_dealer(session, owner)
    lines = [LineRequest(line.sku, line.quantity) for line in await lines_of(session, order)]
    products = await catalog.products_by_sku(session, (line.sku for line in lines))
    problems = check_lines(lines, products)
    if problems:
        raise OrderRefused(RefusalCode.LINES_INVALID, problems=problems)
    return await load_order(session, number)


async def check_dealer(session: AsyncSession, dealer_code: str) -> None:
    """Refuse a suspended dealer and say why. Raises OrderRefused."""
    refuse_suspended(await dealer_by_code(session, dealer_code))


async def check_dealer_of_order(session: AsyncSession, number: str) -> None:
    """Lock an order and refuse it when its dealer is suspended. Raises OrderRefused."""
    _, dealer_code = await lock_with_dealer(session, number)
    await check_dealer(session, dealer_code)


async def change_status(
    session: AsyncSession, number: str, to: OrderStatus, key: StepKey, actor: str = "", text: str = ""
) -> OrderFacts:
    """Move an order on for a step, once for each key, and write its history. Raises OrderRefused."""
    order, dealer_code = await lock_with_dealer(session, number)
    event_key = f"{key}/{to}"
    if not is_allowed_transition(OrderStatus(order.status), to):
        if not await session.scalar(select(exists().where(col(OrderEvent.key) == event_key))):
            raise illegal_transition(order, to)
    else:
        await move_order(session, order, to, datetime.fromisoformat(key.at), actor or key.actor, text, event_key)
    return OrderFacts(order.number, dealer_code, order.total_fen)


async def order_facts(session: AsyncSession, number: str) -> tuple[OrderFacts, OrderStatus]:
    """Read what the process needs of an order, under its lock. Raises OrderRefused."""
    order, dealer_code = await lock_with_dealer(session, number)
    return OrderFacts(order.number, dealer_code, order.total_fen), OrderStatus(order.status)


async def cancel_draft(
    session: AsyncSession, number: str, actor: str, dealer_code: str | None = None, reason: str = ""
) -> OrderView:
    """Discard a draft, for which no process runs yet. Raises OrderRefused."""
    order = await lock_order(session, number, dealer_code)
    refuse_unless(order, frozenset({OrderStatus.DRAFT}))
    await move_order(session, order, OrderStatus.CANCELLED, utc_now(), actor, reason, f"{number}/cancelled")
    return await load_order(session, number)


async def add_comment(
    session: AsyncSession, number: str, actor: str, text: str, is_internal: bool = False, request_id: str | None = None
) -> None:
    """Add a remark to an order's history, once for each `request_id`. Raises OrderRefused."""
    order = await lock_order(session, number)
    key = f"{number}/comment/{request_id or secrets.token_hex(8)}"
    values = event_values(order, utc_now(), actor, EventKind.COMMENT, key) | {"text": text, "is_internal": is_internal}
    await insert_or_skip(session, OrderEvent, values, ("key",))


async def set_received(session: AsyncSession, order_id: int, quantities: Mapping[int, int]) -> None:
    """Note how much of each line (by line number) arrived in good order."""
    for line_no, quantity in quantities.items():
        where = (col(OrderLine.order_id) == order_id, col(OrderLine.line_no) == line_no)
        await session.execute(update(OrderLine).where(*where).values(received_quantity=quantity))


def _new_order(number: str, dealer: Dealer, priced: Sequence[PricedLine], actor: str, at: datetime) -> SalesOrder:
    assert dealer.id is not None
    return SalesOrder(
        number=number,
        dealer_id=dealer.id,
        status=OrderStatus.DRAFT,
        total_fen=sum(line.amount_fen for line in priced),
        created_by=actor,
        created_at=at,
    )


async def _insert(session: AsyncSession, order: SalesOrder, priced: Sequence[PricedLine]) -> None:
    session.add(order)
    await session.flush()
    await _insert_lines(session, order, priced)
    key = f"{order.number}/created"
    values = event_values(order, order.created_at, order.created_by, EventKind.STATUS, key)
    await insert_or_skip(session, OrderEvent, values | {"to_status": OrderStatus.DRAFT}, ("key",))


async def _insert_lines(session: AsyncSession, order: SalesOrder, priced: Sequence[PricedLine]) -> None:
    assert order.id is not None
    session.add_all(
        OrderLine(
            order_id=order.id,
            line_no=line.line_no,
            product_id=line.product_id,
            sku=line.sku,
            name_zh=line.name_zh,
            name_en=line.name_en,
            quantity=line.quantity,
            unit_price_fen=line.unit_price_fen,
            discount_bp=line.discount_bp,
            amount_fen=line.amount_fen,
        )
        for line in priced
    )
    await session.flush()


def _apply_terms(line: OrderLine, wanted: LineTerms) -> dict[str, int] | None:
    before = {"unit_price_fen": line.unit_price_fen, "discount_bp": line.discount_bp}
    if wanted.unit_price_fen is not None:
        line.unit_price_fen = wanted.unit_price_fen
    if wanted.discount_bp is not None:
        line.discount_bp = wanted.discount_bp
    if before == {"unit_price_fen": line.unit_price_fen, "discount_bp": line.discount_bp}:
        return None
    line.amount_fen = line_amount_fen(line.unit_price_fen, line.quantity, line.discount_bp)
    return {
        "line_no": line.line_no,
        "old_unit_price_fen": before["unit_price_fen"],
        "old_discount_bp": before["discount_bp"],
        "unit_price_fen": line.unit_price_fen,
        "discount_bp": line.discount_bp,
    }


async def _change(
    session: AsyncSession, order: SalesOrder, actor: str, kind: EventKind, detail: Mapping[str, object], text: str = ""
) -> None:
    await session.flush()
    old_total = order.total_fen
    order.total_fen = sum(line.amount_fen for line in await lines_of(session, order))
    order.revision += 1
    totals = {"old_total_fen": old_total, "total_fen": order.total_fen}
    key = f"{order.number}/revision/{order.revision}"
    values = event_values(order, utc_now(), actor, kind, key) | {"text": text, "detail": {**detail, **totals}}
    await insert_or_skip(session, OrderEvent, values, ("key",))
    await session.flush()


__all__ = [
    "SYSTEM",
    "add_comment",
    "cancel_draft",
    "cart_lines",
    "change_status",
    "check_dealer",
    "check_dealer_of_order",
    "check_submission",
    "clear_cart",
    "count_orders",
    "create_order",
    "find_order",
    "list_orders",
    "order_facts",
    "put_cart_line",
    "replace_lines",
    "set_note",
    "set_received",
    "set_terms",
    "timeline",
]
