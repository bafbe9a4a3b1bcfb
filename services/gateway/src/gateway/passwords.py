"""Passwords of the embedded issuer: argon2id, in a thread, and never more than two at once."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from gateway.settings import LoginSettings

_AT_ONCE = 2  # each takes its memory and a core


class Passwords:
    """Hashes and checks passwords.

    Args:
        settings: cost of one hash.
    """

    def __init__(self, settings: LoginSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_rounds,
            memory_cost=settings.password_memory_kib,
            parallelism=1,
        )
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return a hash with its own salt and parameters."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, known_hash: str | None) -> bool:
        """Say whether a password belongs to a hash.

        The work is the same where there is no hash: an unknown login costs what a known one does.
        """
        if self._nobody is None:
            self._nobody = await self.hash("nobody")
        async with self._turn:
            fits = await asyncio.to_thread(self._verify, known_hash or self._nobody, password)
        return fits and known_hash is not None

    def _verify(self, known_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(known_hash, password)
        except (Argon2Error, InvalidHashError):
            return False
