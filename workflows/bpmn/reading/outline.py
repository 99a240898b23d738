"""The outline of a file: which elements, flows and levels there are, before their contents are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workflows.bpmn.definition import NodeKind
from workflows.bpmn.reading.names import (
    Element,
    bpmn_children,
    flag,
    line_of,
    local_name,
    plain,
)
from workflows.bpmn.reading.notes import Notes

_ID = re.compile(r"[\w.\-]{1,120}")
_KINDS = {kind.value: kind for kind in NodeKind}
_STAND_INS = {
    "transaction": NodeKind.SUBPROCESS,
    "adHocSubProcess": NodeKind.SUBPROCESS,
    "complexGateway": NodeKind.EXCLUSIVE,
    "event": NodeKind.THROW,
    "implicitThrowEvent": NodeKind.THROW,
}
"""Elements that are refused, and what they count as while the rest of the file is checked."""
_SILENT = frozenset(
    (
        "documentation",
        "extensionElements",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "association",
        "textAnnotation",
        "group",
        "auditing",
        "monitoring",
        "incoming",
        "outgoing",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "resourceRole",
        "supportedInterfaceRef",
        "correlationSubscription",
        "supports",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
    )
)
_IGNORED = frozenset(["property", "ioSpecification", "ioBinding", "dataInputAssociation", "dataOutputAssociation"])


@dataclass(slots=True)
class NodeOutline:
    id: str
    kind: NodeKind
    level: str
    element: Element
    is_refused: bool = False


@dataclass(slots=True)
class FlowOutline:
    id: str
    source: str
    target: str
    level: str
    element: Element


@dataclass(slots=True)
class LevelOutline:
    id: str
    parent: str | None
    process: str
    nodes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    processes: dict[str, Element] = field(default_factory=dict)
    levels: dict[str, LevelOutline] = field(default_factory=dict)
    nodes: dict[str, NodeOutline] = field(default_factory=dict)
    flows: dict[str, FlowOutline] = field(default_factory=dict)


def read_outline(root: Element, notes: Notes) -> Outline:
    """Walk all processes of the file."""
    outline = Outline()
    _check_ids(root, notes)
    for process in bpmn_children(root, "process"):
        process_id = _id_of(process, notes)
        if process_id is not None and process_id not in outline.processes:
            outline.processes[process_id] = process
            _read_level(process, process_id, None, process_id, outline, notes)
    return outline


def _check_ids(root: Element, notes: Notes) -> None:
    """Ids are unique over the whole file, drawing included (XML schema type ID)."""
    seen: set[str] = set()
    inside_extension = f"{{{root.nsmap.get(root.prefix, '')}}}extensionElements"
    for element in root.iter():
        element_id = element.get("id") if isinstance(element.tag, str) else None
        if element_id is None:
            continue
        if element_id in seen:
            if next(element.iterancestors(inside_extension), None) is None:
                notes.error_at(element, "duplicate_id")
        else:
            seen.add(element_id)


def _id_of(element: Element, notes: Notes) -> str | None:
    element_id = plain(element, "id")
    if element_id is None:
        notes.error_at(element, "missing_id", tag=local_name(element))
    elif _ID.fullmatch(element_id) is None:
        notes.error("bad_id", element_id[:120], line_of(element))
        return None
    return element_id


def _read_level(
    container: Element, level_id: str, parent: str | None, process: str, outline: Outline, notes: Notes
) -> None:
    level = outline.levels[level_id] = LevelOutline(level_id, parent, process)
    for element in bpmn_children(container):
        name = local_name(element)
        if name == "sequenceFlow":
            _read_flow(element, level_id, outline, notes)
        elif name in _KINDS or name in _STAND_INS:
            _read_node(element, name, level, outline, notes)
        elif name in _IGNORED:
            notes.warning("ignored_data", level_id, line_of(element), tag=name)
        elif name not in _SILENT:
            notes.error_at(element, "unknown_element", tag=name)


def _read_node(element: Element, name: str, level: LevelOutline, outline: Outline, notes: Notes) -> None:
    node_id = _id_of(element, notes)
    if node_id is None or node_id in outline.nodes:
        return
    kind = _KINDS.get(name) or _STAND_INS[name]
    refusals = _refusals(element, name)
    for what in refusals:
        notes.error_at(element, "not_supported", what=what)
    outline.nodes[node_id] = NodeOutline(node_id, kind, level.id, element, bool(refusals))
    level.nodes.append(node_id)
    if kind is NodeKind.SUBPROCESS:
        _read_level(element, node_id, level.id, level.process, outline, notes)


def _refusals(element: Element, name: str) -> list[str]:
    """Name what the element is or asks for and the engine does not execute."""
    asked = {
        name: name in _STAND_INS,
        "event subProcess": name == "subProcess" and flag(element, "triggeredByEvent"),
        "isForCompensation": flag(element, "isForCompensation"),
        f"{name} instantiate": flag(element, "instantiate"),
        "startQuantity": (plain(element, "startQuantity") or "1") != "1",
        "completionQuantity": (plain(element, "completionQuantity") or "1") != "1",
    }
    return [what for what, is_asked in asked.items() if is_asked]


def _read_flow(element: Element, level: str, outline: Outline, notes: Notes) -> None:
    flow_id = _id_of(element, notes)
    source, target = plain(element, "sourceRef"), plain(element, "targetRef")
    for attribute, ref in (("sourceRef", source), ("targetRef", target)):
        if ref is None:
            notes.error_at(element, "missing_ref", attribute=attribute)
    if flow_id and source and target and flow_id not in outline.flows:
        outline.flows[flow_id] = FlowOutline(flow_id, source, target, level, element)


def resolve_flows(outline: Outline, notes: Notes) -> None:
    """Drop flows that lead nowhere or out of their scope (BPMN 2.0.2, 7.6.1), and say so."""
    for flow in list(outline.flows.values()):
        ends = {"sourceRef": flow.source, "targetRef": flow.target}
        unknown = [(attribute, ref) for attribute, ref in ends.items() if ref not in outline.nodes]
        for attribute, ref in unknown:
            notes.error_at(flow.element, "unresolved_ref", attribute=attribute, ref=ref)
        if not unknown and outline.nodes[flow.source].level != outline.nodes[flow.target].level:
            notes.error_at(flow.element, "flow_crosses_scope", source=flow.source, target=flow.target)
            unknown = [("", "")]
        if unknown:
            del outline.flows[flow.id]
