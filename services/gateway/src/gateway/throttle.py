"""How often a password may be wrong: counted per account and per address, in PostgreSQL.

The count is taken before the password is looked at, whether or not the login exists.
"""

import hashlib
import hmac
from datetime import timedelta

from gateway.settings import LoginSettings
from gateway.storage.logins import LoginStore
from lianfang_common.clock import Clock
from lianfang_common.database import Database
from lianfang_common.errors import Throttled


class LoginThrottle:
    """Counts attempts.

    Args:
        database: pool of the application role.
        clock: tells when a window is over.
        settings: the limits.
        key: keys the digests under which logins and addresses are counted.
    """

    def __init__(
        self, database: Database, clock: Clock, settings: LoginSettings, key: bytes
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._window = timedelta(minutes=settings.window_minutes)
        self._key = key

    async def count(self, login: str, address: str) -> None:
        """Count an attempt.

        Raises:
            Throttled: the account or the address has had its share of this window.
        """
        now = self._clock.now()
        limits = (
            (self._subject("address", address), self._settings.failures_per_address),
            (self._subject("account", login), self._settings.failures_per_account),
        )
        async with self._database.transaction() as connection:
            store = LoginStore(connection)
            counted = [
                (await store.count(subject, now, now - self._window), limit)
                for subject, limit in limits
            ]
        waits = [
            attempts.window_started_at + self._window - now
            for attempts, limit in counted
            if attempts.count > limit
        ]
        if waits:
            raise Throttled("login-throttled", max(1, int(max(waits).total_seconds())))

    async def forgive(self, login: str, address: str) -> None:
        """Take back what was counted for a login that succeeded."""
        async with self._database.transaction() as connection:
            await LoginStore(connection).forgive(
                self._subject("account", login), self._subject("address", address)
            )

    def _subject(self, kind: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{kind}:{value}".encode(), hashlib.sha256)
