"""One task with everything that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor
from models.repositories import inbox
from models.rules.inbox import NEEDS_COMMENT, is_candidate
from models.tables.processes import Task, TaskStatus
from web.inbox.forms import TaskForm, form_of
from web.inbox.lists import Wanted
from web.inbox.subjects import Subject, subject_of

Filled = dict[str, str]


@dataclass(frozen=True, slots=True)
class Detail:
    """A task, what it is about, what its reader may do, and what was filled in before it was refused."""

    task: Task
    subject: Subject
    form: TaskForm
    wanted: Wanted
    is_mine_to_do: bool
    is_candidate: bool
    is_claimed_by_me: bool
    filled: Filled = field(default_factory=dict)
    refusal: str = ""
    refused_field: str = ""

    @property
    def is_open(self) -> bool:
        return self.task.status == TaskStatus.OPEN

    @property
    def actions(self) -> tuple[str, ...]:
        return inbox.allowed_actions(self.task)

    @property
    def asks_for_reason(self) -> bool:
        return not NEEDS_COMMENT.isdisjoint(self.actions)


async def read_detail(
    session: AsyncSession,
    task: Task | None,
    actor: Actor,
    wanted: Wanted,
    filled: Filled | None = None,
    refusal: str = "",
    refused_field: str = "",
) -> Detail | None:
    """Gather what is shown of a task; nothing when there is none."""
    if task is None:
        return None
    is_theirs = is_candidate(inbox.facts_of(task).candidates, actor)
    is_free = task.claimed_by in (None, actor.login)
    return Detail(
        task=task,
        subject=await subject_of(session, task, actor),
        form=form_of(task.form),
        wanted=wanted,
        is_mine_to_do=task.status == TaskStatus.OPEN and is_theirs and is_free,
        is_candidate=is_theirs,
        is_claimed_by_me=task.claimed_by == actor.login,
        filled=filled or {},
        refusal=refusal,
        refused_field=refused_field,
    )
