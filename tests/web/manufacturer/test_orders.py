"""All dealers' orders, and one order with its terms."""

from __future__ import annotations

import pytest

from models.payloads.orders import EventKind, OrderStatus, OrderView
from models.repositories import orders
from tests.web.site import HTMX, Site
from tests.web.stories import drafted, submitted


async def order_of(site: Site, number: str) -> OrderView:
    async with site.database.reading() as session:
        order = await orders.find_order(session, number)
    assert order is not None
    return order


async def test_the_list_is_narrowed_by_dealer_state_and_text(site: Site) -> None:
    of_a, of_b = await drafted(site), await drafted(site, buyer="dealer-b-buyer")
    sales = await site.visit("sales")
    everything = (await sales.get("/manufacturer/orders")).text
    assert of_a in everything
    assert of_b in everything
    only_b = (await sales.get("/manufacturer/orders?q=&status=&dealer=D002", headers=HTMX)).text
    assert of_b in only_b
    assert of_a not in only_b
    found = (await sales.get("/manufacturer/orders", params={"q": "Yunhe", "status": "draft"})).text
    assert of_b in found
    assert of_a not in found


async def test_a_list_without_a_match_says_what_to_do_next(site: Site) -> None:
    page = (await (await site.visit("sales")).get("/manufacturer/orders", params={"q": "nobody"})).text
    assert "No order matches" in page


async def test_an_order_that_does_not_exist_is_not_found(site: Site) -> None:
    assert (await (await site.visit("sales")).get("/manufacturer/orders/SO-1999-000001")).status_code == 404


async def test_the_page_refreshes_itself_as_a_part(site: Site) -> None:
    number = await drafted(site)
    part = await (await site.visit("warehouse")).get(f"/manufacturer/orders/{number}", headers=HTMX)
    assert 'id="order"' in part.text
    assert f"order:{number} from:body" in part.text
    assert "<html" not in part.text


async def test_a_sales_manager_agrees_on_price_and_discount(site: Site) -> None:
    number = await drafted(site)
    sales = await site.visit("sales")
    page = (await sales.get(f"/manufacturer/orders/{number}/terms")).text
    assert 'name="unit_price"' in page
    form = {"line_no": "1", "unit_price": "800.50", "discount": "12.5", "reason": "Spring promotion"}
    await sales.post(f"/manufacturer/orders/{number}/terms", data=form)
    order = await order_of(site, number)
    assert (order.lines[0].unit_price_fen, order.lines[0].discount_bp) == (80_050, 1_250)
    assert order.total_fen == 140_088
    async with site.database.reading() as session:
        last = (await orders.timeline(session, order.id, include_internal=True))[-1]
    assert (last.kind, last.actor, last.text) == (EventKind.TERMS, "sales", "Spring promotion")
    assert "Spring promotion" in (await sales.get(f"/manufacturer/orders/{number}")).text


@pytest.mark.parametrize(
    ("unit_price", "discount"), [("-1", "0"), ("800.555", "0"), ("800", "100.01"), ("free", "0"), ("800", "")]
)
async def test_terms_out_of_range_are_refused(site: Site, unit_price: str, discount: str) -> None:
    number = await drafted(site)
    sales = await site.visit("sales")
    form = {"line_no": "1", "unit_price": unit_price, "discount": discount}
    assert (await sales.post(f"/manufacturer/orders/{number}/terms", data=form)).status_code == 422
    assert (await order_of(site, number)).revision == 0


async def test_terms_of_a_dead_order_cannot_be_changed(site: Site) -> None:
    number = await drafted(site)
    await (await site.visit("dealer-a-buyer")).post(f"/dealer/orders/{number}/cancel", data={"reason": "Later"})
    assert (await (await site.visit("sales")).get(f"/manufacturer/orders/{number}/terms")).status_code == 409


async def test_an_order_under_way_is_cancelled_with_a_reason_that_the_dealer_reads(live_site: Site) -> None:
    number = await submitted(live_site)
    sales = await live_site.visit("sales")
    page = (await sales.get(f"/manufacturer/orders/{number}")).text
    assert "Cancel order" in page
    assert "/inbox/" in page
    await sales.post(f"/manufacturer/orders/{number}/cancel", data={"reason": "Line is discontinued"}, headers=HTMX)
    assert (await order_of(live_site, number)).status is OrderStatus.CANCELLED
    seen = (await (await live_site.visit("dealer-a-buyer")).get(f"/dealer/orders/{number}")).text
    assert "Line is discontinued" in seen
