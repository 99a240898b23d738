"""Cursors and pages."""

import pytest

from models.repositories.pages import MAXIMUM_LIMIT, BadCursor, bounded, decode_cursor, encode_cursor, page_of


def test_a_cursor_comes_back_as_it_went() -> None:
    assert decode_cursor(encode_cursor("锅/1", 7), str, int) == ("锅/1", 7)


@pytest.mark.parametrize("text", ["", "x", "!!!", "bnVsbA", encode_cursor("a"), encode_cursor(1, 2), "é"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(text, int)


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-1, 1), (50, 50), (10_000, MAXIMUM_LIMIT)])
def test_a_page_size_is_kept_within_bounds(asked: int, given: int) -> None:
    assert bounded(asked) == given


def test_the_row_too_many_tells_that_there_are_more() -> None:
    def make(rows: int) -> str | None:
        return page_of(list(range(rows)), 3, str, lambda row: (row,)).next_cursor

    assert make(3) is None
    assert make(4) == encode_cursor(2)
    assert page_of([1, 2, 3, 4], 3, str, lambda row: (row,)).items == ("1", "2", "3")
