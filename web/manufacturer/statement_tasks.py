"""What finance does about a statement, on the statement's own page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from models.rules.access import Action
from models.rules.inbox import RefusalCode
from web.deps import CurrentUser, GatewayDep, PageDep, SessionDep, permit
from web.i18n import gettext
from web.inbox.forms import read_data
from web.manufacturer.deps import AnyStatement
from web.order_page import tasks_for
from web.outcomes import TaskRefused
from web.render import redirect
from web.toasts import Toast

router = APIRouter(prefix="/statements/{number}/tasks", dependencies=[Depends(permit(Action.VIEW_STATEMENTS))])


@router.post("/{task_id}", name="manufacturer.statement.act")
async def act(
    page: PageDep,
    viewer: CurrentUser,
    statement: AnyStatement,
    session: SessionDep,
    gateway: GatewayDep,
    request: Request,
    task_id: int,
) -> Response:
    """Act on one of the statement's open tasks."""
    mine = {task.id: task for task in await tasks_for(session, statement.number, viewer.actor)}
    if task_id not in mine:
        raise TaskRefused(RefusalCode.TASK_CLOSED)
    form = await request.form()
    action, comment = str(form.get("action", "")), str(form.get("comment", "")).strip()
    await gateway.act_on_task(task_id, action, viewer.actor, comment, read_data(mine[task_id].form, form, comment))
    return redirect(page, f"/manufacturer/statements/{statement.number}", Toast(gettext("That is recorded.")))
