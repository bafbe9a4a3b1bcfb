"""Dead letters as an operator meets them over the API: listed, replayed, dropped.

Letters of topics that no count may show are never listed, and nobody settles one of them by its id:
all of a group that failed are asked to be replayed at once, whether there are any or not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.ids import new_id
from lianfang_common.unit import Unit
from lianfang_edge.deadletter import ParkedMessage
from lianfang_edge.idempotency import Answer

Act = Literal["replay", "drop"]

_SHOWN = "select * from dead_letters_shown($1, $2, $3, $4)"
_ACTS: dict[Act, str] = {
    "replay": "select dead_letter_replay($1, $2, $3, $4, $5, $6, $7)",
    "drop": "select dead_letter_drop($1, $2, $3, $4, $5, $6, $7)",
}
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Settle:
    """What is to be done about one letter, and why; the reason is kept with the account.

    `hidden` are the topics that no count may show.
    """

    act: Act
    letter: UUID
    why: str
    hidden: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReplayHidden:
    """Replay what failed in a group (`<service>.<purpose>`) of topics that no count may show."""

    group: str
    why: str
    hidden: Sequence[str]


def parked(
    hidden: Sequence[str], after: UUID | None, limit: int
) -> Callable[[Unit], Awaitable[list[ParkedMessage]]]:
    """Return the query for unsettled letters in the order in which they were parked.

    Args:
        hidden: topics that no count may show; their letters are left out.
        after: the last letter that was seen, None for the first page.
        limit: letters wanted.
    """

    async def query(unit: Unit) -> list[ParkedMessage]:
        return await _shown(unit, hidden, False, after, limit)

    return query


async def settle(command: Settle, unit: Unit) -> Answer:
    """Ask for a letter's replay, or settle it without its effect.

    Raises:
        NotFound: there is no such letter, it is settled, or it is none to be shown.
    """
    if not await _act(unit, command.act, command.letter, command.why, command.hidden, False):
        raise NotFound
    return Answer(204, command.letter, 1)


async def replay_hidden(command: ReplayHidden, unit: Unit) -> Answer:
    """Ask for the replay of what failed; the answer tells nobody whether anything did."""
    after: UUID | None = None
    while letters := await _shown(unit, command.hidden, True, after, _AT_ONCE):
        for letter in letters:
            if (letter.group, letter.state) == (command.group, "failed"):
                await _act(unit, "replay", letter.id, command.why, command.hidden, True)
        after = letters[-1].id
    return Answer(204, _account(unit), 1)


async def _shown(
    unit: Unit, hidden: Sequence[str], among_hidden: bool, after: UUID | None, limit: int
) -> list[ParkedMessage]:
    driver = await driver_of(unit.connection)
    rows = await driver.fetch(_SHOWN, list(hidden), among_hidden, after, limit)
    return [ParkedMessage(*row) for row in rows]


async def _act(
    unit: Unit, act: Act, letter: UUID, why: str, hidden: Sequence[str], among_hidden: bool
) -> bool:
    driver = await driver_of(unit.connection)
    values = letter, unit.now, new_id(), str(_account(unit)), why, list(hidden), among_hidden
    return await driver.fetchval(_ACTS[act], *values) is not None


def _account(unit: Unit) -> UUID:
    assert unit.principal is not None  # operators come over the API, which knows who calls
    return unit.principal.account
