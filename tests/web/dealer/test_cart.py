"""The cart: filled, kept, and turned into an order."""

from __future__ import annotations

import re

import httpx
import pytest

from models.payloads.catalog import ProductData
from models.payloads.orders import Cart, LineRequest, OrderStatus, OrderView
from models.repositories import catalog, dealers, orders
from models.repositories.catalog import save_product
from tests.web.site import HTMX, Site

BUYER = "dealer-a-buyer"


async def cart_of(site: Site, login: str = BUYER) -> Cart:
    user = await site.user(login)
    async with site.database.reading() as session:
        return await orders.cart_lines(session, user.id)


async def put(site: Site, *lines: tuple[str, int], login: str = BUYER) -> None:
    """Let the cart hold just these."""
    user = await site.user(login)
    async with site.database.writing() as session:
        await orders.clear_cart(session, user.id)
        for sku, quantity in lines:
            await orders.put_cart_line(session, user.id, sku, quantity)


async def order_at(site: Site, answer: httpx.Response) -> OrderView:
    """Find the order that an answer leads to."""
    address = answer.headers.get("location") or answer.headers["hx-redirect"]
    async with site.database.reading() as session:
        order = await orders.find_order(session, address.rpartition("/")[2])
    assert order is not None
    return order


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page.text)
    assert found is not None
    return found[1]


async def test_adding_a_product_twice_adds_up(site: Site) -> None:
    await put(site)
    dealer = await site.visit(BUYER)
    form = {"sku": "KA-1001", "quantity": "3"}
    await dealer.post("/dealer/cart/lines", data=form, headers=HTMX)
    answer = await dealer.post("/dealer/cart/lines", data=form, headers=HTMX)
    assert "6 in the cart" in answer.text
    assert answer.headers["hx-trigger"] == "cart"
    assert [(line.sku, line.quantity) for line in (await cart_of(site)).lines] == [("KA-1001", 6)]


