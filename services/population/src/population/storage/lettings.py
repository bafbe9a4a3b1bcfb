"""The replica of which accounts may let which premises, kept by rentals' events."""

from collections.abc import Sequence
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.unit import Unit

_STATE = """
insert into landlord_accounts (premises_id, accounts, version) values ($1, $2, $3)
on conflict (premises_id) do update set accounts = excluded.accounts, version = excluded.version
where landlord_accounts.version < excluded.version"""

_LETS = """
select exists (select from landlord_accounts where premises_id = $1 and $2 = any(accounts))"""


class Lettings:
    """Knows who lets what, as far as rentals' events have arrived."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def state(self, premises_id: UUID, accounts: Sequence[UUID], *, version: int) -> None:
        """Keep who may let premises, unless something newer is known."""
        driver = await driver_of(self._unit.connection)
        await driver.execute(_STATE, premises_id, accounts, version)

    async def lets(self, premises_id: UUID, account: UUID) -> bool:
        """Say whether an account may let premises; of unknown ones nobody may."""
        driver = await driver_of(self._unit.connection)
        return bool(await driver.fetchval(_LETS, premises_id, account))
