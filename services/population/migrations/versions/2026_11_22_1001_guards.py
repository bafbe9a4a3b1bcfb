"""Who may see which row: rights, row policies, and the functions that cross them on purpose.

Revision ID: 2026_11_22_1001
Revises: 2026_11_22_1000

`resolve_identity` and `person_of_entry` run as the owner, because what they do must not depend on
the caller's area: resolving answers the same for every caller, and an entry's office may know its
person wherever that person lives. Neither gives more than its result.
"""

from alembic import op

from lianfang_audit.schema import append_only_ddl
from lianfang_common.rowguard import allow, guard_by_area, guard_by_grant, guard_grants

revision = "2026_11_22_1001"
down_revision = "2026_11_22_1000"
branch_labels = None
depends_on = None

APP, SYSTEM, MATCHER = "population_app", "population_system", "population_matcher"

VISIBLE_ENTRIES = """
create function app_entries() returns setof uuid language sql stable security definer
    set search_path = public, pg_temp as $$
    select r.entry_id from responsibilities r
        where r.until is null and r.office_id = app_office()
    union
    select e.entry_id from supervision_entries e
        where e.state = 'active' and app_office() in (e.justice_office, e.assisting_committee)
    union
    select c.entry_id from residence_change_cases c
        where c.state = 'confirmed' and app_office() in (c.receiving_office, c.justice_office)
$$"""

PERSON_OF_ENTRY = """
create function person_of_entry(p_entry uuid, p_person uuid, p_key bytea)
    returns table (name text, document_kind text, document_sealed bytea, phone_sealed bytea)
    language sql stable security definer set search_path = public, pg_temp as $$
    select p.name, p.document_kind, p.document_sealed, p.phone_sealed from persons p
    where p.person_id = p_person and p_entry in (select app_entries())
        and exists (select from supervision_entries e
            where e.entry_id = p_entry and e.person_key = p_key and e.state = 'active')
$$"""

RESOLVE_IDENTITY = """
create function resolve_identity(
    p_person uuid, p_name text, p_pinyin text, p_kind text, p_index bytea, p_document bytea,
    p_phone bytea, p_claim uuid, p_claim_phone bytea, p_receipt uuid, p_account uuid,
    p_office uuid, p_audience text, p_object uuid, p_now timestamptz, p_day date,
    out person uuid, out numbers integer)
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    known text;
begin
    -- The update changes nothing: it makes a known person cost what an unknown one costs.
    insert into persons (person_id, name, pinyin, document_kind, document_index, document_sealed,
        phone_sealed, version)
    values (p_person, p_name, p_pinyin, p_kind, p_index, p_document, p_phone, 1)
    on conflict (document_index) do update set document_index = excluded.document_index
    returning persons.person_id, persons.name into person, known;
    insert into identity_claims (claim_id, person_id, name, phone_sealed, account, office,
        claimed_at, state)
    values (p_claim, person, p_name, p_claim_phone, p_account, p_office, p_now,
        case when known = p_name then 'agrees' else 'to_review' end);
    insert into resolutions (receipt_id, person_id, account, audience, object_id, issued_at)
    values (p_receipt, person, p_account, p_audience, p_object, p_now);
    insert into resolve_quotas as q (account, day, numbers) values (p_account, p_day, 1)
    on conflict (account, day) do update set numbers = q.numbers + 1
    returning q.numbers into numbers;
end $$"""

