"""Which variables the expressions of a process may use."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from workflows.bpmn.definition import NodeKind, Variable
from workflows.bpmn.expressions import RESERVED, VARIABLE_TYPES
from workflows.bpmn.reading.contents import collection_of, result_variable
from workflows.bpmn.reading.names import Element, bpmn_child, extensions, flag, ours, plain, vendors
from workflows.bpmn.reading.notes import Notes
from workflows.bpmn.reading.outline import NodeOutline

_LOOP = ("loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")


def read_variables(process: Element, notes: Notes) -> tuple[Variable, ...]:
    """Read the `df:variable` elements of a process."""
    found: dict[str, Variable] = {}
    for each in extensions(process, "variable"):
        name, type_ = plain(each, "name") or "", plain(each, "type") or "dyn"
        if (
            not name.isidentifier()
            or not name.isascii()
            or name in RESERVED
            or type_ not in VARIABLE_TYPES
            or name in found
        ):
            notes.error_at(process, "variable_invalid", name=name[:100])
            continue
        try:
            found[name] = Variable(name, type_, flag(each, "required"), read_default(plain(each, "default"), type_))
        except ValueError:
            notes.error_at(process, "variable_default", name=name, type=type_)
    return tuple(found.values())


def read_default(text: str | None, type_: str) -> str | int | float | bool | None:
    """Read a default value of a plain type. Raises ValueError for anything else."""
    if text is None or type_ == "string":
        return text
    value = json.loads(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if type_ == "bool" and isinstance(value, bool):
        return value
    if type_ == "int" and is_number and isinstance(value, int) and value in range(-(2**63), 2**63):
        return value
    if type_ == "double" and is_number:
        return float(value)
    raise ValueError(text)


def declared_names(variables: tuple[Variable, ...], nodes: list[NodeOutline]) -> Mapping[str, str] | None:
    """Add what the diagram itself provides to the declared variables; None where none are declared: any name goes."""
    if not variables:
        return None
    names = {"business_key": "string"} | dict.fromkeys(_LOOP, "int")
    for node in nodes:
        names.update(_provided(node))
    names.update({each.name: each.type for each in variables})
    return {name: type_ for name, type_ in names.items() if name.isidentifier() and name not in RESERVED}


def _provided(node: NodeOutline) -> dict[str, str]:
    """Name what an element sets: its outcome, its mappings' targets and the items of its loop."""
    element = node.element
    names = {
        name: "dyn"
        for kind in ("input", "output")
        for each in extensions(element, kind)
        if (name := plain(each, "name"))
    }
    if node.kind is NodeKind.USER:
        names[result_variable(element)] = "string"
    elif variable := ours(element, "resultVariable") or vendors(element, "resultVariable"):
        names[variable] = "dyn"
    rule = bpmn_child(element, "multiInstanceLoopCharacteristics")
    if rule is not None and (item := collection_of(rule)[1]):
        names[item] = "dyn"
    return names
