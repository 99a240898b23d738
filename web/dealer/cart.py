"""The cart: filled from the catalogue, kept for its owner, turned into an order."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models.db import Database
from models.payloads.orders import Cart, LineRequest, OrderView
from models.repositories import catalog, dealers, orders
from models.repositories.carts import UnknownProduct
from models.rules.catalog import MAXIMUM_QUANTITY
from models.rules.orders import check_lines
from web.api.sentences import sentence
from web.dealer.deps import DealerCode
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, SessionDep, WriterDep
from web.gateway import Gateway
from web.i18n import gettext
from web.outcomes import EngineUnavailable
from web.page import Page, Viewer
from web.render import redirect, render
from web.submission import submit_order
from web.toasts import Toast

router = APIRouter()


class CartChange(BaseModel):
    sku: str
    quantity: int


class Checkout(StrEnum):
    DRAFT = "draft"
    SUBMIT = "submit"


class CheckoutForm(BaseModel):
    """`token` names the cart as it was shown: sending it twice makes one order."""

    action: Checkout
    token: str = Field(min_length=8, max_length=40)
    note: str = Field("", max_length=2000)
    reference: str = Field("", max_length=80)


@router.get("/cart", name="dealer.cart")
async def show_cart(page: PageDep, viewer: CurrentUser, session: SessionDep) -> Response:
    return await _show(page, viewer, session)


@router.get("/cart/count", name="dealer.cart.count")
async def count_cart(page: PageDep, viewer: CurrentUser, session: SessionDep) -> Response:
    cart = await orders.cart_lines(session, viewer.user.id)
    return render(page, "dealer/_cart_count.html", count=len(cart.lines))


@router.post("/cart/lines", name="dealer.cart.add")
async def add_to_cart(
    page: PageDep, viewer: CurrentUser, session: WriterDep, change: Annotated[CartChange, Form()]
) -> Response:
    """Add to what is in the cart already."""
    cart = await orders.cart_lines(session, viewer.user.id)
    quantity = change.quantity + next((line.quantity for line in cart.lines if line.sku == change.sku), 0)
    await _put(session, viewer, change.sku, quantity)
    if not page.wants_part:
        return redirect(page, "/dealer/catalog", Toast(gettext("Added to the cart.")))
    return _told(render(page, "dealer/_in_cart.html", quantity=quantity))


@router.post("/cart/lines/{sku}", name="dealer.cart.change")
async def change_cart(
    page: PageDep, viewer: CurrentUser, session: WriterDep, sku: str, quantity: Annotated[int, Form()]
) -> Response:
    """Set a quantity; 0 takes the line out."""
    await _put(session, viewer, sku, quantity)
    return _told(await _show(page, viewer, session)) if page.wants_part else redirect(page, "/dealer/cart")


@router.post("/cart/order", name="dealer.cart.order")
async def order_cart(
    page: PageDep,
    viewer: CurrentUser,
    dealer: DealerCode,
    database: DatabaseDep,
    gateway: GatewayDep,
    form: Annotated[CheckoutForm, Form()],
) -> Response:
    """Make a draft of the cart and empty it; submit the draft at once if asked."""
    order = await _make_draft(database, viewer, dealer, form)
    toast = Toast(gettext("Draft %(number)s is saved.", number=order.number))
    if form.action is Checkout.SUBMIT:
        toast = await _submit(database, gateway, order, viewer)
    return redirect(page, f"/dealer/orders/{order.number}", toast)


async def _make_draft(database: Database, viewer: Viewer, dealer: str, form: CheckoutForm) -> OrderView:
    async with database.writing() as session:
        cart = await orders.cart_lines(session, viewer.user.id)
        order = await orders.create_order(
            session,
            dealer,
            [LineRequest(line.sku, line.quantity) for line in cart.lines],
            viewer.actor.login,
            note=form.note,
            reference=form.reference,
            source_key=f"cart/{viewer.user.id}/{form.token}",
            submit=form.action is Checkout.SUBMIT,
        )
        await orders.clear_cart(session, viewer.user.id)
    return order


def _told(response: Response) -> Response:
    """Let the page know that the cart changed, so that the number in its navigation follows."""
    response.headers["HX-Trigger"] = "cart"
    return response


async def _put(session: AsyncSession, viewer: Viewer, sku: str, quantity: int) -> None:
    try:
        await orders.put_cart_line(session, viewer.user.id, sku, min(quantity, MAXIMUM_QUANTITY))
    except UnknownProduct as unknown:
        raise HTTPException(404) from unknown


async def _show(page: Page, viewer: Viewer, session: AsyncSession) -> Response:
    cart = await orders.cart_lines(session, viewer.user.id)
    return render(
        page,
        "dealer/cart.html",
        "dealer/_cart.html",
        cart=cart,
        problems=await _find_problems(session, cart),
        dealer=await dealers.find_dealer(session, viewer.actor.dealer or ""),
        token=secrets.token_hex(8),
    )


async def _find_problems(session: AsyncSession, cart: Cart) -> dict[str, str]:
    """Say what is wrong with each line, by SKU."""
    products = await catalog.products_by_sku(session, (line.sku for line in cart.lines))
    problems = check_lines([LineRequest(line.sku, line.quantity) for line in cart.lines], products)
    return {cart.lines[each.line_no - 1].sku: sentence(each.code, each.params) for each in problems}


async def _submit(database: Database, gateway: Gateway, order: OrderView, viewer: Viewer) -> Toast:
    try:
        await submit_order(database, gateway, order.number, viewer.actor)
    except EngineUnavailable:
        # The draft is safe by now; the reader goes on from there.
        return Toast(
            gettext("The order is saved as a draft. Processes are not answering: submit it in a moment."), "warning"
        )
    return Toast(gettext("Order %(number)s is submitted.", number=order.number))
