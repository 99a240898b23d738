"""Messages are found, languages are chosen, numbers and dates are written as readers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from web import formats, i18n
from web.i18n import Language
from web.locale.collect import collect


def test_messages_of_code_and_templates_are_found() -> None:
    found = {key[1] for key in collect()}
    assert {"Awaiting approval", "Skip to content", "There is nothing here"} <= found


@pytest.fixture(params=[Language.CHINESE, Language.ENGLISH])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    i18n.use(chosen)
    return chosen


def test_money_is_written_alike_in_both(language: Language) -> None:
    assert formats.money(123_456_789) == "¥1,234,567.89"
    assert formats.money(-5) == "−¥0.05"
    assert formats.money(100, "USD") == "US$1.00"
    assert formats.money(None) == "—"


@pytest.mark.parametrize(("basis_points", "text"), [(0, "0%"), (5, "0.05%"), (1250, "12.5%"), (10_000, "100%")])
def test_basis_points_are_percent(basis_points: int, text: str) -> None:
    assert formats.percent(basis_points) == text


def test_instants_are_told_in_chinas_time(language: Language) -> None:
    at = datetime(2026, 3, 31, 16, 5, tzinfo=UTC)
    wanted = {Language.CHINESE: "2026-04-01 00:05", Language.ENGLISH: "1 Apr 2026 00:05"}
    assert formats.write_datetime(at) == wanted[language]
    assert formats.write_date(at) == {Language.CHINESE: "2026-04-01", Language.ENGLISH: "1 Apr 2026"}[language]


def test_a_name_that_is_missing_in_one_language_is_shown_in_the_other(language: Language) -> None:
    assert formats.name_of(SimpleNamespace(name_zh="中文", name_en="")) == "中文"
    assert formats.name_of({"unit_zh": "", "unit_en": "pc"}, "unit") == "pc"


def test_a_language_is_chosen_by_weight() -> None:
    assert i18n.negotiate("en;q=0.2, zh;q=0.7") is Language.CHINESE
    assert i18n.negotiate("en;q=nonsense, zh;q=0") is Language.CHINESE
    assert i18n.negotiate("EN-us") is Language.ENGLISH
