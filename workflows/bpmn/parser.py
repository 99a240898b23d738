"""From a BPMN file to a definition: everything that is wrong in the file is a finding, whatever the file is.

Files of other tools are read as they are: any prefix, foreign extensions, drawings and data objects are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflows.bpmn.definition import Definition, EventKind, Level, Node, NodeKind, Process, Variable
from workflows.bpmn.findings import Finding
from workflows.bpmn.reading.checks import check_structure
from workflows.bpmn.reading.contents import Contents, Shared
from workflows.bpmn.reading.document import read_document
from workflows.bpmn.reading.names import Element, bpmn_children, flag, labels_of, line_of, plain
from workflows.bpmn.reading.nodes import build_nodes
from workflows.bpmn.reading.notes import Notes
from workflows.bpmn.reading.outline import Outline, read_outline, resolve_flows
from workflows.bpmn.reading.variables import declared_names, read_variables

_JOINS = (NodeKind.PARALLEL, NodeKind.INCLUSIVE)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the parser has to know of a registered step."""

    name: str
    compensated_by: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """`definition` is None as soon as one finding is an error."""

    definition: Definition | None
    findings: tuple[Finding, ...]


def parse(xml: bytes, steps: Mapping[str, StepFacts] | None = None, templates: Collection[str] | None = None) -> Parsed:
    """Read a file. Step names are checked against `steps`, called processes against `templates`, where given."""
    notes = Notes()
    try:
        definition = _parse(xml, steps, templates, notes)
    except Exception:  # whatever a hostile file brings about, it is the file that is wrong
        notes.error("internal")
        definition = None
    return Parsed(None if notes.has_errors() else definition, tuple(notes.found))


def _parse(
    xml: bytes, steps: Mapping[str, StepFacts] | None, templates: Collection[str] | None, notes: Notes
) -> Definition | None:
    root = read_document(xml, notes)
    if root is None:
        return None
    outline = read_outline(root, notes)
    if not outline.processes:
        notes.error("no_process")
        return None
    resolve_flows(outline, notes)
    shared = _shared(root, steps)
    variables = {key: read_variables(element, notes) for key, element in outline.processes.items()}
    contents = {key: Contents(shared, notes, _declared(key, outline, each)) for key, each in variables.items()}
    nodes = build_nodes(outline, contents)
    levels = _levels(outline, nodes)
    check_structure(outline, nodes, levels, notes)
    _check_calls(nodes, outline, templates, notes)
    return _definition(outline, variables, nodes, levels, shared, notes)


def _shared(root: Element, steps: Mapping[str, StepFacts] | None) -> Shared:
    return Shared(
        messages={key: each for each in bpmn_children(root, "message") if (key := plain(each, "id"))},
        errors={key: each for each in bpmn_children(root, "error") if (key := plain(each, "id"))},
        steps=None if steps is None else {name: facts.compensated_by for name, facts in steps.items()},
    )


def _declared(process: str, outline: Outline, variables: tuple[Variable, ...]) -> Mapping[str, str] | None:
    inside = [each for each in outline.nodes.values() if outline.levels[each.level].process == process]
    return declared_names(variables, inside)


def _levels(outline: Outline, nodes: Mapping[str, Node]) -> dict[str, Level]:
    levels = {}
    for each in outline.levels.values():
        inner = [nodes[node] for node in each.nodes]
        joins = tuple(node.id for node in inner if node.kind in _JOINS and len(node.incoming) > 1)
        levels[each.id] = Level(each.id, each.parent, tuple(each.nodes), _starts(inner), joins)
    return levels


def _starts(nodes: list[Node]) -> tuple[str, ...]:
    """Find where a level begins: a none start event, else any, else (13.3.4) whatever nothing leads to."""
    events = [each for each in nodes if each.kind is NodeKind.START]
    if events:
        return (next((each.id for each in events if each.event.kind is EventKind.NONE), events[0].id),)
    return tuple(each.id for each in nodes if not each.incoming and (each.kind.is_activity or each.kind.is_gateway))


def _check_calls(nodes: Mapping[str, Node], outline: Outline, templates: Collection[str] | None, notes: Notes) -> None:
    for node in nodes.values():
        if node.called and node.called not in outline.processes and node.called not in (templates or ()):
            notes.warning("called_elsewhere", node.id, node.line, called=node.called)


def _definition(
    outline: Outline,
    variables: Mapping[str, tuple[Variable, ...]],
    nodes: dict[str, Node],
    levels: dict[str, Level],
    shared: Shared,
    notes: Notes,
) -> Definition:
    processes = {key: _process(key, each, variables[key]) for key, each in outline.processes.items()}
    executable = [key for key, each in processes.items() if each.is_executable]
    primary = processes[executable[0] if executable else next(iter(processes))]
    line = line_of(outline.processes[primary.id])
    if len(executable) > 1:
        notes.warning("several_executable", primary.id, line, chosen=primary.id)
    elif not executable:
        notes.warning("not_executable", primary.id, line)
    return Definition(
        key=primary.id,
        name=primary.name,
        labels=primary.labels,
        processes=processes,
        primary=primary.id,
        levels=levels,
        nodes=nodes,
        flows={flow.id: flow for node in nodes.values() for flow in node.outgoing},
        messages=tuple(dict.fromkeys(each.message.name for each in nodes.values() if each.message is not None)),
        errors=tuple(dict.fromkeys(each.event.error_code for each in nodes.values() if each.event.error_code)),
    )


def _process(key: str, element: Element, variables: tuple[Variable, ...]) -> Process:
    labels = labels_of(element)
    name = plain(element, "name") or labels.get("zh") or key
    names = frozenset(each.name for each in variables)
    return Process(key, name, labels, flag(element, "isExecutable"), variables, names)
