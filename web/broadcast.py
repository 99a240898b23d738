"""One poll of the journal for each process; every open page hears what concerns its reader."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar

from models.clock import utc_now
from models.db import Database
from models.payloads.access import Actor
from models.repositories import changes
from web.measures import Measures
from web.notices import Notice, concerns, notices_of

log = logging.getLogger(__name__)

POLL_EVERY_S = 0.5
SETTLING_S = 3.0
"""On PostgreSQL a line with a lower number may be committed later: so long back we look again."""
KEPT = 2_000
CLOCK_SLACK_S = 2.0
RESYNC = "resync"
"""Told to a page that was away for too long: everything on it may have changed."""


class Numbered(Protocol):
    @property
    def id(self) -> int: ...


Change = TypeVar("Change", bound=Numbered)


class Tail:
    """The end of a growing table: what was read behind `mark` and may still get company before it."""

    def __init__(self, settling_s: float) -> None:
        self.mark = 0
        self._settling_s = settling_s
        self._seen: dict[int, float] = {}

    def fresh(self, found: Sequence[Change]) -> list[Change]:
        """Keep what was not seen before, and move the mark behind what has settled."""
        now = time.monotonic()
        fresh = [change for change in found if change.id not in self._seen]
        self._seen |= {change.id: now for change in fresh}
        settled = [number for number, at in self._seen.items() if at <= now - self._settling_s]
        self.mark = max(settled, default=self.mark)
        self._seen = {number: at for number, at in self._seen.items() if number > self.mark}
        return fresh


class Listener:
    """One open page: what it has not been told yet, each thing once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._pending: dict[str, None] = {}
        self._is_awake = asyncio.Event()
        self.is_closed = False

    def offer(self, notices: Iterable[Notice]) -> None:
        self.push(notice.event for notice in notices if concerns(notice, self._actor))

    def push(self, events: Iterable[str]) -> None:
        self._pending |= dict.fromkeys(events)
        if self._pending:
            self._is_awake.set()

    def close(self) -> None:
        self.is_closed = True
        self._is_awake.set()

    async def take(self, patience_s: float) -> list[str]:
        """Wait for something to tell; empty after `patience_s` without, and when closed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_awake.wait(), patience_s)
        self._is_awake.clear()
        taken, self._pending = list(self._pending), {}
        return taken


class Broadcast:
    """Follow what is written to the database and tell every listener what concerns them."""

    def __init__(self, database: Database, measures: Measures) -> None:
        self._database = database
        self._measures = measures
        self._listeners: set[Listener] = set()
        self._lately: deque[tuple[float, tuple[Notice, ...]]] = deque(maxlen=KEPT)
        settling_s = 0.0 if database.is_sqlite else SETTLING_S
        self._journal, self._orders, self._shipments = (Tail(settling_s) for _ in range(3))
        self._since = utc_now().timestamp()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            self.close()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def close(self) -> None:
        """End every open stream, so that the process can stop."""
        for listener in self._listeners:
            listener.close()

    def join(self, actor: Actor, since: float) -> Listener:
        """Begin to listen, and hear what was told since the page was made."""
        listener = Listener(actor)
        oldest = self._lately[0][0] if len(self._lately) == KEPT else self._since
        if since and since < oldest - CLOCK_SLACK_S:
            listener.push([RESYNC])
        for at, notices in self._lately:
            if since and at > since - CLOCK_SLACK_S:
                listener.offer(notices)
        self._listeners.add(listener)
        self._measures.listeners.set(len(self._listeners))
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        self._measures.listeners.set(len(self._listeners))

    async def begin(self) -> None:
        """Start behind everything that is already there."""
        async with self._database.reading() as session:
            ends = await changes.positions(session)
        self._journal.mark, self._orders.mark, self._shipments.mark = ends.journal, ends.order, ends.shipment
        self._since = utc_now().timestamp()

    async def look(self) -> None:
        """Read what is new and tell it."""
        async with self._database.reading() as session:
            notices = await notices_of(
                session,
                self._journal.fresh(await changes.journal_changes(session, self._journal.mark)),
                self._orders.fresh(await changes.order_changes(session, self._orders.mark)),
                self._shipments.fresh(await changes.shipment_changes(session, self._shipments.mark)),
            )
        if notices:
            self._lately.append((utc_now().timestamp(), notices))
        for listener in self._listeners:
            listener.offer(notices)

    async def _follow(self) -> None:
        has_begun = False
        while True:
            try:
                await (self.look() if has_begun else self.begin())
                has_begun = True
            except Exception:
                # A database that is away for a moment must not end the stream for good.
                log.warning("the live stream cannot read the database", exc_info=True)
            await asyncio.sleep(POLL_EVERY_S)
