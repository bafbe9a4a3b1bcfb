"""One transaction of incidents: its repositories, its moment, its caller."""

from datetime import datetime

from sqlalchemy import text

from incidents.domain.limits import Limits
from incidents.domain.report import Report
from incidents.storage.disclosures import SEALED, Disclosures
from incidents.storage.incidents import Incidents
from incidents.storage.places import Places
from incidents.storage.queries import Queries
from incidents.storage.reports import Reports
from lianfang_audit.chain import AuditChain
from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher


class IncidentsUnit:
    """What a use case of incidents may touch.

    Args:
        unit: the kernel's open transaction.
        cipher: seals narratives, phones and reasons.
        limits: the times that the rules count with.
        grids: that were found to be defined, shared by all units of the process.
    """

    def __init__(self, unit: Unit, cipher: FieldCipher, limits: Limits, grids: set[str]) -> None:
        self._unit = unit
        self.limits = limits
        self.incidents = Incidents(unit)
        self.reports = Reports(unit, cipher)
        self.places = Places(unit, grids)
        self.disclosures = Disclosures(unit, cipher)
        self.seals = AuditChain(unit, "disclosures", SEALED)
        self.queries = Queries(unit)

    @property
    def now(self) -> datetime:
        """The moment of the whole transaction, UTC."""
        return self._unit.now

    @property
    def caller(self) -> Principal:
        """Who asks.

        Raises:
            Unauthenticated: an event or a timer acts here, and no rule may take it for a caller.
        """
        if self._unit.principal is None:
            raise Unauthenticated
        return self._unit.principal

    async def begin_intake(self, report: Report) -> None:
        """Open the transaction for taking in one report.

        A committee may report what it may not read: the row policy hides every incident from the
        role `committee`, and its report must still find the one that it tells of. The areas stay
        those of the caller; what intake reads here is not answered to a committee.
        """
        if self.caller.role == "committee":
            await self._unit.connection.execute(text("set local app.role = 'intake'"))
        await self.reports.lock_intake(report)
