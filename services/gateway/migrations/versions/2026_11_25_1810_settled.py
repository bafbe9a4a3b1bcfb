"""A line of the feed may say that a notice was settled.

Revision ID: 2026_11_25_1810
Revises: 2026_11_25_1700
"""

from alembic import op

revision = "2026_11_25_1810"
down_revision = "2026_11_25_1700"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the feed take the kind."""
    op.execute("alter table feed drop constraint feed_kind_known")
    op.execute(
        "alter table feed add constraint feed_kind_known"
        " check (kind in ('raised', 'acknowledged', 'escalated', 'settled', 'stale'))"
    )
