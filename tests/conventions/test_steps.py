"""Steps: registered, named, told in both languages, safe to repeat, and used as the shipped templates say."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from activities.registry import AREAS, Step, facts_for_parser, load_steps
from tests.conventions.tree import ROOT, sources_of
from workflows.bpmn.parser import parse

NAME = re.compile(r"^[a-z]+\.[a-z]+(_[a-z]+)+$")
SAYS_WHY = re.compile(r"\b(retry|repeat(ed)?|twice|again)\b", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = sorted((ROOT / "workflows" / "templates").glob("*.bpmn"))
SHIPPED = {"delivery_confirmation", "dispatch", "order_approval", "order_to_cash", "settlement_sign_off"}


def _steps() -> dict[str, Step]:
    steps = dict(load_steps())
    assert steps, "no step is registered"
    return steps


def test_every_step_is_named_area_dot_verb_noun_and_lives_in_its_area() -> None:
    for name, step in _steps().items():
        assert NAME.match(name), name
        area, verb_noun = name.split(".")
        assert step.function.__module__ in {f"activities.{area}", f"activities.{area}.{verb_noun}"}, name
        assert step.function.__name__ == verb_noun, name


def test_every_step_says_why_doing_it_twice_is_safe() -> None:
    wrong = [name for name, step in _steps().items() if not (SAYS_WHY.search(step.retry) and step.retry.endswith("."))]
    assert wrong == []


def test_every_step_has_a_title_in_both_languages() -> None:
    for name, step in _steps().items():
        assert CHINESE.search(step.titles["zh"]), name
        assert step.titles["en"].isascii(), name


def test_every_payload_is_a_frozen_value_of_the_payloads_package() -> None:
    for name, step in _steps().items():
        for each in filter(None, (step.payload, step.result)):
            assert dataclasses.is_dataclass(each), name
            assert vars(each)["__dataclass_params__"].frozen, name
            assert each.__module__.startswith("models.payloads."), name


def test_what_undoes_a_step_is_a_step() -> None:
    steps = _steps()
    unknown = {each.compensated_by for each in steps.values() if each.compensated_by} - steps.keys()
    assert unknown == set()


def test_every_function_with_a_step_key_is_registered() -> None:
    registered = {(step.function.__module__, step.function.__name__) for step in _steps().values()}
    for source in sources_of(*(f"activities/{area}" for area in AREAS)):
        module = source.name.removesuffix(".py").replace("/", ".")
        for function in source.functions:
            takes_key = any(
                each.annotation and ast.unparse(each.annotation) == "StepKey" for each in function.args.args
            )
            if takes_key and not function.name.startswith("_"):
                assert (module, function.name) in registered, f"{module}.{function.name}"


def test_the_standard_processes_are_shipped() -> None:
    assert {path.stem for path in TEMPLATES} >= SHIPPED


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_shipped_template_parses_without_a_finding_and_its_steps_and_calls_exist(path: Path) -> None:
    templates = {each.stem for each in TEMPLATES}
    parsed = parse(path.read_bytes(), facts_for_parser(_steps()), templates)
    assert [finding.message("en") for finding in parsed.findings] == []
    assert parsed.definition is not None
    assert parsed.definition.key == path.stem
