"""What the API reads: the caller's own desk, filtered here and by the row policy alike."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher
from notifications.domain.notice import Notice, State
from notifications.storage.notice_rows import COLUMNS, notice_of

_OWN = "office_id = $1 and role = $2"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a member said when taking a notice over."""

    comment: str | None


class Queries:
    """Reads of one transaction, in the scope of its caller."""

    def __init__(self, unit: Unit, cipher: FieldCipher) -> None:
        self._unit = unit
        self._cipher = cipher

    async def of_desk(
        self, states: Sequence[State], before: UUID | None, limit: int
    ) -> list[Notice]:
        """Return the desk's notices, the newest first.

        Args:
            states: those wanted; none means all.
            before: id of the last notice of the page before.
            limit: rows at most.
        """
        driver = await driver_of(self._unit.connection)
        asked = f"select {COLUMNS} from notices where {_OWN}"  # noqa: S608 - our own text
        values: list[object] = [*self._desk()]
        if states:
            values.append(list(states))
            asked += f" and state = any (${len(values)})"
        if before:
            values.append(before)
            asked += f" and id < ${len(values)}"
        values.append(limit)
        rows = await driver.fetch(f"{asked} order by id desc limit ${len(values)}", *values)
        return [notice_of(row) for row in rows]

    async def notice(self, notice_id: UUID) -> tuple[Notice, Remark]:
        """Return one notice of the desk with its comment.

        Raises:
            NotFound: there is none, or it is another desk's.
        """
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(
            f"select {COLUMNS}, comment_sealed from notices where {_OWN} and id = $3",  # noqa: S608
            *self._desk(),
            notice_id,
        )
        if row is None:
            raise NotFound
        sealed = row["comment_sealed"]
        place = f"notices.comment_sealed.{notice_id}"
        return notice_of(row), Remark(self._cipher.open(sealed, place) if sealed else None)

    async def seal(self, notice_id: UUID) -> bytes:
        """Return the keyed hash kept with a notice of the desk.

        Raises:
            NotFound: there is none, or it is another desk's.
        """
        driver = await driver_of(self._unit.connection)
        seal = await driver.fetchval(
            f"select seal from notices where {_OWN} and id = $3",  # noqa: S608
            *self._desk(),
            notice_id,
        )
        if seal is None:
            raise NotFound
        return bytes(seal)

    async def sealed(self, notice_ids: Sequence[UUID]) -> AsyncIterator[tuple[Notice, bytes]]:
        """Give notices with their keyed hashes, all of them where no id is named."""
        driver = await driver_of(self._unit.connection)
        asked = f"select {COLUMNS}, seal from notices where cardinality($1::uuid[]) = 0 or id = any ($1)"  # noqa: S608, E501
        async for row in driver.cursor(asked, list(notice_ids)):
            yield notice_of(row), bytes(row["seal"])

    def _desk(self) -> tuple[UUID | None, str]:
        principal = self._unit.principal
        assert principal
        return principal.office, principal.role
