"""The manufacturer's portal, for its staff only; each route narrows further by role."""

from fastapi import APIRouter, Depends

from models.rules.access import Action
from web.deps import permit
from web.manufacturer import (
    dealers,
    dispatch,
    order,
    order_terms,
    orders,
    products,
    shipments,
    start,
    statement_tasks,
    statements,
)

router = APIRouter(dependencies=[Depends(permit(Action.ENTER_MANUFACTURER))])

for screen in (start, orders, order_terms, order, dispatch, shipments, statement_tasks, statements, dealers, products):
    router.include_router(screen.router, prefix="/manufacturer")
