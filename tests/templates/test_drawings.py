"""The drawings of the shipped templates: complete, named in both languages, and nothing lies on top of anything."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest
from lxml import etree

from tests.templates.walk import FOLDER, KEYS, definition

SPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
DF = "{urn:dealerflow:bpmn:1}"
Box = tuple[float, float, float, float]


def tree(key: str) -> Any:
    return etree.parse(FOLDER / f"{key}.bpmn")


def shapes(key: str) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for shape in tree(key).iterfind(".//bpmndi:BPMNShape", SPACES):
        bounds = shape.find("dc:Bounds", SPACES)
        x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_the_five_flows_are_there() -> None:
    assert KEYS == ("delivery_confirmation", "dispatch", "order_approval", "order_to_cash", "settlement_sign_off")


@pytest.mark.parametrize("key", KEYS)
def test_every_element_and_flow_is_drawn(key: str) -> None:
    found = definition(key)
    edges = {edge.get("bpmnElement") for edge in tree(key).iterfind(".//bpmndi:BPMNEdge", SPACES)}
    assert set(shapes(key)) == set(found.nodes)
    assert edges == set(found.flows)


@pytest.mark.parametrize("key", KEYS)
def test_elements_lie_beside_each_other_and_inside_their_subprocess(key: str) -> None:
    boxes, nodes = shapes(key), definition(key).nodes
    for one, other in combinations(boxes, 2):
        if nodes[one].scope == nodes[other].scope and not {nodes[one].attached_to, nodes[other].attached_to} & {
            one,
            other,
        }:
            assert not overlap(boxes[one], boxes[other]), (one, other)
    for element_id, box in boxes.items():
        if nodes[element_id].scope in boxes and nodes[element_id].attached_to is None:
            outer = boxes[nodes[element_id].scope]
            assert all(border < inner for inner, border in zip(box[:2], outer[:2], strict=True)), element_id
            assert all(inner < border for inner, border in zip(box[2:], outer[2:], strict=True)), element_id


@pytest.mark.parametrize("key", KEYS)
def test_flows_run_from_border_to_border(key: str) -> None:
    boxes, flows = shapes(key), definition(key).flows
    for edge in tree(key).iterfind(".//bpmndi:BPMNEdge", SPACES):
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("di:waypoint", SPACES)]
        flow = flows[edge.get("bpmnElement")]
        for (x, y), element_id in ((points[0], flow.source), (points[-1], flow.target)):
            left, top, right, bottom = boxes[element_id]
            assert (x in (left, right) and top <= y <= bottom) or (y in (top, bottom) and left <= x <= right), flow.id
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, flow.id


@pytest.mark.parametrize("key", KEYS)
def test_whatever_has_a_name_has_it_in_both_languages(key: str) -> None:
    for element in tree(key).iterfind(".//bpmn:process//*[@name]", SPACES):
        if not element.tag.startswith(DF):
            assert element.get(f"{DF}labelZh") == element.get("name"), element.get("id")
            assert element.get(f"{DF}labelEn"), element.get("id")


@pytest.mark.parametrize("key", KEYS)
def test_every_task_says_who_does_it_with_which_form(key: str) -> None:
    for node in definition(key).nodes.values():
        if node.work is not None:
            assert node.work.form, node.id
            assert node.work.relation or node.work.roles.literal, node.id
