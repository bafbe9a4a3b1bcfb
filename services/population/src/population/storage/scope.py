"""The first of the two guards: every query names the caller's areas itself.

The second is the database's row policy. Each alone must leak nothing, and a test switches them
off in turn.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from lianfang_common.principal import AreaRange, Principal
from population.storage.tables import persons, residences


def in_areas(principal: Principal | None) -> ColumnElement[bool]:
    """Return the condition that a residence lies in the caller's areas, as ranges.

    Args:
        principal: the caller; None where the service itself acts.
    """
    if principal is None:
        return true()
    return _within(principal.areas)


def known_in_areas(principal: Principal | None) -> ColumnElement[bool]:
    """Return the condition that a person lives, or lived, in the caller's areas."""
    if principal is None:
        return true()
    return _known_within(principal.areas)


# SQLAlchemy takes longer to build these than the database takes to answer, and a caller's areas
# are the same from one request to the next.
@lru_cache(maxsize=1_000)
def _within(areas: tuple[AreaRange, ...]) -> ColumnElement[bool]:
    if not areas:
        return false()
    grid = residences.c.grid
    return or_(*(and_(grid >= area.first, grid < area.end) for area in areas))


@lru_cache(maxsize=1_000)
def _known_within(areas: tuple[AreaRange, ...]) -> ColumnElement[bool]:
    return exists().where(residences.c.person_id == persons.c.person_id, _within(areas))
