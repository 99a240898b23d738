"""Start and signal process instances: the few calls that gateway and worker share. All are safe to repeat."""

from __future__ import annotations

from typing import Any

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from models.payloads.processes import Deliveries, InstanceStart, JsonObject, MessageDelivery, ProcessInput
from models.repositories.messages import Correlated, Correlation
from models.temporal import BUSINESS_KEY, DEALER, PROCESS_TEMPLATE

WORKFLOW = "ProcessInstance"


class ProcessClient:
    """Speak to instances by their ids."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self.client = client
        self.task_queue = task_queue

    async def start(self, start: InstanceStart) -> bool:
        """Start an instance; False when its id was ever used before."""
        try:
            await self.client.start_workflow(
                WORKFLOW,
                start.input,
                id=start.instance_id,
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=_search_attributes(start),
                static_summary=start.input.template_key,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def deliver(self, deliveries: Deliveries) -> None:
        """Tell other instances what a committed wake-up has for them."""
        for start in deliveries.starts:
            await self.start(start)
        for instance_id, delivery in deliveries.messages:
            await self._signal(instance_id, "message_received", delivery)
        for instance_id, request in deliveries.cancellations:
            await self._signal(instance_id, "cancel_requested", request)
        for instance_id, report in deliveries.reports:
            await self._signal(instance_id, "child_ended", report)

    async def _signal(self, instance_id: str, signal: str, argument: Any) -> None:
        """An instance that has ended need not know; what it was sent is seen to by the upkeep."""
        try:
            await self.client.get_workflow_handle(instance_id).signal(signal, argument)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def deliveries_of(correlated: Correlated, payload: JsonObject, actor: str, history_limit: int) -> Deliveries:
    """Say whom to tell of a message: the instance that waited for it, or the one that it starts."""
    instance_id, start = correlated.instance_id, correlated.start
    if instance_id is None or correlated.status is Correlation.DUPLICATE:
        return Deliveries()
    if correlated.subscription is not None:
        delivery = MessageDelivery(correlated.message_id, correlated.subscription, payload)
        return Deliveries(messages=((instance_id, delivery),))
    if start is None:
        return Deliveries()
    request = ProcessInput(
        template_key=start.key,
        template_hash=start.hash,
        business_key=instance_id,
        process_id=start.process_id,
        variables=payload,
        actor=actor,
        element_id=start.element_id,
        message_id=correlated.message_id,
        history_limit=history_limit,
    )
    return Deliveries(starts=(InstanceStart(instance_id, request),))


def _search_attributes(start: InstanceStart) -> TypedSearchAttributes:
    pairs = [
        SearchAttributePair(BUSINESS_KEY, start.input.business_key),
        SearchAttributePair(PROCESS_TEMPLATE, start.input.template_key),
    ]
    if start.input.dealer_code is not None:
        pairs.append(SearchAttributePair(DEALER, start.input.dealer_code))
    return TypedSearchAttributes(pairs)
