"""After somebody acted: wait until the processes that called the one acted on have gone on as well."""

from __future__ import annotations

import asyncio

from models.db import Database
from models.repositories import processes

WITHIN_S = 3.0
FIRST_PAUSE_S = 0.004
LONGEST_PAUSE_S = 0.1


async def catch_up(database: Database, instance_id: str) -> None:
    """Return when every caller that the end of this instance concerns shows it, or after a short while without.

    A process that is called reports its end to its caller in a wake-up of its own, a moment after the answer to whoever
    acted; without waiting for it the next screen could be stale.
    """
    deadline, pause_s = asyncio.get_running_loop().time() + WITHIN_S, FIRST_PAUSE_S
    current: str | None = instance_id
    while current is not None and asyncio.get_running_loop().time() < deadline:
        async with database.reading() as session:
            if await processes.find_waiting_caller(session, current) is None:
                row = await processes.find_row(session, current)
                current = row.parent_id if row is not None and row.ended_at is not None else None
                continue
        await asyncio.sleep(pause_s)
        pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)
