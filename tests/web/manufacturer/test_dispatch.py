"""The dispatch board, the list of shipments, and handing over."""

from __future__ import annotations

import re

import pytest

from models.payloads.shipping import ShipmentStatus
from models.repositories import shipping
from tests.web.site import HTMX, Site
from tests.web.stories import acted, submitted, task_of


@pytest.fixture
async def waiting(live_site: Site) -> str:
    """The number of a shipment that is to be picked."""
    number = await submitted(live_site)
    await acted(live_site, number, "sales", "order_approval", "approve")
    await task_of(live_site, number, "warehouse", "pick_and_hand_over")
    async with live_site.database.reading() as session:
        return (await shipping.shipments_of_order(session, number))[-1].number


async def test_each_count_opens_a_list_of_exactly_those(site: Site) -> None:
    logistics = await site.visit("logistics")
    board = (await logistics.get("/manufacturer/dispatch")).text
    async with site.database.reading() as session:
        counts = await shipping.board_counts(session)
    for status in ShipmentStatus:
        rows = (await logistics.get("/manufacturer/shipments", params={"status": status}, headers=HTMX)).text
        assert len(re.findall(r'class="row-link" href="/manufacturer/shipments/', rows)) == counts.by_status[status]
    assert 'href="/manufacturer/shipments?status=confirmed">Receipt confirmed <span class="tab-count">9<' in board


async def test_a_shipment_is_found_by_order_waybill_and_dealer(site: Site) -> None:
    async with site.database.reading() as session:
        shipment = (await shipping.list_shipments(session, "D002")).items[0]
    logistics = await site.visit("logistics")
    for text in (shipment.number, shipment.order_number, shipment.waybill):
        found = (await logistics.get("/manufacturer/shipments", params={"q": text})).text
        assert shipment.number in found
        assert "Yunhe" in found
    assert "No shipment matches" in (await logistics.get("/manufacturer/shipments", params={"q": "nothing"})).text


async def test_only_late_ones_are_shown_on_request(site: Site) -> None:
    page = (await (await site.visit("logistics")).get("/manufacturer/shipments", params={"late": "1"})).text
    assert "No shipment matches" in page


async def test_a_shipment_that_does_not_exist_is_not_found(site: Site) -> None:
    assert (await (await site.visit("warehouse")).get("/manufacturer/shipments/DN-1")).status_code == 404


async def test_the_board_refreshes_itself_as_a_part(site: Site) -> None:
    part = (await (await site.visit("warehouse")).get("/manufacturer/dispatch", headers=HTMX)).text
    assert "shipments from:body" in part
    assert "<html" not in part


async def test_the_warehouse_hands_over_from_the_shipments_page(live_site: Site, waiting: str) -> None:
    warehouse = await live_site.visit("warehouse")
    assert waiting in (await warehouse.get("/manufacturer/dispatch")).text
    assert "Hand over to the carrier" in (await warehouse.get(f"/manufacturer/shipments/{waiting}")).text
    form = {"carrier": "SUDA", "waybill": "SD-0001"}
    await warehouse.post(f"/manufacturer/shipments/{waiting}/hand-over", data=form, headers=HTMX)
    page = (await warehouse.get(f"/manufacturer/shipments/{waiting}")).text
    assert "SD-0001" in page
    assert "Hand over to the carrier" not in page


async def test_a_hand_over_needs_carrier_and_waybill(live_site: Site, waiting: str) -> None:
    warehouse = await live_site.visit("warehouse")
    form = {"carrier": "SUDA", "waybill": " "}
    answer = await warehouse.post(f"/manufacturer/shipments/{waiting}/hand-over", data=form)
    assert answer.status_code == 422


async def test_nobody_else_may_hand_over(live_site: Site, waiting: str) -> None:
    sales = await live_site.visit("sales")
    assert "Hand over to the carrier" not in (await sales.get(f"/manufacturer/shipments/{waiting}")).text
    form = {"carrier": "SUDA", "waybill": "SD-0001"}
    assert (await sales.post(f"/manufacturer/shipments/{waiting}/hand-over", data=form)).status_code == 409
