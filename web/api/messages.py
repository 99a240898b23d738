"""`/messages`: what carriers, banks and other systems report to running processes."""

from __future__ import annotations

from fastapi import Depends, Request

from models.payloads.access import Actor, Role
from models.rules.access import Action
from web.api.caller import Caller, allow
from web.api.idempotency import request_id_of
from web.api.payloads.processes import MessageAnswer, NewMessage
from web.api.problems import Problem
from web.api.routing import api_router
from web.deps import GatewayDep

router = api_router("/messages", tags=["processes"], dependencies=[Depends(allow(Action.SEND_MESSAGE))])

AREA_OF_ROLE = {Role.LOGISTICS: "shipment.", Role.FINANCE: "payment."}
"""Which messages a department may send; ops may send any."""


def may_send(actor: Actor, name: str) -> bool:
    return Role.OPS in actor.roles or any(name.startswith(AREA_OF_ROLE.get(role, "\n")) for role in actor.roles)


@router.post("", status_code=202)
async def send_message(body: NewMessage, request: Request, caller: Caller, gateway: GatewayDep) -> MessageAnswer:
    """Give a message to whoever waits for it; without anybody it is kept until somebody does."""
    if not may_send(caller.actor, body.name):
        raise Problem(403, "message_not_allowed", {"name": body.name})
    once = request_id_of(request)
    receipt = await gateway.send_message(body.name, body.key, body.payload or {}, once, f"api:{caller.actor.login}")
    return MessageAnswer(status=receipt.status, instance_id=receipt.instance_id)
