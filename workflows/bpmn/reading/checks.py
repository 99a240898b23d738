"""The structural rules of BPMN 2.0.2 that a file must keep, each with its finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflows.bpmn.commands import TimerKind
from workflows.bpmn.definition import EventKind, Level, Node, NodeKind
from workflows.bpmn.reading.names import Element, bpmn_child, plain
from workflows.bpmn.reading.notes import Notes
from workflows.bpmn.reading.outline import Outline

_UNCONDITIONAL = (
    NodeKind.START,
    NodeKind.CATCH,
    NodeKind.THROW,
    NodeKind.BOUNDARY,
    NodeKind.PARALLEL,
    NodeKind.EVENT_BASED,
)


def check_structure(outline: Outline, nodes: Mapping[str, Node], levels: Mapping[str, Level], notes: Notes) -> None:
    """Apply every rule to every element, in document order."""
    for node in nodes.values():
        for rule in _RULES.get(node.kind, ()) + _ALWAYS:
            rule(node, nodes, outline, notes)
    for level in levels.values():
        _check_level(level, nodes, notes)


Rule = Callable[[Node, Mapping[str, Node], Outline, Notes], None]


def _start(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if node.incoming:
        notes.error("start_has_incoming", node.id, node.line)


def _end(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if node.outgoing:
        notes.error("end_has_outgoing", node.id, node.line)


def _boundary(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    host = nodes.get(node.attached_to or plain(outline.nodes[node.id].element, "attachedToRef") or "")
    if host is None or not host.kind.is_activity or host.scope != node.scope:
        notes.error("not_attached", node.id, node.line)
    if node.incoming:
        notes.error("boundary_has_incoming", node.id, node.line)
    if not node.outgoing:
        notes.warning("boundary_without_outgoing", node.id, node.line)
    timer = node.event.timer
    if timer is not None and timer.kind is TimerKind.CYCLE and node.is_interrupting:
        notes.error("cycle_must_not_interrupt", node.id, node.line)


def _catch(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if node.event.timer is not None and node.event.timer.kind is TimerKind.CYCLE:
        notes.error("cycle_must_not_interrupt", node.id, node.line)


def _exclusive(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if len(node.outgoing) < 2:
        return
    for flow in node.outgoing:
        element = outline.flows[flow.id].element
        if flow.id != node.default and flow.condition is None and not _has_condition(element):
            notes.error_at(element, "condition_missing")


def _inclusive(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if len(node.outgoing) < 2:
        return
    for flow in node.outgoing:
        element = outline.flows[flow.id].element
        if flow.id != node.default and flow.condition is None and not _has_condition(element):
            notes.warning_at(element, "condition_absent")


def _event_based(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    if len(node.outgoing) < 2:
        notes.error("event_gateway_outgoing", node.id, node.line)
    targets = [nodes[flow.target] for flow in node.outgoing]
    for target in targets:
        is_event = target.kind is NodeKind.CATCH and target.event.kind in (EventKind.MESSAGE, EventKind.TIMER)
        if not is_event and target.kind is not NodeKind.RECEIVE:
            notes.error("event_gateway_target", node.id, node.line, target=target.id)
        if len(target.incoming) > 1 or target.boundaries or target.loop is not None:
            notes.error("event_gateway_shared", node.id, node.line, target=target.id)
    has_messages = any(each.kind is NodeKind.CATCH and each.event.kind is EventKind.MESSAGE for each in targets)
    if has_messages and any(each.kind is NodeKind.RECEIVE for each in targets):
        notes.error("event_gateway_mixed", node.id, node.line)


def _conditions(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    """Conditions and default flows only where BPMN knows them (8.3.13, 10.3.1, 10.6)."""
    for flow in node.outgoing:
        element = outline.flows[flow.id].element
        if node.kind in _UNCONDITIONAL and _has_condition(element):
            notes.error_at(element, "condition_not_allowed", source=node.id)
        elif flow.id == node.default and _has_condition(element):
            notes.error_at(element, "default_has_condition")
    default = plain(outline.nodes[node.id].element, "default")
    if default is None:
        return
    if node.kind in _UNCONDITIONAL:
        notes.error("default_not_allowed", node.id, node.line)
    elif default not in outline.flows:
        notes.error("unresolved_ref", node.id, node.line, attribute="default", ref=default)
    elif node.default is None:
        notes.error("default_not_outgoing", node.id, node.line, ref=default)


def _direction(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    """Gateway directions (10.6.1) say how many flows there may be."""
    direction = plain(outline.nodes[node.id].element, "gatewayDirection")
    many_in, many_out = len(node.incoming) > 1, len(node.outgoing) > 1
    fits = {
        "Converging": many_in and not many_out,
        "Diverging": many_out and not many_in,
        "Mixed": many_in and many_out,
    }
    if direction is not None and not fits.get(direction, True):
        notes.warning("gateway_direction", node.id, node.line, direction=direction)


def _subprocess(node: Node, nodes: Mapping[str, Node], outline: Outline, notes: Notes) -> None:
    """An embedded subprocess begins at one none start event, if it has start events (13.3.4)."""
    inner = [nodes[each] for each in outline.levels[node.id].nodes]
    starts = [each for each in inner if each.kind is NodeKind.START]
    if not inner:
        notes.warning("empty_subprocess", node.id, node.line)
    if len(starts) > 1 or any(each.event.kind is not EventKind.NONE for each in starts):
        notes.error("subprocess_starts", node.id, node.line)


def _check_level(level: Level, nodes: Mapping[str, Node], notes: Notes) -> None:
    if level.nodes and not level.starts:
        notes.error("missing_start", level.id)
        return
    starts = [nodes[each] for each in level.nodes if nodes[each].kind is NodeKind.START]
    if level.starts and not starts:
        notes.warning("implicit_start", level.id)
    if level.parent is None and sum(each.event.kind is EventKind.NONE for each in starts) > 1:
        notes.warning("several_starts", level.id)
    reached = _reach(level, nodes, [each.id for each in starts] or list(level.starts))
    for node_id in level.nodes:
        if node_id not in reached:
            notes.warning("unreachable", node_id, nodes[node_id].line)


def _reach(level: Level, nodes: Mapping[str, Node], ahead: list[str]) -> dict[str, None]:
    reached: dict[str, None] = {}
    while ahead:
        node_id = ahead.pop()
        if node_id in reached:
            continue
        reached[node_id] = None
        ahead.extend(flow.target for flow in nodes[node_id].outgoing)
        ahead.extend(nodes[node_id].boundaries)
    return reached


def _has_condition(element: Element) -> bool:
    return bpmn_child(element, "conditionExpression") is not None


_RULES: Mapping[NodeKind, tuple[Rule, ...]] = {
    NodeKind.START: (_start,),
    NodeKind.END: (_end,),
    NodeKind.BOUNDARY: (_boundary,),
    NodeKind.CATCH: (_catch,),
    NodeKind.EXCLUSIVE: (_exclusive, _direction),
    NodeKind.INCLUSIVE: (_inclusive, _direction),
    NodeKind.PARALLEL: (_direction,),
    NodeKind.EVENT_BASED: (_event_based, _direction),
    NodeKind.SUBPROCESS: (_subprocess,),
}
_ALWAYS: tuple[Rule, ...] = (_conditions,)
