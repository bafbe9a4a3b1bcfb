"""No role rewrites where a row is: rights to update name the columns that change.

Revision ID: 2026_11_25_1840
Revises: 2026_11_25_1835
"""

from alembic import op

revision = "2026_11_25_1840"
down_revision = "2026_11_25_1835"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the rights on whole tables; a queue row is locked with any one column's right."""
    for table, role, columns in (
        ("residences", "population_system", "last_day, ended, version"),
        ("match_queue", "population_matcher", "residence_id"),
    ):
        op.execute(f"revoke update on {table} from {role}")
        op.execute(f"grant update ({columns}) on {table} to {role}")
