"""The matcher locks the persons that it may forget, before it looks who names them.

Revision ID: 2026_11_25_1845
Revises: 2026_11_25_1840
"""

from alembic import op

revision = "2026_11_25_1845"
down_revision = "2026_11_25_1840"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A lock needs the right to update some column; nothing writes it."""
    op.execute("grant update (version) on persons to population_matcher")
