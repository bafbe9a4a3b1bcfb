"""The first of the two guards: every query names the caller's areas itself.

The second is the database's row policy. Each alone must leak nothing, and a test switches them
off in turn.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from lianfang_common.principal import Principal
from population.storage.tables import persons, residences


def in_areas(principal: Principal | None) -> ColumnElement[bool]:
    """Return the condition that a residence lies in the caller's areas, as ranges.

    Args:
        principal: the caller; None where the service itself acts.
    """
    if principal is None:
        return true()
    if not principal.areas:
        return false()
    grid = residences.c.grid
    return or_(*(and_(grid >= area.first, grid < area.end) for area in principal.areas))


def known_in_areas(principal: Principal | None) -> ColumnElement[bool]:
    """Return the condition that a person lives, or lived, in the caller's areas."""
    if principal is None:
        return true()
    return exists().where(residences.c.person_id == persons.c.person_id, in_areas(principal))
