"""The first of the two guards: every query names the caller's areas itself.

The second is the database's row policy. Each alone must leak nothing, and a test switches them
off in turn.
"""

from sqlalchemy import ColumnElement, Table, and_, false, or_, true

from lianfang_common.principal import Principal


def visible_to(principal: Principal | None, table: Table) -> ColumnElement[bool]:
    """Return the condition under which the caller may know of a row.

    Args:
        principal: the caller; None where the service itself acts (events, timers).
        table: has the column `grid`. A committee knows of no row, whatever its areas.
    """
    if principal is not None and principal.role == "committee":
        return false()
    return in_areas(principal, table)


def in_areas(principal: Principal | None, table: Table) -> ColumnElement[bool]:
    """Return the condition that a row lies in the caller's areas, as ranges an index serves."""
    if principal is None:
        return true()
    if not principal.areas:
        return false()
    grid = table.c.grid
    return or_(*(and_(grid >= area.first, grid < area.end) for area in principal.areas))
