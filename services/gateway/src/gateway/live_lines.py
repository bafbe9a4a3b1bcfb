"""The words of the live view: event ids, event names, and lines that are encoded once."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

from gateway.storage.feed import Desk, FeedRow

HEARTBEAT = b":\n\n"
_PLACE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([a-z_]{1,40}):(\d{1,18})")
_ID_CHARACTERS_MAX = 2_000

Positions = dict[Desk, int]
"""The number of the last line of each desk."""


def write_id(positions: Mapping[Desk, int]) -> str:
    """Return an event id: every desk of the reader with its number."""
    return ",".join(f"{desk.office}/{desk.role}:{n}" for desk, n in sorted(positions.items()))


def read_id(text: str) -> Positions | None:
    """Return what an event id says, or None where it is none of ours."""
    if len(text) > _ID_CHARACTERS_MAX:
        return None
    positions: Positions = {}
    for part in text.split(","):
        found = _PLACE.fullmatch(part)
        if found is None:
            return None
        positions[Desk(UUID(found[1]), found[2])] = int(found[3])
    return positions


def event_name(kind: str) -> str:
    """Return the name of the stream's event for a kind of feed line."""
    return f"notice-{kind}"


def facts_of(desk: Desk, row: FeedRow, language: str | None) -> dict[str, Any]:
    """Return what a line tells.

    Args:
        desk: who was told.
        row: the line.
        language: `zh-CN` or `en` gives `title` and `body` in it; None gives both.
    """
    facts: dict[str, Any] = orjson.loads(row.body)
    if language is not None:
        for name in ("title", "body"):
            texts = {part: facts.pop(f"{name}_{part}", None) for part in ("zh", "en")}
            if (chosen := texts["en" if language == "en" else "zh"]) is not None:
                facts[name] = chosen
    return {
        "office_id": str(desk.office),
        "role": desk.role,
        "number": row.number,
        **facts,
    }


class Line:
    """One feed line; its bytes are made once per language and shared by all streams."""

    __slots__ = ("_desk", "_encoded", "_framed", "_row", "number")

    def __init__(self, desk: Desk, row: FeedRow) -> None:
        self._desk = desk
        self._row = row
        self.number = row.number
        self._encoded: dict[str | None, bytes] = {}
        self._framed: dict[str | None, bytes] = {}

    def event(self, positions: Mapping[Desk, int], language: str | None) -> bytes:
        """Return the line as an event of a reader, by whose positions its id goes."""
        if len(positions) > 1:
            return with_id(positions, self._event(language))
        # Whoever sits at this desk alone has the same id: the bytes are one.
        framed = self._framed.get(language)
        if framed is None:
            framed = with_id({self._desk: self.number}, self._event(language))
            self._framed[language] = framed
        return framed

    def _event(self, language: str | None) -> bytes:
        known = self._encoded.get(language)
        if known is None:
            known = encode(event_name(self._row.kind), facts_of(self._desk, self._row, language))
            self._encoded[language] = known
        return known


def encode(name: str, facts: Mapping[str, Any]) -> bytes:
    """Return one event without its id."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(facts) + b"\n\n"


def with_id(positions: Mapping[Desk, int], encoded: bytes) -> bytes:
    """Return an event with the id that resumes after it."""
    return b"id: " + write_id(positions).encode() + b"\n" + encoded


def lines_of(desk: Desk, rows: Iterable[FeedRow]) -> list[Line]:
    """Return rows as lines of the stream."""
    return [Line(desk, row) for row in rows]
