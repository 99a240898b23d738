"""The one local activity of every process instance, and the steps that run as activities of their own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.exc import IntegrityError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.effects import AlreadyRecorded
from activities.registry import Step, StepInputInvalid, build_payload
from activities.shipped import publish_shipped_templates
from activities.wakeup import KEPT, WakeupRun
from models.db import Database
from models.payloads.processes import STEP_ERROR, CarriedOut, JsonObject, StepCall, StepError, Wakeup, WakeupAnswer
from models.process_client import ProcessClient
from models.repositories import processes
from workflows.bpmn.definition import Definition


class ProcessActivities:
    """Carry out wake-ups against one database; `load` finds a definition by its hash."""

    def __init__(
        self,
        database: Database,
        load: Callable[[str], Definition],
        steps: Mapping[str, Step],
        client: ProcessClient,
        message_retention: timedelta,
    ) -> None:
        self._database = database
        self._load = load
        self._steps = steps
        self._client = client
        self._message_retention = message_retention

    @activity.defn(name="processes.carry_out")
    async def carry_out(self, wakeup: Wakeup) -> WakeupAnswer:
        """Do all that one wake-up does to the database, in one transaction, then tell other instances.

        Safe to retry: the answer is kept with the instance, a repetition returns it and tells the others again, who
        ignore what they know.
        """
        outcome = await self.record(wakeup)
        await self._client.deliver(outcome.deliveries)
        return outcome.answer

    async def record(self, wakeup: Wakeup) -> CarriedOut:
        """Do the transaction alone."""
        definition = self._load(wakeup.template_hash)
        try:
            async with self._database.writing() as session:
                return await WakeupRun(session, wakeup, definition, self._steps, self._message_retention).run()
        except (AlreadyRecorded, IntegrityError):
            # Repetitions are rare: they are noticed at the end, by the sequence, or before by a row that is there.
            async with self._database.reading() as session:
                known = await processes.find_answer(session, wakeup.instance_id, wakeup.sequence)
            if known is None:
                raise
            return KEPT.validate_python(known)


def remote_activities(steps: Mapping[str, Step]) -> Sequence[Callable[..., Any]]:
    """Make a Temporal activity of each step that talks to the outside."""
    return [_remote_activity(step) for step in steps.values() if not step.is_local]


def _remote_activity(step: Step) -> Callable[..., Any]:
    async def run(call: StepCall) -> JsonObject:
        async with _heartbeats():
            return await _run_remote(step, call)

    return activity.defn(name=step.name)(run)


async def _run_remote(step: Step, call: StepCall) -> JsonObject:
    """A StepError ends the step for good; anything else is tried again by the step's policy."""
    try:
        result = await _to_the_end(step.function(build_payload(step.payload, call.input), call.key))
    except StepError as error:
        raise ApplicationError(error.message, error.code, type=STEP_ERROR, non_retryable=True) from error
    except StepInputInvalid as error:
        raise ApplicationError(f"{step.name}: {error}", type="StepInputInvalid", non_retryable=True) from error
    output: JsonObject = to_jsonable_python(result) if result is not None else {}
    return output


async def _to_the_end(work: Awaitable[Any]) -> Any:
    """Finish what was begun although the instance no longer wants it: half of it could not be undone.

    Only a worker that shuts down breaks off; the attempt is then repeated by another.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if activity.is_worker_shutdown():
                task.cancel()
                raise
    return task.result()


@contextlib.asynccontextmanager
async def _heartbeats() -> AsyncIterator[None]:
    """Show that we live while the step works, so that a worker that died is noticed long before the step's timeout."""
    timeout = activity.info().heartbeat_timeout
    beating = asyncio.create_task(_beat(timeout / 3)) if timeout else None
    try:
        yield
    finally:
        if beating is not None:
            beating.cancel()


async def _beat(every: timedelta) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(every.total_seconds())


__all__ = ["ProcessActivities", "publish_shipped_templates", "remote_activities"]
