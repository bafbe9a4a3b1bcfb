"""The tables of population, as they were first made.

Revision ID: 2026_11_22_1000
Revises:
"""

from alembic import op

from lianfang_common.outbox import delivery_ddl
from lianfang_common.rowguard import GRANTS_DDL, SCOPE_DDL

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
create table areas (
    area_id uuid not null,
    code text collate "C" not null,
    level text not null,
    parent_code text collate "C",
    name_zh text not null,
    name_en text not null,
    version integer not null,
    primary key (area_id),
    constraint areas_code check (code ~ '^([0-9]{3}){2,5}$'),
    unique (code)
);

create table audit (
    position bigint generated always as identity,
    at timestamptz not null,
    account uuid,
    office uuid,
    role text,
    act text not null,
    subject_kind text not null,
    subject uuid,
    purpose_kind text,
    purpose_id uuid,
    sealed boolean default false not null,
    primary key (position)
);

create index audit_unsealed on audit (position) where not sealed;

create table audit_seals (
    seal bigint not null,
    position bigint not null,
    digest bytea not null,
    primary key (seal),
    unique (position)
);

create table break_glass (
    glass_id uuid not null,
    account uuid not null,
    office uuid,
    person_id uuid not null,
    reason_sealed bytea not null,
    broken_at timestamptz not null,
    open_until timestamptz not null,
    review_due_at timestamptz not null,
    reviewed_at timestamptz,
    reviewed_by uuid,
    version integer not null,
    primary key (glass_id)
);

create index break_glass_by_account on break_glass (account);

create table forget_queue (
    person_id uuid not null,
    primary key (person_id)
);

create table match_queue (
    residence_id uuid not null,
    person_id uuid not null,
    grid text collate "C" not null,
    primary key (residence_id)
);

create table offices (
    office_id uuid not null,
    kind text not null,
    name_zh text not null,
    name_en text not null,
    lead_parent uuid,
    guide_parent uuid,
    valid_from date not null,
    version integer not null,
    primary key (office_id),
    constraint offices_kind check (kind in ('bureau', 'station', 'room', 'committee', 'justice'))
);

create table persons (
    person_id uuid not null,
    name text collate "C" not null,
    pinyin text collate "C" not null,
    document_kind text not null,
    document_index bytea not null,
    document_sealed bytea not null,
    phone_sealed bytea,
    version integer not null,
    primary key (person_id),
    unique (document_index)
);

create index persons_by_name on persons (name, person_id);

create index persons_by_pinyin on persons (pinyin, person_id);

create table resolve_quotas (
    account uuid not null,
    day date not null,
    numbers integer not null,
    primary key (account, day)
);

create table identity_claims (
    claim_id uuid not null,
    person_id uuid not null,
    name text,
    phone_sealed bytea,
    account uuid,
    office uuid,
    claimed_at timestamptz not null,
    state text not null,
    primary key (claim_id),
    foreign key (person_id) references persons (person_id) on delete cascade,
    constraint claims_state check (state in ('agrees', 'to_review', 'reviewed'))
);

create index identity_claims_by_person on identity_claims (person_id);

create index identity_claims_to_review on identity_claims (claim_id)
    where state = 'to_review';

create table office_grids (
    office_id uuid not null,
    grid text collate "C" not null,
    valid_from date not null,
    valid_to date,
    kind text not null,
    primary key (office_id, grid, valid_from),
    constraint office_grids_days check (valid_to >= valid_from),
    foreign key (office_id) references offices (office_id)
);

create unique index office_grids_now on office_grids (grid, kind) where valid_to is null;

create table residences (
    residence_id uuid not null,
    person_id uuid not null,
    grid text collate "C" not null,
    tenancy_id uuid,
    receipt_id uuid,
    first_day date not null,
    last_day date,
    ended boolean not null,
    version integer not null,
    primary key (residence_id),
    constraint residences_days check (last_day >= first_day),
    foreign key (person_id) references persons (person_id),
    unique (receipt_id)
);

create index residences_by_grid on residences (grid, person_id);

create index residences_by_person on residences (person_id);

