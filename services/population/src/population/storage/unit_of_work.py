"""One transaction of population: its repositories, its moment, its caller."""

from datetime import date, datetime

from lianfang_audit.chain import AuditChain
from lianfang_common.clock import civil_date
from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from population.domain.limits import Limits
from population.storage.audit import SEALED, Audit
from population.storage.cases import Cases
from population.storage.glass import BrokenGlass
from population.storage.identities import Identities
from population.storage.lettings import Lettings
from population.storage.matching import Matching
from population.storage.persons import Persons
from population.storage.places import Places
from population.storage.queries import Queries
from population.storage.register import Register
from population.storage.residences import Residences
from population.storage.staging import Staging
from population.storage.vault import Vault


class PopulationUnit:
    """What a use case of population may touch.

    Args:
        unit: the kernel's open transaction.
        vault: the keys that this process holds.
        limits: the times and counts that the rules use.
    """

    def __init__(self, unit: Unit, vault: Vault, limits: Limits) -> None:
        self._unit = unit
        self.limits = limits
        self.places = Places(unit)
        self.identities = Identities(unit, vault)
        self.lettings = Lettings(unit)
        self.residences = Residences(unit)
        self.staging = Staging(unit)
        self.persons = Persons(unit, vault)
        self.register = Register(unit, vault)
        self.cases = Cases(unit, vault)
        self.matching = Matching(unit, vault)
        self.audit = Audit(unit)
        self.glass = BrokenGlass(unit, vault)
        self.seals = AuditChain(unit, "audit", SEALED)
        self.queries = Queries(unit)

    @property
    def now(self) -> datetime:
        """The moment of the whole transaction, UTC."""
        return self._unit.now

    @property
    def today(self) -> date:
        """The civil day of that moment (Asia/Shanghai)."""
        return civil_date(self._unit.now)

    @property
    def caller(self) -> Principal:
        """Who asks.

        Raises:
            Unauthenticated: an event or a timer acts here, and no rule may take it for a caller.
        """
        if self._unit.principal is None:
            raise Unauthenticated
        return self._unit.principal