async def test_without_scripts_adding_leads_back_to_the_catalogue(site: Site) -> None:
    dealer = await site.visit(BUYER)
    answer = await dealer.post("/dealer/cart/lines", data={"sku": "KA-1001", "quantity": "3"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dealer/catalog")


async def test_the_number_in_the_navigation_counts_products(site: Site) -> None:
    await put(site, ("KA-1001", 6), ("KA-1002", 1))
    dealer = await site.visit(BUYER)
    assert ">2<" in (await dealer.get("/dealer/cart/count", headers=HTMX)).text


async def test_a_quantity_is_changed_and_a_line_taken_out(site: Site) -> None:
    await put(site, ("KA-1001", 6), ("KA-1002", 1))
    dealer = await site.visit(BUYER)
    await dealer.post("/dealer/cart/lines/KA-1001", data={"quantity": "8"}, headers=HTMX)
    answer = await dealer.post("/dealer/cart/lines/KA-1002", data={"quantity": "0"}, headers=HTMX)
    assert "KA-1002" not in answer.text
    assert [(line.sku, line.quantity) for line in (await cart_of(site)).lines] == [("KA-1001", 8)]


async def test_a_product_that_does_not_exist_is_not_found(site: Site) -> None:
    dealer = await site.visit(BUYER)
    assert (await dealer.post("/dealer/cart/lines", data={"sku": "XX-1", "quantity": "1"})).status_code == 404


async def test_the_cart_survives_a_sign_out(site: Site) -> None:
    await put(site, ("KA-1001", 6))
    dealer = await site.visit(BUYER)
    await dealer.post("/logout")
    dealer.cookies.clear()
    again = await site.visit(BUYER)
    assert "KA-1001" in (await again.get("/dealer/cart")).text


async def test_carts_are_everybodys_own(site: Site) -> None:
    await put(site, ("KA-1001", 6))
    owner = await site.visit("dealer-a-owner")
    assert "KA-1001" not in (await owner.get("/dealer/cart")).text


async def test_problems_are_named_at_their_line(site: Site) -> None:
    await put(site, ("KA-1001", 1), ("CL-4060", 13))
    dealer = await site.visit(BUYER)
    page = (await dealer.get("/dealer/cart")).text
    assert "At least 24 of CL-4060 must be ordered." in page
    assert "One line cannot be ordered as it is." in page
    assert re.search(r'value="submit" disabled', page)


async def test_a_product_that_is_no_longer_sold_stands_in_the_way(site: Site) -> None:
    await put(site, ("KA-1001", 1))
    async with site.database.writing() as session:
        product = await catalog.find_product(session, "KA-1001")
        assert product is not None
        names = (product.name_zh, product.name_en)
        await save_product(
            session, ProductData("KA-1001", *names, product.category.code, product.list_price_fen, is_active=False)
        )
    dealer = await site.visit(BUYER)
    assert "KA-1001 is no longer sold." in (await dealer.get("/dealer/cart")).text


async def test_an_empty_cart_says_what_to_do_next(site: Site) -> None:
    await put(site)
    page = (await (await site.visit(BUYER)).get("/dealer/cart")).text
    assert "Your cart is empty" in page
    assert 'href="/dealer/catalog"' in page


async def test_saving_a_draft_keeps_note_and_own_number_and_empties_the_cart(site: Site) -> None:
    await put(site, ("KA-1001", 6))
    dealer = await site.visit(BUYER)
    token = token_in(await dealer.get("/dealer/cart"))
    form = {"action": "draft", "token": token, "note": "Please call first", "reference": "PO-77"}
    order = await order_at(site, await dealer.post("/dealer/cart/order", data=form))
    assert (order.status, order.note, order.reference) == (OrderStatus.DRAFT, "Please call first", "PO-77")
    assert [(line.sku, line.quantity) for line in order.lines] == [("KA-1001", 6)]
    assert (await cart_of(site)).lines == ()


async def test_a_double_click_makes_one_order(site: Site) -> None:
    await put(site, ("KA-1001", 6))
    dealer = await site.visit(BUYER)
    form = {"action": "draft", "token": token_in(await dealer.get("/dealer/cart"))}
    first = await order_at(site, await dealer.post("/dealer/cart/order", data=form))
    second = await order_at(site, await dealer.post("/dealer/cart/order", data=form))
    assert first.number == second.number


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
async def test_a_suspended_dealer_is_told_why_it_cannot_submit(site: Site, headers: dict[str, str]) -> None:
    await put(site, ("KA-1001", 6))
    async with site.database.writing() as session:
        await dealers.suspend_dealer(session, "D001", "Licence has expired", "sales")
    dealer = await site.visit(BUYER)
    assert "Licence has expired" in (await dealer.get("/dealer/cart")).text
    form = {"action": "submit", "token": "0123456789abcdef"}
    answer = await dealer.post("/dealer/cart/order", data=form, headers=headers)
    assert answer.status_code == 409
    assert "Licence has expired" in answer.text
    assert len((await cart_of(site)).lines) == 1


async def test_an_empty_cart_cannot_be_ordered(site: Site) -> None:
    await put(site)
    dealer = await site.visit(BUYER)
    form = {"action": "draft", "token": "0123456789abcdef"}
    assert (await dealer.post("/dealer/cart/order", data=form)).status_code == 422


async def test_an_order_whose_process_does_not_start_is_kept_as_a_draft(site: Site) -> None:
    await put(site, ("KA-1001", 6))
    dealer = await site.visit(BUYER)
    form = {"action": "submit", "token": token_in(await dealer.get("/dealer/cart"))}
    answer = await dealer.post("/dealer/cart/order", data=form)
    order = await order_at(site, answer)
    assert order.status is OrderStatus.DRAFT
    assert "saved as a draft" in (await dealer.get(answer.headers["location"])).text


async def test_submitting_the_cart_starts_the_approval(live_site: Site) -> None:
    await put(live_site, ("KA-1001", 6))
    dealer = await live_site.visit(BUYER)
    form = {"action": "submit", "token": token_in(await dealer.get("/dealer/cart"))}
    order = await order_at(live_site, await dealer.post("/dealer/cart/order", data=form, headers=HTMX))
    assert order.status is OrderStatus.SUBMITTED
    assert LineRequest(order.lines[0].sku, order.lines[0].quantity) == LineRequest("KA-1001", 6)
