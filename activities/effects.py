"""What the engine's commands do to the database, and what other instances are to be told after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.journal import JournalWriter
from models.clock import utc_now
from models.payloads.processes import (
    ChildReport,
    Deliveries,
    InstanceStart,
    KnownTask,
    MessageDelivery,
    Operation,
    OperationRequest,
    ParentLink,
    ProcessInput,
    Wakeup,
)
from models.process_client import deliveries_of
from models.repositories import candidates, inbox, messages, processes, templates
from models.repositories.inbox import NewTask
from models.repositories.messages import Correlated, IncomingMessage
from models.rules.durations import BadDuration, due_after
from models.rules.wire_values import fit
from models.tables.processes import InstanceStatus, JournalKind, TaskStatus
from workflows.bpmn.commands import (
    AwaitMessage,
    CancelChild,
    CloseTask,
    Command,
    Finish,
    OpenTask,
    RaiseIncident,
    ResolveIncident,
    SendMessage,
    StartChild,
    StopAwaiting,
)
from workflows.bpmn.definition import Definition
from workflows.bpmn.triggers import ChildFailed, MessageReceived

INSTANCE_ID_LIMIT = 200
"""Beyond this a call is refused: processes that call each other without end come to a stop here."""
NAME_LENGTH, FORM_LENGTH, DEALER_LENGTH = 200, 80, 40
"""What the columns hold: a template that says more must not stop its instances."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A message from this very instance to itself."""

    message_id: int
    subscription: str
    payload: dict[str, Any]


class AlreadyRecorded(Exception):
    """This wake-up was carried out before; nothing of the repetition may stay."""


