"""The shipping steps, and that the order's state follows the goods."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import inventory
from activities import shipping as steps
from models.payloads.inventory import StockRequest
from models.payloads.orders import OrderStatus
from models.payloads.processes import StepError
from models.payloads.shipping import (
    ClaimDecision,
    DispatchNote,
    DispatchRequest,
    HandedOver,
    HandOver,
    Receipt,
    ReceiptResult,
    ReceivedLine,
    ShipmentRef,
    ShipmentStatus,
    ShipmentView,
)
from models.repositories import orders, shipping
from tests.fixtures.deliveries import approved_order, do, key_of, noted_order, shipped_order


async def _shipment(session: AsyncSession, number: str) -> ShipmentView:
    found = await shipping.find_shipment(session, number)
    assert found is not None
    return found


async def _order_status(session: AsyncSession, number: str) -> OrderStatus:
    return (await orders.order_facts(session, number))[1]


async def test_there_is_exactly_one_dispatch_note(company: AsyncSession) -> None:
    number = await approved_order(company)
    await do(company, inventory.reserve_stock, StockRequest(number), number)
    notes = [await do(company, steps.create_dispatch_note, DispatchRequest(number), number) for _ in range(3)]
    assert notes[0] == notes[1] == notes[2]
    assert isinstance(notes[0], DispatchNote)
    assert notes[0].promised_on == "2026-03-04"
    assert [each.number for each in await shipping.shipments_of_order(company, number)] == [notes[0].shipment_number]
    assert await _order_status(company, number) is OrderStatus.DISPATCHING


async def test_without_a_reservation_there_is_no_dispatch_note(company: AsyncSession) -> None:
    number = await approved_order(company)
    with pytest.raises(StepError) as failed:
        await do(company, steps.create_dispatch_note, DispatchRequest(number), number)
    assert failed.value.code == "NOTHING_RESERVED"


async def test_the_promised_day_counts_from_the_business_day(company: AsyncSession) -> None:
    number = await approved_order(company)
    await do(company, inventory.reserve_stock, StockRequest(number), number)
    late_evening_in_london = "2026-03-01T16:30:00+00:00"
    note = await do(company, steps.create_dispatch_note, DispatchRequest(number), number, late_evening_in_london)
    assert note.promised_on == "2026-03-05"


async def test_a_hand_over_is_recorded_once(company: AsyncSession) -> None:
    number, shipment = await noted_order(company)
    first = await do(company, steps.record_hand_over, HandOver(number, shipment, "速达物流", " SD1 "), number)
    assert first == HandedOver("SUDA", "SD1")
    again = await do(company, steps.record_hand_over, HandOver(number, shipment, "other", "X"), number, visit=2)
    assert again == first
    found = await _shipment(company, shipment)
    assert (found.status, found.waybill) == (ShipmentStatus.IN_TRANSIT, "SD1")
    assert found.shipped_at is not None
    assert await _order_status(company, number) is OrderStatus.SHIPPED


@pytest.mark.parametrize(("carrier", "waybill", "field"), [("", "SD1", "carrier"), ("SUDA", " ", "waybill")])
async def test_a_hand_over_needs_carrier_and_waybill(
    company: AsyncSession, carrier: str, waybill: str, field: str
) -> None:
    number, shipment = await noted_order(company)
    with pytest.raises(StepError, match=f"^{field}: ") as failed:
        await do(company, steps.record_hand_over, HandOver(number, shipment, carrier, waybill), number)
    assert failed.value.code == "HAND_OVER_INVALID"
    assert (await _shipment(company, shipment)).status is ShipmentStatus.CREATED


async def test_a_delivery_moves_shipment_and_order_once(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    for visit in (1, 1, 2):
        await do(company, steps.record_delivery, ShipmentRef(number, shipment), number, visit=visit)
    found = await _shipment(company, shipment)
    assert [event.status for event in found.events].count(ShipmentStatus.DELIVERED) == 1
    assert await _order_status(company, number) is OrderStatus.DELIVERED


async def test_a_delivery_after_the_receipt_moves_nothing_back(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    await do(company, steps.record_receipt, Receipt(number, shipment), number)
    await do(company, steps.record_delivery, ShipmentRef(number, shipment), number)
    assert (await _shipment(company, shipment)).status is ShipmentStatus.CONFIRMED


async def test_a_receipt_without_differences_opens_no_claim(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    receipt = Receipt(number, shipment, (ReceivedLine(1, 2),))
    assert await do(company, steps.record_receipt, receipt, number) == ReceiptResult(has_difference=False)
    found = await _shipment(company, shipment)
    assert (found.status, found.claim) == (ShipmentStatus.CONFIRMED, None)
    assert [(line.received, line.damaged) for line in found.lines] == [(2, 0), (3, 0)]
    assert found.confirmed_by == "system"
    assert await _order_status(company, number) is OrderStatus.DELIVERED


async def test_a_difference_opens_one_claim_for_its_value(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    receipt = Receipt(number, shipment, (ReceivedLine(1, 1), ReceivedLine(2, 3, 1)))
    first = await do(company, steps.record_receipt, receipt, number)
    assert first.has_difference
    assert first.claim_fen == 32_900 + 15_900
    assert await do(company, steps.record_receipt, receipt, number) == first
    assert await do(company, steps.record_receipt, Receipt(number, shipment), number, visit=2) == first
    order = await orders.find_order(company, number)
    assert order is not None
    assert [line.received_quantity for line in order.lines] == [1, 2]
    claim = (await _shipment(company, shipment)).claim
    assert claim is not None
    assert (claim.number, claim.amount_fen, claim.order_number) == (first.claim_number, first.claim_fen, number)


async def test_quantities_that_cannot_be_change_nothing(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    with pytest.raises(StepError, match="line 1: received 3 of 2") as failed:
        await do(company, steps.record_receipt, Receipt(number, shipment, (ReceivedLine(1, 3),)), number)
    assert failed.value.code == "RECEIPT_INVALID"
    found = await _shipment(company, shipment)
    assert found.status is ShipmentStatus.IN_TRANSIT
    assert found.lines[0].received is None


async def test_what_was_not_shipped_cannot_be_received(company: AsyncSession) -> None:
    number, shipment = await noted_order(company)
    with pytest.raises(StepError, match="created") as failed:
        await do(company, steps.record_receipt, Receipt(number, shipment), number)
    assert failed.value.code == "SHIPMENT_STATE_CONFLICT"


async def test_an_automatic_receipt_says_so(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    await do(company, steps.record_receipt, Receipt(number, shipment, is_automatic=True), number)
    assert (await _shipment(company, shipment)).events[-1].text == "automatic"


async def test_a_reminder_is_one_line_in_the_history(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    for _ in range(2):
        await do(company, steps.remind_receipt, ShipmentRef(number, shipment), number)
    found = await _shipment(company, shipment)
    assert [event.text for event in found.events].count("reminder") == 1
    assert found.status is ShipmentStatus.IN_TRANSIT


async def test_cancelling_ends_a_shipment_wherever_it_is(company: AsyncSession) -> None:
    number, shipment = await shipped_order(company)
    for _ in range(2):
        await do(company, steps.cancel_dispatch_note, ShipmentRef(number), number)
    found = await _shipment(company, shipment)
    assert [event.status for event in found.events][-1] is ShipmentStatus.CANCELLED
    assert len(found.events) == 3
    await do(company, steps.record_delivery, ShipmentRef(number, shipment), number)
    assert (await _shipment(company, shipment)).status is ShipmentStatus.CANCELLED


@pytest.mark.parametrize(("outcome", "status"), [("credit", "credited"), ("reject", "rejected")])
async def test_a_claim_is_decided_once(company: AsyncSession, outcome: str, status: str) -> None:
    number, shipment = await shipped_order(company)
    receipt = await do(company, steps.record_receipt, Receipt(number, shipment, (ReceivedLine(1, 1),)), number)
    decision = ClaimDecision(receipt.claim_number, outcome, "查证")
    first = await do(company, steps.resolve_claim, decision, number)
    assert (first.claim_status, first.claim_fen) == (status, 32_900)
    other = ClaimDecision(receipt.claim_number, "reject" if outcome == "credit" else "credit")
    assert await do(company, steps.resolve_claim, other, number, visit=2) == first


async def test_an_unknown_shipment_or_claim_is_named(company: AsyncSession) -> None:
    with pytest.raises(StepError, match="DN-0") as failed:
        await steps.record_delivery(company, ShipmentRef("SO-0", "DN-0"), key_of("SO-0", steps.record_delivery))
    assert failed.value.code == "SHIPMENT_NOT_FOUND"
    with pytest.raises(StepError, match="CL-0") as failed:
        await steps.resolve_claim(company, ClaimDecision("CL-0", "credit"), key_of("SO-0", steps.resolve_claim))
    assert failed.value.code == "CLAIM_NOT_FOUND"
