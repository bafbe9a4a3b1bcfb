"""The course of an incident says which desk took each report, was there, and closed it.

What happened before names nobody: who acted then was not kept here.

Revision ID: 2026_11_29_2100
Revises: 2026_11_29_1300
"""

from alembic import op

revision = "2026_11_29_2100"
down_revision = "2026_11_29_1300"
branch_labels = None
depends_on = None

DESKS = {"reports": ("received_by",), "incidents": ("arrived_by", "closed_by")}


def upgrade() -> None:
    """Add the desks, and let those be written that come later than their row."""
    for table, names in DESKS.items():
        for name in names:
            op.execute(
                f"alter table {table} add column {name}_office uuid, add column {name}_role text"
            )
            op.execute(
                f"alter table {table} add constraint {table}_{name}_desk"
                f" check (({name}_office is null) = ({name}_role is null))"
            )
    op.execute(
        "grant update (arrived_by_office, arrived_by_role, closed_by_office, closed_by_role)"
        " on incidents to incidents_app, incidents_system"
    )
