"""Running and ended instances: a list to find one, and a page that tells everything about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor, UserView
from models.payloads.dealers import DealerName
from models.repositories import access, dealers, processes, templates
from models.repositories.inbox import list_of_instance
from models.repositories.pages import Page as ListPage
from models.repositories.processes import InstanceFilter, InstanceView
from models.tables.processes import InstanceStatus, JournalLine, ProcessInstance, ProcessTemplate, Task
from web.deps import CurrentUser, PageDep, SessionDep
from web.diagrams import Diagram, read_diagram
from web.errors import NotFound
from web.render import render

router = APIRouter(prefix="/instances")

SHOWN_LINES = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    status: str = ""
    template: str = ""
    text: str = ""
    children: bool = False

    @property
    def filter(self) -> InstanceFilter:
        return InstanceFilter(self.status or None, self.template or None, None, self.text.strip(), not self.children)

    def address(self, **more: str | None) -> str:
        values = {"status": self.status, "template": self.template, "text": self.text} | more
        if self.children:
            values["children"] = "true"
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/flows/instances?{query}" if query else "/flows/instances"


async def read_wanted(
    status: InstanceStatus | None = None, template: str = "", text: str = "", children: bool = False
) -> Wanted:
    return Wanted(status or "", template, text, children)


WantedDep = Annotated[Wanted, Depends(read_wanted)]


@dataclass(frozen=True, slots=True)
class InstanceList:
    page: ListPage[ProcessInstance]
    titles: Mapping[str, ProcessTemplate]
    dealers: Mapping[str, DealerName]


@dataclass(frozen=True, slots=True)
class InstancePage:
    view: InstanceView
    diagram: Diagram
    journal: Sequence[JournalLine]
    is_journal_cut: bool
    tasks: Sequence[Task]
    people: Mapping[str, UserView]
    parent: ProcessInstance | None
    version: int | None


@router.get("", name="flows.instances")
async def list_instances(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: WantedDep, after: str | None = None
) -> Response:
    found = await _read_list(session, wanted, after)
    part = "flows/_instance_rows.html" if after else "flows/_instances.html"
    every = await templates.list_templates(session)
    return render(page, "flows/instances.html", part, found=found, wanted=wanted, templates=every)


@router.get("/{instance_id}", name="flows.instance")
async def show_instance(page: PageDep, viewer: CurrentUser, session: SessionDep, instance_id: str) -> Response:
    shown = await read_instance(session, instance_id, viewer.actor)
    ui = page.request.app.state.settings.temporal_ui_url
    return render(page, "flows/instance.html", "flows/_instance.html", shown=shown, temporal_ui=ui)


async def read_instance(session: AsyncSession, instance_id: str, actor: Actor) -> InstancePage:
    """Read everything that is known of an instance. Raises NotFound."""
    view = await processes.find_instance(session, instance_id)
    if view is None:
        raise NotFound
    journal = await processes.journal(session, instance_id)
    tasks = await _tasks_of(session, view.instance)
    logins = {line.actor for line in journal} | {task.done_by or task.claimed_by or "" for task in tasks}
    return InstancePage(
        view=view,
        diagram=await read_diagram(session, view.instance.root_id, instance_id, actor),
        journal=journal[-SHOWN_LINES:][::-1],
        is_journal_cut=len(journal) > SHOWN_LINES,
        tasks=tasks,
        people=await access.find_names(session, logins | {view.instance.started_by}),
        parent=await processes.find_row(session, view.instance.parent_id) if view.instance.parent_id else None,
        version=await _version_of(session, view.instance),
    )


async def _read_list(session: AsyncSession, wanted: Wanted, after: str | None) -> InstanceList:
    page = await processes.list_instances(session, wanted.filter, after)
    codes = {instance.dealer_code for instance in page.items if instance.dealer_code}
    keys = sorted({instance.template_key for instance in page.items})
    return InstanceList(page, await templates.titles_of(session, keys), await dealers.find_names(session, codes))


async def _tasks_of(session: AsyncSession, instance: ProcessInstance) -> Sequence[Task]:
    """List the instance's own tasks; for an outermost one those of the whole case."""
    tasks = await list_of_instance(session, instance.root_id)
    return [task for task in tasks if instance.id in (task.instance_id, task.root_id)]


async def _version_of(session: AsyncSession, instance: ProcessInstance) -> int | None:
    versions = await templates.list_versions(session, instance.template_key)
    return next((version.version for version in versions if version.hash == instance.template_hash), None)
