"""Prices and discounts that a sales manager agrees on for an order before it is approved."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field

from models.payloads.orders import LineTerms, OrderView
from models.repositories import orders
from models.rules.access import Action
from models.rules.orders import OrderAction
from web.deps import CurrentUser, PageDep, WriterDep, permit
from web.i18n import gettext
from web.manufacturer.deps import any_order_for
from web.manufacturer.order import address_of
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/orders/{number}/terms", dependencies=[Depends(permit(Action.ORDER_REPRICE))])

PriceableOrder = Annotated[OrderView, Depends(any_order_for(OrderAction.REPRICE))]
Price = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


class TermsForm(BaseModel):
    """Unit price in yuan and discount in percent for each line, in order."""

    line_no: list[int]
    unit_price: list[Price]
    discount: list[Percent]
    reason: str = Field("", max_length=500)

    def terms(self) -> list[LineTerms]:
        rows = zip(self.line_no, self.unit_price, self.discount, strict=True)
        return [LineTerms(line_no, _hundredths(price), _hundredths(discount)) for line_no, price, discount in rows]


@router.get("", name="manufacturer.order.terms")
async def edit_terms(page: PageDep, order: PriceableOrder) -> Response:
    return render(page, "manufacturer/order_terms.html", order=order)


@router.post("", name="manufacturer.order.terms.save")
async def save_terms(
    page: PageDep, viewer: CurrentUser, order: PriceableOrder, session: WriterDep, form: Annotated[TermsForm, Form()]
) -> Response:
    await orders.set_terms(session, order.number, form.terms(), viewer.actor.login, form.reason.strip())
    return redirect(page, address_of(order), Toast(gettext("The terms are saved.")))


def _hundredths(value: Decimal) -> int:
    return int((value * 100).to_integral_value(rounding=ROUND_HALF_UP))
