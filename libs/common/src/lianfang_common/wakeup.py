"""Being woken at once: an event inside a process, a ping through Valkey between processes.

A ping may be lost; every loop that waits here also wakes by itself after a while.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from lianfang_common.telemetry import get_logger

_log = get_logger()
_HINT_SECONDS = 2.0


def no_probe(_point: str) -> None:
    """Stand at a crash point where no test raises."""


class Wakeup:
    """Wakes one loop of this process; any number of calls before it looks count as one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.stands_by = False
        """Whether the work is done by another process, which must be woken too."""

    def set(self) -> None:
        """Wake the loop, or keep it from going to sleep."""
        self._event.set()

    async def wait(self, longest: timedelta) -> None:
        """Return when woken, at the latest after `longest`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest.total_seconds()):
                await self._event.wait()
        self._event.clear()


class Backoff:
    """Waits that double, with a random tenth, so that loops do not come back together."""

    def __init__(self, first_seconds: float = 0.05, longest_seconds: float = 1.0) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self.attempt = 0

    def reset(self) -> None:
        """Begin again with the first wait."""
        self.attempt = 0

    def next_seconds(self) -> float:
        """Return the next wait."""
        wait = min(self._longest, self._first * 2.0 ** min(self.attempt, 30))
        self.attempt += 1
        return wait * random.uniform(0.9, 1.0)  # noqa: S311 - a wait, no secret

    async def wait(self) -> None:
        """Sleep for the next wait."""
        await asyncio.sleep(self.next_seconds())


def sender(url: str) -> Redis:
    """Return a client for hints, which may be lost.

    While Valkey is silent, the hints of a busy service wait for one of two connections and then
    give up. The plain pool opens one for each of them, and keeps them all.
    """
    seconds = dict.fromkeys(("timeout", "socket_connect_timeout", "socket_timeout"), _HINT_SECONDS)
    once_more = Retry(NoBackoff(), 1)  # for a connection that was closed while nobody used it
    pool = BlockingConnectionPool.from_url(url, max_connections=2, retry=once_more, **seconds)
    return Redis.from_pool(pool)


def listener(url: str) -> Redis:
    """Return a client that may hear nothing for hours and yet finds a half-open connection."""
    return Redis.from_url(url, socket_connect_timeout=_HINT_SECONDS, health_check_interval=15)


async def settle(under_way: Iterable[asyncio.Task[None]]) -> None:
    """Let hints be sent that are under way; those that wait for long are given up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_HINT_SECONDS):
            await asyncio.gather(*under_way)


class ValkeyPings:
    """Wakes the loops of a service's other processes; Valkey holds nothing that may not be lost.

    Args:
        url: of the service's own Valkey user, who may use channels `<service>:*` alone.
        service: prefix of the channels.
    """

    def __init__(self, url: str, service: str) -> None:
        self._redis = sender(url)
        self._url = url
        self._service = service
        self._under_way: set[asyncio.Task[None]] = set()

    def ping(self, name: str) -> None:
        """Wake whoever listens for `name`, without waiting for it."""
        task = asyncio.create_task(self.ping_now(name))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def ping_now(self, name: str) -> None:
        """Wake whoever listens for `name`; an absent Valkey is no error."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.publish(f"{self._service}:{name}", "")

    async def listen(self, wake: Mapping[str, Callable[[], None]]) -> None:
        """Call `wake[name]` for each ping, until cancelled; all of them after each reconnection."""
        backoff = Backoff(first_seconds=0.2, longest_seconds=5)
        channels = {f"{self._service}:{name}".encode(): call for name, call in wake.items()}
        while True:
            client = listener(self._url)
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(*channels)
                    for call in channels.values():
                        call()
                    while True:
                        message = await subscription.get_message(timeout=15)
                        backoff.reset()
                        if message is not None:
                            channels[message["channel"]]()
            except (RedisError, OSError) as away:
                _log.warning("wakeup.unheard", error=type(away).__name__)
                await backoff.wait()
            finally:
                await client.aclose()

    async def close(self) -> None:
        """Send what is under way, then close the sending side."""
        await settle(self._under_way)
        await self._redis.aclose()
