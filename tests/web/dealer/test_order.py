"""One order: what its dealer sees and may do."""

from __future__ import annotations

import pytest

from models.payloads.orders import OrderStatus, OrderView
from models.repositories import catalog, orders
from tests.fixtures.waiting import eventually
from tests.web.site import HTMX, Site
from tests.web.stories import LARGE, acted, drafted, handed_over, submitted

BUYER = "dealer-a-buyer"


async def order_of(site: Site, number: str) -> OrderView:
    async with site.database.reading() as session:
        order = await orders.find_order(session, number)
    assert order is not None
    return order


async def status_becomes(site: Site, number: str, status: OrderStatus) -> None:
    async def look() -> bool:
        return (await order_of(site, number)).status is status

    await eventually(look, says=f"{number} {status}")


async def test_a_draft_can_be_edited_submitted_and_discarded_but_not_withdrawn(site: Site) -> None:
    number = await drafted(site)
    page = (await (await site.visit(BUYER)).get(f"/dealer/orders/{number}")).text
    for button in ("Edit", "Submit order", "Discard draft"):
        assert button in page
    assert "Withdraw" not in page
    assert "/diagrams/" not in page


async def test_the_page_refreshes_itself_when_the_order_changes(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    assert f"order:{number} from:body" in (await dealer.get(f"/dealer/orders/{number}")).text
    part = await dealer.get(f"/dealer/orders/{number}", headers=HTMX)
    assert 'id="order"' in part.text
    assert "<html" not in part.text


async def test_a_draft_is_discarded_with_a_reason(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    assert (await dealer.post(f"/dealer/orders/{number}/cancel", data={"reason": " "})).status_code == 422
    await dealer.post(f"/dealer/orders/{number}/cancel", data={"reason": "Ordered twice"})
    assert (await order_of(site, number)).status is OrderStatus.CANCELLED
    assert "Ordered twice" in (await dealer.get(f"/dealer/orders/{number}")).text


@pytest.mark.parametrize("action", ["cancel", "withdraw"])
async def test_what_the_state_does_not_allow_is_refused(site: Site, action: str) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    await dealer.post(f"/dealer/orders/{number}/cancel", data={"reason": "Ordered twice"})
    answer = await dealer.post(f"/dealer/orders/{number}/{action}", data={"reason": "Once more"})
    assert answer.status_code == 409


async def test_comments_are_read_by_both_sides_and_internal_ones_never_leak(site: Site) -> None:
    number = await drafted(site)
    dealer, sales = await site.visit(BUYER), await site.visit("sales")
    await dealer.post(f"/dealer/orders/{number}/comments", data={"text": "When will it come?"})
    comments = f"/manufacturer/orders/{number}/comments"
    await sales.post(comments, data={"text": "Margin is thin", "is_internal": "true"})
    await sales.post(comments, data={"text": "On Friday"})
    seen = (await dealer.get(f"/dealer/orders/{number}")).text
    assert "When will it come?" in seen
    assert "On Friday" in seen
    assert "Margin is thin" not in seen
    inside = (await sales.get(f"/manufacturer/orders/{number}")).text
    assert "Margin is thin" in inside
    assert "is-internal" in inside


async def test_a_dealer_cannot_write_an_internal_remark(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit("dealer-a-owner")
    await dealer.post(f"/dealer/orders/{number}/comments", data={"text": "Hello", "is_internal": "true"})
    assert "Hello" in (await dealer.get(f"/dealer/orders/{number}")).text


async def test_a_comment_sent_twice_stands_once(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    form = {"text": "Only once", "request_id": "a1b2c3"}
    await dealer.post(f"/dealer/orders/{number}/comments", data=form, headers=HTMX)
    answer = await dealer.post(f"/dealer/orders/{number}/comments", data=form, headers=HTMX)
    assert answer.text.count("Only once") == 1
    assert 'id="history"' in answer.text


async def test_ordering_again_fills_the_cart_on_top_of_what_is_there(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    user = await site.user(BUYER)
    async with site.database.writing() as session:
        await orders.clear_cart(session, user.id)
        await orders.put_cart_line(session, user.id, "CL-4001", 3)
    await dealer.post(f"/dealer/orders/{number}/cancel", data={"reason": "Later"})
    answer = await dealer.post(f"/dealer/orders/{number}/reorder")
    assert answer.headers["location"] == "/dealer/cart"
    async with site.database.reading() as session:
        cart = await orders.cart_lines(session, user.id)
    assert [(line.sku, line.quantity) for line in cart.lines] == [("CL-4001", 5)]


async def test_lines_note_and_number_of_a_draft_are_changed(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    assert "CL-4001" in (await dealer.get(f"/dealer/orders/{number}/edit")).text
    form = {
        "revision": "0",
        "sku": ["CL-4001", "KA-1001"],
        "quantity": ["0", "4"],
        "note": "By lift only",
        "reference": "PO-9",
    }
    await dealer.post(f"/dealer/orders/{number}/edit", data=form)
    order = await order_of(site, number)
    assert [(line.sku, line.quantity) for line in order.lines] == [("KA-1001", 4)]
    assert (order.note, order.reference) == ("By lift only", "PO-9")


async def test_a_change_on_top_of_another_is_refused(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    form = {"revision": "0", "sku": "CL-4001", "quantity": "4"}
    assert (await dealer.post(f"/dealer/orders/{number}/edit", data=form)).status_code == 303
    form["quantity"] = "5"
    assert (await dealer.post(f"/dealer/orders/{number}/edit", data=form)).status_code == 409


async def test_bad_lines_are_named_when_changes_are_saved(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    form = {"revision": "0", "sku": "CL-4060", "quantity": "13"}
    answer = await dealer.post(f"/dealer/orders/{number}/edit", data=form)
    assert answer.status_code == 422
    assert "At least 24 of CL-4060 must be ordered." in answer.text


async def test_products_are_found_and_added_while_editing(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    found = await dealer.get(f"/dealer/orders/{number}/edit/products", params={"q": "cl-4060"}, headers=HTMX)
    assert "CL-4060" in found.text
    line = await dealer.get(f"/dealer/orders/{number}/edit/line", params={"sku": "CL-4060"}, headers=HTMX)
    assert 'value="24"' in line.text
    missing = await dealer.get(f"/dealer/orders/{number}/edit/line", params={"sku": "XX-1"}, headers=HTMX)
    assert missing.status_code == 404


async def test_later_prices_do_not_reach_an_order(site: Site) -> None:
    number = await drafted(site)
    async with site.database.reading() as session:
        product = await catalog.find_product(session, "CL-4001")
    assert product is not None
    order = await order_of(site, number)
    assert order.total_fen == 2 * product.list_price_fen


async def test_an_order_is_submitted_and_withdrawn(live_site: Site) -> None:
    number = await drafted(live_site)
    dealer = await live_site.visit(BUYER)
    await dealer.post(f"/dealer/orders/{number}/submit", headers=HTMX)
    page = (await dealer.get(f"/dealer/orders/{number}")).text
    assert "Awaiting approval" in page
    assert f"/diagrams/{number}" in page
    await dealer.post(f"/dealer/orders/{number}/withdraw", data={"reason": "Project is off"}, headers=HTMX)
    page = (await dealer.get(f"/dealer/orders/{number}")).text
    assert "Withdrawn" in page
    assert "Project is off" in page


async def test_a_returned_order_says_why_and_is_submitted_again(live_site: Site) -> None:
    number = await submitted(live_site)
    await acted(live_site, number, "sales", "order_approval", "return", comment="Please order full packs")
    await status_becomes(live_site, number, OrderStatus.RETURNED)
    dealer = await live_site.visit(BUYER)
    page = (await dealer.get(f"/dealer/orders/{number}")).text
    assert "Please order full packs" in page
    assert "Submit again" in page
    await dealer.post(f"/dealer/orders/{number}/edit", data={"revision": "0", "sku": "CL-4001", "quantity": "4"})
    await dealer.post(f"/dealer/orders/{number}/submit", headers=HTMX)
    assert "Awaiting approval" in (await dealer.get(f"/dealer/orders/{number}")).text


async def test_a_large_order_waits_for_three_and_shows_who_decided(live_site: Site) -> None:
    number = await submitted(live_site, LARGE)
    for login in ("sales", "credit", "finance"):
        await acted(live_site, number, login, "order_approval", "approve")
    await status_becomes(live_site, number, OrderStatus.DISPATCHING)
    page = (await (await live_site.visit(BUYER)).get(f"/dealer/orders/{number}")).text
    assert "Being dispatched" in page
    assert "Shipment" in page


async def test_the_dealer_sees_carrier_and_waybill(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    page = (await (await live_site.visit(BUYER)).get(f"/dealer/orders/{number}")).text
    assert "Suda Express" in page
    assert f"W-{number}" in page
    assert "Confirm receipt" in page
