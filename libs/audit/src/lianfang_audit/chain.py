"""The chain over an audit: each seal is a digest of the seal before and of one row.

A row that is altered, removed or slipped in no longer fits its seal, and the verifier names it.
A row is sealed within a second; the order of seals is that of sealing, since transactions commit in
another order than they took their positions.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import orjson

from lianfang_common.database import driver_of
from lianfang_common.unit import Unit

_ONE_SEALER = 0x706F705F7365616C
_GENESIS = bytes(32)

_LAST = "select seal, digest from audit_seals order by seal desc limit 1"
_UNSEALED = "select {row} from {table} a where not sealed order by position limit $1"
_SEAL = """
with sealed as (
    insert into audit_seals (seal, position, digest)
    select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])
)
update {table} set sealed = true where position = any($2::bigint[])"""
_CHAIN = """
select s.seal, s.position as sealed_position, s.digest, {row}
from audit_seals s left join {table} a on a.position = s.position
where s.seal > $1 order by s.seal limit $2"""
_LOOSE = """
select a.position from {table} a where a.sealed
    and not exists (select from audit_seals s where s.position = a.position)
order by a.position"""

Defect = Literal["altered", "removed", "not sealed", "seal missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the verifier found at one position of the audit, or at one seal."""

    position: int
    defect: Defect


class AuditChain:
    """Seals the rows of one table, as the system role, and verifies them.

    Args:
        unit: the open transaction.
        table: holds the rows, with the columns `position` and `sealed`.
        columns: every other column that a seal covers, always in the same order.
    """

    def __init__(self, unit: Unit, table: str, columns: Sequence[str]) -> None:
        self._unit, self._table = unit, table
        self._columns = ("position", *columns)

    async def seal(self, limit: int) -> int:
        """Seal up to `limit` rows; return how many, 0 where another process is sealing."""
        driver = await driver_of(self._unit.connection)
        if not await driver.fetchval("select pg_try_advisory_xact_lock($1)", _ONE_SEALER):
            return 0
        rows = await driver.fetch(self._text(_UNSEALED), limit)
        if not rows:
            return 0
        last = await driver.fetchrow(_LAST)
        number, digest = (last["seal"], last["digest"]) if last else (0, _GENESIS)
        numbers, digests = [], []
        for row in rows:
            number, digest = number + 1, self._next(digest, row)
            numbers.append(number)
            digests.append(digest)
        positions = [row["position"] for row in rows]
        await driver.execute(self._text(_SEAL), numbers, positions, digests)
        return len(rows)

    async def verify(self, batch: int = 2_000) -> AsyncIterator[Finding]:
        """Yield every defect; the chain is followed from its first seal."""
        driver = await driver_of(self._unit.connection)
        number, digest = 0, _GENESIS
        while rows := await driver.fetch(self._text(_CHAIN), number, batch):
            for row in rows:
                if row["seal"] != number + 1:
                    yield Finding(row["sealed_position"], "seal missing")
                elif row["position"] is None:
                    yield Finding(row["sealed_position"], "removed")
                elif self._next(digest, row) != row["digest"]:
                    yield Finding(row["position"], "altered")
                number, digest = row["seal"], row["digest"]
        for row in await driver.fetch(self._text(_LOOSE)):
            yield Finding(row["position"], "not sealed")

    async def head(self) -> tuple[int, str]:
        """Return the number of seals and the last digest, to be kept outside of the database."""
        driver = await driver_of(self._unit.connection)
        last = await driver.fetchrow(_LAST)
        return (last["seal"], last["digest"].hex()) if last else (0, _GENESIS.hex())

    def _text(self, statement: str) -> str:
        row = ", ".join(f"a.{name}" for name in self._columns)
        return statement.format(table=self._table, row=row)

    def _next(self, previous: bytes, row: Any) -> bytes:
        """Return the seal's digest of a row after another seal."""
        text = orjson.dumps([_text_of(row[name]) for name in self._columns])
        return sha256(previous + text).digest()


def _text_of(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    return None if value is None else str(value)
