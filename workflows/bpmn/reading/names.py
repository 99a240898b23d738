"""Names in the file: namespaces, and attributes as the different tools write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Element = Any
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DF = "urn:dealerflow:bpmn:1"
VENDORS = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")


def local_name(element: Element) -> str:
    """Give the tag without its namespace; comments and processing instructions have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def line_of(element: Element) -> int | None:
    return element.sourceline if isinstance(element.sourceline, int) else None


def bpmn_children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children that are of BPMN, of these names if any are given."""
    for child in element:
        if namespace(child) == BPMN and (not names or local_name(child) in names):
            yield child


def bpmn_child(element: Element, name: str) -> Element | None:
    return next(bpmn_children(element, name), None)


def extensions(element: Element, name: str) -> Iterator[Element]:
    """Yield our own extension elements of a name."""
    for holder in bpmn_children(element, "extensionElements"):
        for child in holder:
            if namespace(child) == DF and local_name(child) == name:
                yield child


def text_of(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def plain(element: Element, name: str) -> str | None:
    """Read an attribute of BPMN itself; blank counts as absent."""
    value = element.get(name)
    return value.strip() or None if value else None


def ours(element: Element, name: str) -> str | None:
    """Read an attribute of our namespace."""
    return plain(element, f"{{{DF}}}{name}")


def vendors(element: Element, *names: str) -> str | None:
    """Read an attribute that other engines define, whichever of them wrote the file."""
    for name in names:
        for vendor in VENDORS:
            value = plain(element, f"{{{vendor}}}{name}")
            if value is not None:
                return value
    return None


def flag(element: Element, name: str, default: bool = False) -> bool:
    value = plain(element, name)
    return default if value is None else value in ("true", "1")


def labels_of(element: Element) -> dict[str, str]:
    """Read the shown names by language; `name` stands in for one that is missing."""
    name = plain(element, "name")
    found = {"zh": ours(element, "labelZh") or name, "en": ours(element, "labelEn") or name}
    return {lang: label for lang, label in found.items() if label}
