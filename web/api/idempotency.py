"""A POST with an `Idempotency-Key` is carried out once; whoever sends it again gets the answer of the first time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from models.db import Database
from models.repositories import requests
from models.repositories.requests import ClaimedRequest, RequestState
from web.api.caller import find_caller
from web.api.problems import Problem

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
REPLAYED = "Idempotent-Replayed"
PATIENCE_S = 10.0
PAUSE_S = 0.05

Handler = Callable[[Request], Awaitable[Response]]


async def answer_once(request: Request, handler: Handler) -> Response:
    """Carry a request out unless it was answered before; without a key, or without a caller, it is just carried out.

    Only what succeeded is remembered: a refusal changed nothing and may turn out otherwise next time.
    """
    key = _key_of(request)
    caller = await find_caller(request) if key is not None else None
    if key is None or caller is None:
        return await handler(request)
    claimed = await _claim(request, caller.user.id, key)
    if claimed.state is RequestState.ANSWERED:
        return _replayed(claimed)
    database: Database = request.app.state.database
    try:
        response = await handler(request)
    except BaseException:
        await asyncio.shield(_release(database, caller.user.id, key))
        raise
    await asyncio.shield(_keep(database, caller.user.id, key, response))
    return response


def request_id_of(request: Request) -> str | None:
    """Name this request for those who do things once by name, so that even a lost answer does nothing twice."""
    key = _key_of(request)
    caller = getattr(request.state, "caller", None)
    return f"api/{caller.user.id}/{key}" if key is not None and caller is not None else None


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable() or not key.strip():
        raise Problem(400, "idempotency_key_invalid")
    return key


async def _claim(request: Request, user_id: int, key: str) -> ClaimedRequest:
    """Take the key, waiting a while for the same request that is being carried out right now. Raises Problem."""
    database: Database = request.app.state.database
    content = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    digest = hashlib.sha256(content).hexdigest()
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        async with database.writing() as session:
            claimed = await requests.claim_request(session, user_id, key, digest)
        if claimed.state is RequestState.MISUSED:
            raise Problem(422, "idempotency_key_reused")
        if claimed.state is not RequestState.IN_PROGRESS:
            return claimed
        if asyncio.get_running_loop().time() > deadline:
            raise Problem(409, "request_in_progress", headers={"Retry-After": "1"})
        await asyncio.sleep(PAUSE_S)


async def _keep(database: Database, user_id: int, key: str, response: Response) -> None:
    if not 200 <= response.status_code < 300:
        await _release(database, user_id, key)
        return
    body = json.loads(bytes(response.body)) if response.body else None
    answer = {"body": body, "location": response.headers.get("location")}
    async with database.writing() as session:
        await requests.store_answer(session, user_id, key, response.status_code, answer)


async def _release(database: Database, user_id: int, key: str) -> None:
    async with database.writing() as session:
        await requests.release_request(session, user_id, key)


def _replayed(claimed: ClaimedRequest) -> Response:
    answer = claimed.body or {}
    headers = {REPLAYED: "true"}
    if answer.get("location"):
        headers["Location"] = str(answer["location"])
    if answer.get("body") is None:
        return Response(status_code=claimed.status or 204, headers=headers)
    return JSONResponse(answer["body"], claimed.status or 200, headers=headers)
