"""Steps of a shipment, from the dispatch note to the dealer's receipt and what comes of a difference."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.clock import business_date
from models.payloads.orders import OrderStatus
from models.payloads.processes import StepError, StepKey
from models.payloads.shipping import (
    ClaimDecided,
    ClaimDecision,
    ClaimStatus,
    DispatchNote,
    DispatchRequest,
    HandedOver,
    HandOver,
    Receipt,
    ReceiptResult,
    ShipmentRef,
    ShipmentStatus,
)
from models.repositories import claims, inventory, orders, shipping
from models.rules.orders import OrderRefused
from models.rules.shipping import HandOverInvalid, ReceiptInvalid, check_hand_over, promise_day
from models.tables.shipping import Shipment

ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
ORDER_STATE_CONFLICT = "ORDER_STATE_CONFLICT"
NOTHING_RESERVED = "NOTHING_RESERVED"
SHIPMENT_NOT_FOUND = "SHIPMENT_NOT_FOUND"
SHIPMENT_STATE_CONFLICT = "SHIPMENT_STATE_CONFLICT"
HAND_OVER_INVALID = "HAND_OVER_INVALID"
RECEIPT_INVALID = "RECEIPT_INVALID"
CLAIM_NOT_FOUND = "CLAIM_NOT_FOUND"


@step(
    "shipping.create_dispatch_note",
    local=True,
    compensated_by="shipping.cancel_dispatch_note",
    zh="生成发货单",
    en="Make the dispatch note",
)
async def create_dispatch_note(session: AsyncSession, payload: DispatchRequest, key: StepKey) -> DispatchNote:
    """Make the dispatch note for what the order holds in stock and promise a day to the dealer.

    Safe to retry: the key names the note, so there is exactly one.
    """
    order = await shipping.order_of(session, payload.order_number)
    if order is None:
        raise StepError(ORDER_NOT_FOUND, f"order_number: {payload.order_number}")
    warehouse_id = await inventory.warehouse_of_order(session, order.id or 0)
    if warehouse_id is None:
        raise StepError(NOTHING_RESERVED, f"{order.number} holds no stock")
    at = datetime.fromisoformat(key.at)
    promised_on = promise_day(business_date(at))
    note = await shipping.create_note(session, order, warehouse_id, promised_on, str(key), at, key.actor)
    await _order_follows(session, order.number, OrderStatus.DISPATCHING, key)
    return DispatchNote(note.number, str(note.promised_on or promised_on))


@step("shipping.cancel_dispatch_note", local=True, zh="取消发货单", en="Cancel the dispatch note")
async def cancel_dispatch_note(session: AsyncSession, payload: ShipmentRef, key: StepKey) -> None:
    """Cancel the dispatch note of an order that is undone, wherever the goods are.

    Safe to retry: a cancelled note stays cancelled.
    """
    shipment = await _shipment(session, payload)
    await _move(session, shipment, ShipmentStatus.CANCELLED, key)


@step("shipping.record_hand_over", local=True, zh="登记交运", en="Record the hand-over")
async def record_hand_over(session: AsyncSession, payload: HandOver, key: StepKey) -> HandedOver:
    """Note which carrier took the goods and under which waybill number; both are required.

    Safe to retry: a shipment that is under way is not handed over again.
    """
    try:
        carrier, waybill = check_hand_over(payload.carrier, payload.waybill)
    except HandOverInvalid as invalid:
        raise StepError(HAND_OVER_INVALID, str(invalid)) from invalid
    shipment = await _shipment(session, ShipmentRef(payload.order_number, payload.shipment_number))
    carrier = await shipping.carrier_code_of(session, carrier)
    if await _move(session, shipment, ShipmentStatus.IN_TRANSIT, key, text=f"{carrier} {waybill}"):
        await shipping.set_waybill(session, shipment, carrier, waybill)
        await _order_follows(session, payload.order_number, OrderStatus.SHIPPED, key)
    return HandedOver(shipment.carrier_code, shipment.waybill)


@step("shipping.record_delivery", local=True, zh="登记送达", en="Record the delivery")
async def record_delivery(session: AsyncSession, payload: ShipmentRef, key: StepKey) -> None:
    """Note that the carrier has delivered; news that is older than what is known changes nothing.

    Safe to retry: a shipment never moves back.
    """
    shipment = await _shipment(session, payload)
    if await _move(session, shipment, ShipmentStatus.DELIVERED, key):
        await _order_follows(session, payload.order_number, OrderStatus.DELIVERED, key)


@step("shipping.remind_receipt", local=True, zh="提醒确认收货", en="Remind of the receipt")
async def remind_receipt(session: AsyncSession, payload: ShipmentRef, key: StepKey) -> None:
    """Write a reminder into the shipment's history, which the dealer sees.

    Safe to retry: the key names the line in the history.
    """
    shipment = await _shipment(session, payload)
    status = ShipmentStatus(shipment.status)
    at = datetime.fromisoformat(key.at)
    await shipping.add_event(session, shipment, status, at, "system", f"{key}/reminder", text="reminder")


@step("shipping.record_receipt", local=True, zh="登记收货", en="Record the receipt")
async def record_receipt(session: AsyncSession, payload: Receipt, key: StepKey) -> ReceiptResult:
    """Note what arrived of each line; a difference opens a claim for its value.

    Safe to retry: a confirmed shipment is not confirmed again.
    """
    shipment = await _shipment(session, ShipmentRef(payload.order_number, payload.shipment_number))
    if shipment.status == ShipmentStatus.CONFIRMED:
        known = await claims.find_claim_of_shipment(session, shipment.id or 0)
        return ReceiptResult(known is not None, known.number if known else "", known.amount_fen if known else 0)
    if shipment.status in (ShipmentStatus.CREATED, ShipmentStatus.CANCELLED):
        raise StepError(SHIPMENT_STATE_CONFLICT, f"{shipment.number} is {shipment.status}")
    try:
        decision = await shipping.confirm_lines(session, shipment, payload.lines or ())
    except ReceiptInvalid as invalid:
        raise StepError(RECEIPT_INVALID, f"lines: {invalid}") from invalid
    await _confirm(session, shipment, payload, key)
    good = {line_no: received - decision.damaged[line_no] for line_no, received in decision.received.items()}
    await orders.set_received(session, shipment.order_id, good)
    if not decision.claimed:
        return ReceiptResult(has_difference=False)
    at = datetime.fromisoformat(key.at)
    claim = await claims.open_claim(session, shipment.id or 0, decision.claimed, str(key), at)
    return ReceiptResult(has_difference=True, claim_number=claim.number, claim_fen=claim.amount_fen)


@step("shipping.resolve_claim", local=True, zh="处理差异索赔", en="Decide the claim")
async def resolve_claim(session: AsyncSession, payload: ClaimDecision, key: StepKey) -> ClaimDecided:
    """Credit or reject an open claim; one that is decided stays as it was decided.

    Safe to retry: a decided claim does not change.
    """
    status = ClaimStatus.CREDITED if payload.outcome == "credit" else ClaimStatus.REJECTED
    at = datetime.fromisoformat(key.at)
    try:
        claim = await claims.decide_claim(session, payload.claim_number, status, payload.resolution, at)
    except claims.ClaimNotFound as missing:
        raise StepError(CLAIM_NOT_FOUND, f"claim_number: {payload.claim_number}") from missing
    return ClaimDecided(claim.number, claim.status, claim.amount_fen)


async def _shipment(session: AsyncSession, ref: ShipmentRef) -> Shipment:
    if not ref.shipment_number:
        shipment = await shipping.lock_latest(session, ref.order_number)
        if shipment is not None:
            return shipment
    try:
        return await shipping.lock_shipment(session, ref.shipment_number)
    except shipping.ShipmentNotFound as missing:
        raise StepError(SHIPMENT_NOT_FOUND, f"shipment_number: {ref.shipment_number}") from missing


async def _confirm(session: AsyncSession, shipment: Shipment, payload: Receipt, key: StepKey) -> None:
    """Confirm; goods that were never reported as delivered arrived at this moment at the latest."""
    if await _move(session, shipment, ShipmentStatus.DELIVERED, key):
        await _order_follows(session, payload.order_number, OrderStatus.DELIVERED, key)
    text = "automatic" if payload.is_automatic else ""
    await _move(session, shipment, ShipmentStatus.CONFIRMED, key, text=text)


async def _move(session: AsyncSession, shipment: Shipment, to: ShipmentStatus, key: StepKey, text: str = "") -> bool:
    at = datetime.fromisoformat(key.at)
    return await shipping.move_shipment(session, shipment, to, at, key.actor, str(key), text=text)


async def _order_follows(session: AsyncSession, order_number: str, to: OrderStatus, key: StepKey) -> None:
    try:
        await orders.change_status(session, order_number, to, key)
    except OrderRefused as refused:
        raise StepError(ORDER_STATE_CONFLICT, f"{refused.code}: {refused.params}") from refused
