"""Where an instance's tokens are, with how many."""

from __future__ import annotations

from workflows.bpmn.definition import Definition
from workflows.bpmn.loops import NEXT_INSTANCE
from workflows.bpmn.state import Phase, Resume, State

_MARKERS = (Resume.ARRIVE, Resume.JOIN)
"""Incidents that speak of tokens which are counted where they rest."""


def count_tokens(definition: Definition, state: State) -> dict[str, int]:
    """Count by element: open visits, tokens that wait at a join, and those that an endless loop left behind.

    A multi-instance counts its instances, not also the loop around them.
    """
    counts: dict[str, int] = {}
    for activation in state.activations.values():
        if activation.phase is not Phase.LOOP and activation.resume not in _MARKERS:
            counts[activation.element_id] = counts.get(activation.element_id, 0) + 1
    for scope in state.scopes.values():
        for flow, tokens in scope.waiting.items():
            join = definition.flows[flow].target
            counts[join] = counts.get(join, 0) + tokens
    for node_id, scope_key, _flow in state.parked:
        element_id = state.activations[scope_key].element_id if node_id == NEXT_INSTANCE else node_id
        counts[element_id] = counts.get(element_id, 0) + 1
    return counts
