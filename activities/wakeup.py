"""One wake-up of an instance inside its transaction: advance the engine until only waiting is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from activities.effects import Effects, Promise
from activities.journal import JournalWriter
from activities.local_steps import run_local_step
from activities.registry import Step
from models.payloads.processes import CarriedOut, ItemKind, JsonObject, StepKey, Wakeup, WakeupAnswer, WakeupItem
from models.repositories import inbox, messages, processes
from models.repositories.inbox import Closing
from models.tables.processes import JournalKind
from workflows.bpmn.commands import AwaitMessage, CancelStep, Command, RunStep, StopAwaiting
from workflows.bpmn.definition import Definition
from workflows.bpmn.engine import advance, initial_state, root_variables
from workflows.bpmn.state import State
from workflows.bpmn.token_counts import count_tokens
from workflows.bpmn.trigger_json import trigger_from_json, trigger_to_json
from workflows.bpmn.triggers import (
    CancelRequested,
    ChildFailed,
    IncidentRetried,
    IncidentSkipped,
    MessageReceived,
    StepFailed,
    TaskCompleted,
    Trigger,
    VariablesSet,
)

KEPT = TypeAdapter(CarriedOut)
"""How an outcome is kept in the instance's row."""

Pending = RunStep | AwaitMessage | Promise | ChildFailed | StepFailed
_OPERATIONS = (CancelRequested, IncidentRetried, IncidentSkipped, VariablesSet)


