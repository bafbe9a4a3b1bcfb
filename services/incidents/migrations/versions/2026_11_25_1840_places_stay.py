"""No role rewrites where a row is: rights to update name the columns that change.

Revision ID: 2026_11_25_1840
Revises: 2026_11_25_1700
"""

from alembic import op

revision = "2026_11_25_1840"
down_revision = "2026_11_25_1700"
branch_labels = None
depends_on = None

CHANGING = {
    ("incidents", "incidents_app, incidents_system"): (
        "version, arrive_by, arrived_at, missed_at, closed_at, outcome, reports"
    ),
    ("reports", "incidents_app"): "version, incident_id, linked",
    ("premises", "incidents_system"): "version",
}


def upgrade() -> None:
    """Replace the rights on whole tables."""
    for (table, roles), columns in CHANGING.items():
        op.execute(f"revoke update on {table} from {roles}")
        op.execute(f"grant update ({columns}) on {table} to {roles}")
