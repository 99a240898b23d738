"""Triggers and remote commands as JSON: what travels through Temporal and is kept in history."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

from workflows.bpmn.commands import RunStep
from workflows.bpmn.triggers import Trigger

_TRIGGERS = {kind.__name__: kind for kind in get_args(Trigger)}


def trigger_to_json(trigger: Trigger) -> dict[str, Any]:
    """Write the trigger's name and what differs from its defaults."""
    return {"type": type(trigger).__name__, **_fields(trigger)}


def trigger_from_json(data: dict[str, Any]) -> Trigger:
    """Read what `trigger_to_json` wrote. Fields that this version does not know raise TypeError."""
    values = dict(data)
    trigger: Trigger = _TRIGGERS[values.pop("type")](**values)
    return trigger


def step_to_json(command: RunStep) -> dict[str, Any]:
    return _fields(command)


def step_from_json(data: dict[str, Any]) -> RunStep:
    return RunStep(**data)


def _fields(value: Any) -> dict[str, Any]:
    return {
        field.name: current
        for field in dataclasses.fields(value)
        if not _is_default(field, current := getattr(value, field.name))
    }


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default_factory is not dataclasses.MISSING:
        return bool(value == field.default_factory())
    return field.default is not dataclasses.MISSING and bool(value == field.default)
