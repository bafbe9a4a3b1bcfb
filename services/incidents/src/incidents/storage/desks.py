"""A desk as two columns, both empty where no desk acted."""

from uuid import UUID

from incidents.domain.desk import Desk


def desk_of(office: UUID | None, role: str | None) -> Desk | None:
    """Return the desk that two columns name, or None."""
    return None if office is None or role is None else Desk(office, role)


def desk_values(desk: Desk | None) -> tuple[UUID | None, str | None]:
    """Return what the two columns of a desk hold."""
    return (None, None) if desk is None else (desk.office, desk.role)
