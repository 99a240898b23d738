"""Joins that look beyond themselves: the inclusive gateway, and joins that can never be satisfied.

BPMN 2.0.2, 13.4.3: an inclusive gateway fires when an incoming flow has a token, unless some token elsewhere can still
reach an empty incoming flow without passing the gateway and can not reach one that has a token already. A token inside
an activity may also leave through the activity's boundary events; we count those ways as well, so that the gateway does
not fire early and then again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.bpmn.definition import Definition, Node, NodeKind
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Phase, Resume, Scope
from workflows.bpmn.tokens import leave


def fire_inclusive(run: Run) -> bool:
    """Fire the first inclusive gateway that is activated now; call when no token is on its way."""
    for scope in list(run.scopes.values()):
        if not scope.waiting:
            continue
        for node_id in run.definition.levels[scope.level].joins:
            node = run.nodes[node_id]
            if node.kind is NodeKind.INCLUSIVE and _is_activated(run, node, scope):
                fire(run, node, scope.key)
                return True
    return False


def fire(run: Run, node: Node, scope_key: str) -> None:
    """Take one token from each incoming flow that has one, and go on with a single one."""
    scope = run.own(scope_key)
    taken = [flow for flow in node.incoming if scope.waiting.get(flow)]
    for flow in taken:
        remove_waiting(scope, flow)
    scope.tokens -= len(taken) - 1
    key = run.visit(node.id)
    run.entered(node, key)
    leave(run, node, scope_key, key)


def remove_waiting(scope: Scope, flow: str) -> None:
    count = scope.waiting[flow] - 1
    if count:
        scope.waiting[flow] = count
    else:
        del scope.waiting[flow]


def report_stuck(run: Run) -> None:
    """Raise an incident where all tokens of a scope wait at joins: nothing can ever release them."""
    for scope in list(run.scopes.values()):
        if not scope.waiting or sum(scope.waiting.values()) != scope.tokens:
            continue
        if any(each.scope == scope.key and each.resume is Resume.JOIN for each in run.activations.values()):
            continue
        node = next(
            run.nodes[each]
            for each in run.definition.levels[scope.level].joins
            if any(flow in scope.waiting for flow in run.nodes[each].incoming)
        )
        key = run.visit(node.id)
        message = f"{node.id}: tokens wait here for others that can no longer come"
        run.incident(Activation(key, node.id, scope.key, Phase.INCIDENT), Resume.JOIN, "join_stuck", message)


def _is_activated(run: Run, node: Node, scope: Scope) -> bool:
    full = [flow for flow in node.incoming if flow in scope.waiting]
    if not full:
        return False
    reach = reach_of(run.definition, node)
    empty = [flow for flow in node.incoming if flow not in scope.waiting]
    for place in _places(run, node, scope):
        if any(place in reach[flow] for flow in empty) and not any(place in reach[flow] for flow in full):
            return False
    return True


def _places(run: Run, gateway: Node, scope: Scope) -> Iterator[str]:
    """Name the node of each token in the scope (on a flow: its target), but for those at the gateway."""
    for activation in run.activations.values():
        if activation.scope == scope.key and activation.body is None and activation.resume is not Resume.JOIN:
            yield activation.element_id
    for flow in scope.waiting:
        target = run.definition.flows[flow].target
        if target != gateway.id:
            yield target
    for node_id, scope_key, _ in run.parked:
        if scope_key == scope.key and node_id != gateway.id:
            yield node_id


def reach_of(definition: Definition, gateway: Node) -> Mapping[str, frozenset[str]]:
    """Tell for each incoming flow which nodes can reach it without passing the gateway; computed once."""
    known = definition.reaches.get(gateway.id)
    if known is None:
        known = {flow: _nodes_before(definition, gateway.id, flow) for flow in gateway.incoming}
        definition.reaches[gateway.id] = known
    return known


def _nodes_before(definition: Definition, gateway: str, flow_id: str) -> frozenset[str]:
    found: dict[str, None] = {}
    ahead = [definition.flows[flow_id].source]
    while ahead:
        node_id = ahead.pop()
        if node_id in found:
            continue
        found[node_id] = None
        if node_id == gateway:
            continue
        node = definition.nodes[node_id]
        ahead.extend(definition.flows[each].source for each in node.incoming)
        if node.attached_to is not None:
            ahead.append(node.attached_to)
    return frozenset(found)
