"""The steps of one instance that talk to the outside: Temporal activities whose end becomes a trigger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from models.payloads.processes import STEP_ERROR, JsonObject, StepCall, StepKey
from workflows.bpmn.commands import RunStep
from workflows.bpmn.trigger_json import step_from_json, step_to_json
from workflows.bpmn.triggers import StepCompleted, StepFailed
from workflows.policies import REMOTE


class RemoteSteps:
    """Start an activity for each remote step and call `report` with what became of it, cancelled or not."""

    def __init__(self, report: Callable[[StepCompleted | StepFailed], None]) -> None:
        self._report = report
        self._commands: dict[str, RunStep] = {}
        self._handles: dict[str, workflow.ActivityHandle[JsonObject]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    @property
    def is_idle(self) -> bool:
        return not self._commands

    @property
    def activations(self) -> tuple[str, ...]:
        return tuple(self._commands)

    def to_json(self) -> tuple[JsonObject, ...]:
        return tuple(step_to_json(command) for command in self._commands.values())

    def restore(self, steps: Iterable[JsonObject]) -> None:
        for step in steps:
            self.start(step_from_json(step), "system")

    def start(self, command: RunStep, actor: str) -> None:
        key = StepKey(
            workflow.info().workflow_id, command.activation, workflow.now().isoformat(), actor, command.compensates
        )
        self._commands[command.activation] = command
        self._handles[command.activation] = _start(command, key)
        self._waiting[command.activation] = asyncio.create_task(self._wait(command))

    def cancel(self, activation: str) -> None:
        """Ask the step to stop. What it did is known only from its report, which still comes."""
        handle = self._handles.get(activation)
        if handle is not None:
            handle.cancel()

    async def _wait(self, command: RunStep) -> None:
        trigger = await _outcome(command, self._handles[command.activation])
        for table in (self._commands, self._handles, self._waiting):
            table.pop(command.activation)
        self._report(trigger)


def _start(command: RunStep, key: StepKey) -> workflow.ActivityHandle[JsonObject]:
    policy = REMOTE.of(command.step)
    return workflow.start_activity(
        command.step,
        StepCall(command.input, key),
        result_type=JsonObject,
        start_to_close_timeout=policy.start_to_close,
        heartbeat_timeout=policy.heartbeat,
        retry_policy=policy.retry,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=str(key),
    )


async def _outcome(command: RunStep, handle: workflow.ActivityHandle[JsonObject]) -> StepCompleted | StepFailed:
    try:
        return StepCompleted(command.activation, await handle)
    except ActivityError as error:
        return _failure(command.activation, error)
    except asyncio.CancelledError:
        return StepFailed(command.activation, "cancelled before it began")


def _failure(activation: str, error: ActivityError) -> StepFailed:
    """Tell a permanent failure (its code may be caught in the diagram) from one that was retried in vain."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == STEP_ERROR and cause.details:
        return StepFailed(activation, cause.message, str(cause.details[0]))
    return StepFailed(activation, str(cause or error))
