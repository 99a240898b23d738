"""Shipments and claims: found by their owner, listed, counted, moved forward once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import shipping as steps
from models.clock import business_date, utc_now
from models.db import Database
from models.payloads.shipping import ClaimStatus, Receipt, ReceivedLine, ShipmentRef, ShipmentStatus
from models.repositories import claims, shipping
from tests.fixtures.company import DEALER_A, DEALER_B
from tests.fixtures.deliveries import completed_order, do, noted_order, shipped_order


async def test_a_shipment_tells_everything_about_itself(company: AsyncSession) -> None:
    number, shipment_number = await shipped_order(company)
    shipment = await shipping.find_shipment(company, shipment_number, DEALER_A)
    assert shipment is not None
    assert (shipment.order_number, shipment.dealer.code, shipment.warehouse) == (number, DEALER_A, "WH-01")
    assert shipment.status is ShipmentStatus.IN_TRANSIT
    assert shipment.carrier is not None
    assert (shipment.carrier.name_zh, shipment.waybill) == ("速达物流", f"SD-{number}")
    assert [(line.line_no, line.quantity, line.received, line.damaged) for line in shipment.lines] == [
        (1, 2, None, 0),
        (2, 3, None, 0),
    ]
    assert [event.status for event in shipment.events] == [ShipmentStatus.CREATED, ShipmentStatus.IN_TRANSIT]
    assert str(shipment.promised_on) == "2026-03-04"


async def test_another_dealer_finds_nothing(company: AsyncSession) -> None:
    number, shipment_number = await shipped_order(company)
    claimed = await completed_order(company, [ReceivedLine(1, 1)])
    (claim,) = (await claims.list_claims(company)).items
    assert await shipping.find_shipment(company, shipment_number, DEALER_B) is None
    assert await shipping.shipments_of_order(company, number, DEALER_B) == ()
    assert (await shipping.list_shipments(company, DEALER_B)).items == ()
    assert await claims.find_claim(company, claim.number, DEALER_B) is None
    assert (await claims.list_claims(company, DEALER_B)).items == ()
    assert sum((await shipping.board_counts(company, DEALER_B)).by_status.values()) == 0
    assert claim.order_number == claimed


async def test_lists_are_filtered_searched_and_paged(company: AsyncSession) -> None:
    numbers = [await shipped_order(company) for _ in range(3)]
    noted, note = await noted_order(company, dealer=DEALER_B)
    listed = await shipping.list_shipments(company, limit=3)
    rest = await shipping.list_shipments(company, after=listed.next_cursor, limit=3)
    newest_first = [note, *(shipment for _, shipment in reversed(numbers))]
    assert [each.number for each in (*listed.items, *rest.items)] == newest_first
    by_status = await shipping.list_shipments(company, statuses=[ShipmentStatus.CREATED])
    assert [each.order_number for each in by_status.items] == [noted]
    for text in (numbers[0][1], numbers[0][0].lower(), f"sd-{numbers[0][0]}"):
        found = await shipping.list_shipments(company, text=text)
        assert [each.order_number for each in found.items] == [numbers[0][0]]
    assert (await shipping.list_shipments(company, text="%")).items == ()


async def test_the_board_counts_what_its_lists_show(company: AsyncSession) -> None:
    await noted_order(company)
    await shipped_order(company)
    await completed_order(company)
    counts = await shipping.board_counts(company)
    for status in ShipmentStatus:
        listed = await shipping.list_shipments(company, statuses=[status])
        assert counts.by_status[status] == len(listed.items)
    assert sum(counts.by_status.values()) == 3
    late = await shipping.list_shipments(company, late_only=True)
    assert counts.late == len(late.items)
    assert all(each.is_late for each in late.items)


@pytest.mark.parametrize(("days", "expected"), [(-1, True), (0, False), (1, False)])
async def test_a_shipment_past_its_promised_day_is_late(company: AsyncSession, days: int, expected: bool) -> None:
    _, number = await shipped_order(company)
    shipment = await shipping.lock_shipment(company, number)
    shipment.promised_on = business_date(utc_now()) + timedelta(days=days)
    await company.flush()
    found = await shipping.find_shipment(company, number)
    assert found is not None
    assert found.is_late is expected
    assert (await shipping.board_counts(company)).late == int(expected)
    assert len((await shipping.list_shipments(company, late_only=True)).items) == int(expected)


async def test_older_and_repeated_news_changes_nothing(company: AsyncSession) -> None:
    _, number = await shipped_order(company)
    shipment = await shipping.lock_shipment(company, number)
    now = utc_now()
    assert await shipping.move_shipment(company, shipment, ShipmentStatus.DELIVERED, now, "system", "a", "上海")
    assert not await shipping.move_shipment(company, shipment, ShipmentStatus.DELIVERED, now, "system", "b")
    assert not await shipping.move_shipment(company, shipment, ShipmentStatus.IN_TRANSIT, now, "system", "c")
    found = await shipping.find_shipment(company, number)
    assert found is not None
    assert found.status is ShipmentStatus.DELIVERED
    assert [(event.status, event.place) for event in found.events][-1] == (ShipmentStatus.DELIVERED, "上海")
    assert len(found.events) == 3


@pytest.mark.parametrize("text", ["suda", "速达物流", "SUDA EXPRESS", " SUDA "])
async def test_a_carrier_is_recognised_by_code_and_by_name(company: AsyncSession, text: str) -> None:
    assert await shipping.carrier_code_of(company, text) == "SUDA"


async def test_a_carrier_that_is_not_in_the_list_is_kept_as_typed(company: AsyncSession) -> None:
    assert await shipping.carrier_code_of(company, "自提 ") == "自提"


async def test_a_claim_is_decided_once(company: AsyncSession) -> None:
    await completed_order(company, [ReceivedLine(1, 1), ReceivedLine(2, 3, 1)])
    (claim,) = (await claims.list_claims(company)).items
    assert claim.status is ClaimStatus.CREDITED
    assert [(line.line_no, line.missing, line.damaged, line.amount_fen) for line in claim.lines] == [
        (1, 1, 0, 32_900),
        (2, 0, 1, 15_900),
    ]
    assert claim.amount_fen == 32_900 + 15_900
    await claims.decide_claim(company, claim.number, ClaimStatus.REJECTED, "again", utc_now())
    found = await claims.find_claim(company, claim.number, DEALER_A)
    assert found is not None
    assert (found.status, found.resolution) == (ClaimStatus.CREDITED, "已核实")
    assert (await claims.list_claims(company, statuses=[ClaimStatus.OPEN])).items == ()


async def test_a_claim_that_does_not_exist_is_named(company: AsyncSession) -> None:
    with pytest.raises(claims.ClaimNotFound, match="CL-0"):
        await claims.lock_claim(company, "CL-0")
    assert await claims.find_claim(company, "CL-0") is None


async def test_two_receipts_at_the_same_moment_open_one_claim(company_database: Database) -> None:
    async with company_database.writing() as session:
        number, shipment = await shipped_order(session)

    async def confirm(visit: int) -> object:
        async with company_database.writing() as session:
            receipt = Receipt(number, shipment, (ReceivedLine(1, 1),))
            return await do(session, steps.record_receipt, receipt, number, visit=visit)

    results = await asyncio.gather(*(confirm(visit) for visit in range(1, 5)))
    assert len(set(results)) == 1
    async with company_database.reading() as session:
        assert len((await claims.list_claims(session)).items) == 1


async def test_delivery_and_receipt_at_the_same_moment_end_as_confirmed(company_database: Database) -> None:
    async with company_database.writing() as session:
        number, shipment = await shipped_order(session)

    async def deliver() -> None:
        async with company_database.writing() as session:
            await do(session, steps.record_delivery, ShipmentRef(number, shipment), number)

    async def confirm() -> None:
        async with company_database.writing() as session:
            await do(session, steps.record_receipt, Receipt(number, shipment), number)

    await asyncio.gather(confirm(), deliver())
    async with company_database.reading() as session:
        found = await shipping.find_shipment(session, shipment)
    assert found is not None
    assert found.status is ShipmentStatus.CONFIRMED
    assert [event.status for event in found.events] == [
        ShipmentStatus.CREATED,
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.CONFIRMED,
    ]
