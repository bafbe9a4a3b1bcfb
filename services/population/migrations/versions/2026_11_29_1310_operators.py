"""Operators list and settle dead letters over the API, by functions and without a right on a table.

Revision ID: 2026_11_29_1310
Revises: 2026_11_29_1300
"""

from alembic import op

from lianfang_operations.schema import operations_ddl

revision = "2026_11_29_1310"
down_revision = "2026_11_29_1300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the functions."""
    for statement in operations_ddl("population"):
        op.execute(statement)
