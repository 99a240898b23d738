"""CEL and its traps: a value is used only if it is of the required type."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from workflows.bpmn.expressions import (
    MISSING,
    ExpressionFailed,
    ExpressionInvalid,
    Kind,
    compile_expression,
    evaluate,
    is_wrapped,
    unwrap,
)


def value_of(text: str, kind: Kind = Kind.DYN, declared: Mapping[str, str] | None = None, **variables: Any) -> Any:
    program = compile_expression(text, kind, declared)
    return evaluate(program, lambda name: variables.get(name, MISSING))


@pytest.mark.parametrize("text", ["${a > 1}", "#{a > 1}", "=a > 1", "a > 1", " ${ a > 1 } ", "= a > 1"])
def test_an_expression_may_be_wrapped_as_other_tools_do(text: str) -> None:
    assert unwrap(text) == "a > 1"
    assert value_of(text, Kind.BOOL, a=2) is True


def test_literals_are_told_from_expressions() -> None:
    assert is_wrapped("${a}")
    assert is_wrapped("=a")
    assert not is_wrapped("PT48H")
    assert not is_wrapped("a == b")


@pytest.mark.parametrize(
    ("text", "kind", "variables", "expected"),
    [
        ("a == 5", Kind.BOOL, {"a": 5.0}, True),
        ("a > 4", Kind.BOOL, {"a": 5}, True),
        ("a > 4.5", Kind.BOOL, {"a": 5}, True),
        ("a == null", Kind.BOOL, {"a": None}, True),
        ("a in ['x', 'y']", Kind.BOOL, {"a": "y"}, True),
        ("true || a", Kind.BOOL, {}, True),
        ("has(a.b) && a.b > 1", Kind.BOOL, {"a": {}}, False),
        ("lines.all(l, l.qty > 0)", Kind.BOOL, {"lines": [{"qty": 1}, {"qty": 0}]}, False),
        ("lines.map(l, l.qty)", Kind.LIST, {"lines": [{"qty": 1}, {"qty": 2}]}, [1, 2]),
        ("'lines.map(' + a", Kind.STRING, {"a": "x"}, "lines.map(x"),
        ("a", Kind.STRING, {"a": 12}, "12"),
        ("a", Kind.INT, {"a": 5.0}, 5),
        ("a", Kind.TEXTS, {"a": "x, y"}, ["x", "y"]),
        ("a", Kind.TEXTS, {"a": ["x", "y"]}, ["x", "y"]),
        ("duration('1h')", Kind.TIME, {}, "PT3600S"),
        ("timestamp('2026-01-01T08:00:00+08:00')", Kind.TIME, {}, "2026-01-01T00:00:00Z"),
        ("{'b': a, 'a': [1, null]}", Kind.DYN, {"a": {"x": 1.5}}, {"a": [1, None], "b": {"x": 1.5}}),
        ("a // a remark\n + 1", Kind.DYN, {"a": 1}, 2),
        ("a.map(x, x)", Kind.LIST, {"a": {"b": 1, "a": 2}}, ["a", "b"]),
    ],
)
def test_values(text: str, kind: Kind, variables: dict[str, Any], expected: Any) -> None:
    found = value_of(text, kind, **variables)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "kind", "variables"),
    [
        ("a", Kind.BOOL, {"a": 1}),
        ("a", Kind.BOOL, {"a": "true"}),
        ("a", Kind.BOOL, {"a": None}),
        ("a > 1", Kind.BOOL, {}),
        ("a > 1", Kind.BOOL, {"a": None}),
        ("a > 1", Kind.BOOL, {"a": "x"}),
        ("a ? true : false", Kind.BOOL, {"a": 1}),
        ("a && true", Kind.BOOL, {"a": "x"}),
        ("a.b > 1", Kind.BOOL, {"a": {}}),
        ("a[3] > 1", Kind.BOOL, {"a": [1]}),
        ("a / 0 > 1", Kind.BOOL, {"a": 1}),
        ("a + 1 > 1", Kind.BOOL, {"a": 2**63 - 1}),
        ("a > 1", Kind.BOOL, {"a": 2**63}),
        ("a.b > 1", Kind.BOOL, {"a": {"b": -(2**70)}}),
        ("a / 2 > 1", Kind.BOOL, {"a": 1.0}),
        ("a", Kind.INT, {"a": 2.5}),
        ("a", Kind.INT, {"a": True}),
        ("a", Kind.INT, {"a": float("inf")}),
        ("a", Kind.INT, {"a": float("nan")}),
        ("1.0 / a", Kind.DYN, {"a": 0.0}),
        ("a", Kind.STRING, {"a": 1.5}),
        ("a", Kind.STRING, {"a": None}),
        ("a", Kind.LIST, {"a": "abc"}),
        ("a", Kind.TEXTS, {"a": [1, 2]}),
        ("b'abc'", Kind.DYN, {}),
        ("type(a)", Kind.DYN, {"a": 1}),
        ("{1: 2}", Kind.DYN, {}),
        ("[duration('1h')]", Kind.DYN, {}),
        ("a + 'x'", Kind.STRING, {"a": "before\x00after"}),
        ("a + 'x'", Kind.STRING, {"a": "half \ud800 pair"}),
        ("a.map(x, a.map(y, a.map(z, x + y + z))).size() > 1", Kind.BOOL, {"a": list(range(200))}),
        ("a.map(x, b).size() > 1", Kind.BOOL, {"a": [1, 2], "b": "x" * 200_000}),
        ("a.size() > 1", Kind.BOOL, {"a": list(range(300_000))}),
        ("a.matches('(a+)+$')", Kind.INT, {"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}),
    ],
)
def test_what_has_no_usable_value_fails(text: str, kind: Kind, variables: dict[str, Any]) -> None:
    try:
        program = compile_expression(text, kind)
    except ExpressionInvalid:
        return
    with pytest.raises(ExpressionFailed) as caught:
        evaluate(program, lambda name: variables.get(name, MISSING))
    assert caught.value.text == text
    assert caught.value.reason


def test_deeply_nested_values_fail() -> None:
    nested: Any = 1
    for _ in range(100):
        nested = [nested]
    with pytest.raises(ExpressionFailed, match="too large"):
        value_of("a", Kind.DYN, a=nested)


@pytest.mark.parametrize(
    "text",
    [
        "", "${}", "=", "a +", "a > ", "now()", "random()", "a b", "'unfinished", "\"", "a ==== b", "if", "a; b",
        "a = 1", "(" * 500 + "1" + ")" * 500, "a" + ".b" * 500, "1" + "+1" * 3000, "[" * 1000, "a" * 5000, "\x00",
        "a\ud800", "a.map(b)", "订单 > 1", "package > 1",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_when_compiled(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        compile_expression(text, Kind.DYN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1 + 1", Kind.BOOL), ("'a'", Kind.BOOL), ("true", Kind.INT), ("[1]", Kind.STRING), ("1", Kind.LIST)],
)
def test_an_expression_of_another_type_is_refused_when_compiled(text: str, kind: Kind) -> None:
    with pytest.raises(ExpressionInvalid, match="required is"):
        compile_expression(text, kind)


DECLARED = {"total": "int", "rate": "double", "dealer": "string", "lines": "list", "any": "dyn"}


def test_declared_variables_have_their_types() -> None:
    assert value_of("total * 2 > 10", Kind.BOOL, DECLARED, total=6.0) is True
    assert value_of("rate * 2.0", Kind.DYN, DECLARED, rate=3) == 6.0
    with pytest.raises(ExpressionInvalid, match="overload"):
        compile_expression("total + dealer > 1", Kind.BOOL, DECLARED)
    with pytest.raises(ExpressionInvalid, match="undeclared"):
        compile_expression("unknown > 1", Kind.BOOL, DECLARED)
    with pytest.raises(ExpressionFailed):
        value_of("total > 1", Kind.BOOL, DECLARED, total="7")
    with pytest.raises(ExpressionFailed):
        value_of("total > 1", Kind.BOOL, DECLARED, total=None)


def test_programs_of_the_same_text_are_equal() -> None:
    assert compile_expression("a > 1", Kind.BOOL) == compile_expression("${a > 1}", Kind.BOOL)


def test_walking_a_map_gives_the_same_list_in_every_process() -> None:
    """The library shuffles maps by a seed of the process; a replay would differ."""
    code = (
        "from workflows.bpmn.expressions import *\n"
        "names = {f'key{n}': n for n in range(20)}\n"
        "one = evaluate(compile_expression('a.map(k, k)', Kind.LIST), lambda name: names)\n"
        "two = evaluate(compile_expression('a . filter(k, a[k] > 3)', Kind.LIST), lambda name: names)\n"
        "text = \"{'z': 1, 'y': 2, 'x': 3, 'w': 4}.map(k, k)\"\n"
        "three = evaluate(compile_expression(text, Kind.LIST), lambda name: names)\n"
        "four = list(evaluate(compile_expression('a', Kind.DYN), lambda name: names))\n"
        "print(one, two, three, four)\n"
    )
    run = [sys.executable, "-c", code]
    assert len({subprocess.run(run, capture_output=True, check=True, text=True).stdout for _ in range(4)}) == 1
