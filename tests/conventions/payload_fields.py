"""The fields of every payload as they were released: what old histories hold must be read for ever.

`python -m tests.conventions.payload_fields` adds what is new; it never takes anything away.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from models import payloads

SNAPSHOT = Path(__file__).with_name("payload_fields.json")
Fields = Mapping[str, Mapping[str, str]]


def present_fields() -> dict[str, dict[str, str]]:
    """Read the fields and their types from the code, by class."""
    return {f"{each.__module__}.{each.__name__}": _fields(each) for each in _payloads()}


def recorded_fields() -> dict[str, dict[str, str]]:
    fields: dict[str, dict[str, str]] = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    return fields


def _payloads() -> Iterator[type]:
    for module_info in pkgutil.walk_packages(payloads.__path__, "models.payloads."):
        module = importlib.import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
                yield value


def _fields(payload: type) -> dict[str, str]:
    return {field.name: _describe(field) for field in dataclasses.fields(payload)}


def _describe(field: dataclasses.Field[object]) -> str:
    has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    return f"{field.type}{' = …' if has_default else ''}"


def main() -> None:
    recorded = recorded_fields() if SNAPSHOT.exists() else {}
    merged = {
        name: {**recorded.get(name, {}), **{k: v for k, v in fields.items() if k not in recorded.get(name, {})}}
        for name, fields in present_fields().items()
    }
    text = json.dumps({**recorded, **merged}, indent=1, sort_keys=True, ensure_ascii=False)
    SNAPSHOT.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
