"""The diagram of an instance with its path and tokens, for everybody who may see the instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor
from models.repositories import processes, templates
from models.repositories.processes import VisitedPath
from models.rules.access import Action, may
from models.tables.processes import ProcessInstance, ProcessTemplate
from web.deps import CurrentUser, PageDep, SessionDep
from web.element_names import names_in
from web.errors import NotFound
from web.render import render

router = APIRouter(prefix="/diagrams")

FILE_HEADERS = {"Cache-Control": "private, max-age=86400, immutable", "Content-Disposition": "inline"}


@dataclass(frozen=True, slots=True)
class Diagram:
    """One instance's diagram, and the instances that belong to the same case."""

    root_id: str
    instance: ProcessInstance
    path: VisitedPath
    stuck: Sequence[str]
    names: Mapping[str, str]
    family: Sequence[ProcessInstance]
    titles: Mapping[str, ProcessTemplate]

    @property
    def places(self) -> list[str]:
        """Where it waits, in words."""
        return [self.names[element] for element in self.path.active if element in self.names]


@router.get("/{root_id}", name="diagram")
async def show_diagram(
    page: PageDep, viewer: CurrentUser, session: SessionDep, root_id: str, shown: str = ""
) -> Response:
    """Show a case's outermost instance, or the one of its family that was chosen."""
    diagram = await read_diagram(session, root_id, shown or root_id, viewer.actor)
    return render(page, None, "flows/_diagram.html", diagram=diagram)


@router.get("/{instance_id}/file", name="diagram.file")
async def show_file(viewer: CurrentUser, session: SessionDep, instance_id: str) -> Response:
    """Give the file that the instance runs; it never changes, and the address carries its hash."""
    instance = await find_visible(session, instance_id, viewer.actor)
    xml = await templates.find_xml(session, instance.template_hash)
    if xml is None:
        raise NotFound
    return Response(xml, media_type="application/xml", headers=FILE_HEADERS)


async def find_visible(session: AsyncSession, instance_id: str, actor: Actor) -> ProcessInstance:
    """Find an instance for staff, or for the dealer whose it is. Raises NotFound."""
    instance = await processes.find_row(session, instance_id)
    if instance is None or not (may(actor, Action.VIEW_INSTANCES) or _is_own(instance, actor)):
        raise NotFound
    return instance


async def read_diagram(session: AsyncSession, root_id: str, shown: str, actor: Actor) -> Diagram:
    await find_visible(session, root_id, actor)
    instance = await find_visible(session, shown, actor)
    if root_id not in (instance.id, instance.root_id):
        raise NotFound
    family = await processes.family_of(session, instance.root_id)
    return Diagram(
        root_id=root_id,
        instance=instance,
        path=await processes.path(session, instance.id),
        stuck=[incident.element_id for incident in await processes.incidents_of(session, instance.id)],
        names=await names_in(session, instance.template_hash),
        family=[each for each in family if may(actor, Action.VIEW_INSTANCES) or _is_own(each, actor)],
        titles=await templates.titles_of(session, sorted({each.template_key for each in family})),
    )


def _is_own(instance: ProcessInstance, actor: Actor) -> bool:
    return actor.dealer is not None and instance.dealer_code == actor.dealer and may(actor, Action.ORDER_VIEW)
