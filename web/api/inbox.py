"""`/tasks`: what waits for the caller, and acting on it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from fastapi import Depends, Request

from models.payloads.access import Actor
from models.repositories import inbox
from models.repositories.inbox import Scope
from models.rules.access import Action
from models.rules.inbox import CLAIM, RELEASE, is_candidate
from models.tables.processes import Task, TaskStatus
from web.api.caller import Caller, allow
from web.api.idempotency import request_id_of
from web.api.payloads.fields import After, Filter, Limit, Listing, RowId
from web.api.payloads.inbox import TaskAction, TaskActionAnswer, TaskDetail, TaskItem
from web.api.problems import Problem
from web.api.routing import api_router
from web.deps import DatabaseDep, GatewayDep, SessionDep

router = api_router("/tasks", tags=["tasks"], dependencies=[Depends(allow(Action.ACT_ON_TASKS))])


class Wanted(StrEnum):
    OPEN = "open"
    DONE = "done"


@router.get("")
async def list_tasks(
    session: SessionDep,
    caller: Caller,
    status: Wanted = Wanted.OPEN,
    business_key: Filter = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[TaskItem]:
    """List the caller's tasks: open ones oldest first, done ones latest first; or all open ones about one document."""
    if business_key is not None:
        about = await inbox.list_of_instance(session, business_key, TaskStatus(status))
        mine = [task for task in about if _is_mine(task, caller.actor)]
        return Listing(items=_items(mine, caller.actor), next=None)
    page = await inbox.list_tasks(session, caller.actor, status, Scope.ALL, after, limit)
    return Listing(items=_items(page.items, caller.actor), next=page.next_cursor)


@router.get("/{task_id}")
async def show_task(task_id: RowId, session: SessionDep, caller: Caller) -> TaskDetail:
    """Show a task and what the caller may do with it now."""
    task = await inbox.find_task(session, task_id, caller.actor)
    if task is None:
        raise Problem(404, "task_not_found")
    return TaskDetail(
        **_item(task, caller.actor).model_dump(),
        input=task.input,
        done_by=task.done_by,
        action=task.action,
        comment=task.comment,
        data=task.data,
        closed_at=task.closed_at,
    )


@router.post("/{task_id}/actions")
async def act_on_task(
    task_id: RowId, body: TaskAction, request: Request, caller: Caller, gateway: GatewayDep, database: DatabaseDep
) -> TaskActionAnswer:
    """Finish, claim or release a task. The answer comes when what follows from it is recorded."""
    async with database.reading() as session:
        if await inbox.find_task(session, task_id, caller.actor) is None:
            raise Problem(404, "task_not_found")
    receipt = await gateway.act_on_task(
        task_id, body.action, caller.actor, body.comment or "", body.data or {}, request_id_of(request)
    )
    return TaskActionAnswer(
        task_id=receipt.task_id,
        action=receipt.action,
        status=TaskStatus.OPEN if body.action in (CLAIM, RELEASE) else TaskStatus.DONE,
        instance_id=receipt.instance_id,
        business_key=receipt.business_key,
    )


def allowed_now(task: Task, actor: Actor) -> list[str]:
    """List what this person may do with a task as it stands."""
    facts = inbox.facts_of(task)
    if task.status != TaskStatus.OPEN or not is_candidate(facts.candidates, actor):
        return []
    if task.claimed_by is None:
        return [*facts.actions, CLAIM]
    return [*facts.actions, RELEASE] if task.claimed_by == actor.login else []


def _is_mine(task: Task, actor: Actor) -> bool:
    if task.status == TaskStatus.DONE:
        return task.done_by == actor.login
    return is_candidate(inbox.facts_of(task).candidates, actor)


def _items(tasks: Sequence[Task], actor: Actor) -> list[TaskItem]:
    return [_item(task, actor) for task in tasks]


def _item(task: Task, actor: Actor) -> TaskItem:
    return TaskItem(
        id=task.id or 0,
        name_zh=task.name_zh,
        name_en=task.name_en,
        element_id=task.element_id,
        instance_id=task.instance_id,
        business_key=task.business_key,
        template=task.template_key,
        form=task.form,
        status=task.status,
        dealer=task.dealer_code,
        claimed_by=task.claimed_by,
        actions=allowed_now(task, actor),
        created_at=task.created_at,
        due_at=task.due_at,
    )
