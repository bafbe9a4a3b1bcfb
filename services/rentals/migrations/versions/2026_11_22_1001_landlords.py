"""Premises count their landlords that were recorded by receipt: the version of that fact.

Revision ID: 2026_11_22_1001
Revises: 2026_11_22_1000
"""

from alembic import op

revision = "2026_11_22_1001"
down_revision = "2026_11_22_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; whoever may change premises may raise it."""
    op.execute("alter table premises add column landlords_recorded integer not null default 0")
