"""The one way to change something on request: open, replay or run, keep, flush, commit, answer.

The commit comes before the answer. A conflict, a deadlock or a lost connection runs the whole
again from the start, since nothing has been answered yet.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from lianfang_common.clock import Clock
from lianfang_common.database import Database, sqlstate_of
from lianfang_common.errors import Conflict, Invalid, Transient
from lianfang_common.outbox import flush
from lianfang_common.principal import Principal
from lianfang_common.telemetry import current_traceparent, get_logger, start_span
from lianfang_common.unit import Unit, Wake
from lianfang_edge.idempotency import Answer, Call, claim, digest_of, keep, kept_for

U = TypeVar("U")
C = TypeVar("C")
T = TypeVar("T")

ATTEMPTS = 3
_UNREADABLE_TEXT = "22021"
_log = get_logger()


class Executor(Generic[U]):
    """Runs use cases for requests, each in one transaction of one database role.

    Args:
        database: pool of the role.
        open_unit: wraps the kernel's unit in the service's.
        clock: moment of each unit.
        wake: called after a commit, with each role that has work of it.
        digest_key: keys the digest of bodies.
    """

    def __init__(
        self,
        database: Database,
        open_unit: Callable[[Unit], U],
        clock: Clock,
        wake: Wake,
        digest_key: bytes,
    ) -> None:
        self._database = database
        self._open_unit = open_unit
        self._clock = clock
        self._wake = wake
        self._digest_key = digest_key

    async def run(
        self, call: Call, use_case: Callable[[C, U], Awaitable[Answer]], command: C
    ) -> Answer:
        """Run a use case once for its idempotency key, and commit before returning.

        Returns:
            the use case's answer, or the kept one when the key was seen before.

        Raises:
            RuleBroken: by the use case, for a key in flight or reused; nothing was changed.
            Transient: the database was away, or conflicts went on.
        """
        digest = digest_of(call, self._digest_key) if call.key else b""

        async def once() -> Answer:
            async with self._database.transaction(
                call.principal, lists=False, asking=claim(call)
            ) as connection:
                if call.key and (kept := await kept_for(connection, call, digest)):
                    return kept
                unit = Unit(connection, self._clock.now(), call.principal, current_traceparent())
                answer = await use_case(command, self._open_unit(unit))
                if call.key:
                    keep(unit, call, digest, answer)
                await flush(unit)
            unit.committed(self._wake)
            return answer

        name = getattr(use_case, "__name__", "use_case")
        with start_span(f"execute {name}", call.traceparent):
            return await _again(once, repeatable=call.key is not None)

    async def read(self, principal: Principal, query: Callable[[U], Awaitable[T]]) -> T:
        """Run a query in the caller's scope; what it records (an audit row) is committed."""

        async def once() -> T:
            async with self._database.transaction(principal) as connection:
                unit = Unit(connection, self._clock.now(), principal, current_traceparent())
                found = await query(self._open_unit(unit))
                await flush(unit)
            unit.committed(self._wake)
            return found

        return await _again(once, repeatable=True)


async def _again(once: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
    # Without a key, a commit that may have arrived is not tried again.
    attempt = 1
    while True:
        try:
            return await once()
        except Transient as failure:
            if attempt == ATTEMPTS or not (repeatable or isinstance(failure, Conflict)):
                raise
            _log.info("execute.retried", attempt=attempt, reason=str(failure))
        except Exception as failure:
            if not _holds_unreadable_text(failure):
                raise
            raise Invalid("unreadable-text") from failure
        await asyncio.sleep(0.01 * attempt * (0.5 + random.random()))  # noqa: S311 - a wait
        attempt += 1


def _holds_unreadable_text(failure: BaseException | None) -> bool:
    # A NUL or half a surrogate pair: JSON can say both, a text column can hold neither.
    while failure is not None:
        if isinstance(failure, UnicodeEncodeError) or sqlstate_of(failure) == _UNREADABLE_TEXT:
            return True
        failure = failure.__cause__
    return False
