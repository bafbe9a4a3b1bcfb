"""What is kept before anybody is known: failed logins, and codes of the embedded issuer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.tables import issuer_code, login_failure


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts of one subject in its window, this one included."""

    count: int
    window_started_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """What a code of the embedded issuer stands for."""

    account: UUID
    challenge: str
    nonce: str


class LoginStore:
    """Counts and codes in one open transaction.

    Args:
        connection: an open transaction of the application role.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, subject: bytes, now: datetime, window_after: datetime) -> Attempts:
        """Count an attempt before it is made, so that parallel guesses cannot pass together."""
        over = login_failure.c.window_started_at <= window_after
        added = upsert(login_failure).values(subject=subject, failures=1, window_started_at=now)
        counted = await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=[login_failure.c.subject],
                set_={
                    "failures": case((over, 1), else_=login_failure.c.failures + 1),
                    "window_started_at": case((over, now), else_=login_failure.c.window_started_at),
                },
            ).returning(login_failure.c.failures, login_failure.c.window_started_at)
        )
        count, started = counted.one()
        return Attempts(count, started)

    async def forgive(self, account_subject: bytes, address_subject: bytes) -> None:
        """Take back what a right password counted: the account's all, the address's one."""
        await self._connection.execute(
            delete(login_failure).where(login_failure.c.subject == account_subject)
        )
        await self._connection.execute(
            login_failure.update()
            .where(login_failure.c.subject == address_subject, login_failure.c.failures > 0)
            .values(failures=login_failure.c.failures - 1)
        )

    async def issue(self, digest: bytes, code: IssuedCode, expires_at: datetime) -> None:
        """Store a code."""
        await self._connection.execute(
            insert(issuer_code).values(
                digest=digest,
                account=code.account,
                challenge=code.challenge,
                nonce=code.nonce,
                expires_at=expires_at,
            )
        )

    async def redeem(self, digest: bytes, now: datetime) -> IssuedCode | None:
        """Take a code out; a second try finds nothing."""
        taken = await self._connection.execute(
            delete(issuer_code)
            .where(issuer_code.c.digest == digest)
            .returning(
                issuer_code.c.account,
                issuer_code.c.challenge,
                issuer_code.c.nonce,
                issuer_code.c.expires_at,
            )
        )
        row = taken.first()
        if row is None or row.expires_at <= now:
            return None
        return IssuedCode(row.account, row.challenge, row.nonce)
