"""What a dealer's routes ask for: the own company, and its documents. Anybody else's do not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends

from models.payloads.orders import OrderView
from models.payloads.settlement import StatementView
from models.payloads.shipping import ShipmentView
from models.repositories import orders, settlement, shipping
from models.rules.orders import OrderAction
from web.deps import CurrentUser, SessionDep
from web.errors import NotFound
from web.order_page import insist
from web.page import Viewer

Document = TypeVar("Document")


async def own_dealer(viewer: CurrentUser) -> str:
    """Name the company that the signed-in person belongs to. Raises NotFound."""
    return _found(viewer.actor.dealer)


DealerCode = Annotated[str, Depends(own_dealer)]


async def own_order(number: str, dealer: DealerCode, session: SessionDep) -> OrderView:
    return _found(await orders.find_order(session, number, dealer))


async def own_shipment(number: str, dealer: DealerCode, session: SessionDep) -> ShipmentView:
    return _found(await shipping.find_shipment(session, number, dealer))


async def own_statement(number: str, dealer: DealerCode, session: SessionDep) -> StatementView:
    return _found(await settlement.find_statement(session, number, dealer))


OwnOrder = Annotated[OrderView, Depends(own_order)]
OwnShipment = Annotated[ShipmentView, Depends(own_shipment)]
OwnStatement = Annotated[StatementView, Depends(own_statement)]


def own_order_for(action: OrderAction) -> Callable[[OrderView, Viewer], Awaitable[OrderView]]:
    """Make a dependency that finds the own order and refuses it unless its state allows the action."""

    async def find(order: OwnOrder, viewer: CurrentUser) -> OrderView:
        return insist(order, viewer.actor, action)

    return find


def _found(document: Document | None) -> Document:
    if document is None:
        raise NotFound
    return document
