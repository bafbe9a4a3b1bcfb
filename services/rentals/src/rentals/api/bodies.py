"""What requests and answers look like; what a value means is for the domain to say."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from lianfang_edge.days import Day
from rentals.domain.landlords import LettingOrganisation
from rentals.domain.premises import PremisesKind
from rentals.domain.tenancy import TENANTS_MAX
from rentals.use_cases.register_tenancy import LetByReceipt

Receipt = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OrganisationAsked(_Asked):
    """An organisation that lets."""

    name: str
    credit_code: str


class LetByAsked(_Asked):
    """Who lets: a person by receipt, or an organisation; one of the two."""

    receipt: Receipt | None = None
    organisation: OrganisationAsked | None = None

    def landlord(self) -> LetByReceipt | LettingOrganisation | None:
        """Return who is meant, or None where neither is said.

        Raises:
            Invalid: the organisation's name or code cannot be right.
        """
        if self.organisation is not None:
            return LettingOrganisation.named(
                self.organisation.name, self.organisation.credit_code, "let_by.organisation"
            )
        return None if self.receipt is None else LetByReceipt(self.receipt)


class PremisesAsked(_Asked):
    """New premises."""

    grid: str
    kind: PremisesKind
    rooms: StrictInt
    label: str = Field(max_length=40)
    let_by: LetByAsked | None = None
    landlord_account: UUID | None = None


class LandlordAsked(_Asked):
    """A new landlord of premises, and the account that may see and let them from now on."""

    let_by: LetByAsked
    landlord_account: UUID | None = None


class TenantAsked(_Asked):
    """One tenant, by identity receipt."""

    receipt: Receipt


class TenancyAsked(_Asked):
    """A new tenancy."""

    premises_id: UUID
    room: StrictInt | None = None
    let_by: LetByAsked | None = None
    tenants: Annotated[tuple[TenantAsked, ...], Field(min_length=1, max_length=TENANTS_MAX)]
    first_day: Day
    last_day: Day | None = None


class LastDayAsked(_Asked):
    """A last day, inclusive."""

    last_day: Day


class Changed(BaseModel):
    """What a change is answered with."""

    id: UUID
    version: int


class TenancyRegisteredAnswer(Changed):
    """What a registration is answered with."""

    premises_id: UUID


class LetBy(BaseModel):
    """Who lets. A person's id stands here only for roles that see persons."""

    kind: Literal["person", "organisation"]
    person_id: UUID | None = None
    name: str | None = None
    credit_code: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "LetBy | None":
        """Return who lets, from a row of a query."""
        if row["let_by_a_person"]:
            return cls(kind="person", person_id=row["let_by_person"])
        if row["credit_code"] is not None:
            return cls(
                kind="organisation", name=row["organisation_name"], credit_code=row["credit_code"]
            )
        return None


class PremisesFile(BaseModel):
    """Premises as they are filed."""

    id: UUID
    version: int
    grid: str
    kind: PremisesKind
    rooms: int
    label: str
    area: str
    """County to grid, in the language asked for."""
    let_by: LetBy | None
    filed_at: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any], area: str) -> "PremisesFile":
        """Return premises from a row of a query, and where they are."""
        return cls(id=row["premises_id"], area=area, let_by=LetBy.of(row), **_same(cls, row))


class RoomOffice(BaseModel):
    """The community office of a place."""

    office_id: UUID
    name: str


class PremisesPage(BaseModel):
    """Some premises, newest first."""

    items: list[PremisesFile]
    next: str | None


class PremisesDetail(PremisesFile):
    """Premises, whose they are, and who rents them now and later."""

    office: RoomOffice | None
    tenancies: list["TenancyFile"]


class TenancyFile(BaseModel):
    """A tenancy. Persons are counted for everyone, named by id only for roles that see persons."""

    id: UUID
    version: int
    premises_id: UUID
    grid: str
    room: int | None
    first_day: date
    last_day: date | None
    ended: bool
    late: bool
    """Registered later than the rule for reporting a tenancy allows."""
    tenants: int
    person_ids: list[UUID] | None
    let_by: LetBy | None
    registered_by: Literal["officer", "landlord"]
    registered_at: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any], late: bool) -> "TenancyFile":
        """Return a tenancy from a row of a query."""
        return cls(
            id=row["tenancy_id"],
            ended=row["ended_at"] is not None,
            late=late,
            person_ids=row["persons"],
            let_by=LetBy.of(row),
            **_same(cls, row),
        )


class TenancyPage(BaseModel):
    """Some tenancies, newest first."""

    items: list[TenancyFile]
    next: str | None


def _same(model: type[BaseModel], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in model.model_fields if name in row and name != "let_by"}
