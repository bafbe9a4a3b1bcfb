"""Heads read the figures of a week of the desks below them, and the notices that are counted.

Revision ID: 2026_11_29_1000
Revises: 2026_11_25_1910
"""

from alembic import op

revision = "2026_11_29_1000"
down_revision = "2026_11_25_1910"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Rows lie in the order of `raised_at`, so a week is a stretch of the table; a summary of
    # stretches costs an insert next to nothing, which a tree of moments would not.
    "create index notices_by_week on notices using brin (raised_at)",
    # For a transaction that says it reads the week, and for no other: a desk's list stays its own.
    """create policy week on notices for select to notifications_app using (coalesce(
        (select current_setting('app.reading', true)) = 'week'
        and (role in ('officer', 'room_head')
                and (select app_role()) in ('station_head', 'bureau')
            or role = 'station_head' and (select app_role()) = 'bureau')
        and split_part(event_type, '.', 1) in ('incidents', 'rentals')
        and grid <@ (select app_scope()), false))""",
)


def upgrade() -> None:
    """Add the second policy and the index that it is read by."""
    for statement in STATEMENTS:
        op.execute(statement)
