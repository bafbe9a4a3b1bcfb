"""Rules and directory in memory: read once, and again when their version row has moved.

Routing a batch costs one small statement here instead of a lookup for each event.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.database import driver_of
from notifications.domain.directory import Directory
from notifications.domain.routing import rules_by_event, settlements_by_event
from notifications.domain.rule import Rule, Rulebook, Settlement
from notifications.storage.places import Places
from notifications.storage.rulebook import Rules

Version = tuple[int, int]


@dataclass(frozen=True)
class Knowledge:
    """What routing is decided by, as of one version."""

    book: Rulebook
    directory: Directory
    by_event: dict[str, tuple[Rule, ...]]
    by_key: dict[tuple[str, int], Rule]
    settled_by: dict[str, tuple[Settlement, ...]]


class KnowledgeCache:
    """The newest knowledge of this process; replaced as a whole, never changed."""

    def __init__(self) -> None:
        self._held: tuple[Version, Knowledge] | None = None

    async def read(self, connection: AsyncConnection) -> Knowledge:
        """Return the knowledge as a transaction sees it."""
        driver = await driver_of(connection)
        row = await driver.fetchrow(
            "select (select version from knowledge where name = 'places'),"
            " (select version from knowledge where name = 'rules')"
        )
        version: Version = (row[0], row[1])
        if self._held and self._held[0] == version:
            return self._held[1]
        book = await Rules(connection).all()
        current = book.current()
        found = Knowledge(
            book=book,
            directory=await Places(connection).directory(),
            by_event=rules_by_event(current),
            by_key={rule.key: rule for rule in book.rules},
            settled_by=settlements_by_event(book.settlements),
        )
        # What was loaded may be newer than the version read before it, never older; then the
        # next batch loads again.
        self._held = version, found
        return found
