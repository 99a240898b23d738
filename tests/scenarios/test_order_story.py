"""Stories of single orders, told through the gateway on a real Temporal server."""

from __future__ import annotations

import pytest

from models.payloads.orders import LineRequest, OrderStatus
from models.payloads.shipping import ShipmentStatus
from models.repositories import claims, orders
from tests.fixtures.company import (
    BUYER_A,
    BUYER_B,
    COOKER,
    CREDIT,
    DEALER_A,
    FINANCE,
    KETTLE,
    OPS,
    OWNER_A,
    SALES,
    STOCK,
    WAREHOUSE,
    WOK,
)
from tests.scenarios.house import CARRIER, House
from web.outcomes import TaskRefused
from web.submission import submit_order, withdraw_order

SMALL = ((COOKER, 2), (WOK, 3))
SMALL_FEN = 2 * 32_900 + 3 * 15_900
LARGE = ((COOKER, 200),)

_S = OrderStatus


async def ship(house: House, number: str) -> str:
    """Approve a small order and hand its goods over; returns the shipment's number."""
    await house.act(number, "sales_approval", SALES, "approve")
    await house.act(number, "pick_and_hand_over", WAREHOUSE, "hand_over", **CARRIER)
    await house.order(number, _S.SHIPPED)
    return (await house.shipment(number)).number


async def test_a_small_order_is_approved_shipped_delivered_confirmed_and_owed(house: House) -> None:
    number = await house.submit(SMALL)
    await house.waits_for(number, "sales_approval")
    assert await house.stock(COOKER) == (STOCK, 0)
    await house.act(number, "sales_approval", SALES, "approve")
    await house.order(number, _S.DISPATCHING)
    assert await house.stock(COOKER) == (STOCK, 2)
    await house.act(number, "pick_and_hand_over", WAREHOUSE, "hand_over", **CARRIER)
    await house.order(number, _S.SHIPPED)
    assert await house.stock(COOKER) == (STOCK - 2, 0)
    shipment = await house.shipment(number)
    assert (shipment.status, shipment.waybill) == (ShipmentStatus.IN_TRANSIT, CARRIER["waybill"])
    await house.deliver(shipment.number)
    await house.order(number, _S.DELIVERED)
    assert await house.owed() == 0
    await house.act(number, "confirm_receipt", BUYER_A, "confirm")
    assert await house.outcome(number) == "completed"
    await house.order(number, _S.COMPLETED)
    assert await house.owed() == SMALL_FEN
    await house.waits_for(number)
    assert await house.history(number) == [
        "draft",
        "submitted",
        "approved",
        "dispatching",
        "shipped",
        "delivered",
        "completed",
    ]
    assert (await house.shipment(number)).confirmed_by == BUYER_A.login


async def test_a_large_order_reserves_nothing_before_credit_and_finance_agree(house: House) -> None:
    number = await house.submit(LARGE)
    await house.act(number, "sales_approval", SALES, "approve")
    await house.act(number, "credit_approval", CREDIT, "approve")
    await house.waits_for(number, "finance_approval")
    assert await house.stock(COOKER) == (STOCK, 0)
    await house.act(number, "finance_approval", FINANCE, "approve")
    await house.order(number, _S.DISPATCHING)
    assert await house.stock(COOKER) == (STOCK, 200)


async def test_a_rejected_order_ends_and_leaves_nothing(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "reject", comment="型号停产")
    assert await house.outcome(number) == "completed"
    await house.order(number, _S.REJECTED)
    assert await house.stock(COOKER) == (STOCK, 0)
    assert await house.owed() == 0


async def test_the_dealer_reads_why_an_order_came_back(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "return", comment="请改为整箱数量")
    order = await house.order(number, _S.RETURNED)
    async with house.database.reading() as session:
        entry = (await orders.timeline(session, order.id))[-1]
    assert (entry.actor, entry.text) == (SALES.login, "请改为整箱数量")


async def test_the_dealer_does_not_read_what_approvers_remark(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "approve", comment="老客户，放行")
    order = await house.order(number, _S.DISPATCHING)
    async with house.database.reading() as session:
        assert not any("放行" in entry.text for entry in await orders.timeline(session, order.id))


async def test_a_returned_order_is_changed_and_judged_by_its_new_total(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "return", comment="请合并下月需求")
    await house.order(number, _S.RETURNED)
    async with house.database.writing() as session:
        await orders.replace_lines(session, number, [LineRequest(COOKER, 200)], BUYER_A.login, DEALER_A)
    await submit_order(house.database, house.gateway, number, BUYER_A)
    await house.act(number, "sales_approval", SALES, "approve")
    await house.act(number, "credit_approval", CREDIT, "approve")
    await house.act(number, "finance_approval", FINANCE, "approve")
    await house.order(number, _S.DISPATCHING)
    assert await house.stock(COOKER) == (STOCK, 200)
    assert await house.stock(WOK) == (STOCK, 0)


