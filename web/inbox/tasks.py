"""The inbox: a list of tasks with one of them beside it, and acting on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from models.db import Database
from models.payloads.access import Actor
from models.repositories import inbox
from models.rules.access import Action
from models.rules.inbox import CLAIM, RELEASE, RefusalCode
from models.tables.processes import Task
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, SessionDep, permit
from web.errors import NotFound
from web.i18n import gettext
from web.inbox.details import read_detail
from web.inbox.forms import read_data
from web.inbox.lists import STEP, Tab, Wanted, next_task, read_list
from web.inbox.refusals import explain, status_of
from web.labels import label
from web.outcomes import TaskRefused
from web.page import Page
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/inbox", dependencies=[Depends(permit(Action.ACT_ON_TASKS))])


async def read_wanted(
    tab: Tab = Tab.OPEN, after: str = "", limit: Annotated[int, Query(ge=1, le=200)] = STEP
) -> Wanted:
    return Wanted(tab, after, limit)


async def read_form(request: Request) -> FormData:
    return await request.form()


WantedDep = Annotated[Wanted, Depends(read_wanted)]
FilledForm = Annotated[FormData, Depends(read_form)]


@router.get("", name="inbox")
async def show_inbox(page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: WantedDep) -> Response:
    """Show the list with its first task; htmx gets the list alone."""
    tasks = await read_list(session, viewer.actor, wanted)
    first = None if page.wants_part else next(iter(tasks.page.items), None)
    detail = await read_detail(session, first, viewer.actor, wanted)
    return render(page, "inbox/inbox.html", "inbox/_list.html", tasks=tasks, detail=detail, is_chosen=False)


@router.get("/count", name="inbox.count")
async def show_count(page: PageDep, viewer: CurrentUser, session: SessionDep) -> Response:
    return render(page, None, "shared/_count.html", count=await inbox.count_open(session, viewer.actor))


@router.get("/{task_id}", name="inbox.task")
async def show_task(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: WantedDep, task_id: int
) -> Response:
    task = await _find(session, task_id, viewer.actor)
    detail = await read_detail(session, task, viewer.actor, wanted)
    if page.wants_part:
        return render(page, None, "inbox/_task.html", detail=detail)
    tasks = await read_list(session, viewer.actor, wanted)
    return render(page, "inbox/inbox.html", tasks=tasks, detail=detail, is_chosen=True)


@router.get("/{task_id}/state", name="inbox.state")
async def show_state(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: WantedDep, task_id: int
) -> Response:
    """Tell who has claimed or done the task, while its reader may be filling in the form."""
    task = await _find(session, task_id, viewer.actor)
    detail = await read_detail(session, task, viewer.actor, wanted)
    return render(page, None, "inbox/_state_news.html", detail=detail)


@router.post("/{task_id}/act", name="inbox.act")
async def act(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    gateway: GatewayDep,
    wanted: WantedDep,
    task_id: int,
    form: FilledForm,
) -> Response:
    """Do what the button says, then go on to the next task; a refusal shows the same task and the reason."""
    action, comment = str(form.get("action") or ""), str(form.get("comment") or "").strip()
    async with database.reading() as session:
        task = await _find(session, task_id, viewer.actor)
    data = read_data(task.form, form, comment)
    try:
        await gateway.act_on_task(task_id, action, viewer.actor, comment, data)
    except TaskRefused as refusal:
        return await _refuse(page, viewer.actor, database, wanted, task_id, refusal, form)
    return await _go_on(page, viewer.actor, database, wanted, task, action)


async def _refuse(
    page: Page, actor: Actor, database: Database, wanted: Wanted, task_id: int, refusal: TaskRefused, form: FormData
) -> Response:
    filled = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    async with database.reading() as session:
        why = await explain(session, refusal)
        task = await _find(session, task_id, actor)
        place = "comment" if refusal.code == RefusalCode.COMMENT_REQUIRED else refusal.params.get("field", "")
        detail = await read_detail(session, task, actor, wanted, filled, why, place)
        tasks = await read_list(session, actor, wanted)
    toast = Toast(why, "danger")
    status = status_of(refusal)
    full, part = "inbox/inbox.html", "inbox/_answer.html"
    return render(page, full, part, status=status, toast=toast, tasks=tasks, detail=detail, is_chosen=True)


async def _go_on(page: Page, actor: Actor, database: Database, wanted: Wanted, task: Task, action: str) -> Response:
    toast = Toast(gettext("%(number)s: %(deed)s.", number=task.root_id, deed=label(action, "deed")))
    stays = action in (CLAIM, RELEASE)
    async with database.reading() as session:
        following = await next_task(session, actor, wanted.tab, task.id or 0) if not stays else None
        shown = await _find(session, task.id or 0, actor) if stays else following
        address = wanted.address(f"/inbox/{shown.id}" if shown else "/inbox")
        if not page.wants_part:
            return redirect(page, address, toast)
        tasks = await read_list(session, actor, wanted)
        detail = await read_detail(session, shown, actor, wanted)
    response = render(page, None, "inbox/_answer.html", toast=toast, tasks=tasks, detail=detail, is_chosen=True)
    response.headers["HX-Push-Url"] = address
    return response


async def _find(session: AsyncSession, task_id: int, actor: Actor) -> Task:
    task = await inbox.find_task(session, task_id, actor)
    if task is None:
        raise NotFound
    return task
