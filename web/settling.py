"""Wait a moment for what happens anyway, so that the next screen shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_S = 2.0
FIRST_PAUSE_S = 0.012
LONGEST_PAUSE_S = 0.2


async def settle(has_happened: Callable[[], Awaitable[bool]], within_s: float = WITHIN_S) -> None:
    """Look again at growing intervals until it has happened; give up quietly in the end."""
    loop = asyncio.get_running_loop()
    deadline, pause_s = loop.time() + within_s, FIRST_PAUSE_S
    while not await has_happened() and loop.time() < deadline:
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)
