"""What an operator may do with parked messages: list, show, replay, drop; each act leaves a row.

A message itself is shown to nobody: what could not be read may hold anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianfang_common.database import Database, driver_of
from lianfang_common.errors import NotFound
from lianfang_common.ids import new_id

# `lianfang_operations` makes the functions of operators of these three.
FIELDS = """
select id, consumer_group, topic, partition, log_offset, key, type, state, reason, attempts,
    octet_length(message), parked_at, closed_at,
    (select count(*) from dead_letter p where p.consumer_group = d.consumer_group
        and p.topic = d.topic and p.key = d.key and p.closed_at is null and p.id <> d.id)
from dead_letter d"""

REPLAY = "update dead_letter set state = 'replay' where id = $1 and closed_at is null"

DROP = """
update dead_letter set state = 'dropped', closed_at = $2, message = null
where id = $1 and closed_at is null"""

_ACT = "insert into dead_letter_act values ($1, $2, $3, $4, $5, $6)"


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A dead letter without its message."""

    id: UUID
    group: str
    topic: str
    partition: int
    offset: int
    key: UUID
    type: str | None
    state: str
    reason: str
    attempts: int
    size_bytes: int | None
    parked_at: datetime
    closed_at: datetime | None
    others_of_key: int
    """Unsettled letters of the same key: they wait for this one, or this one for them."""


async def parked_messages(database: Database, limit: int = 100) -> list[ParkedMessage]:
    """Return unsettled letters, in the order in which they were parked."""
    rows = await _fetch(database, f"{FIELDS} where closed_at is null order by d.id limit $1", limit)
    return [ParkedMessage(*row) for row in rows]


async def parked_message(
    database: Database, letter: UUID
) -> tuple[ParkedMessage, Sequence[tuple[str, str, str, datetime]]]:
    """Return one letter and what was done about it: act, who, why, when.

    Raises:
        NotFound: there is no such letter.
    """
    rows = await _fetch(database, f"{FIELDS} where d.id = $1", letter)
    if not rows:
        raise NotFound
    acts = await _fetch(
        database,
        "select act, actor, why, acted_at from dead_letter_act where dead_letter_id = $1"
        " order by id",
        letter,
    )
    return ParkedMessage(*rows[0]), [(row[0], row[1], row[2], row[3]) for row in acts]


async def replay(database: Database, letter: UUID, actor: str, why: str, now: datetime) -> None:
    """Ask the consumer to handle a letter again; those behind it follow by themselves.

    Raises:
        NotFound: there is no such letter, or it is settled.
    """
    await _act(database, REPLAY, (letter,), "replay", letter, actor, why, now)


async def drop(database: Database, letter: UUID, actor: str, why: str, now: datetime) -> None:
    """Settle a letter without its effect; those behind it follow by themselves.

    Raises:
        NotFound: there is no such letter, or it is settled.
    """
    await _act(database, DROP, (letter, now), "drop", letter, actor, why, now)


async def _act(
    database: Database,
    statement: str,
    values: tuple[Any, ...],
    act: str,
    letter: UUID,
    actor: str,
    why: str,
    now: datetime,
) -> None:
    async with database.transaction() as connection:
        driver = await driver_of(connection)
        if await driver.fetchval(f"{statement} returning id", *values) is None:
            raise NotFound
        await driver.execute(_ACT, new_id(), letter, act, actor, why, now)


async def _fetch(database: Database, statement: str, *values: Any) -> list[Any]:
    async with database.transaction() as connection:
        return list(await (await driver_of(connection)).fetch(statement, *values))
