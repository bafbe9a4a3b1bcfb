"""No incident and no report exists for a committee; it has its notices.

Revision ID: 2026_11_25_1900
Revises: 2026_11_25_1850
"""

from alembic import op

revision = "2026_11_25_1900"
down_revision = "2026_11_25_1850"
branch_labels = None
depends_on = None

RULE = "(coalesce((select app_role()), '') <> 'committee')"


def upgrade() -> None:
    """Hide every row from the role, not only those of incidents against persons."""
    for table in ("incidents", "reports"):
        op.execute(f"drop policy not_against_persons on {table}")
        op.execute(
            f"create policy not_for_committees on {table} as restrictive for all"
            f" to incidents_app using {RULE} with check {RULE}"
        )
