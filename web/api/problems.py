"""Refusals as RFC 9457 problem details: a code, a sentence in the reader's language, and what is wrong where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from web.api.payloads.processes import FindingItem
from web.api.sentences import sentence

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (a JSON pointer into the body, or a parameter's name) and what."""

    pointer: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Problem(Exception):
    """A request is refused. `extra` goes into the answer as it is; `says` names another sentence than the code's."""

    def __init__(
        self,
        status: int,
        code: str,
        params: Mapping[str, Any] | None = None,
        faults: Sequence[Fault] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        says: str | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = dict(params or {})
        self.faults = tuple(faults)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.says = says or code


class FaultItem(BaseModel):
    pointer: str
    """JSON pointer into the body (`/lines/0/sku`), or `query:NAME`, `path:NAME`, `header:NAME`."""
    code: str
    detail: str


class ProblemAnswer(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultItem] = []
    findings: list[FindingItem] = []
    """Only for a template that is refused."""


def problem_response(problem: Problem) -> JSONResponse:
    """Write a refusal down. `type` names the code; the sentence is in the language of this request."""
    content = {
        "type": f"urn:dealerflow:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": sentence(problem.says, problem.params),
        "code": problem.code,
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "detail": sentence(fault.code, fault.params)}
            for fault in problem.faults
        ],
        **problem.extra,
    }
    headers = {"WWW-Authenticate": "Bearer", **problem.headers} if problem.status == 401 else problem.headers
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemAnswer, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 503)
}
"""What any address may answer instead, for OpenAPI."""
