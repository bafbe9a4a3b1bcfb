"""A cursor leads to the rows after the last one seen, and only a cursor of ours does."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang_common.errors import Invalid
from lianfang_edge.pagination import Cursors

_CURSORS = Cursors(b"k" * 32)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=40), st.integers(1, 7))
def test_pages_together_are_the_whole_list(numbers: list[int], limit: int) -> None:
    ordered, seen, cursor = sorted(numbers), [], None
    while True:
        after = _CURSORS.read(cursor, int)
        rest = [n for n in ordered if after is None or n > after[0]]
        page = _CURSORS.page(rest[: limit + 1], limit, lambda n: [n])
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
        assert len(page.items) == limit
    assert seen == ordered


def test_a_full_last_page_has_no_next() -> None:
    assert _CURSORS.page([1, 2], 2, lambda n: [n]).next is None


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "日本", base64.urlsafe_b64encode(b"0" * 16 + b"[1]").decode(), "====", "\x00"],
)
def test_a_forged_cursor_is_refused_by_field(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        _CURSORS.read(cursor, int)
    assert refused.value.field == "cursor"


def test_a_cursor_of_another_service_is_refused() -> None:
    with pytest.raises(Invalid):
        Cursors(b"o" * 32).read(_CURSORS.write(["a", 1]), str, int)


@pytest.mark.parametrize("key", [["990101"], ["bureau", str(UUID(int=7))], [7], []])
def test_a_cursor_of_another_list_is_refused_by_field(key: list[object]) -> None:
    with pytest.raises(Invalid) as refused:
        _CURSORS.read(_CURSORS.write(key), UUID)
    assert refused.value.field == "cursor"
