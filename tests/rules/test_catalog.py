"""Search words and quantities."""

import pytest

from models.rules.catalog import SEARCH_TEXT_LENGTH, nearest_quantity, search_text, search_words


def test_a_search_looks_in_sku_and_both_names_whatever_their_case() -> None:
    assert search_text("KA-1001", "智能电饭煲", "Rice Cooker") == "ka-1001 智能电饭煲 rice cooker"


def test_a_search_text_fits_its_column() -> None:
    assert len(search_text("KA", "锅" * 160, "P" * 300)) == SEARCH_TEXT_LENGTH


@pytest.mark.parametrize(
    ("query", "words"),
    [("", ()), ("  ", ()), ("Rice  COOKER", ("rice", "cooker")), ("锅 锅", ("锅",)), ("100%_\\", ("100%_\\",))],
)
def test_every_word_of_a_query_counts_once(query: str, words: tuple[str, ...]) -> None:
    assert search_words(query) == words


@pytest.mark.parametrize(
    ("wanted", "minimum", "pack", "nearest"),
    [(1, 1, 1, 1), (0, 1, 1, 1), (-5, 1, 1, 1), (5, 6, 6, 6), (7, 6, 6, 12), (1, 10, 4, 12), (13, 10, 4, 16)],
)
def test_a_quantity_is_rounded_up_to_what_is_sold(wanted: int, minimum: int, pack: int, nearest: int) -> None:
    assert nearest_quantity(wanted, minimum, pack) == nearest
