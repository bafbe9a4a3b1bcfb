"""Who a document belongs to: resolved in one statement that does the same for every answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from lianfang_common.clock import civil_date
from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound
from lianfang_common.ids import new_id, new_random_id
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from population.domain.documents import Document
from population.domain.names import pinyin_of
from population.domain.person import Typed
from population.storage.tables import forget_queue
from population.storage.vault import Vault

UNNAMED = "person-unnamed"
"""Timer: nothing has named the person since it was resolved."""

_RESOLVE = """
select person, numbers from resolve_identity(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"""

_TYPED = "select * from typed_identity($1, $2)"

_KEEP_NAMED = """
update resolutions set landlord_since = $2 where receipt_id = $1 and landlord_since is null"""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What resolving gave: the person, the receipt's id, and the numbers of that account today."""

    person_id: UUID
    receipt_id: UUID
    numbers_today: int


class Identities:
    """Resolves documents to persons and keeps what was claimed of them."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def resolve(
        self,
        caller: Principal,
        name: str,
        document: Document,
        phone: str | None,
        audience: str,
        object_id: UUID,
        forget_after: timedelta,
    ) -> Resolved:
        """Return the person of a document; make one where there was none.

        Every path seals, writes and schedules the same: what differs is the outcome alone. What
        was typed is kept as a claim and overwrites nothing.
        """
        fresh, claim, receipt = new_random_id(), new_id(), new_random_id()
        fields, now = self._vault.fields, self._unit.now
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(
            _RESOLVE,
            fresh,
            name,
            pinyin_of(name),
            document.kind,
            self._vault.documents.of(document.lookup),
            fields.seal(document.number, f"persons.document.{fresh}"),
            fields.seal(phone, f"persons.phone.{fresh}") if phone else None,
            claim,
            fields.seal(phone, f"identity_claims.phone.{claim}") if phone else None,
            receipt,
            caller.account,
            caller.office,
            audience,
            object_id,
            now,
            civil_date(now),
        )
        self._unit.schedule(UNNAMED, row["person"], now + forget_after)
        return Resolved(row["person"], receipt, row["numbers"])

    async def typed(self, receipt_id: UUID, since: datetime) -> Typed:
        """Return what the caller typed for a receipt.

        Raises:
            NotFound: no such receipt, not one of the caller's account, or from before `since`.
        """
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(_TYPED, receipt_id, since)
        if row is None:
            raise NotFound
        fields, phone = self._vault.fields, row["phone_sealed"]
        return Typed(
            name=row["name"],
            document_kind=row["document_kind"],
            document_number=fields.open(
                row["document_sealed"], f"persons.document.{row['person_id']}"
            ),
            phone=fields.open(phone, f"identity_claims.phone.{row['claim_id']}") if phone else None,
            audience=row["audience"],
            object_id=row["object_id"],
        )

    async def keep_named(self, receipt_id: UUID, person_id: UUID, day: date) -> None:
        """Record that a receipt names a landlord: the person is no longer forgotten."""
        driver = await driver_of(self._unit.connection)
        await driver.execute(_KEEP_NAMED, receipt_id, day)
        self._unit.cancel(UNNAMED, person_id)

    async def put_forward(self, person_id: UUID) -> None:
        """Let the matcher decide whether a person is to be forgotten."""
        await self._unit.connection.execute(
            insert(forget_queue).values(person_id=person_id).on_conflict_do_nothing()
        )
