"""The one door from web to Temporal: start, act, send, operate. Raises in the words of the business."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.registry import Step, facts_for_parser, load_steps
from activities.shipped import content_of, message_starts
from models.clock import utc_now
from models.db import Database
from models.payloads.access import Actor
from models.payloads.processes import (
    ActReceipt,
    ActRequest,
    InstanceStart,
    JsonObject,
    Operation,
    OperationRequest,
    ProcessInput,
)
from models.process_client import ProcessClient, deliveries_of
from models.repositories import inbox, messages, processes, templates
from models.repositories.messages import Correlated, Correlation, IncomingMessage
from models.rules.inbox import RefusalCode, judge_action
from models.rules.wire_values import clean
from models.settings import Settings
from models.tables.processes import Incident, IncidentStatus, ProcessInstance, Task
from models.temporal import PROCESS_TEMPLATE
from web.outcomes import (
    BusinessKeyTaken,
    EngineUnavailable,
    InstanceRef,
    MessageReceipt,
    OperationRefused,
    SavedTemplate,
    TaskReceipt,
    TaskRefused,
    TemplateFinding,
    TemplateInvalid,
    TemplateNotFound,
)
from web.settling import settle
from web.task_requests import hash_of, is_repetition, receipt_of, update_id_of
from workflows.bpmn.definition import Definition
from workflows.bpmn.parser import Parsed, parse

ANSWER_WITHIN = timedelta(seconds=10)
NOT_UTF8 = ("文件不是 UTF-8 编码。", "The file is not UTF-8.")
WORKER_SILENCE = timedelta(seconds=20)


class Gateway:
    """Built once for each web process. The client may be lazy: Temporal need not be there yet."""

    def __init__(
        self, settings: Settings, database: Database, client: Client, steps: Mapping[str, Step] | None = None
    ) -> None:
        self._settings = settings
        self._database = database
        self._client = client
        self._processes = ProcessClient(client, settings.task_queue)
        self._steps = facts_for_parser(load_steps() if steps is None else steps)

    # -- instances ----------------------------------------------------------------------------------------------------

    async def start_instance(
        self,
        template_key: str,
        business_key: str,
        variables: JsonObject,
        actor: Actor,
        dealer_code: str | None = None,
    ) -> InstanceRef:
        """Start the published version under its business key; a second start of the same finds the first.

        Returns when the first wake-up is recorded, or after a short while without it. Raises TemplateNotFound,
        BusinessKeyTaken, EngineUnavailable.
        """
        async with self._database.reading() as session:
            existing = await processes.find_row(session, business_key)
            template = await templates.find_published(session, template_key)
        if existing is not None:
            return _existing(business_key, existing.template_key, template_key)
        if template is None:
            raise TemplateNotFound(template_key)
        request = ProcessInput(
            template_key=template.key,
            template_hash=template.hash,
            business_key=business_key,
            variables=clean(variables),
            actor=actor.login,
            dealer_code=dealer_code,
            history_limit=self._settings.history_limit,
        )
        async with _engine():
            if not await self._processes.start(InstanceStart(business_key, request)):
                return _existing(business_key, await self._template_of(business_key), template_key)
        await settle(lambda: self._is_settled(business_key))
        return InstanceRef(business_key, is_new=True)

    async def cancel_instance(self, instance_id: str, reason: str, actor: Actor) -> None:
        """Undo what was done, the latest first, and end. Raises OperationRefused, EngineUnavailable."""
        await self._operate(instance_id, OperationRequest(Operation.CANCEL, reason, actor.login))

    async def set_variables(self, instance_id: str, values: JsonObject, reason: str, actor: Actor) -> None:
        request = OperationRequest(Operation.SET_VARIABLES, reason, actor.login, values=values)
        await self._operate(instance_id, request)

    async def retry_incident(self, incident_id: int, reason: str, actor: Actor) -> None:
        incident = await self._open_incident(incident_id)
        request = OperationRequest(Operation.RETRY, reason, actor.login, incident.activation)
        await self._operate(incident.instance_id, request)

    async def skip_incident(self, incident_id: int, output: JsonObject, reason: str, actor: Actor) -> None:
        """Go on with this output in place of the failed one's own."""
        incident = await self._open_incident(incident_id)
        request = OperationRequest(Operation.SKIP, reason, actor.login, incident.activation, output)
        await self._operate(incident.instance_id, request)

    # -- tasks --------------------------------------------------------------------------------------------------------

    async def act_on_task(
        self,
        task_id: int,
        action: str,
        actor: Actor,
        comment: str = "",
        data: JsonObject | None = None,
        request_id: str | None = None,
    ) -> TaskReceipt:
        """Finish, claim or release a task; returns when the journal is written.

        The very same request again returns the same receipt. Raises TaskRefused, EngineUnavailable.
        """
        request = ActRequest(task_id, action, actor, clean(comment), clean(data or {}))
        task = await self._find_task(task_id)
        if is_repetition(task, request):
            return receipt_of(task, action)
        refusal = judge_action(inbox.facts_of(task), actor, action, comment, request.data)
        if refusal is not None:
            raise TaskRefused(refusal.code, refusal.params)
        try:
            await self._update(task.instance_id, "act", request, update_id_of(request, request_id), ActReceipt)
        except (ApplicationError, _InstanceEnded) as error:
            return await self._explain(error, request)
        await settle(lambda: self._is_settled(task.instance_id))
        return receipt_of(task, action)

    # -- messages -----------------------------------------------------------------------------------------------------

    async def send_message(
        self, name: str, key: str, payload: JsonObject, dedup_key: str | None = None, source: str = ""
    ) -> MessageReceipt:
        """Give a message to whoever waits for it, start what it starts, or keep it until somebody waits.

        Once this returns the message is not lost, even if Temporal cannot be reached: the worker delivers it.
        """
        expires_at = utc_now() + timedelta(days=self._settings.message_retention_days)
        message = IncomingMessage(clean(name), clean(key), clean(payload), expires_at, clean(dedup_key), source)
        correlated = await self._accept(message)
        deliveries = deliveries_of(correlated, dict(message.payload), source or "system", self._settings.history_limit)
        if correlated.status in (Correlation.CORRELATED, Correlation.STARTED):
            try:
                async with _engine():
                    await self._processes.deliver(deliveries)
            except EngineUnavailable:
                return MessageReceipt(correlated.status, correlated.instance_id, correlated.message_id)
            await settle(lambda: self._is_consumed(correlated))
        return MessageReceipt(correlated.status, correlated.instance_id, correlated.message_id)

    # -- templates ----------------------------------------------------------------------------------------------------

    async def save_template(self, xml: bytes, actor: Actor) -> SavedTemplate:
        """Check a BPMN file and keep it as its template's draft. Raises TemplateInvalid where a finding is an error."""
        text = _decoded(xml)
        parsed = parse(xml, self._steps)
        definition = _without_errors(parsed)
        async with self._database.writing() as session:
            content = content_of(definition, text)
            version = await templates.save_draft(session, content, actor.login, utc_now())
        return SavedTemplate(content.key, version.version, _findings(parsed))

    async def publish_template(self, key: str, actor: Actor, note: str = "") -> int:
        """Let new instances run the latest draft; running ones stay on their version. Returns the version's number.

        Raises TemplateNotFound, TemplateInvalid.
        """
        async with self._database.writing() as session:
            version = await templates.find_newest(session, key)
            if version is None:
                raise TemplateNotFound(key)
            definition = _without_errors(parse(version.xml.encode(), self._steps))
            return await templates.publish(session, version, message_starts(definition), note, utc_now())

    # -- health -------------------------------------------------------------------------------------------------------

    async def health(self) -> dict[str, bool]:
        """Tell whether Temporal answers and whether a worker has lately shown that it lives."""
        return {"temporal": await self._is_temporal_there(), "worker": await self._is_worker_there()}

    # -- behind the door ----------------------------------------------------------------------------------------------

    async def _operate(self, instance_id: str, asked: OperationRequest) -> None:
        request = replace(asked, reason=clean(asked.reason), values=clean(asked.values))
        if await self._row(instance_id) is None:
            raise OperationRefused("instance_not_found")
        update_id = hash_of(instance_id, request.operation, request.activation, request.values, utc_now().isoformat())
        try:
            await self._update(instance_id, "operate", request, update_id, int)
        except _InstanceEnded as error:
            raise OperationRefused("instance_ended") from error
        except ApplicationError as error:
            raise OperationRefused(str(error.details[0]) if error.details else error.message) from error

    async def _update(self, instance_id: str, name: str, argument: Any, update_id: str, result: type[Any]) -> Any:
        """Send an update and wait for its answer.

        Raises the workflow's own ApplicationError, _InstanceEnded, EngineUnavailable.
        """
        async with _engine():
            try:
                return await self._client.get_workflow_handle(instance_id).execute_update(
                    name, argument, id=update_id, result_type=result, rpc_timeout=ANSWER_WITHIN
                )
            except WorkflowUpdateFailedError as error:
                if isinstance(error.cause, ApplicationError):
                    if error.cause.type == "AcceptedUpdateCompletedWorkflow":
                        raise _InstanceEnded from error
                    raise error.cause from error
                raise
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    raise _InstanceEnded from error
                raise

    async def _explain(self, error: Exception, request: ActRequest) -> TaskReceipt:
        """Tell who was faster, which the database knows best; a request that was carried out before is no refusal."""
        task = await self._find_task(request.task_id)
        if is_repetition(task, request):
            return receipt_of(task, request.action)
        refusal = judge_action(inbox.facts_of(task), request.actor, request.action, request.comment, request.data)
        if refusal is not None:
            raise TaskRefused(refusal.code, refusal.params) from error
        if isinstance(error, ApplicationError) and len(error.details) > 1:
            code, params = error.details[0], error.details[1]
            raise TaskRefused(str(code), {str(key): str(value) for key, value in dict(params).items()}) from error
        raise TaskRefused(RefusalCode.TASK_CLOSED) from error

    async def _accept(self, message: IncomingMessage) -> Correlated:
        """Of two messages with one `dedup_key` at the same instant the database lets one in: look again."""
        try:
            async with self._database.writing() as session:
                return await messages.accept(session, message, utc_now())
        except IntegrityError:
            async with self._database.writing() as session:
                return await messages.accept(session, message, utc_now())

    async def _find_task(self, task_id: int) -> Task:
        async with self._database.reading() as session:
            task = await session.get(Task, task_id)
        if task is None:
            raise TaskRefused(RefusalCode.TASK_NOT_FOUND)
        return task

    async def _open_incident(self, incident_id: int) -> Incident:
        async with self._database.reading() as session:
            incident = await processes.find_incident(session, incident_id)
        if incident is None or incident.status != IncidentStatus.OPEN:
            raise OperationRefused("incident_not_open")
        return incident

    async def _row(self, instance_id: str) -> ProcessInstance | None:
        async with self._database.reading() as session:
            return await processes.find_row(session, instance_id)

    async def _template_of(self, instance_id: str) -> str:
        """Ask the database, or Temporal while the first wake-up is not recorded yet."""
        row = await self._row(instance_id)
        if row is not None:
            return row.template_key
        description = await self._client.get_workflow_handle(instance_id).describe()
        return description.typed_search_attributes.get(PROCESS_TEMPLATE) or ""

    async def _is_settled(self, instance_id: str) -> bool:
        async with self._database.reading() as session:
            return await processes.is_settled(session, instance_id)

    async def _is_consumed(self, message: Correlated) -> bool:
        async with self._database.reading() as session:
            if not await messages.is_consumed(session, message.message_id):
                return False
            return message.instance_id is None or await processes.is_settled(session, message.instance_id)

    async def _is_temporal_there(self) -> bool:
        try:
            return bool(await self._client.service_client.check_health(timeout=timedelta(seconds=3)))
        except (RPCError, RuntimeError):
            return False

    async def _is_worker_there(self) -> bool:
        async with self._database.reading() as session:
            latest = await processes.latest_heartbeat(session)
        return latest is not None and utc_now() - latest < WORKER_SILENCE


