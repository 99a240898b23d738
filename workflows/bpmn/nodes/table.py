"""Which module does what an element says: the one place that knows them all."""

from __future__ import annotations

from workflows.bpmn.activity import begin, close, complete
from workflows.bpmn.definition import NodeKind
from workflows.bpmn.nodes import (
    boundary_event,
    call_activity,
    catch_event,
    embedded_subprocess,
    end_event,
    event_based_gateway,
    exclusive_gateway,
    inclusive_gateway,
    parallel_gateway,
    plain_task,
    script_task,
    send_task,
    start_event,
    step_task,
    throw_event,
    user_task,
)
from workflows.bpmn.run import Table

TABLE = Table(
    behaviours={
        NodeKind.START: start_event.BEHAVIOUR,
        NodeKind.END: end_event.BEHAVIOUR,
        NodeKind.CATCH: catch_event.BEHAVIOUR,
        NodeKind.THROW: throw_event.BEHAVIOUR,
        NodeKind.BOUNDARY: boundary_event.BEHAVIOUR,
        NodeKind.TASK: plain_task.BEHAVIOUR,
        NodeKind.MANUAL: plain_task.BEHAVIOUR,
        NodeKind.USER: user_task.BEHAVIOUR,
        NodeKind.SERVICE: step_task.BEHAVIOUR,
        NodeKind.RULE: step_task.BEHAVIOUR,
        NodeKind.SCRIPT: script_task.BEHAVIOUR,
        NodeKind.SEND: send_task.BEHAVIOUR,
        NodeKind.RECEIVE: catch_event.BEHAVIOUR,
        NodeKind.CALL: call_activity.BEHAVIOUR,
        NodeKind.SUBPROCESS: embedded_subprocess.BEHAVIOUR,
        NodeKind.EXCLUSIVE: exclusive_gateway.BEHAVIOUR,
        NodeKind.PARALLEL: parallel_gateway.BEHAVIOUR,
        NodeKind.INCLUSIVE: inclusive_gateway.BEHAVIOUR,
        NodeKind.EVENT_BASED: event_based_gateway.BEHAVIOUR,
    },
    begin=begin,
    complete=complete,
    close=close,
)
