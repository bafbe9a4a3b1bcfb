"""A load copies its premises into a staging table, which is empty whenever anybody else looks.

Revision ID: 2026_11_29_1300
Revises: 2026_11_29_0700

COPY is refused under a row policy, so the table has none: no role but the system's reaches it.
"""

from alembic import op

revision = "2026_11_29_1300"
down_revision = "2026_11_29_0700"
branch_labels = None
depends_on = None

TABLE = """create unlogged table staged_premises (
    line integer not null,
    premises_id uuid not null,
    grid text collate "C" not null,
    kind text not null,
    rooms integer not null,
    label text not null,
    organisation_id uuid,
    credit_code text,
    organisation_name text,
    accounts uuid[] not null
)"""


def upgrade() -> None:
    """Make the table, for the system role."""
    op.execute(TABLE)
    op.execute("grant select, insert, delete, truncate on staged_premises to rentals_system")
