"""Where the staff's day begins."""

from __future__ import annotations

import pytest

from models.payloads.access import Actor, Role
from models.payloads.orders import OrderStatus
from models.payloads.shipping import BoardCounts, ShipmentStatus
from tests.web.site import HTMX, Site
from web.manufacturer.start import figures_for

COUNTS = {OrderStatus.SUBMITTED: 3}
BOARD = BoardCounts(dict.fromkeys(ShipmentStatus, 2), late=1)


@pytest.mark.parametrize(
    ("role", "urls"),
    [
        (Role.SALES_MANAGER, ["orders?status=submitted", "orders?status=returned", "shipments?late=1"]),
        (
            Role.WAREHOUSE,
            [
                "shipments?status=created",
                "shipments?status=in_transit",
                "shipments?status=delivered",
                "shipments?late=1",
            ],
        ),
    ],
)
def test_each_role_sees_the_numbers_that_it_acts_on(role: Role, urls: list[str]) -> None:
    figures = figures_for(Actor("someone", (role,)), COUNTS, BOARD)
    assert [figure.url.removeprefix("/manufacturer/") for figure in figures] == urls


async def test_staff_sees_tasks_numbers_and_the_latest_orders(site: Site) -> None:
    page = (await (await site.visit("sales")).get("/manufacturer")).text
    assert "Your tasks" in page
    assert "Latest orders" in page
    assert "Statements to settle" in page


async def test_the_warehouse_is_not_shown_statements(site: Site) -> None:
    page = (await (await site.visit("warehouse")).get("/manufacturer", headers=HTMX)).text
    assert "Statements to settle" not in page
    assert "Shipments to be picked" in page
