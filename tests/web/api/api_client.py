"""Speaking to the API in tests, as anyone of the cast."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx
from fastapi import FastAPI

from models.db import Database
from models.repositories import access


class Api:
    """`await api.get("/orders", as_="sales")`; tokens are made without the slow check of a password."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app = app
        self.database = database
        self._tokens: dict[str, str] = {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://test/api/v1")

    async def __aenter__(self) -> Api:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def token(self, login: str) -> str:
        if login not in self._tokens:
            async with self.database.writing() as session:
                user = await access.find_user(session, login)
                assert user is not None, login
                self._tokens[login] = await access.create_token(session, user.id)
        return self._tokens[login]

    async def ask(
        self, method: str, path: str, as_: str | None, headers: Mapping[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        sent = {"Accept-Language": "en", **(headers or {})}
        if as_ is not None:
            sent["Authorization"] = f"Bearer {await self.token(as_)}"
        return await self.client.request(method, path, headers=sent, **rest)

    async def get(self, path: str, as_: str | None, **rest: Any) -> httpx.Response:
        return await self.ask("GET", path, as_, **rest)

    async def post(
        self, path: str, as_: str | None, json: Any = None, key: str | None = None, **rest: Any
    ) -> httpx.Response:
        headers = {**rest.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        return await self.ask("POST", path, as_, headers, json=json, **rest)

    async def put(self, path: str, as_: str | None, json: Any) -> httpx.Response:
        return await self.ask("PUT", path, as_, json=json)


def told(response: httpx.Response, status: int) -> Any:
    """Read an answer that must have this status."""
    assert response.status_code == status, response.text
    return response.json()


def refused(response: httpx.Response, status: int, code: str) -> Any:
    """Read a problem that must have this status and code."""
    problem = told(response, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["detail"]
    return problem
