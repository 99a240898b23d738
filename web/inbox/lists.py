"""The list beside the task: mine, my groups', done; with true counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor
from models.payloads.dealers import DealerName
from models.repositories import dealers, inbox
from models.repositories.inbox import Scope
from models.repositories.pages import MAXIMUM_LIMIT, Page, encode_cursor
from models.tables.processes import Task, TaskStatus

STEP = 50


class Tab(StrEnum):
    """What may be asked for in the address; `open` is mine and my groups' together."""

    OPEN = "open"
    MINE = "mine"
    GROUP = "group"
    DONE = "done"

    @property
    def scope(self) -> Scope:
        return Scope.ALL if self is Tab.OPEN else Scope(self.value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list, from where and how long."""

    tab: Tab = Tab.OPEN
    after: str = ""
    limit: int = STEP

    def address(self, path: str = "/inbox", **changes: object) -> str:
        """Write an address that shows this list, or with some of it changed."""
        values = {"tab": self.tab, "after": self.after, "limit": self.limit} | changes
        defaults = {"tab": Tab.OPEN, "after": "", "limit": STEP}
        query = urlencode({name: value for name, value in values.items() if value != defaults[name]})
        return f"{path}?{query}" if query else path

    @property
    def longer(self) -> Wanted | None:
        """The same list with more of it; None when a longer one would be too much for one page."""
        return Wanted(self.tab, self.after, self.limit + STEP) if self.limit + STEP <= MAXIMUM_LIMIT else None


@dataclass(frozen=True, slots=True)
class TaskList:
    wanted: Wanted
    page: Page[Task]
    counts: dict[Tab, int | None]
    dealers: dict[str, DealerName]


async def read_list(session: AsyncSession, actor: Actor, wanted: Wanted) -> TaskList:
    """Read a list and what stands on its tabs. Raises BadCursor."""
    status = TaskStatus.DONE if wanted.tab is Tab.DONE else TaskStatus.OPEN
    page = await inbox.list_tasks(session, actor, status, wanted.tab.scope, wanted.after or None, wanted.limit)
    counts: dict[Tab, int | None] = {
        tab: await inbox.count_open(session, actor, tab.scope) for tab in Tab if tab is not Tab.DONE
    }
    codes = {task.dealer_code for task in page.items if task.dealer_code}
    return TaskList(wanted, page, counts | {Tab.DONE: None}, await dealers.find_names(session, codes))


async def next_task(session: AsyncSession, actor: Actor, tab: Tab, after_task_id: int) -> Task | None:
    """Find the task to go on with: the next in the same list, else its first."""
    for cursor in (encode_cursor(after_task_id), None):
        page = await inbox.list_tasks(session, actor, TaskStatus.OPEN, tab.scope, cursor, limit=1)
        if page.items:
            return page.items[0]
    return None
