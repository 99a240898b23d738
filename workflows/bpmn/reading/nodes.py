"""From the outline to nodes: every element with its flows, its contents and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workflows.bpmn.definition import EventKind, Flow, Node, NodeKind
from workflows.bpmn.expressions import Kind
from workflows.bpmn.reading.contents import Contents
from workflows.bpmn.reading.names import (
    bpmn_child,
    flag,
    labels_of,
    line_of,
    ours,
    plain,
    text_of,
    vendors,
)
from workflows.bpmn.reading.outline import FlowOutline, NodeOutline, Outline

_EVENTS = (NodeKind.START, NodeKind.END, NodeKind.CATCH, NodeKind.THROW, NodeKind.BOUNDARY)
_STEPS = (NodeKind.SERVICE, NodeKind.RULE, NodeKind.SEND, NodeKind.SCRIPT, NodeKind.TASK, NodeKind.MANUAL)


def build_nodes(outline: Outline, contents: Mapping[str, Contents]) -> dict[str, Node]:
    """Build all nodes; `contents` reads with the variables of each process."""
    incoming: dict[str, list[str]] = {each: [] for each in outline.nodes}
    outgoing: dict[str, list[FlowOutline]] = {each: [] for each in outline.nodes}
    attached: dict[str, list[str]] = {}
    for flow in outline.flows.values():
        incoming[flow.target].append(flow.id)
        outgoing[flow.source].append(flow)
    for each in outline.nodes.values():
        if each.kind is NodeKind.BOUNDARY and (host := plain(each.element, "attachedToRef")):
            attached.setdefault(host, []).append(each.id)
    nodes: dict[str, Node] = {}
    for each in outline.nodes.values():
        reader = contents[outline.levels[each.level].process]
        default = plain(each.element, "default")
        flows = _flows(outgoing[each.id], default, reader)
        default = default if any(flow.id == default for flow in flows) else None
        nodes[each.id] = replace(
            _build(each, reader),
            incoming=tuple(incoming[each.id]),
            outgoing=flows,
            default=default,
            has_conditions=default is not None or any(flow.condition is not None for flow in flows),
            boundaries=tuple(attached.get(each.id, ())),
        )
    return nodes


def _flows(outlines: list[FlowOutline], default: str | None, reader: Contents) -> tuple[Flow, ...]:
    flows = [_flow(each, reader) for each in outlines]
    return tuple([each for each in flows if each.id != default] + [each for each in flows if each.id == default])


def _flow(outline: FlowOutline, reader: Contents) -> Flow:
    element = outline.element
    holder = bpmn_child(element, "conditionExpression")
    condition = None
    if holder is not None:
        language = plain(holder, "language") or "cel"
        if "cel" in language.lower():
            condition = reader.compile(element, text_of(holder), Kind.BOOL)
        else:
            reader.notes.error_at(element, "expression_language", language=language)
    return Flow(outline.id, outline.source, outline.target, condition, plain(element, "name") or "")


def _build(outline: NodeOutline, reader: Contents) -> Node:
    element, kind = outline.element, outline.kind
    node = Node(
        id=outline.id,
        kind=kind,
        scope=outline.level,
        name=plain(element, "name") or ours(element, "labelZh") or "",
        labels=labels_of(element),
        line=line_of(element),
        inputs=reader.mappings(element, "input"),
        outputs=reader.mappings(element, "output"),
    )
    if outline.is_refused:
        return node
    if kind in _EVENTS:
        return _event(node, outline, reader)
    return _activity(node, outline, reader) if kind.is_activity else node


def _event(node: Node, outline: NodeOutline, reader: Contents) -> Node:
    event, message = reader.event(outline.element, outline.kind)
    node = replace(node, event=event, message=message)
    if outline.kind is not NodeKind.BOUNDARY:
        return node
    is_interrupting = flag(outline.element, "cancelActivity", default=True)
    if event.kind is EventKind.ERROR and not is_interrupting:
        reader.notes.error_at(outline.element, "error_must_interrupt")
    return replace(node, attached_to=plain(outline.element, "attachedToRef"), is_interrupting=is_interrupting)


def _activity(node: Node, outline: NodeOutline, reader: Contents) -> Node:
    element, kind = outline.element, outline.kind
    node = replace(node, loop=reader.loop(element))
    if kind is NodeKind.USER:
        return replace(node, work=reader.work(element))
    if kind is NodeKind.CALL:
        return replace(node, called=_called(outline, reader))
    if kind is NodeKind.RECEIVE:
        return replace(node, message=reader.message(element, element))
    if kind in _STEPS:
        return _step(node, outline, reader)
    return node


def _step(node: Node, outline: NodeOutline, reader: Contents) -> Node:
    element, kind = outline.element, outline.kind
    script = reader.script(element) if kind is NodeKind.SCRIPT else None
    message = reader.message(element, element, is_required=False) if kind is NodeKind.SEND else None
    is_expected = kind in (NodeKind.SERVICE, NodeKind.RULE) or (kind is NodeKind.SCRIPT and script is None)
    step, compensated_by = reader.step(element, is_expected)
    if kind is NodeKind.SEND and step is None and message is None:
        reader.notes.warning_at(element, "no_message")
    variable = ours(element, "resultVariable") or vendors(element, "resultVariable")
    return replace(
        node, step=step, compensated_by=compensated_by, script=script, message=message, result_variable=variable
    )


def _called(outline: NodeOutline, reader: Contents) -> str | None:
    called = plain(outline.element, "calledElement")
    if called is None:
        reader.notes.error_at(outline.element, "no_called_process")
        return None
    if called[:2] in ("${", "#{") or called.startswith("="):
        reader.notes.error_at(outline.element, "not_supported", what=f"calledElement {called[:100]}")
    return called.rpartition(":")[2]
