"""Sessions: rows that are found by the cookie's digest, and hold nothing to replay."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import session
from lianfang_common.database import driver_of


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A live session with its account, and which version of the office's grids holds now."""

    account: UUID
    login: str
    name_zh: str
    name_en: str
    role: str
    seen_at: datetime
    ends_at: datetime
    office: UUID | None
    office_version: int | None
    office_kind: str | None
    office_name_zh: str | None
    office_name_en: str | None


_FIND = """
select s.digest, a.id, a.login, a.name_zh, a.name_en, a.role, s.seen_at, s.ends_at, a.office,
    o.version, o.kind, o.name_zh, o.name_en
from session s join account a on a.id = s.account and a.active left join office o on o.id = a.office
where s.digest = any ($1::bytea[]) and s.ends_at > $2 and s.seen_at > $3"""


class SessionStore:
    """Sessions in one open transaction.

    Args:
        connection: an open transaction of the application role.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, digest: bytes, owner: UUID, now: datetime, ends_at: datetime) -> None:
        """Store a new session of an account."""
        await self._connection.execute(
            insert(session).values(
                digest=digest, account=owner, started_at=now, seen_at=now, ends_at=ends_at
            )
        )

    async def find(
        self, digests: Collection[bytes], now: datetime, seen_after: datetime
    ) -> dict[bytes, SessionRow]:
        """Return the sessions that are neither over nor idle for too long, of active accounts."""
        driver = await driver_of(self._connection)
        rows = await driver.fetch(_FIND, list(digests), now, seen_after)
        return {digest: SessionRow(*row) for digest, *row in rows}

    async def saw(self, digests: Collection[bytes], now: datetime) -> None:
        """Record that sessions are in use."""
        await self._connection.execute(
            update(session).where(session.c.digest.in_(digests)).values(seen_at=now)
        )

    async def end(self, digest: bytes) -> None:
        """Forget a session; nothing happens where there is none."""
        await self._connection.execute(delete(session).where(session.c.digest == digest))
