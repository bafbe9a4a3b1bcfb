"""A load copies its persons into a staging table, which is empty whenever anybody else looks.

Revision ID: 2026_11_29_1300
Revises: 2026_11_25_2010

COPY is refused under a row policy, so the table has none: no role but the system's reaches it.
"""

from alembic import op

revision = "2026_11_29_1300"
down_revision = "2026_11_25_2010"
branch_labels = None
depends_on = None

TABLE = """create unlogged table staged_persons (
    line integer not null,
    person_id uuid not null,
    name text collate "C" not null,
    pinyin text collate "C" not null,
    document_kind text not null,
    document_index bytea not null,
    document_sealed bytea not null,
    phone_sealed bytea,
    claim_id uuid not null,
    residence_id uuid not null,
    grid text collate "C" not null,
    first_day date not null,
    last_day date
)"""


def upgrade() -> None:
    """Make the table, for the system role."""
    op.execute(TABLE)
    op.execute("grant select, insert, delete, truncate on staged_persons to population_system")
