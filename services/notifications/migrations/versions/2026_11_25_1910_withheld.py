"""What a rule version withholds is kept with it; committees' help items get neutral rules.

Revision ID: 2026_11_25_1910
Revises: 2026_11_25_1810
"""

import json

import sqlalchemy as sa
from alembic import op

from notifications.storage.rulebook import packaged_rules, rows_of

revision = "2026_11_25_1910"
down_revision = "2026_11_25_1810"
branch_labels = None
depends_on = None

# As they were when the versions were defined that have no list of their own.
FIELDS = {
    "rentals.tenancy.registered.v1": (
        "tenancy_id",
        "premises_id",
        "grid",
        "tenants",
        "first_day",
        "last_day",
        "registered_by",
    ),
    "rentals.tenancy.extended.v1": (
        "tenancy_id",
        "premises_id",
        "grid",
        "last_day",
    ),
    "rentals.tenancy.ended.v1": (
        "tenancy_id",
        "premises_id",
        "grid",
        "last_day",
    ),
    "incidents.incident.opened.v1": (
        "incident_id",
        "classification",
        "criminal",
        "against_person",
        "grid",
        "premises_id",
        "opened_at",
        "day_part",
        "method",
        "tip",
        "arrive_by",
        "source",
    ),
    "incidents.incident.arrival-missed.v1": (
        "incident_id",
        "grid",
        "classification",
        "arrive_by",
    ),
    "population.supervision.listed.v1": (
        "entry_id",
        "responsible_office",
        "justice_office",
        "assisting_committee",
        "review_due_on",
    ),
    "population.supervision.reviewed.v1": (
        "entry_id",
        "responsible_office",
        "review_due_on",
    ),
    "population.supervision.review-overdue.v1": (
        "entry_id",
        "responsible_office",
    ),
    "population.supervision.delisted.v1": (
        "entry_id",
        "responsible_office",
        "justice_office",
        "assisting_committee",
    ),
    "population.supervision.moved.v1": (
        "entry_id",
        "previous_office",
        "responsible_office",
        "justice_office",
        "assisting_committee",
    ),
    "population.residence-change.opened.v1": (
        "case_id",
        "responsible_office",
        "review_due_at",
    ),
    "population.residence-change.review-overdue.v1": (
        "case_id",
        "responsible_office",
    ),
    "population.residence-change.confirmed.v1": (
        "case_id",
        "responsible_office",
        "receiving_office",
        "justice_office",
        "accept_due_at",
    ),
    "population.residence-change.acceptance-overdue.v1": (
        "case_id",
        "responsible_office",
        "receiving_office",
    ),
    "population.residence-change.accepted.v1": (
        "case_id",
        "previous_office",
        "responsible_office",
        "justice_office",
    ),
    "population.residence-change.refused.v1": (
        "case_id",
        "responsible_office",
        "receiving_office",
        "justice_office",
        "reason",
    ),
    "population.residence-change.closed.v1": (
        "case_id",
        "responsible_office",
        "receiving_office",
        "justice_office",
        "outcome",
    ),
}

KEEP_WITHHELD = """
update rules r set definition = r.definition || jsonb_build_object('withheld', (
    select coalesce(jsonb_agg(f order by f collate "C"), '[]')
    from jsonb_array_elements_text(cast(:fields as jsonb) -> r.event_type) f
    where not r.definition -> 'fields' ? f))
where not r.definition ? 'withheld' and r.mode <> 'none'"""

# A desk's older notices stay as they were sent; their versions stay, to verify them.
RETIRE = """
insert into rules (rule_id, version, event_type, mode, role, definition)
select r.rule_id, 2, r.event_type, 'none', null, jsonb_build_object('id', r.rule_id, 'version', 2,
    'event', r.event_type, 'mode', 'none', 'reason', jsonb_build_object(
        'zh', '改由不说明事由的规则告知',
        'en', 'A rule that does not say what happened tells it now'))
from rules r where r.version = 1 and r.rule_id = any (array[
    'supervision-listed.committee', 'supervision-moved.committee',
    'supervision-delisted.committee'])
on conflict do nothing"""

SEED_RULES = """
insert into rules (rule_id, version, event_type, mode, role, definition)
select definition ->> 'id', (definition ->> 'version')::int, definition ->> 'event',
    definition ->> 'mode', definition ->> 'role', definition
from jsonb_array_elements(cast(:rows as jsonb)) as definition on conflict do nothing"""


def upgrade() -> None:
    """Keep what each version withholds, retire three rules, and add those in their place."""
    op.execute(sa.text(KEEP_WITHHELD).bindparams(fields=json.dumps(FIELDS)))
    op.execute(RETIRE)
    rules, _ = rows_of(packaged_rules())
    op.execute(sa.text(SEED_RULES).bindparams(rows=rules))
    op.execute("update knowledge set version = version + 1 where name = 'rules'")
