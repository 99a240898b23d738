"""The regions that dealers belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name_zh: str
    name_en: str


REGIONS: Mapping[str, Region] = {
    region.code: region
    for region in (
        Region("east", "华东", "East China"),
        Region("south", "华南", "South China"),
        Region("north", "华北", "North China"),
        Region("southwest", "西南", "Southwest China"),
        Region("central", "华中", "Central China"),
        Region("northeast", "东北", "Northeast China"),
        Region("northwest", "西北", "Northwest China"),
    )
}


def region_of(code: str) -> Region:
    """Name a region; one that is not in the list is called by its code."""
    return REGIONS.get(code) or Region(code, code, code)
