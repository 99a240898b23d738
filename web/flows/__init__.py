"""The screens of operations: what runs, what is stuck, and the templates behind it."""

from fastapi import APIRouter, Depends

from models.rules.access import Action
from web.deps import permit
from web.flows import incidents, instances, operations, templates

router = APIRouter(prefix="/flows", dependencies=[Depends(permit(Action.ENTER_FLOWS))])

for screen in (instances, incidents, operations, templates):
    router.include_router(screen.router)

__all__ = ["router"]
