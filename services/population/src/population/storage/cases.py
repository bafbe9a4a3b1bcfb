"""Residence-change cases: their rows, their grants, their deadlines, their facts on the wire."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Row, false, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.events import PublishedEvent
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from population.domain.residence_change import (
    AcceptanceMissed,
    Accepted,
    CaseClosed,
    CaseOpened,
    Confirmed,
    Fact,
    Link,
    Refused,
    ResidenceChange,
    ReviewMissed,
)
from population.published import (
    CaseAcceptanceOverdueV1,
    CaseAcceptedV1,
    CaseClosedV1,
    CaseConfirmedV1,
    CaseOpenedV1,
    CaseRefusedV1,
    CaseReviewOverdueV1,
)
from population.storage.tables import grants, residence_change_cases
from population.storage.vault import Vault

REVIEW, ACCEPTANCE = "case-review", "case-acceptance"
"""Timers: until when A reviews, and until when B accepts."""

cases = residence_change_cases
_OPEN_STATES = ("to_review", "confirmed")
_OPEN = cases.c.state.in_(_OPEN_STATES)


class Cases:
    """Stores cases; each office that may know of one holds a grant."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def get(self, case_id: UUID) -> ResidenceChange:
        """Return a case, locked.

        Raises:
            NotFound: there is none, or the caller's office may not know of it.
        """
        query = self._query().where(cases.c.case_id == case_id).with_for_update()
        row = (await self._unit.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        return _case(row)

    async def view(self, case_id: UUID) -> Row[Any]:
        """Return a case as it is stored."""
        query = self._query().where(cases.c.case_id == case_id)
        row = (await self._unit.connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        return row

    async def page(self, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
        """Return the open cases that the caller's office may know of."""
        query = self._query().where(_OPEN).order_by(cases.c.case_id).limit(limit)
        if after is not None:
            query = query.where(cases.c.case_id > after)
        return (await self._unit.connection.execute(query)).all()

    async def open_of_entry(self, entry_id: UUID) -> list[ResidenceChange]:
        """Return the open cases of an entry, locked."""
        query = self._query().where(_OPEN, cases.c.entry_id == entry_id)
        query = query.order_by(cases.c.case_id).with_for_update()
        return [_case(row) for row in await self._unit.connection.execute(query)]

    async def add(self, case: ResidenceChange, link: Link) -> bool:
        """Store a new case with its grant and its deadline; False where one is open already."""
        sealed = orjson.dumps(
            {"person": str(link.person_id), "residence": str(link.residence_id), "grid": link.grid}
        ).decode()
        stored = await self._unit.connection.execute(
            insert(cases)
            .values(
                case_id=case.id,
                entry_id=case.entry_id,
                state=case.state,
                managing_office=case.managing_office,
                link_sealed=self._vault.register.seal(sealed, _link_place(case.id)),
                residence_key=self._vault.register_index.of(str(link.residence_id)),
                opened_at=self._unit.now,
                review_due_at=case.review_due_at,
                review_missed=False,
                acceptance_missed=False,
                version=case.version,
            )
            .on_conflict_do_nothing()
        )
        if stored.rowcount != 1:
            return False
        await self._open_to(case.id, case.managing_office)
        self._unit.schedule(REVIEW, case.id, case.review_due_at)
        self._announce(case)
        return True

    async def link(self, case_id: UUID) -> Link | None:
        """Return whom a case is about; None once it is closed."""
        return self.link_of(await self.view(case_id))

    async def entry_and_link(self, case_id: UUID) -> tuple[UUID, Link | None]:
        """Return the entry of a case, and whom it is about while it is open."""
        row = await self.view(case_id)
        return row.entry_id, self.link_of(row)

    async def save(self, case: ResidenceChange) -> None:
        """Store a changed case, open it to the offices that now know of it, set its deadlines.

        Raises:
            StaleVersion: somebody else changed it.
        """
        if not case.facts:
            return
        values: dict[str, object] = {
            "state": case.state,
            "receiving_office": case.receiving_office,
            "justice_office": case.justice_office,
            "review_due_at": case.review_due_at,
            "review_missed": case.review_missed,
            "accept_due_at": case.accept_due_at,
            "acceptance_missed": case.acceptance_missed,
            "refusal": case.refusal,
            "outcome": case.outcome,
            "version": case.version,
        }
        # The matcher still has to read which claim was mistaken; it seals the link then.
        if not case.is_open and case.outcome != "mistaken_identity":
            values["link_sealed"] = None
        changed = await self._unit.connection.execute(
            update(cases)
            .where(cases.c.case_id == case.id)
            .where(cases.c.version == case.version - len(case.facts))
            .values(**values)
        )
        if changed.rowcount != 1:
            raise StaleVersion
        for fact in case.facts:
            await self._follow(case, fact)
        self._announce(case)

    def link_of(self, row: Row[Any]) -> Link | None:
        """Open whom a case is about; None once it is closed."""
        if row.link_sealed is None or row.state not in _OPEN_STATES:
            return None
        return self._opened(row)

    async def mistaken(self) -> list[tuple[UUID, Link]]:
        """Return the cases closed as mistaken identity whose link is not sealed yet."""
        unsealed = cases.c.link_sealed.is_not(None)
        query = select(cases).where(cases.c.state == "closed", unsealed)
        rows = await self._unit.connection.execute(query.order_by(cases.c.case_id))
        return [(row.case_id, self._opened(row)) for row in rows]

    async def seal(self, case_ids: Sequence[UUID]) -> None:
        """Take away the links of closed cases."""
        sealed = update(cases).where(cases.c.case_id.in_(case_ids), cases.c.state == "closed")
        await self._unit.connection.execute(sealed.values(link_sealed=None))

    def _opened(self, row: Row[Any]) -> Link:
        link = orjson.loads(self._vault.register.open(row.link_sealed, _link_place(row.case_id)))
        return Link(UUID(link["person"]), UUID(link["residence"]), link["grid"])

    async def _follow(self, case: ResidenceChange, fact: Fact) -> None:
        match fact:
            case Confirmed():
                self._unit.cancel(REVIEW, case.id)
                if case.receiving_office and case.justice_office and case.accept_due_at:
                    await self._open_to(case.id, case.receiving_office, case.justice_office)
                    self._unit.schedule(ACCEPTANCE, case.id, case.accept_due_at)
            case Refused():
                await self._end_grants(case.id)
                self._unit.cancel(ACCEPTANCE, case.id)
                self._unit.schedule(REVIEW, case.id, case.review_due_at)
            case Accepted() | CaseClosed():
                self._unit.cancel(REVIEW, case.id)
                self._unit.cancel(ACCEPTANCE, case.id)
            case CaseOpened() | ReviewMissed() | AcceptanceMissed():
                pass

    async def _open_to(self, case_id: UUID, *offices: UUID) -> None:
        rows = [{"subject": case_id, "office": office} for office in dict.fromkeys(offices)]
        await self._unit.connection.execute(insert(grants).values(rows))

    async def _end_grants(self, case_id: UUID) -> None:
        """Close a refused case to everybody but A; no role may take a grant away by itself."""
        await self._unit.connection.execute(select(func.end_case_grants(case_id)))

    def _query(self) -> Any:
        return select(cases).where(_granted_to(self._unit.principal, self._unit.now))

    def _announce(self, case: ResidenceChange) -> None:
        first = case.version - len(case.facts) + 1
        for version, fact in enumerate(case.facts, first):
            self._unit.publish(to_wire(case, fact), version)


def _granted_to(principal: Principal | None, now: Any) -> ColumnElement[bool]:
    """Return the condition that an office holds a grant; it repeats the row policy."""
    if principal is None:
        return true()
    if principal.office is None:
        return false()
    return cases.c.case_id.in_(
        select(grants.c.subject)
        .where(grants.c.office == principal.office)
        .where(or_(grants.c.until.is_(None), grants.c.until > func.now()))
    )


def _link_place(case_id: UUID) -> str:
    return f"residence_change_cases.link.{case_id}"


def _case(row: Row[Any]) -> ResidenceChange:
    return ResidenceChange(
        id=row.case_id,
        entry_id=row.entry_id,
        managing_office=row.managing_office,
        review_due_at=row.review_due_at,
        state=row.state,
        receiving_office=row.receiving_office,
        justice_office=row.justice_office,
        accept_due_at=row.accept_due_at,
        review_missed=row.review_missed,
        acceptance_missed=row.acceptance_missed,
        refusal=row.refusal,
        outcome=row.outcome,
        version=row.version,
    )


def to_wire(case: ResidenceChange, fact: Fact) -> PublishedEvent:
    """Return a fact of a case as it is published: offices and due times, nothing else."""
    facts: dict[str, object] = {
        "case_id": case.id,
        "responsible_office": case.managing_office,
    }
    told = {"receiving_office": case.receiving_office, "justice_office": case.justice_office}
    match fact:
        case CaseOpened():
            return CaseOpenedV1.model_validate(facts | {"review_due_at": case.review_due_at})
        case ReviewMissed():
            return CaseReviewOverdueV1.model_validate(facts)
        case Confirmed():
            return CaseConfirmedV1.model_validate(
                facts | told | {"accept_due_at": case.accept_due_at}
            )
        case AcceptanceMissed():
            del told["justice_office"]
            return CaseAcceptanceOverdueV1.model_validate(facts | told)
        case Accepted(previous_office):
            return CaseAcceptedV1.model_validate(
                {
                    "case_id": case.id,
                    "previous_office": previous_office,
                    "responsible_office": case.receiving_office,
                    "justice_office": case.justice_office,
                }
            )
        case Refused(by, justice_office):
            return CaseRefusedV1.model_validate(
                facts | {"receiving_office": by, "justice_office": justice_office}
            )
        case CaseClosed(responsible_office):
            return CaseClosedV1.model_validate(
                facts | told | {"responsible_office": responsible_office}
            )
