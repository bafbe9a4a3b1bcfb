"""Fetch sessions (KIP-227): a request names only what has changed since the last one.

The client names every partition that it reads in each request, and the broker tells of every one
in each answer. For a consumer of a hundred partitions that is some milliseconds of each side's
processor for each message that comes alone. In a session the broker knows what is read from where:
an idle request is empty, and an answer tells of the partitions with something new.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from copy import copy
from typing import Any

from aiokafka.protocol.fetch import FetchRequest

Place = tuple[str, int]
Wanted = tuple[int, int]
"""The offset to read on from, and how many bytes at most."""
Send = Callable[[Any], Awaitable[Any]]


class Session:
    """What one broker knows of the partitions that one client reads there.

    The client has one fetch request on its way to a broker at a time.
    """

    def __init__(self) -> None:
        self._known: dict[Place, Wanted] = {}
        self._id = 0
        self._epoch = 0
        """0 opens a session with all partitions, and ends the one with this id."""

    async def ask(self, request: FetchRequest, send: Send) -> Any:
        """Send a request as the next one of this session; return the broker's answer.

        A broker that knows the session no more (it was started again, or has too many) refuses;
        it is then asked for everything, in a new one.

        Raises:
            KafkaError: by `send`; whether the broker heard is unknown, so a new session follows.
        """
        answer = await self._ask_once(request, send)
        if _refused(answer):
            answer = await self._ask_once(request, send)
        return answer

    async def _ask_once(self, request: FetchRequest, send: Send) -> Any:
        wanted: dict[Place, Wanted] = {
            (topic, partition): (offset, bytes_max)
            for topic, partitions in request.topics
            for partition, offset, bytes_max in partitions
        }
        known, epoch = self._known, self._epoch
        self._known, self._epoch = {}, 0  # stands if no answer comes
        changed = {place: want for place, want in wanted.items() if known.get(place) != want}
        answer = await send(_Part(request, self._id, epoch, changed, known.keys() - wanted.keys()))
        if _refused(answer):
            self._id = 0
        # Without an id the broker keeps no session: one too old, or with too many.
        elif opened := getattr(answer, "session_id", 0):
            self._id, self._epoch, self._known = opened, epoch + 1, wanted
        return answer


class _Part:
    """A fetch request reduced to what the broker does not know yet."""

    def __init__(
        self,
        request: FetchRequest,
        session: int,
        epoch: int,
        changed: Mapping[Place, Wanted],
        forgotten: Collection[Place],
    ) -> None:
        topics: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for (topic, partition), want in changed.items():
            topics[topic].append((partition, *want))
        gone: dict[str, list[int]] = defaultdict(list)
        for topic, partition in forgotten:
            gone[topic].append(partition)
        self._request = copy(request)
        self._request._topics = list(topics.items())
        self._fields = {
            "session_id": session,
            "session_epoch": epoch,
            "forgotten_topics_data": list(gone.items()),
        }

    def prepare(self, versions: Any) -> Any:
        """Return the request in the newest form that both sides know; old ones have no session."""
        prepared = self._request.prepare(versions)
        prepared.__dict__.update(self._fields)
        return prepared


def _refused(answer: Any) -> bool:
    return bool(getattr(answer, "error_code", 0))