async def test_the_dealer_withdraws_while_the_order_is_being_approved(house: House) -> None:
    number = await house.submit(LARGE)
    await house.act(number, "sales_approval", SALES, "approve")
    order = await withdraw_order(house.database, house.gateway, number, BUYER_A, "项目取消")
    assert order.status is _S.WITHDRAWN
    assert await house.outcome(number) == "completed"
    await house.waits_for(number)
    async with house.database.reading() as session:
        last = [each for each in await orders.timeline(session, order.id) if each.to_status][-1]
    assert (last.actor, last.to_status) == (BUYER_A.login, "withdrawn")


async def test_the_dealer_withdraws_an_order_that_came_back(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "return", comment="数量有误")
    await house.act(number, "revise_order", OWNER_A, "withdraw")
    assert await house.outcome(number) == "completed"
    await house.order(number, _S.WITHDRAWN)


async def test_cancelling_an_order_that_is_being_picked_releases_its_stock(house: House) -> None:
    number = await house.submit(SMALL)
    await house.act(number, "sales_approval", SALES, "approve")
    await house.order(number, _S.DISPATCHING)
    await house.gateway.cancel_instance(number, "客户撤单", OPS)
    assert await house.outcome(number) == "cancelled"
    await house.order(number, _S.CANCELLED)
    assert await house.stock(COOKER) == (STOCK, 0)
    assert (await house.shipment(number)).status is ShipmentStatus.CANCELLED
    await house.waits_for(number)


async def test_cancelling_an_order_with_an_open_claim_undoes_everything(house: House) -> None:
    number = await house.submit(SMALL)
    await ship(house, number)
    await house.act(number, "confirm_receipt", BUYER_A, "confirm", lines=[{"line_no": 1, "received": 0}])
    await house.waits_for(number, "claim_decision")
    await house.order(number, _S.DELIVERED)
    assert await house.owed() == SMALL_FEN
    await house.gateway.cancel_instance(number, "整单退货", OPS)
    assert await house.outcome(number) == "cancelled"
    await house.order(number, _S.CANCELLED)
    assert await house.owed() == 0
    assert await house.stock(COOKER) == (STOCK, 0)
    assert await house.stock(WOK) == (STOCK, 0)


async def test_a_difference_becomes_a_claim_that_is_credited(house: House) -> None:
    number = await house.submit(SMALL)
    await house.deliver(await ship(house, number))
    await house.order(number, _S.DELIVERED)
    short = [{"line_no": 1, "received": 1, "damaged": 0}, {"line_no": 2, "received": 3, "damaged": 1}]
    await house.act(number, "confirm_receipt", OWNER_A, "confirm", lines=short)
    await house.act(number, "claim_decision", SALES, "credit", resolution="承运商确认少件")
    assert await house.outcome(number) == "completed"
    order = await house.order(number, _S.COMPLETED)
    assert [line.received_quantity for line in order.lines] == [1, 2]
    assert await house.owed() == SMALL_FEN - 32_900 - 15_900
    claim = (await house.shipment(number)).claim
    assert claim is not None
    assert (claim.status, claim.resolution) == ("credited", "承运商确认少件")


async def test_a_claim_that_is_rejected_leaves_the_dealer_owing_everything(house: House) -> None:
    number = await house.submit(SMALL)
    await ship(house, number)
    await house.act(number, "confirm_receipt", BUYER_A, "confirm", lines=[{"line_no": 2, "received": 1}])
    await house.act(number, "claim_decision", SALES, "reject", comment="签收单完整")
    await house.order(number, _S.COMPLETED)
    assert await house.owed() == SMALL_FEN
    async with house.database.reading() as session:
        assert [claim.status for claim in (await claims.list_claims(session)).items] == ["rejected"]


async def test_a_shortage_is_replenished_from_the_task_and_the_order_goes_on(house: House) -> None:
    number = await house.submit(((KETTLE, STOCK + 2),))
    await house.act(number, "sales_approval", SALES, "approve")
    await house.act(number, "credit_approval", CREDIT, "approve")
    await house.act(number, "finance_approval", FINANCE, "approve")
    await house.act(number, "resolve_shortage", WAREHOUSE, "retry")
    receipts = [{"sku": KETTLE, "quantity": 2}]
    await house.act(number, "resolve_shortage", SALES, "retry", receipts=receipts)
    await house.order(number, _S.DISPATCHING)
    assert await house.stock(KETTLE) == (STOCK + 2, STOCK + 2)


async def test_an_order_that_stays_short_may_be_given_up(house: House) -> None:
    number = await house.submit(((KETTLE, STOCK + 2),))
    for element_id, actor in (("sales_approval", SALES), ("credit_approval", CREDIT), ("finance_approval", FINANCE)):
        await house.act(number, element_id, actor, "approve")
    await house.act(number, "resolve_shortage", WAREHOUSE, "cancel")
    assert await house.outcome(number) == "completed"
    await house.order(number, _S.CANCELLED)
    assert await house.stock(KETTLE) == (STOCK, 0)


async def test_another_dealers_people_do_not_see_the_task(house: House) -> None:
    number = await house.submit(SMALL)
    await ship(house, number)
    with pytest.raises(TaskRefused) as refused:
        await house.act(number, "confirm_receipt", BUYER_B, "confirm")
    assert refused.value.code == "task_not_found"
    await house.waits_for(number, "confirm_receipt")
