"""The API's description, at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from web.api.problems import MEDIA_TYPE

DESCRIPTION = """
What the screens offer, for programs. `POST /api/v1/tokens` gives a bearer token for login and password.

Amounts are whole numbers of fen (1/100 of the currency unit), discounts basis points, instants ISO 8601 in UTC.
Lists come in parts: ask again with `after` set to the `next` of the part before, until it is null.
A POST with an `Idempotency-Key` is carried out once and answered alike however often it is sent.
Refusals are problem details (RFC 9457) in the language of `Accept-Language` (zh, en); `code` is stable.
"""
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request: sent again with the same body, it gets the same answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def describe(app: FastAPI) -> None:
    """Let the application tell its API; worked out at the first question."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            title, version = "dealerflow", app.version
            app.openapi_schema = _refined(
                get_openapi(title=title, version=version, description=DESCRIPTION, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _refined(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what FastAPI cannot be told: the media type of problems, and the header that every POST takes."""
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
            if method == "post":
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return schema
