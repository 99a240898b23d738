"""The product's own files, as the house rules look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "workflows", "activities", "web", "deploy")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    @property
    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    @property
    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported module with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module, node.lineno

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every text in the code with its line, docstrings left out; what an f-string fills in reads as `\\0`."""
        docstrings = {id(node) for node in _docstrings(self.tree)}
        inner: set[int] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                inner.update(id(part) for part in ast.walk(node) if part is not node)
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "\0" for p in node.values), node.lineno
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inner:
                yield node.value, node.lineno


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value


@cache
def product_sources() -> tuple[Source, ...]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return tuple(map(Source, sorted([*found, ROOT / "worker.py", ROOT / "dev"])))


@cache
def test_sources() -> tuple[Source, ...]:
    return tuple(map(Source, sorted((ROOT / "tests").rglob("*.py"))))


test_sources.__test__ = False  # type: ignore[attr-defined]  # pytest would collect it by its name


def sources_of(*prefixes: str) -> tuple[Source, ...]:
    """The product's sources below these folders; fails when there are none, since then a rule would watch nothing."""
    found = tuple(source for source in product_sources() if source.name.startswith(prefixes))
    assert found, f"no source below {prefixes}"
    return found


@cache
def page_templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "web" / "templates").rglob("*.html")))
