"""Notices, rules, digests, replicas of areas and offices, and the row policy of notices.

Revision ID: 2026_11_22_1000
Revises:
"""

import sqlalchemy as sa
from alembic import op

from lianfang_common.outbox import delivery_ddl
from lianfang_common.rowguard import SCOPE_DDL, allow, guard_by_recipient
from notifications.storage.rulebook import packaged_rules, rows_of

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "notifications"

TABLES = (
    """create table notices (
        id uuid primary key,
        version integer not null,
        ce_id uuid not null,
        rule_id text not null,
        rule_version integer not null,
        event_type text not null,
        office_id uuid not null,
        role text not null,
        urgency text not null,
        subject_kind text not null,
        subject_id uuid not null,
        grid text collate "C",
        flagged boolean not null,
        title_zh text not null,
        title_en text not null,
        body_zh text not null,
        body_en text not null,
        occurred_at timestamptz not null,
        raised_at timestamptz not null,
        acknowledge_by timestamptz,
        stale_at timestamptz not null,
        escalated_from uuid,
        state text not null,
        seal bytea not null,
        acknowledged_at timestamptz,
        acknowledged_by uuid,
        comment_sealed bytea,
        constraint notices_state
            check (state in ('raised', 'acknowledged', 'escalated', 'stale')),
        constraint notices_acknowledged
            check ((state = 'acknowledged') = (acknowledged_at is not null))
    )""",
    "create unique index notices_once on notices (ce_id, rule_id, office_id, role)",
    "create index notices_by_desk on notices (office_id, role, id)",
    """create index notices_awaited on notices (acknowledge_by)
        where state = 'raised' and acknowledge_by is not null""",
    """create index notices_open on notices (office_id, role, id)
        where state <> 'acknowledged'""",
    """create table rules (
        rule_id text not null,
        version integer not null,
        event_type text not null,
        mode text not null,
        role text,
        definition jsonb not null,
        defined_at timestamptz not null default now(),
        primary key (rule_id, version)
    )""",
    """create table templates (
        template_id text not null,
        version integer not null,
        definition jsonb not null,
        primary key (template_id, version)
    )""",
    """create table digest_counts (
        office_id uuid not null,
        monday date not null,
        rule_id text not null,
        count integer not null,
        primary key (office_id, monday, rule_id)
    )""",
    """create table areas (
        code text collate "C" primary key,
        area_id uuid not null,
        level text not null,
        parent_code text collate "C",
        name_zh text not null,
        name_en text not null,
        version integer not null
    )""",
    """create table offices (
        office_id uuid not null,
        version integer not null,
        kind text not null,
        name_zh text not null,
        name_en text not null,
        lead_parent uuid,
        guide_parent uuid,
        grids text[] not null,
        valid_from date not null,
        primary key (office_id, version)
    )""",
    "create table knowledge (name text primary key, version integer not null)",
    "insert into knowledge values ('places', 0), ('rules', 0)",
)

RIGHTS = {
    # A member's acknowledgement changes these columns and no other; nobody changes the words.
    "notices": (
        "select, update (version, state, acknowledged_at, acknowledged_by, comment_sealed)",
        "select, insert, update (version, state, acknowledged_at, acknowledged_by, comment_sealed)",
    ),
    "rules": ("select", "select, insert"),
    "templates": ("select", "select, insert"),
    "digest_counts": ("", "select, insert, update"),
    "areas": ("", "select, insert, update"),
    "offices": ("", "select, insert"),
    "knowledge": ("", "select, update"),
}

SEED_RULES = """
insert into rules (rule_id, version, event_type, mode, role, definition)
select definition ->> 'id', (definition ->> 'version')::int, definition ->> 'event',
    definition ->> 'mode', definition ->> 'role', definition
from jsonb_array_elements(cast(:rows as jsonb)) as definition on conflict do nothing"""
SEED_TEMPLATES = """
insert into templates (template_id, version, definition)
select definition ->> 'id', (definition ->> 'version')::int, definition
from jsonb_array_elements(cast(:rows as jsonb)) as definition on conflict do nothing"""


def upgrade() -> None:
    """Create everything, guard it and grant it, and begin with the package's rules."""
    for statement in (*SCOPE_DDL, *TABLES, *delivery_ddl(SERVICE)):
        op.execute(statement)
    for statement in guard_by_recipient(SERVICE, "notices", office="office_id", role="role"):
        op.execute(statement)
    for table, (app, system) in RIGHTS.items():
        for statement in allow(SERVICE, table, app=app, system=system):
            op.execute(statement)
    rules, templates = rows_of(packaged_rules())
    op.execute(sa.text(SEED_RULES).bindparams(rows=rules))
    op.execute(sa.text(SEED_TEMPLATES).bindparams(rows=templates))
