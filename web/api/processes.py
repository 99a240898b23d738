"""`/instances` and `/incidents`: processes started, watched and repaired."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response

from models.db import Database
from models.repositories import processes, templates
from models.repositories.processes import InstanceFilter
from models.rules.access import Action
from models.tables.processes import IncidentStatus, InstanceStatus
from web.api.caller import Caller, allow
from web.api.instances import detail_of, incident_of, item_of
from web.api.payloads.fields import After, Filter, Limit, Listing, Number, RowId
from web.api.payloads.processes import (
    ChangedVariables,
    IncidentItem,
    IncidentSkip,
    InstanceDetail,
    InstanceItem,
    InstanceReason,
    NewInstance,
)
from web.api.problems import Fault, Problem
from web.api.routing import api_router
from web.deps import DatabaseDep, GatewayDep, SessionDep
from web.outcomes import EngineUnavailable, TemplateNotFound
from web.settling import settle

VIEWERS = [Depends(allow(Action.VIEW_INSTANCES))]
STARTERS = [Depends(allow(Action.START_INSTANCE))]
OPERATORS = [Depends(allow(Action.OPERATE_INSTANCE))]

BEGUN_WITHIN_S = 8.0

router = api_router(tags=["processes"])


@router.get("/instances", dependencies=VIEWERS)
async def list_instances(
    session: SessionDep,
    status: InstanceStatus | None = None,
    template: Filter = None,
    business_key: Filter = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[InstanceItem]:
    """List instances that no other instance called, the latest started first; `business_key` may be its beginning."""
    wanted = InstanceFilter(status=status, template_key=template, text=business_key or "")
    page = await processes.list_instances(session, wanted, after, limit)
    return Listing(items=[item_of(instance) for instance in page.items], next=page.next_cursor)


@router.post("/instances", status_code=201, dependencies=STARTERS, responses={200: {"model": InstanceDetail}})
async def start_instance(
    body: NewInstance, response: Response, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> InstanceDetail:
    """Start a template's published version; the same template and business key again is the same instance (200)."""
    try:
        started = await gateway.start_instance(body.template, body.business_key, body.variables or {}, caller.actor)
    except TemplateNotFound as error:
        params = {"template": body.template}
        raise Problem(422, "template_not_found", params, [Fault("/template", "template_not_found", params)]) from error
    response.status_code = 201 if started.is_new else 200
    response.headers["Location"] = f"/api/v1/instances/{started.id}"
    return await _begun(database, started.id)


@router.get("/instances/{instance_id}", dependencies=VIEWERS)
async def show_instance(instance_id: Number, database: DatabaseDep) -> InstanceDetail:
    """Show an instance: variables, where it is, what it passed, what is open."""
    return await _detail(database, instance_id, Problem(404, "instance_not_found"))


@router.post("/instances/{instance_id}/cancel", dependencies=OPERATORS)
async def cancel_instance(
    instance_id: Number, body: InstanceReason, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> InstanceDetail:
    """Undo what was done, the latest first, and end."""
    await gateway.cancel_instance(instance_id, body.reason, caller.actor)
    return await _detail(database, instance_id, Problem(404, "instance_not_found"))


@router.patch("/instances/{instance_id}/variables", dependencies=OPERATORS)
async def change_variables(
    instance_id: Number, body: ChangedVariables, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> InstanceDetail:
    """Correct variables of a running instance."""
    await gateway.set_variables(instance_id, body.values, body.reason, caller.actor)
    return await _detail(database, instance_id, Problem(404, "instance_not_found"))


@router.get("/incidents", dependencies=VIEWERS)
async def list_incidents(
    session: SessionDep,
    status: Annotated[IncidentStatus, Query()] = IncidentStatus.OPEN,
    after: After = None,
    limit: Limit = 50,
) -> Listing[IncidentItem]:
    """List incidents, the latest first."""
    page = await processes.list_incidents(session, status, after, limit)
    return Listing(items=[incident_of(incident) for incident, _ in page.items], next=page.next_cursor)


@router.post("/incidents/{incident_id}/retry", dependencies=OPERATORS)
async def retry_incident(
    incident_id: RowId, body: InstanceReason, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> InstanceDetail:
    """Try again what failed."""
    instance_id = await _instance_of(database, incident_id)
    await gateway.retry_incident(incident_id, body.reason, caller.actor)
    return await _detail(database, instance_id, Problem(404, "instance_not_found"))


@router.post("/incidents/{incident_id}/skip", dependencies=OPERATORS)
async def skip_incident(
    incident_id: RowId, body: IncidentSkip, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> InstanceDetail:
    """Go on without what failed, with this output in place of its own."""
    instance_id = await _instance_of(database, incident_id)
    await gateway.skip_incident(incident_id, body.output or {}, body.reason, caller.actor)
    return await _detail(database, instance_id, Problem(404, "instance_not_found"))


async def _detail(database: Database, instance_id: str, otherwise: Exception) -> InstanceDetail:
    """Read an instance in a fresh snapshot; raises `otherwise` when it is not there."""
    async with database.reading() as session:
        view = await processes.find_instance(session, instance_id)
        if view is None:
            raise otherwise
        version = await templates.version_of(session, view.instance.template_key, view.instance.template_hash)
        return detail_of(view, version)


async def _begun(database: Database, instance_id: str) -> InstanceDetail:
    """Wait until the first wake-up is recorded. Raises EngineUnavailable; asking again finds the instance."""

    async def is_recorded() -> bool:
        async with database.reading() as session:
            return await processes.find_row(session, instance_id) is not None

    await settle(is_recorded, BEGUN_WITHIN_S)
    return await _detail(database, instance_id, EngineUnavailable(f"instance {instance_id} has not begun yet"))


async def _instance_of(database: Database, incident_id: int) -> str:
    async with database.reading() as session:
        incident = await processes.find_incident(session, incident_id)
    if incident is None:
        raise Problem(404, "incident_not_found")
    return incident.instance_id
