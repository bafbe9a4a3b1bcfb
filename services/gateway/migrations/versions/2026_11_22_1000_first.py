"""Accounts, sessions, replicas of offices and areas, and the feed with its row policies.

Revision ID: 2026_11_22_1000
Revises:
"""

from alembic import op

from lianfang_common.outbox import delivery_ddl
from lianfang_common.rowguard import SCOPE_DDL, allow, guard_by_recipient

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "gateway"

TABLES = (
    """create table account (
        id uuid primary key,
        login text not null unique,
        name_zh text not null,
        name_en text not null,
        role text not null,
        office uuid,
        active boolean not null
    )""",
    """create table account_password (
        account uuid primary key references account (id),
        hash text not null
    )""",
    """create table session (
        digest bytea primary key,
        account uuid not null references account (id),
        started_at timestamptz not null,
        seen_at timestamptz not null,
        ends_at timestamptz not null
    )""",
    "create index session_by_account on session (account)",
    "create index session_by_end on session (ends_at)",
    """create table login_failure (
        subject bytea primary key,
        failures integer not null,
        window_started_at timestamptz not null
    )""",
    """create table issuer_code (
        digest bytea primary key,
        account uuid not null references account (id),
        challenge text not null,
        nonce text not null,
        expires_at timestamptz not null
    )""",
    """create table area (
        code text collate "C" primary key,
        level text not null,
        name_zh text not null,
        name_en text not null,
        version bigint not null
    )""",
    "create index area_by_level on area (level, code)",
    """create table office (
        id uuid primary key,
        kind text not null,
        name_zh text not null,
        name_en text not null,
        grids text[] collate "C" not null,
        version bigint not null
    )""",
    """create table desk_counter (
        office uuid not null,
        role text not null,
        number bigint not null,
        primary key (office, role)
    )""",
    """create table feed (
        office uuid not null,
        role text not null,
        number bigint not null,
        ce_id uuid not null,
        kind text not null,
        notice_id uuid not null,
        body jsonb not null,
        stored_at timestamptz not null,
        primary key (office, role, number),
        constraint feed_kind_known
            check (kind in ('raised', 'acknowledged', 'escalated', 'stale'))
    )""",
    "create unique index feed_once on feed (ce_id, office, role)",
    "create index feed_by_notice on feed (notice_id)",
    "create index feed_by_age on feed (stored_at)",
)

RIGHTS = {
    "account": ("select", "select, insert, update"),
    "account_password": ("select", "select, insert, update"),
    # Whose session it is and when it ends is written once.
    "session": ("select, insert, delete, update (seen_at)", "select, delete"),
    "login_failure": ("select, insert, update, delete", "select, delete"),
    "issuer_code": ("select, insert, delete", "select, delete"),
    "area": ("select", "select, insert, update"),
    "office": ("select", "select, insert, update"),
    "desk_counter": ("select", "select, insert, update"),
    # A line that a desk has seen is never rewritten.
    "feed": ("select", "select, insert, delete"),
}

# The housekeeping's first deadline; each firing sets the next.
HOUSEKEEPING = """insert into timer (kind, subject, due_at, version, fire_at)
    values ('housekeeping', '00000000-0000-4000-8000-000000000001', now(), 0, now())"""


def upgrade() -> None:
    """Create everything, then guard it and grant it."""
    for statement in (*SCOPE_DDL, *TABLES, *delivery_ddl(SERVICE), HOUSEKEEPING):
        op.execute(statement)
    for table in ("desk_counter", "feed"):
        for statement in guard_by_recipient(SERVICE, table, office="office", role="role"):
            op.execute(statement)
    for table, (app, system) in RIGHTS.items():
        for statement in allow(SERVICE, table, app=app, system=system):
            op.execute(statement)


def downgrade() -> None:
    """Refuse: the first revision has nothing before it."""
    raise RuntimeError("the first revision cannot be undone; drop the database")
