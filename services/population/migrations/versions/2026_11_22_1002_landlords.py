"""A receipt can name a landlord, whom population then keeps as it keeps a resident.

Revision ID: 2026_11_22_1002
Revises: 2026_11_22_1001
"""

from alembic import op

revision = "2026_11_22_1002"
down_revision = "2026_11_22_1001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; the consumers alone write it."""
    op.execute("alter table resolutions add column landlord_since date")
    op.execute("grant update (landlord_since) on resolutions to population_system")
