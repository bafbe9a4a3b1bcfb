"""Kettles, and the tables of delivery."""

from alembic import op

from lianfang_common.outbox import delivery_ddl

revision = "first"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    for statement in delivery_ddl("example"):
        op.execute(statement)
    op.execute(
        "create table kettle (kettle_id uuid primary key, version int not null,"
        " colour text not null, heard int not null, boiled_at timestamptz)"
    )
    op.execute("grant select, insert, update on kettle to example_app, example_system")


def downgrade() -> None:
    """Nothing is taken back: the first migration of a database."""
