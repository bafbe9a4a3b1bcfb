"""Pages of long lists: a cursor that the caller can neither read as an offset nor forge."""

import base64
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query

from lianfang_common.errors import Invalid

T = TypeVar("T")

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
_TAG_BYTES = 16

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Rows of one page")]
"""Type of a route's `limit` parameter; its default is `LIMIT_DEFAULT`."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the cursor of the next ones, None at the end."""

    items: Sequence[T]
    next: str | None


class Cursors:
    """Writes the key of the last row into a cursor and reads it back.

    Args:
        key: authenticates cursors; another service's, or a changed one, is refused.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def page(self, rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
        """Return the first `limit` rows.

        Args:
            rows: up to `limit + 1` rows in the list's order; the one more says that more follow.
            limit: rows wanted.
            key: the values by which the list is ordered; ids, dates, codes.
        """
        if len(rows) <= limit:
            return Page(rows, None)
        kept = rows[:limit]
        return Page(kept, self.write(key(kept[-1])))

    def write(self, key: Sequence[Any]) -> str:
        """Return the cursor of a key."""
        body = orjson.dumps(list(key), default=str)
        tag = hmac.digest(self._key, body, "sha256")[:_TAG_BYTES]
        return base64.urlsafe_b64encode(tag + body).rstrip(b"=").decode()

    def read(self, cursor: str | None, *kinds: Callable[[Any], Any]) -> list[Any] | None:
        """Return the key of the last row seen, None for the first page.

        Args:
            cursor: as the caller gave it back.
            kinds: makes each value of the key what the list is ordered by.

        Raises:
            Invalid: the cursor is not one of ours, or leads through another list.
        """
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError as failure:
            raise Invalid("invalid", "cursor") from failure
        tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(hmac.digest(self._key, body, "sha256")[:_TAG_BYTES], tag):
            raise Invalid("invalid", "cursor")
        try:
            return [kind(value) for kind, value in zip(kinds, orjson.loads(body), strict=True)]
        except (ValueError, TypeError, AttributeError) as failure:
            raise Invalid("invalid", "cursor") from failure
