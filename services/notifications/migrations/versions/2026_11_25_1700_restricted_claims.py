"""The inbox knows claims of restricted events, and the keeper forgets them after a week.

Revision ID: 2026_11_25_1700
Revises: 2026_11_22_1000
"""

from alembic import op

from lianfang_common.outbox import keeper_ddl

revision = "2026_11_25_1700"
down_revision = "2026_11_22_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and replace the keeper, unless the first migration made them so."""
    op.execute(
        "alter table inbox add column if not exists restricted boolean not null default false"
    )
    op.execute("drop function delivery_keep")
    for statement in keeper_ddl("notifications"):
        op.execute(statement)
