"""The audit rows of incidents are chained; those from before are sealed like new ones.

Revision ID: 2026_11_25_1850
Revises: 2026_11_25_1840
"""

from alembic import op

from lianfang_audit.schema import chain_ddl

revision = "2026_11_25_1850"
down_revision = "2026_11_25_1840"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each row a position, add the seals, and let nobody change a row."""
    for statement in chain_ddl("incidents", "disclosures"):
        op.execute(statement)
