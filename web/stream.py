"""Live updates: a stream tells only that something changed (`inbox`, `order:NUMBER`); the page then asks for the part.

So the answer is made with the reader's own rights, and nobody hears of what they may not see: not even its number.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from models.clock import utc_now
from web.broadcast import Broadcast, Listener
from web.deps import CurrentUser

router = APIRouter()

HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""Then the page asks anew, and whoever has been signed out since hears nothing more."""


@router.get("/events", name="events")
async def follow(request: Request, viewer: CurrentUser, since: float = 0) -> Response:
    broadcast: Broadcast = request.app.state.broadcast
    listener = broadcast.join(viewer.actor, _last_heard(request, since))
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(_tell(broadcast, listener), media_type="text/event-stream", headers=headers)


async def _tell(broadcast: Broadcast, listener: Listener) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LONGEST_S
    try:
        yield ": here\n\n"
        while not listener.is_closed and time.monotonic() < ends_at:
            events = await listener.take(HEARTBEAT_S)
            yield "".join(map(_write, events)) or ": still here\n\n"
    finally:
        broadcast.leave(listener)


def _write(event: str) -> str:
    """The id is the time, which any other web process understands when the page comes back to it."""
    return f"id: {utc_now().timestamp():.3f}\nevent: {event}\ndata: 1\n\n"


def _last_heard(request: Request, since: float) -> float:
    """Ask the reconnecting page, else the page's own making."""
    try:
        return float(request.headers.get("Last-Event-ID", "")) or since
    except ValueError:
        return since
