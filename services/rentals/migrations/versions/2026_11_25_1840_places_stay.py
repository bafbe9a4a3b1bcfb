"""No role rewrites where a row is: rights to update name the columns that change.

Revision ID: 2026_11_25_1840
Revises: 2026_11_25_1800
"""

from alembic import op

revision = "2026_11_25_1840"
down_revision = "2026_11_25_1800"
branch_labels = None
depends_on = None

CHANGING = {
    "premises": "let_by_person, let_by_receipt, let_by_organisation, landlords_recorded, version",
    "tenancy": "last_day, ended_at, version",
}


def upgrade() -> None:
    """Replace the rights on whole tables."""
    for table, columns in CHANGING.items():
        op.execute(f"revoke update on {table} from rentals_app")
        op.execute(f"grant update ({columns}) on {table} to rentals_app")
