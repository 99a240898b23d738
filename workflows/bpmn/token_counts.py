"""Where an instance's tokens are, with how many."""

from __future__ import annotations

from workflows.bpmn.definition import Definition
from workflows.bpmn.state import Phase, State


def count_tokens(definition: Definition, state: State) -> dict[str, int]:
    """Count by element: open visits, tokens that wait at a join, and those that an endless loop left behind.

    A multi-instance counts its instances, not also the loop around them.
    """
    counts: dict[str, int] = {}
    for activation in state.activations.values():
        if activation.phase is not Phase.LOOP:
            counts[activation.element_id] = counts.get(activation.element_id, 0) + 1
    for scope in state.scopes.values():
        for flow, tokens in scope.waiting.items():
            join = definition.flows[flow].target
            counts[join] = counts.get(join, 0) + tokens
    for element_id, _scope, _flow in state.parked:
        counts[element_id] = counts.get(element_id, 0) + 1
    return counts
