"""When are two requests the same one, sent twice."""

from __future__ import annotations

import hashlib
import json

from models.clock import utc_now
from models.payloads.processes import ActRequest
from models.tables.processes import Task, TaskStatus
from web.outcomes import TaskReceipt


def receipt_of(task: Task, action: str) -> TaskReceipt:
    return TaskReceipt(task.id or 0, action, task.instance_id, task.business_key)


def is_repetition(task: Task, request: ActRequest) -> bool:
    """The same person did the very same thing before: a click sent twice, not a second decision."""
    return (
        task.status == TaskStatus.DONE
        and task.done_by == request.actor.login
        and task.action == request.action
        and task.comment == request.comment
        and task.data == request.data
    )


def update_id_of(request: ActRequest, request_id: str | None) -> str:
    """Name the update by its content, so that a resent request is one update.

    Claims may be given and taken back any number of times: without the request's own id each is another.
    """
    once = request_id or (utc_now().isoformat() if request.action in ("claim", "release") else "")
    return hash_of(request.task_id, request.action, request.actor.login, request.comment, request.data, once)


def hash_of(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
