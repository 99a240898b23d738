"""Payloads enter workflow history, so their fields are only ever added."""

from __future__ import annotations

from tests.conventions.payload_fields import present_fields, recorded_fields

RECORD = "run: python -m tests.conventions.payload_fields"


def test_no_field_is_removed_or_changes_its_type() -> None:
    present = present_fields()
    wrong = []
    for payload, fields in recorded_fields().items():
        for name, described in fields.items():
            now = present.get(payload, {}).get(name)
            # A default may be added later; it may not be taken away.
            if now not in (described, f"{described} = …"):
                wrong.append(f"{payload}.{name}: was {described}, is {now}")
    assert wrong == []


def test_a_field_added_to_a_known_payload_has_a_default_and_all_are_recorded() -> None:
    recorded = recorded_fields()
    missing = []
    for payload, fields in present_fields().items():
        for name, described in fields.items():
            if name in recorded.get(payload, {}):
                continue
            missing.append(f"{payload}.{name}")
            assert payload not in recorded or described.endswith(" = …"), f"{payload}.{name} needs a default"
    assert missing == [], RECORD
