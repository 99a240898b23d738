"""Process templates, instances, incidents and messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StrictStr

from web.api.payloads.fields import AnswerPayload, JsonObject, Reason, RequestPayload, Text, Word


class FindingItem(AnswerPayload):
    """Something that the check of a template found, in the reader's language."""

    severity: str
    code: str
    element_id: str | None
    line: int | None
    message: str


class SavedTemplateAnswer(AnswerPayload):
    key: str
    version: int
    findings: list[FindingItem]


class TemplateItem(AnswerPayload):
    key: str
    name_zh: str
    name_en: str
    version: int
    """The published one, which new instances run."""
    hash: str


class PublishNote(RequestPayload):
    note: Text = ""


class PublishedAnswer(AnswerPayload):
    key: str
    version: int


class NewInstance(RequestPayload):
    template: Annotated[StrictStr, Field(min_length=1, max_length=120)]
    business_key: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/]+$")]
    variables: JsonObject | None = None


class InstanceReason(RequestPayload):
    reason: Reason


class IncidentSkip(RequestPayload):
    reason: Reason
    output: JsonObject | None = None


class ChangedVariables(RequestPayload):
    values: Annotated[JsonObject, Field(min_length=1)]
    reason: Reason


class IncidentItem(AnswerPayload):
    id: int
    instance_id: str
    element_id: str
    activation: str
    code: str
    message: str
    status: str
    raised_at: datetime


class OpenTaskItem(AnswerPayload):
    id: int
    element_id: str
    name_zh: str
    name_en: str
    claimed_by: str | None
    due_at: datetime | None


class InstanceItem(AnswerPayload):
    """An instance in a list."""

    id: str
    business_key: str
    template: str
    status: str
    dealer: str | None
    parent_id: str | None
    """The instance that called this one."""
    started_by: str
    started_at: datetime
    ended_at: datetime | None


class InstanceDetail(InstanceItem):
    version: int | None
    """Of the template."""
    variables: JsonObject
    active_elements: list[str]
    """Once for each token there."""
    completed_elements: list[str]
    """In the order of their completion, once for each visit."""
    open_tasks: list[OpenTaskItem]
    incidents: list[IncidentItem]
    """The open ones."""
    children: list[InstanceItem]
    end_message: str


class NewMessage(RequestPayload):
    name: Word
    key: Annotated[StrictStr, Field(min_length=1, max_length=240)]
    payload: JsonObject | None = None


class MessageAnswer(AnswerPayload):
    status: str
    """correlated, started, buffered or duplicate"""
    instance_id: str | None
