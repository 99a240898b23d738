"""Steps that move a sales order along its process."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.payloads.orders import OrderFacts, OrderRef, OrderStatus, Submission
from models.payloads.processes import StepError, StepKey
from models.repositories import orders
from models.rules.orders import FINAL, OrderRefused, RefusalCode

ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
ORDER_STATE_CONFLICT = "ORDER_STATE_CONFLICT"
DEALER_SUSPENDED = "DEALER_SUSPENDED"

REASONED = frozenset(
    {OrderStatus.RETURNED, OrderStatus.REJECTED, OrderStatus.SUBMITTED, OrderStatus.WITHDRAWN, OrderStatus.CANCELLED}
)
"""States of which the dealer reads the reason."""

_CODES = {
    RefusalCode.ORDER_NOT_FOUND: ORDER_NOT_FOUND,
    RefusalCode.ILLEGAL_TRANSITION: ORDER_STATE_CONFLICT,
    RefusalCode.DEALER_SUSPENDED: DEALER_SUSPENDED,
}


@step(
    "orders.register_submission",
    local=True,
    compensated_by="orders.cancel_order",
    zh="登记订单提交",
    en="Register the submission",
)
async def register_submission(session: AsyncSession, payload: OrderRef, key: StepKey) -> Submission:
    """Turn a draft into a submitted order, unless its dealer is suspended.

    Safe to retry: the key names the line in the order's history.
    """
    facts = await _submit(session, payload, key)
    return Submission(facts.order_number, facts.dealer, facts.total_fen, submitted_by=key.actor)


@step("orders.mark_resubmitted", local=True, zh="登记订单再次提交", en="Register the resubmission")
async def mark_resubmitted(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Turn a returned order into a submitted one and tell the process its new total.

    Safe to retry: the key names the line in the order's history.
    """
    return await _submit(session, payload, key)


@step("orders.load_order", local=True, zh="读取订单", en="Read the order")
async def load_order(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Tell the process the order's present total, which agreed prices may have changed.

    Safe to retry: it only reads.
    """
    return (await _read(session, payload))[0]


@step("orders.cancel_order", local=True, zh="取消订单", en="Cancel the order")
async def cancel_order(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Cancel an order whose process is undone; one that ended as rejected or withdrawn stays so.

    Safe to retry: the key names the line in the order's history.
    """
    facts, status = await _read(session, payload)
    if status in FINAL - {OrderStatus.COMPLETED}:
        return facts
    return await _move(session, payload, key, OrderStatus.CANCELLED)


@step("orders.mark_approved", local=True, zh="标记订单已批准", en="Mark as approved")
async def mark_approved(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that every approver agreed; from now on the order cannot be changed.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.APPROVED)


@step("orders.mark_rejected", local=True, zh="标记订单已驳回", en="Mark as rejected")
async def mark_rejected(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that an approver rejected the order for good.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.REJECTED)


@step("orders.mark_returned", local=True, zh="标记订单已退回", en="Mark as returned")
async def mark_returned(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the dealer must change the order before it goes on.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.RETURNED)


@step("orders.mark_withdrawn", local=True, zh="标记订单已撤回", en="Mark as withdrawn")
async def mark_withdrawn(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the dealer took the order back.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.WITHDRAWN)


@step("orders.mark_dispatching", local=True, zh="标记订单备货中", en="Mark as being prepared")
async def mark_dispatching(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the warehouse works on the order.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.DISPATCHING)


@step("orders.mark_shipped", local=True, zh="标记订单已发货", en="Mark as shipped")
async def mark_shipped(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the carrier has the goods.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.SHIPPED)


@step("orders.mark_delivered", local=True, zh="标记订单已送达", en="Mark as delivered")
async def mark_delivered(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the goods arrived at the dealer's.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.DELIVERED)


@step("orders.mark_completed", local=True, zh="标记订单已完成", en="Mark as completed")
async def mark_completed(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    """Note that the receipt is confirmed and every difference settled.

    Safe to retry: the key names the line in the order's history.
    """
    return await _move(session, payload, key, OrderStatus.COMPLETED)


async def _submit(session: AsyncSession, payload: OrderRef, key: StepKey) -> OrderFacts:
    try:
        await orders.check_dealer_of_order(session, payload.order_number)
    except OrderRefused as refused:
        raise _step_error(refused) from refused
    return await _move(session, payload, key, OrderStatus.SUBMITTED)


async def _move(session: AsyncSession, payload: OrderRef, key: StepKey, to: OrderStatus) -> OrderFacts:
    try:
        return await orders.change_status(session, payload.order_number, to, key, text=_reason(payload, key, to))
    except OrderRefused as refused:
        raise _step_error(refused) from refused


def _reason(payload: OrderRef, key: StepKey, to: OrderStatus) -> str:
    """Say why, in the words of whoever did it; what approvers say among themselves is not the dealer's to read."""
    return payload.comment or (key.comment if to in REASONED else "")


async def _read(session: AsyncSession, payload: OrderRef) -> tuple[OrderFacts, OrderStatus]:
    try:
        return await orders.order_facts(session, payload.order_number)
    except OrderRefused as refused:
        raise _step_error(refused) from refused


def _step_error(refused: OrderRefused) -> StepError:
    details = ", ".join(f"{name} {value}" for name, value in refused.params.items())
    return StepError(_CODES.get(refused.code, refused.code.upper()), f"{refused.code}: {details}")
