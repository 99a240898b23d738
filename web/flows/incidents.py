"""Incidents: steps that failed for good and wait for somebody."""

from __future__ import annotations

from fastapi import APIRouter, Response

from models.repositories import access, processes, templates
from models.tables.processes import IncidentStatus
from web.deps import PageDep, SessionDep
from web.render import render

router = APIRouter(prefix="/incidents")


@router.get("", name="flows.incidents")
async def list_incidents(
    page: PageDep, session: SessionDep, status: IncidentStatus = IncidentStatus.OPEN, after: str | None = None
) -> Response:
    found = await processes.list_incidents(session, status, after)
    keys = sorted({instance.template_key for _incident, instance in found.items})
    part = "flows/_incident_rows.html" if after else "flows/_incidents.html"
    titles = await templates.titles_of(session, keys)
    people = await access.find_names(session, [incident.resolved_by for incident, _instance in found.items])
    return render(page, "flows/incidents.html", part, found=found, state=status, titles=titles, people=people)


@router.get("/count", name="flows.incidents.count")
async def show_count(page: PageDep, session: SessionDep) -> Response:
    return render(page, None, "shared/_count.html", count=await processes.count_open_incidents(session))
