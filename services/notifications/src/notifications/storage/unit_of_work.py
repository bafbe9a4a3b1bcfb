"""One transaction of notifications: its notices, rules and replicas, its moment, its caller."""

from datetime import datetime, time
from uuid import UUID

from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher
from notifications.storage.knowledge import Knowledge, KnowledgeCache
from notifications.storage.notices import Notices
from notifications.storage.places import Places
from notifications.storage.queries import Queries
from notifications.storage.rulebook import Rules
from notifications.storage.seals import Seals
from notifications.storage.week import WeekQueries


class NotificationsUnit:
    """What a use case of notifications may touch.

    Args:
        unit: the kernel's open transaction.
        cache: rules and directory in memory.
        cipher: seals comments.
        seals: makes the keyed hash over what was sent.
        acknowledge_scale: stretches or shortens every rule's time to acknowledge.
        digest_at: wall-clock time on Mondays, Asia/Shanghai.
    """

    def __init__(
        self,
        unit: Unit,
        cache: KnowledgeCache,
        cipher: FieldCipher,
        seals: Seals,
        *,
        acknowledge_scale: float,
        digest_at: time,
    ) -> None:
        self._unit = unit
        self._cache = cache
        self._knowledge: Knowledge | None = None
        self.seals = seals
        self.acknowledge_scale = acknowledge_scale
        self.digest_at = digest_at
        self.notices = Notices(unit, cipher, seals)
        self.places = Places(unit.connection)
        self.rules = Rules(unit.connection)
        self.queries = Queries(unit, cipher)
        self.week = WeekQueries(unit)

    @property
    def now(self) -> datetime:
        """The moment of the whole transaction, UTC."""
        return self._unit.now

    @property
    def traceparent(self) -> str | None:
        """The trace under which facts are published at this moment."""
        return self._unit.traceparent

    @property
    def caller(self) -> Principal:
        """Who asks.

        Raises:
            Unauthenticated: an event or a deadline acts here.
        """
        if self._unit.principal is None:
            raise Unauthenticated
        return self._unit.principal

    async def knowledge(self) -> Knowledge:
        """Return rules and directory, read at most once a transaction."""
        if self._knowledge is None:
            self._knowledge = await self._cache.read(self._unit.connection)
        return self._knowledge

    def schedule(self, kind: str, subject: UUID, due_at: datetime) -> None:
        """Set a deadline, replacing an earlier one of the same kind and subject."""
        self._unit.schedule(kind, subject, due_at)
