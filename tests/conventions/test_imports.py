"""Who may import whom, beyond what the contracts in pyproject.toml can say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tree import ROOT, product_sources, sources_of, test_sources

FORBIDDEN_NAMES = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "dto")
PURE = ("models/rules/", "models/payloads/", "workflows/bpmn/")
# The standard library, less clocks, randomness and the outside world.
IMPURE = frozenset({"asyncio", "http", "os", "random", "secrets", "socket", "subprocess", "time", "urllib", "uuid"})
ALSO_PURE = {"models/rules/": {"numpy"}, "workflows/bpmn/expressions": {"cel_expr_python"}, "workflows/bpmn/": {"lxml"}}
OWN = frozenset({"models", "workflows"})
ADAPTERS = ("carriers", "payments", "banks", "notifiers")
CONSTRUCTORS = ("worker.py", "web/__main__.py", "deploy/", "models/seed/", "models/migrations/")


def test_the_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("folder", PURE)
def test_pure_code_stands_on_the_standard_library(folder: str) -> None:
    allowed = (sys.stdlib_module_names - IMPURE) | OWN
    wrong = []
    for source in sources_of(folder):
        also = set().union(*(names for prefix, names in ALSO_PURE.items() if source.name.startswith(prefix)))
        for module, line in source.imports:
            if module.split(".")[0] not in allowed | also:
                wrong.append(f"{source.name}:{line} {module}")
    assert wrong == []


def test_the_expression_library_and_the_xml_parser_are_each_in_one_place() -> None:
    users = {"cel_expr_python": set[str](), "lxml": set[str]()}
    for source in sources_of("workflows/"):
        for module, _line in source.imports:
            if module.split(".")[0] in users:
                users[module.split(".")[0]].add(source.name.split("/")[2])
    assert {name.removesuffix(".py") for name in users["cel_expr_python"]} == {"expressions"}
    assert users["lxml"]


def test_models_and_its_neighbours_have_an_empty_init() -> None:
    # A workflow's sandbox imports them again for each run; a table behind one costs 350 ms.
    for package in ("models", "models/payloads", "models/rules", "models/repositories", "models/tables", "workflows"):
        assert (ROOT / package / "__init__.py").read_text() == "", f"{package}/__init__.py is not empty"


def test_no_module_is_called_utils_or_the_like() -> None:
    wrong = [
        source.name
        for source in (*product_sources(), *test_sources())
        if set(source.path.with_suffix("").relative_to(ROOT).parts) & set(FORBIDDEN_NAMES)
    ]
    assert wrong == []


def test_adapters_of_one_kind_never_import_each_other() -> None:
    wrong = []
    for kind in ADAPTERS:
        for path in (ROOT / "activities" / kind).glob("*.py"):
            allowed = {f"activities.{kind}.base"}
            if path.name in ("__init__.py", "registry.py"):
                continue
            source = next(each for each in product_sources() if each.path == path)
            wrong += [
                f"{source.name}:{line} {module}"
                for module, line in source.imports
                if module.startswith(f"activities.{kind}.") and module not in allowed
            ]
    assert wrong == []


def test_only_the_edges_construct_a_database() -> None:
    wrong = [
        f"{source.name}:{call.lineno}"
        for source in product_sources()
        if not source.name.startswith(CONSTRUCTORS)
        for name, call in source.calls
        if name == "Database"
    ]
    assert wrong == []
