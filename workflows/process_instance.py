"""The workflow that drives one process instance.

Whatever happens (a person acts, a message arrives, a timer fires) becomes an item in a queue. A wake-up takes what is
in the queue to the one local activity, `processes.carry_out`, which does everything that concerns the database; the
workflow then follows with its own copy of the engine's state and does what only Temporal can do: timers, steps that
talk to the outside, continuing as new, the end.

Policy for changes: whatever would make an old history answer differently (another order of commands, another timer,
another activity) is guarded by `workflow.patched("<what>-<year>-<month>")`, and stays so until no instance from before
it runs; the recorded histories in tests/histories tell when a guard was forgotten.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from typing import NoReturn

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models.payloads.processes import (
        ActReceipt,
        ActRequest,
        Carried,
        ChildReport,
        ItemKind,
        MessageDelivery,
        Operation,
        OperationRequest,
        ProcessDescription,
        ProcessInput,
        ProcessResult,
        Wakeup,
        WakeupAnswer,
        WakeupItem,
    )
    from models.rules.inbox import CLAIM, RELEASE, Refusal, RefusalCode, TaskFacts, judge_action
    from workflows import definitions
    from workflows.board import Board
    from workflows.bpmn.commands import CancelStep, CancelTimer, Command, Finish, Outcome, RunStep, StartTimer
    from workflows.bpmn.state import Phase
    from workflows.bpmn.token_counts import count_tokens
    from workflows.bpmn.trigger_json import trigger_to_json
    from workflows.bpmn.triggers import (
        CancelRequested,
        ChildCompleted,
        ChildFailed,
        IncidentRetried,
        IncidentSkipped,
        MessageReceived,
        Start,
        TaskCompleted,
        TimerFired,
        Trigger,
        VariablesSet,
    )
    from workflows.policies import WAKE_UP_LOCAL_RETRY, WAKE_UP_RETRY, WAKE_UP_TIMEOUT
    from workflows.remote_steps import RemoteSteps
    from workflows.timers import Timers

CARRY_OUT = "processes.carry_out"
TASK_REFUSED = "TaskRefused"
OPERATION_REFUSED = "OperationRefused"
ITEMS_IN_A_WAKEUP = 20
HISTORY_CEILING = 20_000
"""Beyond so many events even an instance whose remote steps still run continues as new, and runs them again."""


@dataclass
class Entry:
    """An item on its way through a wake-up; whoever put it in waits for `is_done`."""

    item: WakeupItem
    is_done: bool = False
    is_dropped: bool = False
    sequence: int = 0


@workflow.defn(name="ProcessInstance")
class ProcessInstance:
    @workflow.init
    def __init__(self, request: ProcessInput) -> None:
        carried = request.carried
        self._request = request
        self._board = Board.restore(request, carried) if carried else Board(request)
        self._sequence = carried.sequence if carried else 0
        self._queue: deque[Entry] = deque()
        self._taken: dict[int, tuple[str, str]] = {}
        self._is_busy = carried is None
        self._result: Finish | None = None
        self._timers = Timers(lambda timer: self._tell(TimerFired(timer)))
        self._steps = RemoteSteps(self._tell)

    @workflow.run
    async def run(self, request: ProcessInput) -> ProcessResult:
        self._begin(request)
        driving = asyncio.create_task(self._drive())
        while not driving.done():
            try:
                await asyncio.shield(driving)
            except asyncio.CancelledError:
                self._tell(CancelRequested("cancelled in Temporal"))
        driving.result()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._result is None:
            workflow.continue_as_new(self._carry_on())
        return ProcessResult(self._result.outcome, self._result.error_code)

    # -- what people, messages and other instances tell it ------------------------------------------------------------

    @workflow.update
    async def act(self, request: ActRequest) -> ActReceipt:
        """Finish, claim or release a task; answers when the journal is written."""
        await self._until_known(request.task_id in self._board.tasks)
        self._refuse_unless_legal(request)
        entry = self._put(self._item_of(request))
        await workflow.wait_condition(lambda: entry.is_done)
        self._taken.pop(request.task_id, None)
        if entry.is_dropped:
            _refuse_task(Refusal(RefusalCode.TASK_CLOSED))
        return ActReceipt(request.task_id, request.action, entry.sequence)

    @act.validator
    def validate_act(self, request: ActRequest) -> None:
        if request.task_id in self._board.tasks or not self._is_busy:
            self._refuse_unless_legal(request)

    @workflow.update
    async def operate(self, request: OperationRequest) -> int:
        """Retry or skip an incident, set variables, cancel; answers with the wake-up that did it."""
        await self._until_known(request.activation is None or self._has_incident(request.activation))
        self._refuse_unless_operable(request)
        entry = self._put(
            WakeupItem(
                ItemKind.TRIGGER, trigger_to_json(_operation(request)), actor=request.actor, comment=request.reason
            )
        )
        await workflow.wait_condition(lambda: entry.is_done)
        if entry.is_dropped:
            _refuse_operation("instance_ended")
        return entry.sequence

    @operate.validator
    def validate_operate(self, request: OperationRequest) -> None:
        if not self._is_busy:
            self._refuse_unless_operable(request)

    @workflow.signal
    def message_received(self, delivery: MessageDelivery) -> None:
        """Take a message that was correlated to one of our subscriptions; a repeated delivery is dropped by its id."""
        trigger = MessageReceived(delivery.subscription, delivery.payload)
        self._put(
            WakeupItem(
                ItemKind.TRIGGER,
                trigger_to_json(trigger),
                message_id=delivery.message_id,
                subscription=delivery.subscription,
            )
        )

    @workflow.signal
    def child_ended(self, report: ChildReport) -> None:
        self._tell(_end_of_child(report))

    @workflow.signal
    def cancel_requested(self, request: OperationRequest) -> None:
        """The instance that called this one is being cancelled."""
        self._tell(CancelRequested(request.reason, request.actor), request.actor)

    @workflow.query
    def describe(self) -> ProcessDescription:
        state = self._board.state
        return ProcessDescription(
            instance_id=workflow.info().workflow_id,
            sequence=self._sequence,
            active=count_tokens(definitions.get(self._request.template_hash), state) if state else {},
            tasks=tuple(self._board.tasks.values()),
            timers=self._timers.deadlines,
            incidents=self._board.activations(Phase.INCIDENT),
            messages=self._board.activations(Phase.MESSAGE),
            children=self._board.activations(Phase.CHILD),
            steps=self._steps.activations,
        )

    # -- the loop -----------------------------------------------------------------------------------------------------

    def _begin(self, request: ProcessInput) -> None:
        if request.carried is not None:
            self._timers.restore(request.carried.timers)
            self._steps.restore(request.carried.steps)
            return
        start = Start(request.variables, request.element_id)
        # Before anything that a signal or update put in while the workflow was being made.
        self._queue.appendleft(
            Entry(
                WakeupItem(ItemKind.TRIGGER, trigger_to_json(start), actor=request.actor, message_id=request.message_id)
            )
        )

    async def _drive(self) -> None:
        """Wake up until the instance ends or its history is long enough to continue as new."""
        while True:
            await workflow.wait_condition(lambda: bool(self._queue) or self._may_continue_as_new())
            if not self._queue:
                return
            await self._wake_up()
            if self._result is not None:
                self._close()
                return

    async def _wake_up(self) -> None:
        entries = [self._queue.popleft() for _ in range(min(ITEMS_IN_A_WAKEUP, len(self._queue)))]
        self._is_busy = True
        self._sequence += 1
        items = tuple(entry.item for entry in entries)
        answer = await workflow.execute_local_activity(
            CARRY_OUT,
            self._wakeup(items),
            result_type=WakeupAnswer,
            start_to_close_timeout=WAKE_UP_TIMEOUT,
            retry_policy=WAKE_UP_RETRY,
            local_retry_threshold=WAKE_UP_LOCAL_RETRY,
        )
        for command, actor in self._board.follow(items, answer):
            self._carry_out(command, actor)
        self._is_busy = False
        for index, entry in enumerate(entries):
            entry.is_done, entry.is_dropped, entry.sequence = True, index in answer.dropped, self._sequence

    def _carry_out(self, command: Command, actor: str) -> None:
        """Do what is left for Temporal; everything else was done inside the transaction."""
        match command:
            case StartTimer():
                self._timers.start(command, workflow.now())
            case CancelTimer(timer=timer):
                self._timers.cancel(timer)
            case RunStep():
                self._steps.start(command, actor)
            case CancelStep(activation=activation):
                self._steps.cancel(activation)
            case Finish():
                self._result = command
            case _:
                pass

    def _wakeup(self, items: tuple[WakeupItem, ...]) -> Wakeup:
        request = self._request
        return Wakeup(
            instance_id=workflow.info().workflow_id,
            sequence=self._sequence,
            at=workflow.now().isoformat(),
            template_key=request.template_key,
            template_hash=request.template_hash,
            business_key=request.business_key,
            items=items,
            process_id=request.process_id,
            state=self._board.state.to_json() if self._board.state else None,
            started_by=request.actor,
            dealer_code=request.dealer_code,
            parent=request.parent,
            history_limit=request.history_limit,
        )

    def _close(self) -> None:
        """Let go of whatever is still open: who waits for an item in the queue is told that it came too late."""
        self._timers.cancel_all()
        for entry in self._queue:
            entry.is_done = entry.is_dropped = True
        self._queue.clear()

    # -- continue as new ----------------------------------------------------------------------------------------------

    def _may_continue_as_new(self) -> bool:
        """Only between two wake-ups, when nobody waits for an answer and no remote step would be lost."""
        info, limit = workflow.info(), self._request.history_limit
        length = info.get_current_history_length()
        is_wanted = info.is_continue_as_new_suggested() or 0 < limit < length
        is_quiet = self._steps.is_idle or length > HISTORY_CEILING
        return is_wanted and is_quiet and not self._is_busy and workflow.all_handlers_finished()

    def _carry_on(self) -> ProcessInput:
        assert self._board.state is not None, "an instance wakes up before it continues as new"
        carried = Carried(
            state=self._board.state.to_json(),
            sequence=self._sequence,
            tasks=tuple(self._board.tasks.values()),
            timers=self._timers.deadlines,
            steps=self._steps.to_json(),
        )
        return replace(self._request, variables={}, carried=carried)

    # -- items --------------------------------------------------------------------------------------------------------

    def _tell(self, trigger: Trigger, actor: str = "system") -> None:
        self._put(WakeupItem(ItemKind.TRIGGER, trigger_to_json(trigger), actor=actor))

    def _put(self, item: WakeupItem) -> Entry:
        entry = Entry(item)
        if self._result is None:
            self._queue.append(entry)
        else:
            entry.is_done = entry.is_dropped = True
        return entry

    def _item_of(self, request: ActRequest) -> WakeupItem:
        """Note at once who acts, so that whoever comes in the same instant is told."""
        login = request.actor.login
        if request.action == CLAIM or request.action == RELEASE:
            self._board.claim(request.task_id, login if request.action == CLAIM else None)
            return WakeupItem(ItemKind(request.action), actor=login, task_id=request.task_id)
        self._taken[request.task_id] = (login, request.action)
        task = self._board.tasks[request.task_id]
        trigger = TaskCompleted(task.activation, request.action, request.data, login)
        return WakeupItem(
            ItemKind.TRIGGER, trigger_to_json(trigger), actor=login, comment=request.comment, task_id=request.task_id
        )

    async def _until_known(self, is_known: bool) -> None:
        """A task is in the database a moment before the workflow hears of it: wait for the wake-up that opened it."""
        if not is_known and self._is_busy:
            await workflow.wait_condition(lambda: not self._is_busy)

    def _refuse_unless_legal(self, request: ActRequest) -> None:
        task = self._board.tasks.get(request.task_id)
        if task is None:
            _refuse_task(Refusal(RefusalCode.TASK_CLOSED))
        by, action = self._taken.get(request.task_id, (None, None))
        facts = TaskFacts(
            task.actions, task.candidates, task.form, task.claimed_by, task.dealer, closed_by=by, closed_with=action
        )
        refusal = judge_action(facts, request.actor, request.action, request.comment, request.data)
        if refusal is not None:
            _refuse_task(refusal)

    def _has_incident(self, activation: str | None) -> bool:
        return activation in self._board.activations(Phase.INCIDENT)

    def _refuse_unless_operable(self, request: OperationRequest) -> None:
        needs_incident = request.operation in (Operation.RETRY, Operation.SKIP)
        if needs_incident and not self._has_incident(request.activation):
            _refuse_operation("incident_not_open")


def _operation(request: OperationRequest) -> Trigger:
    activation = request.activation or ""
    match request.operation:
        case Operation.RETRY:
            return IncidentRetried(activation)
        case Operation.SKIP:
            return IncidentSkipped(activation, request.values)
        case Operation.SET_VARIABLES:
            return VariablesSet(request.values)
        case Operation.CANCEL:
            return CancelRequested(request.reason, request.actor)


def _end_of_child(report: ChildReport) -> ChildCompleted | ChildFailed:
    compensations = list(report.compensations)
    if report.outcome in (Outcome.COMPLETED, Outcome.TERMINATED):
        return ChildCompleted(report.activation, report.variables, compensations)
    message = report.message or f"the called process was {report.outcome}"
    return ChildFailed(report.activation, message, report.error_code, compensations)


def _refuse_task(refusal: Refusal) -> NoReturn:
    raise ApplicationError(refusal.code, refusal.code, refusal.params, type=TASK_REFUSED, non_retryable=True)


def _refuse_operation(code: str) -> NoReturn:
    raise ApplicationError(code, code, type=OPERATION_REFUSED, non_retryable=True)
