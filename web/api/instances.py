"""How a process instance is told."""

from __future__ import annotations

from models.repositories.processes import InstanceView
from models.tables.processes import Incident, ProcessInstance, Task
from web.api.payloads.processes import IncidentItem, InstanceDetail, InstanceItem, OpenTaskItem


def item_of(instance: ProcessInstance) -> InstanceItem:
    return InstanceItem(
        id=instance.id,
        business_key=instance.business_key,
        template=instance.template_key,
        status=instance.status,
        dealer=instance.dealer_code,
        parent_id=instance.parent_id,
        started_by=instance.started_by,
        started_at=instance.started_at,
        ended_at=instance.ended_at,
    )


def detail_of(view: InstanceView, version: int | None) -> InstanceDetail:
    """Tell everything about an instance. An element with several tokens is active several times."""
    instance = view.instance
    return InstanceDetail(
        **item_of(instance).model_dump(),
        version=version,
        variables=instance.variables,
        active_elements=[element for element, tokens in view.active.items() for _ in range(tokens)],
        completed_elements=list(view.completed),
        open_tasks=[_task(task) for task in view.open_tasks],
        incidents=[incident_of(incident) for incident in view.incidents],
        children=[item_of(child) for child in view.children],
        end_message=instance.end_message,
    )


def incident_of(incident: Incident) -> IncidentItem:
    return IncidentItem(
        id=incident.id or 0,
        instance_id=incident.instance_id,
        element_id=incident.element_id,
        activation=incident.activation,
        code=incident.code,
        message=incident.message,
        status=incident.status,
        raised_at=incident.raised_at,
    )


def _task(task: Task) -> OpenTaskItem:
    return OpenTaskItem(
        id=task.id or 0,
        element_id=task.element_id,
        name_zh=task.name_zh,
        name_en=task.name_en,
        claimed_by=task.claimed_by,
        due_at=task.due_at,
    )