class WakeupRun:
    """Take the items in order; after each, do local work until nothing local is left."""

    def __init__(
        self,
        session: AsyncSession,
        wakeup: Wakeup,
        definition: Definition,
        steps: Mapping[str, Step],
        message_retention: timedelta,
    ) -> None:
        self._session = session
        self._wakeup = wakeup
        self._definition = definition
        self._steps = steps
        self._at = datetime.fromisoformat(wakeup.at)
        self._journal = JournalWriter(wakeup.instance_id, wakeup.sequence, self._at)
        self._effects = Effects(session, wakeup, definition, self._journal, message_retention)
        self._state = (
            initial_state(definition, wakeup.process_id, business_key=wakeup.business_key)
            if wakeup.state is None
            else State.from_json(wakeup.state)
        )
        self._pending: dict[str, Pending] = {}
        self._derived: list[JsonObject] = []
        self._actor = wakeup.items[0].actor
        self._comment = ""

    async def run(self) -> CarriedOut:
        derived: list[tuple[JsonObject, ...]] = []
        dropped: list[int] = []
        if self._wakeup.sequence == 1:
            self._note(JournalKind.STARTED, None, template=self._wakeup.template_key)
        for index, item in enumerate(self._wakeup.items):
            self._actor, self._comment, self._derived = item.actor, item.comment, []
            if await self._take(item):
                await self._settle()
            else:
                dropped.append(index)
            derived.append(tuple(self._derived))
        opened = await self._effects.open_tasks()
        outcome = CarriedOut(WakeupAnswer(_trimmed(derived), opened, tuple(dropped)), self._effects.deliveries())
        await processes.add_journal_lines(self._session, self._journal.lines)
        await self._effects.record(
            {
                "answer": KEPT.dump_python(outcome, mode="json", exclude_defaults=True),
                "active": count_tokens(self._definition, self._state),
                "variables": root_variables(self._state),
            }
        )
        return outcome

    async def _take(self, item: WakeupItem) -> bool:
        """Note the item and tell the engine of it; False when it is void: the task closed, the message taken."""
        if item.kind is not ItemKind.TRIGGER:
            return await self._change_claim(item)
        trigger = trigger_from_json(item.trigger or {})
        if isinstance(trigger, TaskCompleted) and not await self._close_task(item, trigger):
            return False
        if item.message_id is not None and not await self._consume(item, trigger):
            return False
        if isinstance(trigger, _OPERATIONS):
            activation = getattr(trigger, "activation", None)
            self._note(JournalKind.OPERATION, activation, operation=type(trigger).__name__, reason=item.comment)
        await self._advance(trigger)
        return True

    async def _change_claim(self, item: WakeupItem) -> bool:
        change = inbox.claim_task if item.kind is ItemKind.CLAIM else inbox.release_task
        activation = await change(self._session, item.task_id or 0, item.actor)
        if activation is None:
            return False
        kind = JournalKind.TASK_CLAIMED if item.kind is ItemKind.CLAIM else JournalKind.TASK_RELEASED
        self._note(kind, activation, task_id=item.task_id)
        return True

    async def _close_task(self, item: WakeupItem, trigger: TaskCompleted) -> bool:
        closing = Closing(item.task_id or 0, item.actor, trigger.action, item.comment, trigger.data)
        if not await inbox.close_task(self._session, closing, self._at):
            return False
        detail = {"task_id": item.task_id, "action": trigger.action, "comment": item.comment}
        self._note(JournalKind.TASK_DONE, trigger.activation, **detail)
        return True

    async def _consume(self, item: WakeupItem, trigger: Trigger) -> bool:
        """Take a message that was promised to us, or hand it on when we have stopped waiting for it."""
        assert item.message_id is not None
        if item.subscription is not None and item.subscription not in self._state.waits:
            await self._effects.hand_on(item.message_id)
            return False
        taken = await messages.consume(self._session, item.message_id, self._wakeup.instance_id, item.subscription)
        if taken:
            self._actor = await messages.find_sender(self._session, item.message_id) or self._actor
            self._note(JournalKind.MESSAGE_RECEIVED, item.subscription, message_id=item.message_id)
        return taken or not isinstance(trigger, MessageReceived)

    async def _advance(self, trigger: Trigger) -> None:
        advanced = advance(self._definition, self._state, trigger)
        self._state = advanced.state
        self._journal.facts(advanced.facts, self._actor)
        for command in advanced.commands:
            await self._carry_out(command)

    async def _carry_out(self, command: Command) -> None:
        """Local work waits for its turn: what comes before it may cancel it."""
        match command:
            case RunStep() if self._is_local(command):
                self._pending[command.activation] = command
            case AwaitMessage():
                self._pending[command.subscription] = command
            case CancelStep(activation=activation) if activation in self._pending:
                # The engine wants to hear of the end of every step that it asked for.
                self._pending[activation] = StepFailed(activation, "cancelled before it began")
            case StopAwaiting(subscription=subscription):
                await self._stop_awaiting(subscription)
            case _:
                pass
        further = await self._effects.carry_out(command, self._actor)
        if isinstance(further, Promise):
            self._pending[further.subscription] = further
        elif further is not None:
            self._pending[further.activation] = further

    async def _stop_awaiting(self, subscription: str) -> None:
        pending = self._pending.pop(subscription, None)
        if isinstance(pending, Promise):
            await self._effects.hand_on(pending.message_id)

    async def _settle(self) -> None:
        """Do what is pending, the oldest first, until the engine asks for nothing local any more."""
        while self._pending:
            key = next(iter(self._pending))
            trigger = await self._do(self._pending.pop(key))
            if trigger is not None:
                self._derived.append(trigger_to_json(trigger))
                await self._advance(trigger)

    async def _do(self, work: Pending) -> Trigger | None:
        match work:
            case RunStep():
                return await run_local_step(self._session, self._steps, work, self._key_of(work))
            case AwaitMessage():
                return await self._effects.wait_for(work, self._actor)
            case Promise():
                return await self._effects.keep(work, self._actor)
            case ChildFailed() | StepFailed():
                return work

    def _key_of(self, command: RunStep) -> StepKey:
        instance_id, at = self._wakeup.instance_id, self._wakeup.at
        return StepKey(instance_id, command.activation, at, self._actor, command.compensates, self._comment)

    def _is_local(self, command: RunStep) -> bool:
        """A step that nobody registered fails at once rather than as an activity that no worker knows."""
        step = self._steps.get(command.step)
        return step is None or step.is_local

    def _note(self, kind: JournalKind, activation: str | None, **detail: object) -> None:
        element_id = activation.partition("#")[0] if activation else ""
        self._journal.note(kind, element_id, activation, self._actor, detail)


def _trimmed(derived: list[tuple[JsonObject, ...]]) -> tuple[tuple[JsonObject, ...], ...]:
    """Leave out what history need not keep: empty ends."""
    while derived and not derived[-1]:
        derived.pop()
    return tuple(derived)
