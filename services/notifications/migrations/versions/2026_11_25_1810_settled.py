"""Notices are settled when nobody need act on them any more.

Revision ID: 2026_11_25_1810
Revises: 2026_11_25_1700
"""

from alembic import op

revision = "2026_11_25_1810"
down_revision = "2026_11_25_1700"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table notices add column settled_by text, add column settled_at timestamptz",
    "alter table notices drop constraint notices_state",
    """alter table notices add constraint notices_state
        check (state in ('raised', 'acknowledged', 'escalated', 'stale', 'settled'))""",
    """alter table notices add constraint notices_settled
        check ((state = 'settled') = (settled_at is not null)
            and (settled_at is null) = (settled_by is null))""",
    "drop index notices_open",
    """create index notices_open on notices (office_id, role, id)
        where state not in ('acknowledged', 'settled')""",
    """create index notices_waiting on notices (subject_id, rule_id)
        where state in ('raised', 'escalated')""",
    "grant update (settled_by, settled_at) on notices to notifications_system",
)


def upgrade() -> None:
    """Add the state with its moment and its cause; deadlines and events alone set it."""
    for statement in STATEMENTS:
        op.execute(statement)
