"""What processes of the gateway tell each other through Valkey: short, lossy, never needed.

Every message is a hint that something changed in the database. Whoever misses one finds out by
looking again after two seconds.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping

from redis.exceptions import RedisError

from lianfang_common.telemetry import get_logger
from lianfang_common.wakeup import Backoff, listener, sender, settle

_log = get_logger()

FEED = "gateway:feed"
"""Desks with new lines: `office/role` with spaces between."""
SESSIONS = "gateway:sessions"
"""A session ended (its digest in hexadecimal), or rights changed (`all`)."""

Heard = Callable[[str], None]


class Bus:
    """Publishes hints and hears those of other processes, not its own.

    Args:
        url: of the gateway's Valkey user; None where this process is alone.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._redis = None if url is None else sender(url)
        self._own = os.urandom(8).hex()
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, channel: str, text: str) -> None:
        """Tell the other processes, without waiting; an absent Valkey is no error."""
        if self._redis is None:
            return
        task = asyncio.create_task(self._publish(channel, f"{self._own} {text}"))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _publish(self, channel: str, message: str) -> None:
        if self._redis is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._redis.publish(channel, message)

    async def listen(self, heard: Mapping[str, Heard], gap: Callable[[], None]) -> None:
        """Call `heard[channel]` for each message, until cancelled.

        Args:
            heard: what to do, by channel.
            gap: called after each connection: something may have been missed.
        """
        if self._url is None:
            return
        backoff = Backoff(first_seconds=0.2, longest_seconds=5)
        while True:
            client = listener(self._url)
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(*heard)
                    gap()
                    while True:
                        message = await subscription.get_message(timeout=15)
                        backoff.reset()
                        if message is not None:
                            self._hand_over(message, heard)
            except (RedisError, OSError) as away:
                _log.warning("bus.unheard", error=type(away).__name__)
                await backoff.wait()
            finally:
                await client.aclose()

    def _hand_over(self, message: Mapping[str, bytes], heard: Mapping[str, Heard]) -> None:
        sender, _, text = message["data"].decode().partition(" ")
        if sender != self._own:
            heard[message["channel"].decode()](text)

    async def close(self) -> None:
        """Send what is under way, then close the sending side."""
        await settle(self._under_way)
        if self._redis is not None:
            await self._redis.aclose()
