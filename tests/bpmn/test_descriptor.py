"""The descriptor that editors load names exactly what the parser reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import workflows.bpmn.engine
from workflows.bpmn.reading.names import DF

FOLDER = Path(workflows.bpmn.engine.__file__).parent
DESCRIPTOR = json.loads((FOLDER / "dealerflow.moddle.json").read_text(encoding="utf-8"))


def test_it_describes_our_namespace() -> None:
    assert (DESCRIPTOR["uri"], DESCRIPTOR["prefix"]) == (DF, "df")
    for each in DESCRIPTOR["types"]:
        assert each["description"]
        assert all(part["description"] for part in each["properties"])


def test_every_attribute_and_element_the_parser_reads_is_described_and_no_other() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((FOLDER / "reading").glob("*.py")))
    attributes = set(re.findall(r'ours\(\w+, "(\w+)"\)', source))
    elements = {name.capitalize() for name in re.findall(r'extensions\(\w+, "(\w+)"\)', source)} | {"Input", "Output"}
    types = DESCRIPTOR["types"]
    assert {part["name"] for each in types if "extends" in each for part in each["properties"]} == attributes
    assert {each["name"] for each in types if "superClass" in each} == elements
