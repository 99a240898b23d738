"""Default values of a template's variables."""

from __future__ import annotations

import pytest

from workflows.bpmn.engine import advance, initial_state, root_variables
from workflows.bpmn.parser import Parsed, parse
from workflows.bpmn.triggers import Start


def parsed(*variables: str) -> Parsed:
    """Parse a process that has these variables and one task."""
    declared = "".join(f"<df:variable {each}/>" for each in variables)
    return parse(
        f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:df="urn:dealerflow:bpmn:1">
        <process id="p" isExecutable="true"><extensionElements>{declared}</extensionElements>
        <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/><userTask id="t" df:roles="ops"/>
        </process></definitions>""".encode()
    )


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("string", "P3D", "P3D"),
        ("string", "5", "5"),
        ("int", "5000000", 5_000_000),
        ("int", "-1", -1),
        ("bool", "true", True),
        ("bool", "false", False),
        ("double", "2.5", 2.5),
        ("double", "2", 2.0),
    ],
)
def test_an_instance_begins_with_the_defaults(type_: str, text: str, value: object) -> None:
    definition = parsed(f'name="v" type="{type_}" default="{text}"', 'name="w" type="int"').definition
    assert definition is not None
    state = advance(definition, initial_state(definition), Start({"w": 1})).state
    assert root_variables(state) == {"v": value, "w": 1}
    assert type(root_variables(state)["v"]) is type(value)


def test_what_an_instance_is_given_goes_before_the_default() -> None:
    definition = parsed('name="v" type="int" default="5"').definition
    assert definition is not None
    for given in (7, None):
        state = advance(definition, initial_state(definition), Start({"v": given})).state
        assert root_variables(state) == {"v": given}


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("int", "5.5"),
        ("int", "five"),
        ("int", "true"),
        ("int", "9223372036854775808"),
        ("bool", "1"),
        ("bool", "yes"),
        ("double", "NaN"),
        ("double", "true"),
        ("list", "[]"),
        ("map", "{}"),
        ("dyn", "1"),
    ],
)
def test_a_default_that_is_no_plain_value_of_its_type_is_an_error(type_: str, text: str) -> None:
    found = parsed(f'name="v" type="{type_}" default="{text}"')
    assert found.definition is None
    assert [each.code for each in found.findings] == ["variable_default"]
    assert found.findings[0].params == {"name": "v", "type": type_}
