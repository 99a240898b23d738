"""How tokens move: leaving an element, splitting, being consumed, and what the last one of a scope brings about.

BPMN 2.0.2, 8.3.13 (sequence flow), 13.2.2 (scopes end when no token is left), 13.3.2 (implicit split and merge).
"""

from __future__ import annotations

from collections.abc import Sequence

from workflows.bpmn.commands import Fact, FactKind, Outcome
from workflows.bpmn.definition import Flow, Node
from workflows.bpmn.expressions import ExpressionFailed
from workflows.bpmn.run import NoFlow, Run
from workflows.bpmn.state import ROOT, Activation, Phase, Resume


def leave(run: Run, node: Node, scope: str, key: str, answer: tuple[str, str | None] | None = None) -> None:
    """Complete the visit and send the token on by the flows the element chooses; without any it is consumed.

    Where no way out is found the visit stays open as an incident; a person's `answer` is kept for the journal.
    """
    try:
        flows = run.table.behaviours[node.kind].choose(run, node, scope) if node.outgoing else ()
    except ExpressionFailed as error:
        stuck = Activation(key, node.id, scope, Phase.INCIDENT, answer=answer)
        run.expression_incident(stuck, Resume.LEAVE, error)
    except NoFlow:
        stuck = Activation(key, node.id, scope, Phase.INCIDENT, answer=answer)
        message = f"{node.id}: no condition of its outgoing flows holds, and it has no default flow"
        run.incident(stuck, Resume.LEAVE, "no_flow", message)
    else:
        run.completed(node, key, answer)
        send(run, flows, scope)


def send(run: Run, flows: Sequence[Flow], scope: str) -> None:
    """Turn one token into one for each flow."""
    run.work += len(flows) or 1
    if not flows:
        consume(run, scope)
        return
    if len(flows) > 1:
        run.own(scope).tokens += len(flows) - 1
    for flow in flows:
        run.facts.append(Fact(FactKind.FLOW_TAKEN, flow.id))
        run.agenda.append((flow.target, scope, flow.id))


def consume(run: Run, key: str) -> None:
    """Take a token out of its scope; the scope ends with its last one."""
    scope = run.own(key)
    scope.tokens -= 1
    if scope.tokens == 0:
        end_scope(run, key)


def end_scope(run: Run, key: str) -> None:
    """End a scope that has no token left: the instance, or the subprocess activation that it belongs to."""
    if key == ROOT:
        run.finish(Outcome.COMPLETED)
        return
    scope = run.scopes.pop(key)
    run.owned.discard(key)
    result = {name: value for name, value in scope.variables.items() if name not in scope.inputs}
    run.table.complete(run, run.activations[key], result)


def choose_all(run: Run, node: Node, scope: str) -> Sequence[Flow]:
    """Take every flow, whatever it says."""
    return node.outgoing


def split_implicitly(run: Run, node: Node, scope: str) -> Sequence[Flow]:
    """Take all unconditional flows and those whose condition holds, else the default flow."""
    if not node.has_conditions:
        return node.outgoing
    chosen: list[Flow] = []
    is_any_condition_met = False
    for flow in node.outgoing:
        if flow.id == node.default:
            if not is_any_condition_met:
                chosen.append(flow)
        elif flow.condition is None:
            chosen.append(flow)
        elif run.evaluate(flow.condition, scope):
            chosen.append(flow)
            is_any_condition_met = True
    if not chosen:
        raise NoFlow
    return chosen
