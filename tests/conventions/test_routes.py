"""Every route has a test, every template that a route names exists, and every template is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from models.db import Database
from models.settings import Settings
from tests.conventions.tree import ROOT, page_templates, sources_of, test_sources
from web.app import create_app
from web.gateway import Gateway
from web.render import build_environment
from web.static_files import Assets

FOLDER = ROOT / "web" / "templates"
REFERENCE = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
BUILT_REFERENCE = re.compile(r"""\{%-?\s*include\s+["']([^"']*)["']\s*~""")
PARAMETER = re.compile(r"\{[^}]+\}")


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The address of every route of the application."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    app = create_app(settings, Database(settings.effective_database_url), cast(Gateway, None))
    found = tuple(sorted({route.path for route in iter_route_contexts(app.routes) if route.path and route.methods}))
    assert {"/healthz", "/inbox"} <= set(found)
    return found


def test_every_route_has_a_test(paths: tuple[str, ...]) -> None:
    addresses = _addresses_in_tests()
    assert [path for path in paths if not _is_asked_for(path, addresses)] == []


@cache
def _addresses_in_tests() -> frozenset[str]:
    """Every text in the tests that may be an address; what is filled in reads as `\\0`."""
    texts = (text for source in test_sources() if "/conventions/" not in source.name for text, _ in source.strings())
    return frozenset(text.split("?")[0].split("#")[0] for text in texts if "/" in text and "\n" not in text)


def _is_asked_for(path: str, addresses: frozenset[str]) -> bool:
    pattern = compile_path(path)[0]
    fixed = [part for part in path.split("/") if part and not part.startswith("{")]
    return any(_fits(address, pattern, path, fixed) for address in addresses)


def _fits(address: str, pattern: re.Pattern[str], path: str, fixed: list[str]) -> bool:
    if "\0" not in address:
        return bool(pattern.match(address) or (path.startswith("/api/v1") and pattern.match(f"/api/v1{address}")))
    if fixed and f"/{fixed[-1]}" not in address:
        return False
    # A base address or an identifier is filled in: what stands between must be the route's own words.
    filled = ".+".join(re.escape(part) for part in address.split("\0"))
    sample = PARAMETER.sub("1", path)
    return any(re.fullmatch(filled, each) for each in (sample, f"http://host{sample}", sample.removeprefix("/api/v1")))


def test_every_template_that_code_names_exists() -> None:
    named = {text for text in _texts_in_web() if text.endswith(".html") and not set("\0*") & set(text)}
    assert named
    assert [name for name in sorted(named) if not (FOLDER / name).is_file()] == []


def test_every_template_is_used() -> None:
    references = _texts_in_web() | {each for path in page_templates() for each in _references(path)}
    built = [re.compile(".+".join(map(re.escape, each.split("\0")))) for each in references if "\0" in each]
    names = [path.relative_to(FOLDER).as_posix() for path in page_templates()]
    assert [n for n in names if n not in references and not any(each.fullmatch(n) for each in built)] == []


def _texts_in_web() -> set[str]:
    texts = {text for source in sources_of("web/") for text, _line in source.strings()}
    return {text for text in texts if ".html" in text or text.endswith("/")}


def _references(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from REFERENCE.findall(text)
    yield from (f"{start}\0" for start in BUILT_REFERENCE.findall(text))


def test_every_template_compiles() -> None:
    environment = build_environment(Assets())
    names = environment.list_templates(extensions=["html"])
    assert names
    for name in names:
        environment.get_template(name)
