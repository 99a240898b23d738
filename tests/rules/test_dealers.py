"""Regions."""

from models.rules.dealers import Region, region_of
from models.seed.company import DEALERS


def test_every_region_of_the_demo_company_has_names() -> None:
    for dealer in DEALERS:
        region = region_of(dealer.region)
        assert region.name_zh != region.code != region.name_en


def test_an_unknown_region_is_called_by_its_code() -> None:
    assert region_of("Germany") == Region("Germany", "Germany", "Germany")
