"""What the worker looks after every few seconds: messages that got lost on the way, messages that nobody came for."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import utc_now
from models.db import Database
from models.process_client import ProcessClient, deliveries_of
from models.repositories import messages, processes, templates
from models.repositories.messages import Correlated, Correlation, PendingMessage

GRACE = timedelta(seconds=10)
"""A message that was promised so long ago and is not taken yet was lost between the commit and the signal."""
BATCH = 100
SOURCE = "system"

_log = logging.getLogger(__name__)


class Upkeep:
    """Run the rounds until cancelled. A round that fails is reported and tried again at the next."""

    def __init__(
        self, database: Database, client: ProcessClient, worker: str, build_id: str, history_limit: int = 0
    ) -> None:
        self._database = database
        self._client = client
        self._worker = worker
        self._build_id = build_id
        self._history_limit = history_limit

    async def run(self, every: timedelta) -> None:
        while True:
            try:
                await self.round()
            except Exception:
                _log.exception("upkeep failed, the next round tries again")
            await asyncio.sleep(every.total_seconds())

    async def round(self, grace: timedelta = GRACE) -> None:
        await self.sign_on()
        await self.redeliver_pending_messages(grace)
        await self.expire_messages()

    async def sign_on(self) -> None:
        """Show that this worker lives."""
        async with self._database.writing() as session:
            await processes.renew_heartbeat(session, self._worker, self._build_id, utc_now())

    async def sign_off(self) -> None:
        async with self._database.writing() as session:
            await processes.forget_heartbeat(session, self._worker)

    async def redeliver_pending_messages(self, grace: timedelta = GRACE) -> int:
        """Signal again what was correlated and not consumed; returns how many messages were told of."""
        await self._give_back_orphans()
        async with self._database.reading() as session:
            if not await messages.list_undelivered(session, utc_now() - grace, 1):
                return 0
        async with self._database.writing() as session:
            pending = await messages.list_undelivered(session, utc_now() - grace, BATCH)
            # Tried now: the others come first at the next round.
            await messages.note_delivery(session, [message.id for message in pending], utc_now())
            found = [(message, await self._correlated(session, message)) for message in pending]
        for message, correlated in found:
            await self._client.deliver(deliveries_of(correlated, message.payload, SOURCE, self._history_limit))
        return len(found)

    async def expire_messages(self) -> int:
        async with self._database.reading() as session:
            if not await messages.has_expired(session, utc_now()):
                return 0
        async with self._database.writing() as session:
            return await messages.expire(session, utc_now())

    async def _correlated(self, session: AsyncSession, message: PendingMessage) -> Correlated:
        if message.subscription is not None:
            return Correlated(Correlation.CORRELATED, message.id, message.instance_id, message.subscription)
        start = await templates.find_started_by(session, message.name)
        return Correlated(Correlation.STARTED, message.id, message.instance_id, None, start)

    async def _give_back_orphans(self) -> None:
        """A message promised to an instance that has ended goes to the next who waits, or back into the buffer."""
        async with self._database.reading() as session:
            orphans = await messages.list_orphaned(session, BATCH)
        for message_id in orphans:
            await self._give_back(message_id)

    async def _give_back(self, message_id: int) -> None:
        async with self._database.writing() as session:
            correlated = await messages.give_back(session, message_id, utc_now())
            payload = await messages.find_payload(session, message_id)
        if correlated is not None:
            await self._client.deliver(deliveries_of(correlated, payload, SOURCE, self._history_limit))
