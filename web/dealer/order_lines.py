"""Changing a draft or a returned order: quantities, products, note."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field

from models.payloads.orders import LineRequest, OrderView
from models.repositories import catalog, orders
from models.rules.access import Action
from models.rules.catalog import nearest_quantity
from models.rules.orders import OrderAction
from web.dealer.deps import own_order_for
from web.dealer.order import address_of
from web.deps import CurrentUser, PageDep, SessionDep, WriterDep, permit
from web.errors import NotFound
from web.i18n import gettext
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/orders/{number}/edit", dependencies=[Depends(permit(Action.ORDER_EDIT))])

EditableOrder = Annotated[OrderView, Depends(own_order_for(OrderAction.EDIT))]
MATCHES = 8


class LinesForm(BaseModel):
    """One SKU and quantity for each line, in order; a quantity of 0 takes the line out."""

    revision: int
    sku: list[str] = []
    quantity: list[int] = []
    note: str = Field("", max_length=2000)
    reference: str = Field("", max_length=80)

    def lines(self) -> list[LineRequest]:
        pairs = zip(self.sku, self.quantity, strict=False)
        return [LineRequest(sku.strip(), quantity) for sku, quantity in pairs if sku.strip() and quantity]


@router.get("", name="dealer.order.edit")
async def edit_order(page: PageDep, order: EditableOrder) -> Response:
    return render(page, "dealer/order_edit.html", order=order)


@router.get("/products", name="dealer.order.edit.products")
async def find_products(page: PageDep, order: EditableOrder, session: SessionDep, q: str = "") -> Response:
    """Suggest products to add, as one types."""
    found = await catalog.search_products(session, q, limit=MATCHES) if q.strip() else None
    return render(page, "dealer/_matches.html", order=order, found=found.items if found else (), q=q)


@router.get("/line", name="dealer.order.edit.line")
async def new_line(page: PageDep, _order: EditableOrder, session: SessionDep, sku: str) -> Response:
    """Show one more line to be filled in."""
    product = await catalog.find_product(session, sku)
    if product is None:
        raise NotFound
    smallest = nearest_quantity(1, product.minimum_quantity, product.pack_size)
    return render(page, "dealer/_new_line.html", product=product, smallest=smallest)


@router.post("", name="dealer.order.save")
async def save_order(
    page: PageDep, viewer: CurrentUser, order: EditableOrder, session: WriterDep, form: Annotated[LinesForm, Form()]
) -> Response:
    login, dealer = viewer.actor.login, order.dealer.code
    await orders.replace_lines(session, order.number, form.lines(), login, dealer, form.revision)
    await orders.set_note(session, order.number, form.note, form.reference, dealer)
    return redirect(page, address_of(order), Toast(gettext("The changes are saved.")))
