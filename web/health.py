"""Is everything there? For load balancers, operators and monitoring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from models.db import Database
from web.deps import DatabaseDep, GatewayDep
from web.measures import Measures

router = APIRouter(include_in_schema=False)

PATIENCE_S = 3.0


@router.get("/healthz", name="health")
async def show_health(database: DatabaseDep, gateway: GatewayDep) -> Response:
    """Tell web, database, Temporal and worker apart; 503 when one is down."""
    answers, is_database_there = await asyncio.gather(
        _within(gateway.health(), {"temporal": False, "worker": False}), _within(_ask(database), False)
    )
    parts = {"web": True, "database": is_database_there, **answers}
    down = [name for name, is_there in parts.items() if not is_there]
    content = {
        "status": "down" if down else "ok",
        "down": down,
        "parts": {name: "ok" if is_there else "down" for name, is_there in parts.items()},
    }
    return JSONResponse(content, 503 if down else 200)


@router.get("/metrics", name="metrics")
async def show_metrics(request: Request) -> Response:
    measures: Measures = request.app.state.measures
    return Response(measures.exposition(), media_type=CONTENT_TYPE_LATEST)


async def _ask(database: Database) -> bool:
    async with database.reading() as session:
        return bool(await session.scalar(text("SELECT 1")))


Answer = TypeVar("Answer")


async def _within(asked: Awaitable[Answer], otherwise: Answer) -> Answer:
    try:
        return await asyncio.wait_for(asked, PATIENCE_S)
    except Exception:
        return otherwise
