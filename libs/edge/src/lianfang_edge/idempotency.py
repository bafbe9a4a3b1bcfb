"""Answers already given: the same key with the same body gets the same answer for some days.

The row is written in the transaction of the change itself, so there is never an answer without
its change or a change without its answer. It keeps ids, codes, versions and dates only.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.database import driver_of
from lianfang_common.errors import Invalid, RuleBroken, VersionRequired
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit

# One statement: nobody else works on this key, and what is kept for it. The lock ends with the
# transaction. A row that was committed between the statement's snapshot and the lock is not seen;
# the insert meets it, and the repeated attempt answers with it.
_CLAIM = """
select pg_try_advisory_xact_lock($4) as claimed,
    k.digest, k.status, k.aggregate_id, k.version, k.facts::text
from (values (1)) as one left join idempotency k
    on k.account = $1 and k.route = $2 and k.key = $3"""


class KeyInFlight(RuleBroken):
    """The first request with this key has not been answered yet."""

    def __init__(self) -> None:
        super().__init__("idempotency-key-in-flight", "Idempotency-Key")


@dataclass(frozen=True, slots=True)
class Call:
    """What the kernel must know of a request that changes something.

    `route` is method and path; `key` is None where the method repeats safely by itself.
    """

    principal: Principal
    route: str
    key: str | None
    body: bytes
    expected_version: int | None
    traceparent: str | None

    def required_version(self) -> int:
        """Return the version that the caller says it changes.

        Raises:
            VersionRequired: the request came without If-Match.
        """
        if self.expected_version is None:
            raise VersionRequired
        return self.expected_version


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change is answered with, and all that is kept of it for repeats.

    `facts` holds ids, codes, versions and dates; never a name, a number of a document, or text.
    """

    status: int
    id: UUID
    version: int
    facts: dict[str, Any] = field(default_factory=dict)


def digest_of(call: Call, key: bytes) -> bytes:
    """Return the keyed digest that tells one body from another without keeping either."""
    return hmac.digest(key, call.body, "sha256")


async def claim(connection: AsyncConnection, call: Call, digest: bytes) -> Answer | None:
    """Take the call's key for this transaction; return the answer that is kept for it, if any.

    Raises:
        Invalid: the key was used with another body.
        KeyInFlight: another transaction holds the key.
    """
    name = f"{call.principal.account}\0{call.route}\0{call.key}".encode()
    lock = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
    driver = await driver_of(connection)
    row = await driver.fetchrow(_CLAIM, call.principal.account, call.route, call.key, lock)
    if row["digest"] is not None:
        if not hmac.compare_digest(row["digest"], digest):
            raise Invalid("idempotency-key-reused", "Idempotency-Key")
        facts = orjson.loads(row["facts"])
        return Answer(row["status"], row["aggregate_id"], row["version"], facts)
    if not row["claimed"]:
        raise KeyInFlight
    return None


def keep(unit: Unit, call: Call, digest: bytes, answer: Answer) -> None:
    """Let the flush of the unit store the answer for repeats of the call."""
    facts = orjson.dumps(answer.facts, default=str).decode()
    name = (call.principal.account, call.route, call.key, digest)
    unit.answer = (*name, answer.status, answer.id, answer.version, facts, unit.now)
