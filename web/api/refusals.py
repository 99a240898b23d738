"""From what rules, repositories and the gateway refuse to what the API answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from models.repositories.pages import BadCursor
from models.rules.orders import OrderRefused
from models.rules.orders import RefusalCode as OrderCode
from models.rules.settlement import RefusalCode as StatementCode
from models.rules.settlement import StatementRefused
from web import i18n
from web.api.bodies import BodyMalformed, BodyTooLarge
from web.api.payloads.processes import FindingItem
from web.api.problems import Fault, Problem
from web.i18n import Language
from web.outcomes import (
    BusinessKeyTaken,
    EngineUnavailable,
    OperationRefused,
    TaskRefused,
    TemplateFinding,
    TemplateInvalid,
    TemplateNotFound,
)

_ORDER_STATUS: Mapping[str, int] = {
    OrderCode.ORDER_NOT_FOUND: 404,
    OrderCode.DEALER_SUSPENDED: 409,
    OrderCode.NOT_EDITABLE: 409,
    OrderCode.CHANGED_MEANWHILE: 409,
    OrderCode.ILLEGAL_TRANSITION: 409,
}
_TASK_STATUS: Mapping[str, int] = {
    "task_not_found": 404,
    "task_closed": 409,
    "claimed_by_other": 409,
    "not_a_candidate": 403,
}
_HTTP_CODES: Mapping[int, str] = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}
_FIELD_KINDS: Mapping[str, str] = {
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "int_parsing_size": "int_type",
    "model_attributes_type": "dict_type",
    "model_type": "dict_type",
    "json_invalid": "json_malformed",
    "date_type": "day_text",
    "date_parsing": "day_text",
    "date_from_datetime_parsing": "day_text",
    "date_from_datetime_inexact": "day_text",
}
"""What pydantic calls a fault -> what we call it; other names stay."""


def problem_of(error: Exception) -> Problem | None:
    """Translate a refusal; None for what is no refusal but a fault of ours."""
    if isinstance(error, Problem):
        return error
    for kind, translate in _TRANSLATIONS.items():
        if isinstance(error, kind):
            return translate(error)
    return None


def _order_refused(error: OrderRefused) -> Problem:
    faults = [Fault(f"/lines/{p.line_no - 1}", p.code, p.params) for p in error.problems]
    return Problem(_ORDER_STATUS.get(error.code, 422), error.code, error.params, faults)


def _statement_refused(error: StatementRefused) -> Problem:
    status = 404 if error.code == StatementCode.STATEMENT_NOT_FOUND else 422
    return Problem(status, error.code, error.params)


def _task_refused(error: TaskRefused) -> Problem:
    """Two people click at once: one wins, the other is told who did."""
    faults = [Fault(f"/data/{error.params['field']}", "invalid")] if "field" in error.params else []
    told = "task_closed_by" if error.code == "task_closed" and error.params.get("by") else None
    return Problem(_TASK_STATUS.get(error.code, 422), str(error.code), error.params, faults, says=told)


def _operation_refused(error: OperationRefused) -> Problem:
    return Problem(404 if error.code.endswith("_not_found") else 409, error.code)


def _template_invalid(error: TemplateInvalid) -> Problem:
    return invalid_template(error.findings)


def invalid_template(findings: Sequence[TemplateFinding]) -> Problem:
    """Refuse a template and name every finding with its element and line."""
    shown = [finding_item(finding).model_dump() for finding in findings]
    return Problem(422, "template_invalid", extra={"findings": shown})


def finding_item(finding: TemplateFinding) -> FindingItem:
    """Tell a finding in the reader's language."""
    message = finding.message_zh if i18n.current() is Language.CHINESE else finding.message_en
    return FindingItem(
        severity=str(finding.severity),
        code=finding.code,
        element_id=finding.element_id,
        line=finding.line,
        message=message,
    )


def _invalid_request(error: RequestValidationError) -> Problem:
    faults = [_fault(item) for item in error.errors()]
    if any(fault.code == "json_malformed" for fault in faults):
        return Problem(400, "json_malformed")
    return Problem(422, "validation_failed", faults=faults)


def _fault(item: Mapping[str, Any]) -> Fault:
    place, *path = item["loc"]
    kind = str(item["type"])
    return Fault(_pointer(str(place), path), _FIELD_KINDS.get(kind, kind), item.get("ctx") or {})


def _pointer(place: str, path: Sequence[str | int]) -> str:
    if place != "body":
        return f"{place}:{'.'.join(str(part) for part in path)}"
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in escaped)


def _http(error: HTTPException) -> Problem:
    return Problem(error.status_code, _HTTP_CODES.get(error.status_code, "invalid"), headers=error.headers)


_TRANSLATIONS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    RequestValidationError: _invalid_request,
    OrderRefused: _order_refused,
    StatementRefused: _statement_refused,
    TaskRefused: _task_refused,
    OperationRefused: _operation_refused,
    TemplateInvalid: _template_invalid,
    TemplateNotFound: lambda error: Problem(404, "template_not_found", {"template": str(error)}),
    BusinessKeyTaken: lambda error: Problem(409, "business_key_taken", {"business_key": error.business_key}),
    EngineUnavailable: lambda _error: Problem(503, "engine_unavailable", headers={"Retry-After": "2"}),
    BadCursor: lambda _error: Problem(422, "bad_cursor", faults=[Fault("query:after", "bad_cursor")]),
    BodyTooLarge: lambda error: Problem(413, "body_too_large", {"limit": error.limit}),
    BodyMalformed: lambda error: Problem(400, error.code),
    HTTPException: _http,
}
