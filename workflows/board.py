"""What a running instance knows between two wake-ups: the engine's state and the tasks that are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from models.payloads.processes import Carried, JsonObject, KnownTask, ProcessInput, WakeupAnswer, WakeupItem
from workflows import definitions
from workflows.bpmn.commands import CloseTask, Command, RunStep
from workflows.bpmn.engine import advance, initial_state
from workflows.bpmn.state import Phase, State
from workflows.bpmn.trigger_json import trigger_from_json
from workflows.bpmn.triggers import StepCompleted, StepFailed, TaskCompleted, Trigger

Left = list[tuple[Command, str]]
"""Commands that the transaction could not carry out, each with who caused it."""


@dataclass
class Board:
    request: ProcessInput
    state: State | None = None
    tasks: dict[int, KnownTask] = field(default_factory=dict)

    @classmethod
    def restore(cls, request: ProcessInput, carried: Carried) -> Board:
        return cls(request, State.from_json(carried.state), {task.task_id: task for task in carried.tasks})

    def follow(self, items: Sequence[WakeupItem], answer: WakeupAnswer) -> Left:
        """Come to where the transaction left the instance, by the same triggers; return what is left to do."""
        left: Left = []
        for item, derived in _carried_out(items, answer):
            for trigger in (*([item.trigger] if item.trigger else []), *derived):
                self._advance(trigger_from_json(trigger), item.actor, left)
        self.tasks.update((task.task_id, task) for task in answer.opened)
        return left

    def claim(self, task_id: int, login: str | None) -> None:
        """Note who holds a task; None frees it."""
        self.tasks[task_id] = replace(self.tasks[task_id], claimed_by=login)

    def activations(self, phase: Phase) -> tuple[str, ...]:
        """Name what waits in a phase: incidents, children, messages."""
        if self.state is None:
            return ()
        return tuple(each.key for each in self.state.activations.values() if each.phase is phase)

    def _advance(self, trigger: Trigger, actor: str, left: Left) -> None:
        definition = definitions.get(self.request.template_hash)
        if self.state is None:
            self.state = initial_state(definition, self.request.process_id, business_key=self.request.business_key)
        self._forget_ended(trigger, left)
        advanced = advance(definition, self.state, trigger)
        self.state = advanced.state
        for command in advanced.commands:
            if isinstance(command, CloseTask):
                self._forget_task(command.activation)
            left.append((command, actor))

    def _forget_ended(self, trigger: Trigger, left: Left) -> None:
        if isinstance(trigger, TaskCompleted):
            self._forget_task(trigger.activation)
        if isinstance(trigger, (StepCompleted, StepFailed)):
            # A step whose end is known ran inside the transaction.
            left[:] = [(c, by) for c, by in left if not (isinstance(c, RunStep) and c.activation == trigger.activation)]

    def _forget_task(self, activation: str) -> None:
        self.tasks = {key: task for key, task in self.tasks.items() if task.activation != activation}


def _carried_out(
    items: Sequence[WakeupItem], answer: WakeupAnswer
) -> Iterator[tuple[WakeupItem, Sequence[JsonObject]]]:
    for index, item in enumerate(items):
        if index not in answer.dropped:
            yield item, answer.derived[index] if index < len(answer.derived) else ()
