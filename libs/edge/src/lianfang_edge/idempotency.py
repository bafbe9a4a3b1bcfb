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
from lianfang_common.errors import Conflict, Invalid, RuleBroken, VersionRequired
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit

# Sent with BEGIN. No row means that nobody else works on this key and nothing is kept for it. The
# lock ends with the transaction. The second statement's snapshot is taken after the lock, so it
# sees what the holder before has committed. Text goes as hexadecimal digits: they need no quoting.
_CLAIM = """
;select set_config('app.claimed', pg_try_advisory_xact_lock({lock})::text, true)
;select from idempotency where account = '{account}' and route = {route} and key = {key}
union all select where current_setting('app.claimed') = 'false'"""
_KEEP = """
insert into idempotency (account, route, key, digest, status, aggregate_id, version, facts,
    stored_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
_KEPT = """
select digest, status, aggregate_id, version, facts::text from idempotency
where account = $1 and route = $2 and key = $3"""


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


def claim(call: Call) -> str:
    """Return the statements that take the call's key for a transaction, to be sent with BEGIN.

    Raises:
        Invalid: the route holds what no text column can.
    """
    if call.key is None:
        return ""
    if "\0" in call.route:
        raise Invalid("unreadable-text")
    name = f"{call.principal.account}\0{call.route}\0{call.key}".encode()
    lock = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
    return _CLAIM.format(
        lock=lock, account=call.principal.account, route=_sql(call.route), key=_sql(call.key)
    )


def _sql(text: str) -> str:
    return f"convert_from(decode('{text.encode().hex()}', 'hex'), 'UTF8')"


async def kept_for(connection: AsyncConnection, call: Call, digest: bytes) -> Answer | None:
    """Return the answer that is kept for the call, None if its key was claimed just now.

    Raises:
        Invalid: the key was used with another body.
        KeyInFlight: another transaction holds the key.
    """
    driver = await driver_of(connection)
    if driver.tag == "SELECT 0":
        return None
    row = await driver.fetchrow(_KEPT, call.principal.account, call.route, call.key)
    if row is None:
        raise KeyInFlight
    if not hmac.compare_digest(row["digest"], digest):
        raise Invalid("idempotency-key-reused", "Idempotency-Key")
    return Answer(row["status"], row["aggregate_id"], row["version"], orjson.loads(row["facts"]))


def keep(unit: Unit, call: Call, digest: bytes, answer: Answer) -> None:
    """Let the flush of the unit store the answer for repeats of the call."""
    facts = orjson.dumps(answer.facts, default=str).decode()
    name = (call.principal.account, call.route, call.key, digest)
    told = (answer.status, answer.id, answer.version, facts, unit.now)
    unit.write(_KEEP, *name, *told, idempotency_pkey=Conflict("idempotency-key-taken"))