class Effects:
    """Carry out commands one by one; tasks and the instance's own row are written at the end."""

    def __init__(
        self,
        session: AsyncSession,
        wakeup: Wakeup,
        definition: Definition,
        journal: JournalWriter,
        message_retention: timedelta,
    ) -> None:
        self._session = session
        self._wakeup = wakeup
        self._definition = definition
        self._journal = journal
        self._message_retention = message_retention
        self._at = datetime.fromisoformat(wakeup.at)
        self._opening: dict[str, OpenTask] = {}
        self._finish: Finish | None = None
        self._starts: list[InstanceStart] = []
        self._messages: list[tuple[str, MessageDelivery]] = []
        self._cancellations: list[tuple[str, OperationRequest]] = []
        self._reports: list[tuple[str, ChildReport]] = []

    def deliveries(self) -> Deliveries:
        return Deliveries(tuple(self._starts), tuple(self._messages), tuple(self._cancellations), tuple(self._reports))

    async def carry_out(self, command: Command, actor: str) -> Promise | ChildFailed | None:
        """Do to the database what the command asks for; returns what the engine is to be told in turn."""
        match command:
            case OpenTask():
                self._opening[command.activation] = command
            case CloseTask():
                await self._close_task(command, actor)
            case StopAwaiting():
                await messages.drop_waits(self._session, self._wakeup.instance_id, command.subscription)
            case SendMessage():
                return await self._send(command, actor)
            case StartChild():
                return await self._start_child(command, actor)
            case CancelChild():
                await self._cancel_child(command, actor)
            case RaiseIncident():
                await self._raise_incident(command, actor)
            case ResolveIncident():
                await self._resolve_incident(command, actor)
            case Finish():
                self._end(command)
            case _:
                pass
        return None

    async def wait_for(self, command: AwaitMessage, actor: str) -> MessageReceived | None:
        """Take a message that came early, else write down that we wait."""
        instance_id, now = self._wakeup.instance_id, utc_now()
        early = await messages.take_early(
            self._session, command.name, command.key, instance_id, command.subscription, now
        )
        if early is None:
            await messages.add_wait(
                self._session, instance_id, command.subscription, command.element_id, command.name, command.key, now
            )
            return None
        message_id, payload = early
        self._note_received(command.subscription, message_id, actor)
        return MessageReceived(command.subscription, payload)

    async def keep(self, promise: Promise, actor: str) -> MessageReceived:
        """Take the message that this instance sent to itself."""
        await messages.consume(self._session, promise.message_id, self._wakeup.instance_id, promise.subscription)
        self._note_received(promise.subscription, promise.message_id, actor)
        return MessageReceived(promise.subscription, promise.payload)

    async def hand_on(self, message_id: int) -> None:
        """Offer a message that this instance no longer wants to the next who waits for it."""
        correlated = await messages.give_back(self._session, message_id, utc_now())
        if correlated is not None:
            self._tell(correlated, await messages.find_payload(self._session, message_id), "system")

    async def open_tasks(self) -> tuple[KnownTask, ...]:
        """Put the tasks into the inbox that are open now and were not before."""
        commands = list(self._opening.values())
        tasks = [await self._new_task(command) for command in commands]
        ids = await inbox.open_tasks(self._session, tasks)
        return tuple(
            KnownTask(
                task_id=task_id,
                activation=command.activation,
                actions=command.actions,
                candidates=task.candidates,
                form=command.form,
                dealer=task.values["dealer_code"],
            )
            for task_id, command, task in zip(ids, commands, tasks, strict=True)
        )

    async def record(self, values: dict[str, Any]) -> None:
        """Write the instance's own row. Raises AlreadyRecorded when this wake-up was carried out before."""
        wakeup = self._wakeup
        if self._finish is not None:
            outcome = InstanceStatus(self._finish.outcome)
            values |= {"status": outcome, "ended_at": self._at, "end_message": self._finish.message or ""}
        if wakeup.sequence == 1 and wakeup.parent is None:
            row = _instance_row(wakeup.instance_id, wakeup.instance_id, wakeup, self._at)
            is_new = await processes.add_instance(self._session, row | {"sequence": 1} | values)
        else:
            is_new = await processes.record_wakeup(self._session, wakeup.instance_id, wakeup.sequence, values)
        if not is_new:
            raise AlreadyRecorded(wakeup.instance_id, wakeup.sequence)

    async def _new_task(self, command: OpenTask) -> NewTask:
        wakeup, wanted = self._wakeup, command.assignment
        dealer = fit(wanted.dealer, DEALER_LENGTH) if wanted.dealer else wakeup.dealer_code
        resolution = await candidates.resolve(
            self._session, wanted.users, wanted.roles, wanted.relation, dealer, wakeup.started_by
        )
        if resolution.fallback_reason is not None:
            detail = {"reason": resolution.fallback_reason, "given_to": list(resolution.principals)}
            self._journal.note(JournalKind.CANDIDATES_MISSING, command.element_id, command.activation, "system", detail)
        values = {
            "instance_id": wakeup.instance_id,
            "root_id": wakeup.parent.root_id if wakeup.parent else wakeup.instance_id,
            "business_key": wakeup.business_key,
            "template_key": wakeup.template_key,
            "template_hash": wakeup.template_hash,
            "element_id": command.element_id,
            "activation": command.activation,
            "name_zh": fit(command.labels.get("zh") or command.name, NAME_LENGTH),
            "name_en": fit(command.labels.get("en") or command.name, NAME_LENGTH),
            "form": fit(command.form, FORM_LENGTH) if command.form else None,
            "actions": {"allowed": list(command.actions)},
            "input": command.input,
            "dealer_code": dealer,
            "status": TaskStatus.OPEN,
            "comment": "",
            "data": {},
            "created_at": self._at,
            "due_at": _due_at(command.due, self._at),
        }
        return NewTask(values, resolution.principals)

    async def _close_task(self, command: CloseTask, actor: str) -> None:
        if self._opening.pop(command.activation, None) is None:
            await inbox.withdraw_tasks(self._session, self._wakeup.instance_id, self._at, command.activation)
            self._note(JournalKind.TASK_WITHDRAWN, command.activation, actor, reason=command.reason)

    async def _send(self, command: SendMessage, actor: str) -> Promise | None:
        now = utc_now()
        message = IncomingMessage(
            command.name,
            command.key,
            command.payload,
            now + self._message_retention,
            source=f"process:{self._wakeup.instance_id}",
        )
        correlated = await messages.accept(self._session, message, now)
        detail = {"name": command.name, "key": command.key, "status": correlated.status}
        self._note(JournalKind.MESSAGE_SENT, command.activation, actor, **detail)
        if correlated.instance_id == self._wakeup.instance_id and correlated.subscription is not None:
            return Promise(correlated.message_id, correlated.subscription, command.payload)
        self._tell(correlated, command.payload, actor)
        return None

    def _tell(self, correlated: Correlated, payload: dict[str, Any], actor: str) -> None:
        """Remember to bring a message to whom it was correlated, once the transaction stands."""
        further = deliveries_of(correlated, payload, actor, self._wakeup.history_limit)
        self._starts += further.starts
        self._messages += further.messages

    async def _start_child(self, command: StartChild, actor: str) -> ChildFailed | None:
        wakeup = self._wakeup
        if command.called in self._definition.processes:
            template_key, template_hash, process_id = wakeup.template_key, wakeup.template_hash, command.called
        else:
            template = await templates.find_published(self._session, command.called)
            if template is None:
                return ChildFailed(command.activation, f"no published template is called {command.called!r}")
            template_key, template_hash, process_id = template.key, template.hash, None
        child_id = await self._child_id(command.activation)
        if len(child_id) > INSTANCE_ID_LIMIT:
            return ChildFailed(command.activation, "processes call each other too deeply")
        root_id = wakeup.parent.root_id if wakeup.parent else wakeup.instance_id
        request = ProcessInput(
            template_key=template_key,
            template_hash=template_hash,
            business_key=wakeup.business_key,
            process_id=process_id,
            variables=command.variables,
            actor=actor,
            dealer_code=wakeup.dealer_code,
            parent=ParentLink(wakeup.instance_id, command.activation, root_id),
            history_limit=wakeup.history_limit,
        )
        await processes.add_instance(self._session, _instance_row(child_id, root_id, request, self._at))
        self._note(JournalKind.CHILD_STARTED, command.activation, actor, instance_id=child_id)
        self._starts.append(InstanceStart(child_id, request))
        return None

    async def _child_id(self, activation: str) -> str:
        """A call that is tried again after an incident is another instance."""
        name = f"{self._wakeup.instance_id}.{activation.replace('#', '.')}"
        attempts = await processes.count_attempts(self._session, self._wakeup.instance_id, activation)
        return f"{name}.r{attempts}" if attempts else name

    async def _cancel_child(self, command: CancelChild, actor: str) -> None:
        child_id = await processes.find_running_child(self._session, self._wakeup.instance_id, command.activation)
        if child_id is not None:
            request = OperationRequest(Operation.CANCEL, command.reason, actor)
            self._cancellations.append((child_id, request))

    async def _raise_incident(self, command: RaiseIncident, actor: str) -> None:
        await processes.raise_incident(
            self._session,
            self._wakeup.instance_id,
            command.activation,
            command.element_id,
            command.code,
            command.message,
            self._at,
        )
        self._note(JournalKind.INCIDENT, command.activation, actor, code=command.code, message=command.message)

    async def _resolve_incident(self, command: ResolveIncident, actor: str) -> None:
        await processes.resolve_incidents(
            self._session, self._wakeup.instance_id, command.resolution, actor, self._at, command.activation
        )
        self._note(JournalKind.INCIDENT_RESOLVED, command.activation, actor, resolution=command.resolution)

    def _end(self, finish: Finish) -> None:
        """Note the end and report to the caller; the engine has withdrawn whatever was open before."""
        self._finish, parent = finish, self._wakeup.parent
        message = finish.message or ""
        self._journal.note(JournalKind.ENDED, "", None, "system", {"outcome": finish.outcome, "message": message})
        if parent is None:
            return
        report = ChildReport(
            activation=parent.activation,
            outcome=finish.outcome,
            variables=finish.variables,
            compensations=finish.compensations,
            error_code=finish.error_code,
            message=message,
        )
        self._reports.append((parent.instance_id, report))

    def _note_received(self, subscription: str, message_id: int, actor: str) -> None:
        self._note(JournalKind.MESSAGE_RECEIVED, subscription, actor, message_id=message_id)

    def _note(self, kind: JournalKind, activation: str, actor: str, **detail: object) -> None:
        self._journal.note(kind, activation.partition("#")[0], activation, actor, detail)


def _instance_row(instance_id: str, root_id: str, source: Wakeup | ProcessInput, at: datetime) -> dict[str, Any]:
    parent = source.parent
    return {
        "id": instance_id,
        "business_key": source.business_key,
        "root_id": root_id,
        "parent_id": parent.instance_id if parent else None,
        "parent_activation": parent.activation if parent else None,
        "template_key": source.template_key,
        "template_hash": source.template_hash,
        "process_id": source.process_id or source.template_key,
        "dealer_code": source.dealer_code,
        "status": InstanceStatus.RUNNING,
        "sequence": 0,
        "answer": {},
        "variables": {},
        "active": {},
        "started_by": source.started_by if isinstance(source, Wakeup) else source.actor,
        "started_at": at,
        "end_message": "",
    }


def _due_at(due: str | None, now: datetime) -> datetime | None:
    try:
        return due_after(due, now) if due else None
    except BadDuration:
        return None
