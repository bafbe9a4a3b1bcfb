"""The unit of work as rentals' use cases see it."""

from functools import cached_property

from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from rentals.storage.places import Places
from rentals.storage.premises import PremisesStore
from rentals.storage.queries import Queries
from rentals.storage.receipts import Receipts, Seal
from rentals.storage.staging import Staging
from rentals.storage.tenancies import TenancyStore


class RentalsUnit:
    """One transaction of rentals; the kernel commits it.

    Args:
        unit: the kernel's open unit.
        seal: opens identity receipts.
    """

    def __init__(self, unit: Unit, seal: Seal) -> None:
        self.unit = unit
        self.now = unit.now
        self.places = Places(unit.connection)
        self.premises = PremisesStore(unit)
        self.tenancies = TenancyStore(unit, self.premises)
        self.staging = Staging(unit, self.premises)
        self._seal = seal

    @property
    def caller(self) -> Principal:
        """Who acts.

        Raises:
            Unauthenticated: nobody does; events and operators use no use case that asks.
        """
        if self.unit.principal is None:
            raise Unauthenticated()
        return self.unit.principal

    @cached_property
    def receipts(self) -> Receipts:
        """Redeems identity receipts for the caller."""
        return Receipts(self._seal, self.caller.account, self.now)

    @cached_property
    def queries(self) -> Queries:
        """Reads for the caller."""
        return Queries(self.unit)