# table: rights of the app, of the system, of the matcher
RIGHTS = {
    "areas": ("select", "select, insert, update", ""),
    "offices": ("select", "select, insert, update", "select"),
    "office_grids": ("select", "select, insert, update, delete", "select"),
    "persons": ("select", "select, insert", "select, delete"),
    "identity_claims": ("insert", "select, insert", ""),
    "resolutions": ("", "select", "select"),
    "resolve_quotas": ("", "select", ""),
    "residences": ("select", "select, insert, update", "select"),
    "match_queue": ("", "insert", "select, update, delete"),
    "forget_queue": ("", "select, insert", "select, update, delete"),
    "supervision_entries": ("select, insert, update", "select, insert, update", "select"),
    "responsibilities": ("select, insert, update", "select, insert, update", "select"),
    "residence_change_cases": ("select, update", "select, update", "select, insert, update"),
    "grants": ("select, insert", "select, insert", "insert"),
    "audit": ("insert", "select, insert, update (sealed)", ""),
    "audit_seals": ("", "select, insert", ""),
    "break_glass": ("select, insert, update", "select", ""),
    "outbox": (None, None, "insert"),
    "timer": (None, None, "select, insert, update, delete"),
}

ENTRY_IS_OPEN = "coalesce(entry_id in (select app_entries()), false)"
LIVES_WHERE_SEEN = "exists (select from residences r where r.person_id = persons.person_id)"
OWN_GLASS = (
    "coalesce(account = (select app_account()) or office = (select app_office())"
    " or office in (select o.office_id from offices o where o.lead_parent = app_office()), false)"
)

# table: policies of the app role beyond the kernel's; where there is none, it sees nothing
OWN_POLICIES: dict[str, str | None] = {
    # A person has no place of its own: it is seen through residences that can be seen.
    "persons": f"for select to {APP} using ({LIVES_WHERE_SEEN})",
    "identity_claims": f"for insert to {APP} with check (coalesce(account = app_account(), false))",
    "resolutions": None,
    "resolve_quotas": None,
    "match_queue": None,
    "forget_queue": None,
    # A delisted row may still be seen by the transaction that delists it, by no later one.
    "supervision_entries": f"to {APP} using"
    f" ({ENTRY_IS_OPEN} and coalesce(sealed_at >= transaction_timestamp(), true))"
    f" with check ({ENTRY_IS_OPEN})",
    "responsibilities": f"to {APP} using ({ENTRY_IS_OPEN})"
    f" with check ({ENTRY_IS_OPEN} or coalesce(office_id = app_office(), false))",
    "audit": f"for insert to {APP} with check (coalesce(account = app_account(), false))",
    "audit_seals": None,
    "break_glass": f"to {APP} using ({OWN_GLASS}) with check ({OWN_GLASS})",
}

# What the definer functions touch; the owner is not exempt, since row security is forced.
FOR_FUNCTIONS = (
    "persons",
    "identity_claims",
    "resolutions",
    "resolve_quotas",
    "supervision_entries",
    "responsibilities",
    "residence_change_cases",
)


def upgrade() -> None:
    """Give rights, guard every table that holds more than the public tree, make the functions."""
    for table, (app, system, matcher) in RIGHTS.items():
        if app is not None and system is not None:
            _run(allow("population", table, app=app, system=system))
        if matcher:
            op.execute(f"grant {matcher} on {table} to {MATCHER}")
    op.execute(f"grant usage on sequence outbox_position to {MATCHER}")
    _run(guard_by_area("population", "residences"))
    _run(guard_by_grant("population", "residence_change_cases", subject="case_id"))
    _run(guard_grants("population"))
    _run([VISIBLE_ENTRIES, PERSON_OF_ENTRY, RESOLVE_IDENTITY, *append_only_ddl("audit")])
    for table, policy in OWN_POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy all_rows on {table} to {SYSTEM} using (true) with check (true)")
        if policy is not None:
            op.execute(f"create policy own_rows on {table} {policy}")
    for table, (_, _, matcher) in RIGHTS.items():
        if matcher and table not in ("offices", "office_grids", "outbox", "timer"):
            op.execute(
                f"create policy matching on {table} to {MATCHER} using (true) with check (true)"
            )
    for table in FOR_FUNCTIONS:
        op.execute(
            f"create policy functions on {table} to current_user using (true) with check (true)"
        )
    for function in ("app_entries", "person_of_entry", "resolve_identity"):
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to {APP}")


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)
