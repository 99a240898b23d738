"""What no line of code may do."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.conventions.tree import Source, page_templates, product_sources, sources_of, test_sources

# The one place that waits for something outside by looking again.
MAY_SLEEP = frozenset({"tests/fixtures/waiting.py"})
CLOCK = "models/clock.py"
CLOCK_CALLS = re.compile(r"^(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)$|^time\.time$")
HTML = re.compile(r"</?(a|b|button|div|form|li|p|span|strong|table|td|tr|ul)\b[^>]*>", re.IGNORECASE)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
JINJA = re.compile(r"\{[%{#].*?[%}#]\}")
SKIPS = re.compile(r"^(pytest\.)?(mark\.)?(skip|skipif|xfail|importorskip)$|^pytest\.mark\.(skip|skipif|xfail)$")


def _calls(sources: tuple[Source, ...], is_wrong: Callable[[str], object]) -> list[str]:
    return [f"{each.name}:{call.lineno} {name}" for each in sources for name, call in each.calls if is_wrong(name)]


def test_tests_do_not_sleep() -> None:
    sources = tuple(each for each in test_sources() if each.name not in MAY_SLEEP)
    assert _calls(sources, {"time.sleep", "asyncio.sleep", "sleep"}.__contains__) == []


def test_tests_are_never_skipped() -> None:
    assert _calls(test_sources(), SKIPS.match) == []


def test_our_own_code_is_never_mocked() -> None:
    wrong = [
        f"{each.name}:{line}"
        for each in test_sources()
        for module, line in each.imports
        if module.startswith(("unittest", "mock", "pytest_mock"))
    ]
    assert wrong == []


def test_nothing_is_evaluated() -> None:
    assert _calls((*product_sources(), *test_sources()), {"eval", "exec", "compile", "__import__"}.__contains__) == []


def test_only_the_edge_commits() -> None:
    wrong = _calls(tuple(each for each in product_sources() if each.name != "models/db.py"), _ends_with_commit)
    assert wrong == []


def _ends_with_commit(name: str) -> bool:
    return name.endswith(".commit")


def test_business_code_reads_the_time_in_one_place() -> None:
    watched = tuple(each for each in sources_of("models/", "activities/", "web/", "workflows/") if each.name != CLOCK)
    assert _calls(watched, CLOCK_CALLS.match) == []


def test_there_is_no_html_in_python() -> None:
    found = [f"{each.name}:{line}" for each in sources_of("web/") for text, line in each.strings() if HTML.search(text)]
    assert found == []


def test_templates_carry_no_inline_script_or_style_and_trust_no_text() -> None:
    wrong = []
    for path in page_templates():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if INLINE.search(JINJA.sub("", line)) or re.search(r"\|\s*safe\b", line):
                wrong.append(f"{path.name}:{number} {line.strip()}")
    assert wrong == []


def test_tables_keep_their_annotations() -> None:
    # Postponed annotations break SQLModel's relationships.
    wrong = [each.name for each in sources_of("models/tables/") if any(m == "__future__" for m, _ in each.imports)]
    assert wrong == []
