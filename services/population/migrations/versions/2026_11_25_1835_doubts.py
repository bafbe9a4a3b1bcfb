"""A doubted identity is a claim before a reviewer, like any other.

Revision ID: 2026_11_25_1835
Revises: 2026_11_25_1830

Claims that named nobody came from residence-change cases alone, so each told that its person was
on the register. They go; the newest claim of the same person goes to review in their place. Some
claims that agree go to review as well, so that one that is there tells nothing.
"""

from alembic import op

revision = "2026_11_25_1835"
down_revision = "2026_11_25_1830"
branch_labels = None
depends_on = None

RESOLVE_IDENTITY = """
create or replace function resolve_identity(
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
    -- One agreeing claim in 64 is reviewed too: a doubt from elsewhere looks like one of these.
    insert into identity_claims (claim_id, person_id, name, phone_sealed, account, office,
        claimed_at, state)
    values (p_claim, person, p_name, p_claim_phone, p_account, p_office, p_now,
        case when known = p_name and get_byte(uuid_send(p_claim), 15) >= 4
            then 'agrees' else 'to_review' end);
    insert into resolutions (receipt_id, person_id, account, audience, object_id, issued_at)
    values (p_receipt, person, p_account, p_audience, p_object, p_now);
    insert into resolve_quotas as q (account, day, numbers) values (p_account, p_day, 1)
    on conflict (account, day) do update set numbers = q.numbers + 1
    returning q.numbers into numbers;
end $$"""

FORMER_DOUBTS = """
update identity_claims set state = 'to_review' where claim_id in (
    select distinct on (c.person_id) c.claim_id from identity_claims c
    where c.name is not null and exists (select from identity_claims d
        where d.person_id = c.person_id and d.name is null)
    order by c.person_id, c.claim_id desc)"""


def upgrade() -> None:
    """Replace the function and the former rows; the matcher may put a claim before a reviewer."""
    op.execute(RESOLVE_IDENTITY)
    op.execute(FORMER_DOUBTS)
    op.execute("delete from identity_claims where name is null")
    op.execute("alter table identity_claims alter column name set not null")
    op.execute("grant select, update (state) on identity_claims to population_matcher")
    op.execute(
        "create policy matching on identity_claims to population_matcher"
        " using (true) with check (true)"
    )
    op.execute(
        "create index cases_to_seal on residence_change_cases (case_id)"
        " where state = 'closed' and link_sealed is not null"
    )