class _InstanceEnded(Exception):
    """The workflow is not running, or ended before it answered."""


@asynccontextmanager
async def _engine() -> AsyncIterator[None]:
    """Give whatever Temporal is asked ten seconds, and one name to whatever keeps it from answering."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            yield
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError, RuntimeError) as error:
        raise EngineUnavailable(str(error) or type(error).__name__) from error


def _existing(business_key: str, template_key: str, wanted: str) -> InstanceRef:
    if template_key != wanted:
        raise BusinessKeyTaken(business_key, template_key)
    return InstanceRef(business_key, is_new=False)


def _without_errors(parsed: Parsed) -> Definition:
    if parsed.definition is None:
        raise TemplateInvalid(_findings(parsed))
    return parsed.definition


def _decoded(xml: bytes) -> str:
    """Versions are kept as text. Raises TemplateInvalid for what is no UTF-8."""
    try:
        return xml.decode()
    except UnicodeDecodeError as error:
        line = xml.count(b"\n", 0, error.start) + 1
        raise TemplateInvalid((TemplateFinding("error", "not_utf8", *NOT_UTF8, line=line),)) from error


def _findings(parsed: Parsed) -> tuple[TemplateFinding, ...]:
    return tuple(
        TemplateFinding(each.severity, each.code, each.message("zh"), each.message("en"), each.element_id, each.line)
        for each in parsed.findings
    )


__all__ = [
    "BusinessKeyTaken",
    "EngineUnavailable",
    "Gateway",
    "InstanceRef",
    "MessageReceipt",
    "OperationRefused",
    "SavedTemplate",
    "TaskReceipt",
    "TaskRefused",
    "TemplateFinding",
    "TemplateInvalid",
    "TemplateNotFound",
]
