"""What operations may do to an instance: each with a reason, each written down."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response

from models.db import Database
from models.repositories import access, processes
from models.rules.access import Action
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, permit
from web.errors import NotFound, Refused
from web.i18n import gettext
from web.outcomes import OperationRefused
from web.page import Page, Viewer
from web.render import redirect
from web.toasts import Toast

router = APIRouter(dependencies=[Depends(permit(Action.OPERATE_INSTANCE))])

Reason = Annotated[str, Form(max_length=1000)]
LONGEST_JSON = 20_000


@router.post("/instances/{instance_id}/cancel", name="flows.cancel")
async def cancel_instance(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    gateway: GatewayDep,
    instance_id: str,
    reason: Reason = "",
) -> Response:
    await _do(gateway.cancel_instance(instance_id, _insist(reason), viewer.actor))
    done = gettext("The instance is being cancelled; what was done is undone.")
    return await _back(page, viewer, database, instance_id, "instance.cancel", reason, done)


@router.post("/instances/{instance_id}/variables", name="flows.variables")
async def set_variable(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    gateway: GatewayDep,
    instance_id: str,
    name: Annotated[str, Form(max_length=80)] = "",
    value: Annotated[str, Form(max_length=LONGEST_JSON)] = "",
    reason: Reason = "",
) -> Response:
    if not name.strip().isidentifier():
        raise Refused(gettext("Name the variable with letters, digits and underscores."), 422)
    values = {name.strip(): _value(value)}
    await _do(gateway.set_variables(instance_id, values, _insist(reason), viewer.actor))
    done = gettext("%(name)s is set.", name=name.strip())
    return await _back(page, viewer, database, instance_id, "instance.set_variables", reason, done, values)


@router.post("/incidents/{incident_id}/retry", name="flows.retry")
async def retry_incident(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    gateway: GatewayDep,
    incident_id: int,
    reason: Reason = "",
) -> Response:
    instance_id = await _instance_of(database, incident_id)
    await _do(gateway.retry_incident(incident_id, _insist(reason), viewer.actor))
    done = gettext("The step is tried again.")
    return await _back(page, viewer, database, instance_id, "incident.retry", reason, done)


@router.post("/incidents/{incident_id}/skip", name="flows.skip")
async def skip_incident(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    gateway: GatewayDep,
    incident_id: int,
    output: Annotated[str, Form(max_length=LONGEST_JSON)] = "{}",
    reason: Reason = "",
) -> Response:
    instance_id, given = await _instance_of(database, incident_id), _output(output)
    await _do(gateway.skip_incident(incident_id, given, _insist(reason), viewer.actor))
    done = gettext("The step is skipped; the process goes on.")
    return await _back(page, viewer, database, instance_id, "incident.skip", reason, done, given)


async def _do(operation: Awaitable[None]) -> None:
    try:
        await operation
    except OperationRefused as refusal:
        raise Refused(_explain(refusal)) from refusal


def _explain(refusal: OperationRefused) -> str:
    sentences = {
        "instance_not_found": gettext("There is no such instance."),
        "instance_ended": gettext("The instance has ended meanwhile."),
        "incident_not_open": gettext("This incident is no longer open: somebody was faster."),
    }
    return sentences.get(refusal.code, gettext("The instance refused it: %(why)s", why=refusal.code))


def _insist(reason: str) -> str:
    if not reason.strip():
        raise Refused(gettext("Give a reason: it is written into the journal."), 422)
    return reason.strip()


def _value(text: str) -> Any:
    """Read JSON; what is none is meant as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _output(text: str) -> dict[str, Any]:
    value = _value(text.strip() or "{}")
    if not isinstance(value, dict):
        raise Refused(gettext('The output must be a JSON object, such as {"amount_fen": 100}.'), 422)
    return value


async def _instance_of(database: Database, incident_id: int) -> str:
    async with database.reading() as session:
        incident = await processes.find_incident(session, incident_id)
    if incident is None:
        raise NotFound
    return incident.instance_id


async def _back(
    page: Page,
    viewer: Viewer,
    database: Database,
    instance_id: str,
    action: str,
    reason: str,
    done: str,
    detail: dict[str, Any] | None = None,
) -> Response:
    async with database.writing() as session:
        await access.record(session, viewer.actor.login, action, instance_id, reason.strip(), detail)
    return redirect(page, f"/flows/instances/{instance_id}", Toast(done))
