"""The dealer's portal. Every route needs an account of a dealer, and shows that dealer's documents only."""

from fastapi import APIRouter, Depends

from models.rules.access import Action
from web.dealer import cart, catalog, dashboard, order, order_lines, orders, receipts, statements
from web.deps import permit

router = APIRouter(dependencies=[Depends(permit(Action.ENTER_DEALER))])

for screen in (dashboard, catalog, cart, orders, order_lines, order, receipts, statements):
    router.include_router(screen.router, prefix="/dealer")
