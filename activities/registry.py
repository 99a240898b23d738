"""Every step there is: what templates may call, what the worker runs, what the designer offers.

A step is declared where it is written, with `@step`; `load_steps` imports the areas and returns them all. A local step
runs inside the transaction that also writes the journal, so its effect and the record of it stand or fall together. A
remote step talks to the outside and runs as a Temporal activity of its own, retried by its policy.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.payloads.processes import StepKey
from workflows.bpmn.parser import StepFacts

AREAS = ("orders", "inventory", "shipping", "settlement", "payments")

StepFunction = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One registered step. `retry` is the sentence that says why doing it twice is safe: its docstring's last line."""

    name: str
    function: StepFunction
    payload: type[Any]
    result: type[Any] | None
    is_local: bool
    compensated_by: str | None
    titles: Mapping[str, str]
    retry: str


class DuplicateStep(ValueError):
    """Two functions claim one step name."""


_steps: dict[str, Step] = {}


def step(
    name: str, *, zh: str, en: str, local: bool = False, compensated_by: str | None = None
) -> Callable[[StepFunction], StepFunction]:
    """Register a step under `area.verb_noun`.

    A local one is `async def f(session, payload, key)`, a remote one `async def f(payload, key)`; the payload is a
    frozen dataclass whose fields are picked by name from the element's input, the result a dataclass or None.
    """

    def register(function: StepFunction) -> StepFunction:
        if name in _steps:
            raise DuplicateStep(name)
        hints = typing.get_type_hints(function)
        result = hints.get("return")
        _steps[name] = Step(
            name=name,
            function=function,
            payload=hints["payload"],
            result=None if result is type(None) else result,
            is_local=local,
            compensated_by=compensated_by,
            titles={"zh": zh, "en": en},
            retry=(function.__doc__ or "").strip().splitlines()[-1].strip() if function.__doc__ else "",
        )
        return function

    return register


def load_steps() -> Mapping[str, Step]:
    """Import every area and return its steps by name."""
    for area in AREAS:
        importlib.import_module(f"activities.{area}")
    return dict(sorted(_steps.items()))


def facts_for_parser(steps: Mapping[str, Step]) -> dict[str, StepFacts]:
    """Tell the parser which steps there are and what undoes them."""
    return {name: StepFacts(name, each.compensated_by) for name, each in steps.items()}


class StepInputInvalid(ValueError):
    """The element's input does not fit the step's payload; the message names the field."""


def build_payload(payload: type[Any], values: Mapping[str, Any]) -> Any:
    """Pick the payload's fields by name and check them. Raises StepInputInvalid naming the field that is off."""
    adapter, names = _reader_of(payload)  # type: ignore[arg-type]  # a type is hashable
    try:
        return adapter.validate_python({k: v for k, v in values.items() if k in names})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StepInputInvalid(f"{where}: {first['msg']}") from error


@functools.cache
def _reader_of(payload: type[Any]) -> tuple[TypeAdapter[Any], frozenset[str]]:
    """Building a reader takes a thousand times as long as reading with it."""
    return TypeAdapter(payload), frozenset(field.name for field in dataclasses.fields(payload))


__all__ = [
    "AREAS",
    "DuplicateStep",
    "Step",
    "StepInputInvalid",
    "StepKey",
    "build_payload",
    "facts_for_parser",
    "load_steps",
    "step",
]
