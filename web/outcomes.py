"""What the gateway answers with: receipts, and refusals in the words of the business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TemplateFinding:
    """One thing that is wrong in a template's file. An `error` keeps it from being published, a `warning` does not."""

    severity: str
    code: str
    message_zh: str
    message_en: str
    element_id: str | None = None
    line: int | None = None


class EngineUnavailable(Exception):
    """Temporal or the worker does not answer. What was asked may still happen; asking again does it once."""


class TemplateNotFound(LookupError):
    """No published template has this key."""


class TemplateInvalid(ValueError):
    """The file has errors; `findings` name them."""

    def __init__(self, findings: tuple[TemplateFinding, ...]) -> None:
        super().__init__("; ".join(finding.message_en for finding in findings))
        self.findings = findings


class BusinessKeyTaken(Exception):
    """Another template's instance has this business key."""

    def __init__(self, business_key: str, template_key: str) -> None:
        super().__init__(f"{business_key} belongs to an instance of {template_key}")
        self.business_key = business_key
        self.template_key = template_key


class TaskRefused(Exception):
    """The action was not taken. `code` is a RefusalCode, `params` fill its sentence."""

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


class OperationRefused(Exception):
    """Ops asked for something that is not there: instance_not_found, instance_ended, incident_not_open."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class InstanceRef:
    id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class TaskReceipt:
    task_id: int
    action: str
    instance_id: str
    business_key: str


@dataclass(frozen=True, slots=True)
class MessageReceipt:
    status: str
    instance_id: str | None
    message_id: int


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """The draft that a file became; `findings` are warnings."""

    key: str
    version: int
    findings: tuple[TemplateFinding, ...]
