"""Process templates and their versions, to be looked at."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories import templates
from models.tables.processes import TemplateVersion
from web.deps import PageDep, SessionDep
from web.diagrams import FILE_HEADERS
from web.errors import NotFound
from web.render import render

router = APIRouter(prefix="/templates")


@router.get("", name="flows.templates")
async def list_templates(page: PageDep, session: SessionDep) -> Response:
    return render(page, "flows/templates.html", templates=await templates.list_templates(session))


@router.get("/{key}", name="flows.template")
async def show_template(page: PageDep, session: SessionDep, key: str, version: int | None = None) -> Response:
    """Show a version's diagram; without a number, the published one."""
    versions = await templates.list_versions(session, key)
    template = (await templates.titles_of(session, [key])).get(key)
    if template is None or not versions:
        raise NotFound
    wanted = version or template.published_version or versions[0].version
    shown = next((each for each in versions if each.version == wanted), None)
    if shown is None:
        raise NotFound
    return render(page, "flows/template.html", template=template, versions=versions, shown=shown)


@router.get("/{key}/versions/{version}/file", name="flows.template.file")
async def show_file(session: SessionDep, key: str, version: int) -> Response:
    found = await _find_version(session, key, version)
    disposition = f'attachment; filename="{key}-v{version}.bpmn"'
    return Response(
        found.xml, media_type="application/xml", headers=FILE_HEADERS | {"Content-Disposition": disposition}
    )


async def _find_version(session: AsyncSession, key: str, version: int) -> TemplateVersion:
    for found in await templates.list_versions(session, key):
        if found.version == version:
            return found
    raise NotFound
