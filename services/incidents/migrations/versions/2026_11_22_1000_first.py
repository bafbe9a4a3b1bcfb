"""Reports, incidents, replicas of places, and the row policies of each.

Revision ID: 2026_11_22_1000
Revises:
"""

from alembic import op

from lianfang_common.outbox import delivery_ddl
from lianfang_common.rowguard import SCOPE_DDL, allow, guard_by_area

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "incidents"

TABLES = (
    """create table incidents (
        id uuid primary key,
        version integer not null,
        grid text collate "C" not null,
        premises_id uuid,
        classification text not null,
        against_person boolean not null,
        source text not null,
        opened_at timestamptz not null,
        day_part text not null,
        method text,
        tip text,
        arrive_by timestamptz,
        arrived_at timestamptz,
        missed_at timestamptz,
        closed_at timestamptz,
        outcome text,
        reports integer not null,
        constraint incidents_reports_at_least_one check (reports >= 1),
        constraint incidents_closed_with_outcome
            check ((closed_at is null) = (outcome is null))
    )""",
    "create index incidents_by_premises on incidents (premises_id, classification, opened_at)",
    "create index incidents_by_grid on incidents (grid, id)",
    "create index incidents_open on incidents (grid, id) where closed_at is null",
    """create table reports (
        id uuid primary key,
        version integer not null,
        incident_id uuid not null references incidents (id),
        grid text collate "C" not null,
        premises_id uuid,
        source text not null,
        external_id text,
        classification text not null,
        against_person boolean not null,
        occurred_at timestamptz not null,
        received_at timestamptz not null,
        method text,
        tip text,
        linked boolean not null,
        narrative_sealed bytea,
        caller_phone_sealed bytea
    )""",
    "create unique index reports_once on reports (source, external_id)",
    "create index reports_by_incident on reports (incident_id, id)",
    """create table areas (
        code text collate "C" primary key,
        level text not null,
        version integer not null
    )""",
    """create table premises (
        id uuid primary key,
        grid text collate "C" not null,
        version integer not null
    )""",
    """create table disclosures (
        id uuid primary key,
        report_id uuid not null,
        incident_id uuid not null,
        grid text collate "C" not null,
        account uuid not null,
        office uuid,
        role text not null,
        break_glass boolean not null,
        reason_sealed bytea,
        disclosed_at timestamptz not null
    )""",
    "create index disclosures_by_report on disclosures (report_id)",
)

RIGHTS = {
    "incidents": ("select, insert, update", "select, insert, update"),
    "reports": ("select, insert, update", "select"),
    "areas": ("select", "select, insert, update"),
    "premises": ("select", "select, insert, update"),
    # What was read stays written: nobody but the owner changes or deletes a row.
    "disclosures": ("insert", "select"),
}


def hide_from_committees(table: str) -> str:
    """Return the policy under which incidents against persons do not exist for a committee."""
    rule = "(not against_person or coalesce((select app_role()), '') <> 'committee')"
    return (
        f"create policy not_against_persons on {table} as restrictive for all"
        f" to {SERVICE}_app using {rule} with check {rule}"
    )


def upgrade() -> None:
    """Create everything, then guard it and grant it."""
    for statement in (*SCOPE_DDL, *TABLES, *delivery_ddl(SERVICE)):
        op.execute(statement)
    for table in ("incidents", "reports", "premises", "disclosures"):
        for statement in guard_by_area(SERVICE, table):
            op.execute(statement)
    for table in ("incidents", "reports"):
        op.execute(hide_from_committees(table))
    for table, (app, system) in RIGHTS.items():
        for statement in allow(SERVICE, table, app=app, system=system):
            op.execute(statement)
