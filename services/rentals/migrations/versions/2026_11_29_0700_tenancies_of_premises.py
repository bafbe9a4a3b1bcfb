"""Tenancies of one premises are found by a btree; the one of the exclusion costs more to search.

Revision ID: 2026_11_29_0700
Revises: 2026_11_25_2010
"""

from alembic import op

revision = "2026_11_29_0700"
down_revision = "2026_11_25_2010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("create index tenancy_by_premises on tenancy (premises_id)")
