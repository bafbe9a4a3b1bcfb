"""A notice names the premises that it sends in a field of its own.

Revision ID: 2026_11_29_1010
Revises: 2026_11_29_1000
"""

from alembic import op

revision = "2026_11_29_1010"
down_revision = "2026_11_29_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older notices keep the id in their words alone."""
    op.execute("alter table notices add column premises_id uuid")
