"""The store's portal, for accounts of a dealer's store."""

from fastapi import APIRouter, Depends

from models.rules.access import Action
from web.deps import permit
from web.store import products

router = APIRouter(dependencies=[Depends(permit(Action.ENTER_STORE))])

for screen in (products,):
    router.include_router(screen.router, prefix="/store")
