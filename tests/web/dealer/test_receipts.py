"""Confirming what arrived."""

from __future__ import annotations

import pytest

from models.payloads.shipping import ShipmentStatus, ShipmentView
from models.repositories import shipping
from tests.web.site import HTMX, Site
from tests.web.stories import acted, handed_over, submitted

BUYER = "dealer-a-buyer"


async def shipment_of(site: Site, number: str) -> ShipmentView:
    async with site.database.reading() as session:
        return (await shipping.shipments_of_order(session, number))[-1]


@pytest.fixture
async def arrived(live_site: Site) -> str:
    """The number of an order whose goods have left the warehouse."""
    number = await submitted(live_site)
    await handed_over(live_site, number)
    return number


async def test_everything_that_was_shipped_is_filled_in(live_site: Site, arrived: str) -> None:
    shipment = await shipment_of(live_site, arrived)
    page = (await (await live_site.visit(BUYER)).get(f"/dealer/shipments/{shipment.number}/receipt")).text
    assert 'name="received" value="2"' in page
    assert 'name="damaged" value="0"' in page


async def test_a_whole_delivery_completes_the_order(live_site: Site, arrived: str) -> None:
    shipment = await shipment_of(live_site, arrived)
    dealer = await live_site.visit(BUYER)
    form = {"line_no": "1", "received": "2", "damaged": "0", "note": ""}
    answer = await dealer.post(f"/dealer/shipments/{shipment.number}/receipt", data=form, headers=HTMX)
    assert answer.headers["hx-redirect"] == f"/dealer/orders/{arrived}"
    assert (await shipment_of(live_site, arrived)).status is ShipmentStatus.CONFIRMED
    page = (await dealer.get(f"/dealer/orders/{arrived}")).text
    assert "Completed" in page
    assert "Order again" in page


async def test_a_damaged_piece_becomes_a_claim(live_site: Site, arrived: str) -> None:
    shipment = await shipment_of(live_site, arrived)
    dealer = await live_site.visit(BUYER)
    form = {"line_no": "1", "received": "2", "damaged": "1", "note": "Dented"}
    await dealer.post(f"/dealer/shipments/{shipment.number}/receipt", data=form)
    claim = (await shipment_of(live_site, arrived)).claim
    assert claim is not None
    page = (await dealer.get(f"/dealer/orders/{arrived}")).text
    assert claim.number in page
    assert "Claim open" in page
    again = (await dealer.get(f"/dealer/shipments/{shipment.number}/receipt")).text
    assert "The receipt was confirmed" in again


async def test_impossible_quantities_are_refused_and_asked_again(live_site: Site, arrived: str) -> None:
    shipment = await shipment_of(live_site, arrived)
    dealer = await live_site.visit(BUYER)
    address = f"/dealer/shipments/{shipment.number}/receipt"
    assert (await dealer.post(address, data={"line_no": "1", "received": "-1", "damaged": "0"})).status_code == 422
    await dealer.post(address, data={"line_no": "1", "received": "9", "damaged": "0"})
    page = (await dealer.get(address)).text
    assert "line 1: received 9 of 2 shipped" in page
    assert 'name="received"' in page


async def test_a_second_confirmation_comes_too_late(live_site: Site, arrived: str) -> None:
    shipment = await shipment_of(live_site, arrived)
    await acted(live_site, arrived, "dealer-a-owner", "confirm_receipt", "confirm")
    dealer = await live_site.visit(BUYER)
    form = {"line_no": "1", "received": "2", "damaged": "0"}
    answer = await dealer.post(f"/dealer/shipments/{shipment.number}/receipt", data=form)
    assert answer.status_code == 409
