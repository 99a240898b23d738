"""The people of the replay: each signs in once and speaks to the public API as a program of theirs would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any

import httpx

ATTEMPTS = 8
LONGEST_PAUSE_S = 5.0
TIMEOUT_S = 60.0
PAGE = 200
RETRIED = frozenset({429, 502, 503, 504})
"""Safe to send again: every POST carries an Idempotency-Key."""
IN_PROGRESS = "request_in_progress"

Json = Mapping[str, Any]


class ApiRefused(Exception):
    """The API said no; the message names the request and the problem."""

    def __init__(self, request: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        detail = problem.get("detail") or problem.get("title") or "no reason given"
        errors = "; ".join(str(error.get("detail", error)) for error in problem.get("errors") or ())
        super().__init__(f"{request}: {status} {detail}{f' ({errors})' if errors else ''}")


class Person:
    """Someone who is signed in."""

    def __init__(self, client: httpx.AsyncClient, login: str, token: str) -> None:
        self.login = login
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def get(self, path: str, **params: str | int) -> dict[str, Any]:
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, body: Json, key: str) -> dict[str, Any]:
        return await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    async def put(self, path: str, body: Json) -> dict[str, Any]:
        return await self._ask("PUT", path, json=body)

    async def everything(self, path: str, **params: str | int) -> AsyncIterator[dict[str, Any]]:
        """Go through a list to its end."""
        after: dict[str, str | int] = {}
        while True:
            part = await self.get(path, **params, **after, limit=PAGE)
            for item in part["items"]:
                yield item
            if part["next"] is None:
                return
            after = {"after": part["next"]}

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any
    ) -> dict[str, Any]:
        response = await _send(self._client, method, path, headers=self._headers | dict(headers or {}), **rest)
        answer: dict[str, Any] = response.json()
        return answer


class People:
    """Sign everybody in when first needed, over one pool of connections."""

    def __init__(self, address: str, password: str, connections: int) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(base_url=f"{address}/api/v1", limits=limits, timeout=TIMEOUT_S)
        self._password = password
        self._signing_in: dict[str, asyncio.Task[Person]] = {}

    async def __aenter__(self) -> People:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def person(self, login: str) -> Person:
        if login not in self._signing_in:
            self._signing_in[login] = asyncio.create_task(self._sign_in(login))
        return await self._signing_in[login]

    async def _sign_in(self, login: str) -> Person:
        credentials = {"login": login, "password": self._password}
        response = await _send(self._client, "POST", "/tokens", json=credentials)
        return Person(self._client, login, response.json()["token"])


async def _send(client: httpx.AsyncClient, method: str, path: str, **rest: Any) -> httpx.Response:
    """Send a request, again after a pause when the other side is busy or away. Raises ApiRefused."""
    pause_s = 0.1
    for attempt in range(1, ATTEMPTS + 1):
        is_last = attempt == ATTEMPTS
        try:
            response = await client.request(method, path, **rest)
            if response.is_success:
                return response
            problem = _problem(response)
            is_passing = response.status_code in RETRIED or problem.get("code") == IN_PROGRESS
            if is_last or not is_passing:
                raise ApiRefused(f"{method} {path}", response.status_code, problem)
        except httpx.TransportError as error:
            if is_last:
                raise ApiRefused(f"{method} {path}", 0, {"detail": str(error) or type(error).__name__}) from error
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
    raise AssertionError("the last attempt returns or raises")


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        return {"detail": response.text[:200]}
    return problem if isinstance(problem, dict) else {}
