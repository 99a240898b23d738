"""Tasks and what people do with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StrictStr

from web.api.payloads.fields import AnswerPayload, JsonObject, RequestPayload, Text


class TaskItem(AnswerPayload):
    """A task in a list."""

    id: int
    name_zh: str
    name_en: str
    element_id: str
    instance_id: str
    business_key: str
    template: str
    form: str | None
    status: str
    dealer: str | None
    claimed_by: str | None
    actions: list[str]
    """What the reader may do with it now."""
    created_at: datetime
    due_at: datetime | None


class TaskDetail(TaskItem):
    input: JsonObject
    done_by: str | None
    action: str | None
    comment: str
    data: JsonObject
    closed_at: datetime | None


class TaskAction(RequestPayload):
    action: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    comment: Text | None = None
    data: JsonObject | None = None


class TaskActionAnswer(AnswerPayload):
    task_id: int
    action: str
    status: str
    """Of the task, after the action."""
    instance_id: str
    business_key: str
