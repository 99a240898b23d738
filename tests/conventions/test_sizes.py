"""Files, functions and templates stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.conventions.exceptions import LONG_FILES, LONG_FUNCTIONS, LONG_TEMPLATES
from tests.conventions.tree import ROOT, Function, page_templates, product_sources, test_sources

FILE, FUNCTION, ROUTE, TEMPLATE, PART = 400, 50, 25, 200, 80
VERBS = frozenset({"get", "post", "put", "patch", "delete", "api_route", "websocket"})


def test_no_python_file_is_longer_than_400_lines() -> None:
    long = {each.name for each in (*product_sources(), *test_sources()) if each.text.count("\n") > FILE}
    assert long == LONG_FILES


def test_no_function_is_longer_than_50_lines_and_no_route_longer_than_25() -> None:
    assert set(_long_functions()) == LONG_FUNCTIONS


def test_no_template_is_longer_than_200_lines_and_no_part_longer_than_80() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for path in page_templates()
        if path.read_text(encoding="utf-8").count("\n") > (PART if path.name.startswith("_") else TEMPLATE)
    }
    assert long == LONG_TEMPLATES


def _long_functions() -> Iterator[str]:
    for source in (*product_sources(), *test_sources()):
        for function in source.functions:
            allowed = ROUTE if source.name.startswith("web/") and _is_route(function) else FUNCTION
            if _lines(function) > allowed:
                yield f"{source.name}:{function.name}"


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _is_route(function: Function) -> bool:
    called = (each.func for each in function.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(each, ast.Attribute) and each.attr in VERBS for each in called)