create index residences_by_tenancy on residences (tenancy_id)
    where tenancy_id is not null;

create table resolutions (
    receipt_id uuid not null,
    person_id uuid not null,
    account uuid not null,
    audience text not null,
    object_id uuid not null,
    issued_at timestamptz not null,
    primary key (receipt_id),
    foreign key (person_id) references persons (person_id) on delete cascade
);

create index resolutions_by_person on resolutions (person_id);

create table responsibilities (
    responsibility_id uuid not null,
    entry_id uuid not null,
    office_id uuid not null,
    since timestamptz not null,
    until timestamptz,
    open boolean generated always as (case when until is null then true end) stored,
    primary key (responsibility_id),
    constraint responsibilities_one_open unique (entry_id, open),
    constraint responsibilities_moments check (until >= since),
    foreign key (office_id) references offices (office_id)
);

create index responsibilities_by_office on responsibilities (office_id) where until is null;

create table supervision_entries (
    entry_id uuid not null,
    category text not null,
    statute text not null,
    deciding_organ text not null,
    document_sealed bytea not null,
    starts_on date not null,
    ends_on date not null,
    review_due_on date not null,
    review_missed boolean not null,
    justice_office uuid not null,
    assisting_committee uuid,
    person_key bytea,
    person_sealed bytea not null,
    state text not null,
    sealed_at timestamptz,
    version integer not null,
    active boolean generated always as (case when state = 'active' then true end) stored,
    primary key (entry_id),
    constraint entries_statutory_ground check (
        (category = 'community_correction' and statute in (
            'community-correction-law-17', 'community-correction-law-27'))
        or (category = 'resettlement_help' and statute in ('prison-law-37'))
        or (category = 'community_drug_treatment'
            and statute in ('narcotics-control-law-33'))
        or (category = 'community_drug_recovery' and statute in ('narcotics-control-law-48'))
        or (category = 'domestic_violence_order' and statute in ('anti-domestic-violence-law-16',
            'anti-domestic-violence-law-17', 'anti-domestic-violence-law-32'))),
    constraint entries_organ check (length(btrim(deciding_organ)) >= 2),
    constraint entries_document check (length(document_sealed) > 0),
    constraint entries_term check (starts_on <= ends_on),
    constraint entries_review_in_term check (review_due_on <= ends_on),
    constraint entries_sealed_when_delisted check (
        (state = 'active' and person_key is not null and sealed_at is null)
        or (state = 'delisted' and person_key is null and sealed_at is not null)),
    foreign key (justice_office) references offices (office_id),
    foreign key (assisting_committee) references offices (office_id)
);

create index entries_by_person on supervision_entries (person_key)
    where state = 'active';

create table residence_change_cases (
    case_id uuid not null,
    entry_id uuid not null,
    state text not null,
    managing_office uuid not null,
    receiving_office uuid,
    justice_office uuid,
    link_sealed bytea,
    residence_key bytea not null,
    opened_at timestamptz not null,
    review_due_at timestamptz not null,
    review_missed boolean not null,
    accept_due_at timestamptz,
    acceptance_missed boolean not null,
    refusal text,
    outcome text,
    version integer not null,
    primary key (case_id),
    constraint cases_state check (state in ('to_review', 'confirmed', 'accepted', 'closed')),
    constraint cases_outcome check ((state = 'closed') = (outcome is not null)),
    constraint cases_offices check (state not in ('confirmed', 'accepted')
        or (receiving_office is not null and justice_office is not null)),
    foreign key (entry_id) references supervision_entries (entry_id)
);

create unique index cases_once_open on residence_change_cases (entry_id, residence_key)
    where state in ('to_review', 'confirmed');

alter table supervision_entries add constraint entries_have_one_responsible_office
    foreign key (entry_id, active)
    references responsibilities (entry_id, open) deferrable initially deferred;

"""


def upgrade() -> None:
    """Create the tables of delivery, of scope, and population's own."""
    for statement in (*delivery_ddl("population"), *SCOPE_DDL, *GRANTS_DDL):
        op.execute(statement)
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
