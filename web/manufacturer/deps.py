"""What the manufacturer's routes ask for: documents of any dealer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends

from models.payloads.dealers import DealerView
from models.payloads.orders import OrderView
from models.payloads.settlement import StatementView
from models.payloads.shipping import ShipmentView
from models.repositories import dealers, orders, settlement, shipping
from models.rules.orders import OrderAction
from web.deps import CurrentUser, SessionDep
from web.errors import NotFound
from web.order_page import insist
from web.page import Viewer

Document = TypeVar("Document")


async def any_order(number: str, session: SessionDep) -> OrderView:
    return _found(await orders.find_order(session, number))


async def any_shipment(number: str, session: SessionDep) -> ShipmentView:
    return _found(await shipping.find_shipment(session, number))


async def any_statement(number: str, session: SessionDep) -> StatementView:
    return _found(await settlement.find_statement(session, number))


async def any_dealer(code: str, session: SessionDep) -> DealerView:
    return _found(await dealers.find_dealer(session, code))


AnyOrder = Annotated[OrderView, Depends(any_order)]
AnyShipment = Annotated[ShipmentView, Depends(any_shipment)]
AnyStatement = Annotated[StatementView, Depends(any_statement)]
AnyDealer = Annotated[DealerView, Depends(any_dealer)]


def any_order_for(action: OrderAction) -> Callable[[OrderView, Viewer], Awaitable[OrderView]]:
    """Make a dependency that finds an order and refuses it unless its state allows the action."""

    async def find(order: AnyOrder, viewer: CurrentUser) -> OrderView:
        return insist(order, viewer.actor, action)

    return find


def _found(document: Document | None) -> Document:
    if document is None:
        raise NotFound
    return document
