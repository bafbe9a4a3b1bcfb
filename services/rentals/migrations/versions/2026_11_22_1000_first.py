"""Premises, tenancies, the replica of areas, and the row policies of each.

Revision ID: 2026_11_22_1000
Revises:
"""

from alembic import op

from lianfang_common.outbox import delivery_ddl
from lianfang_common.rowguard import (
    GRANTS_DDL,
    SCOPE_DDL,
    allow,
    guard_by_area,
    guard_grants,
)

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "rentals"

TABLES = (
    """create table area (
        area_id uuid primary key,
        code text collate "C" not null,
        level text not null,
        parent_code text collate "C",
        name_zh text not null,
        name_en text not null,
        version integer not null
    )""",
    "create index ix_area_code on area (code)",
    """create table office (
        office_id uuid primary key,
        kind text not null,
        name_zh text not null,
        name_en text not null,
        grids text[] collate "C" not null,
        valid_from date not null,
        version integer not null
    )""",
    "create index office_by_grid on office using gin (grids)",
    """create table organisation (
        organisation_id uuid primary key,
        credit_code text not null unique,
        name text not null
    )""",
    """create table premises (
        premises_id uuid primary key,
        grid text collate "C" not null,
        kind text not null,
        rooms integer not null,
        label text not null,
        let_by_person uuid,
        let_by_receipt uuid,
        let_by_organisation uuid references organisation (organisation_id),
        filed_at timestamptz not null,
        version integer not null,
        constraint premises_grid_has_15_digits check (grid ~ '^[0-9]{15}$'),
        constraint premises_have_rooms check (rooms between 1 and 200),
        constraint premises_one_landlord
            check (let_by_person is null or let_by_organisation is null)
    )""",
    "create index premises_by_grid on premises (grid, premises_id)",
    """create table tenancy (
        tenancy_id uuid primary key,
        premises_id uuid not null references premises (premises_id),
        grid text collate "C" not null,
        room integer,
        rooms int4range not null generated always as (int4range(room, room, '[]')) stored,
        first_day date not null,
        last_day date,
        days daterange not null
            generated always as (daterange(first_day, last_day, '[]')) stored,
        tenants integer not null,
        let_by_person uuid,
        let_by_receipt uuid,
        let_by_organisation uuid references organisation (organisation_id),
        registered_by text not null,
        registered_at timestamptz not null,
        ended_at timestamptz,
        version integer not null,
        constraint tenancy_ends_after_it_starts check (last_day >= first_day),
        constraint tenancy_way_in check (registered_by in ('officer', 'landlord')),
        constraint tenancy_room_let_once
            exclude using gist (premises_id with =, rooms with &&, days with &&)
    )""",
    "create index tenancy_by_grid on tenancy (grid, tenancy_id)",
    """create table tenant (
        tenancy_id uuid not null references tenancy (tenancy_id),
        person_id uuid not null,
        premises_id uuid not null,
        grid text collate "C" not null,
        receipt_id uuid not null,
        primary key (tenancy_id, person_id),
        constraint tenant_receipt_once unique (receipt_id)
    )""",
    """create table redeemed_receipt (
        receipt_id uuid primary key,
        premises_id uuid not null,
        grid text collate "C" not null
    )""",
)

RIGHTS = {
    "area": ("select", "select, insert, update"),
    "office": ("select", "select, insert, update"),
    "organisation": ("select, insert", "select, insert"),
    "premises": ("select, insert, update", "select, insert"),
    "tenancy": ("select, insert, update", "select"),
    "tenant": ("select, insert", "select"),
    "redeemed_receipt": ("select, insert", ""),
    "grants": ("select, insert", "select, insert"),
}


def upgrade() -> None:
    """Create everything, then guard it and grant it."""
    op.execute("create extension if not exists btree_gist")
    for statement in (*SCOPE_DDL, *GRANTS_DDL, *TABLES, *delivery_ddl(SERVICE)):
        op.execute(statement)
    for table in ("premises", "tenancy", "tenant", "redeemed_receipt"):
        for statement in guard_by_area(SERVICE, table, granted="premises_id"):
            op.execute(statement)
    for statement in guard_grants(SERVICE):
        op.execute(statement)
    for table, (app, system) in RIGHTS.items():
        for statement in allow(SERVICE, table, app=app, system=system):
            op.execute(statement)
