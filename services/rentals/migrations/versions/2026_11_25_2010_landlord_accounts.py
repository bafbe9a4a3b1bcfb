"""Which accounts may let premises is a fact that others are told.

Revision ID: 2026_11_25_2010
Revises: 2026_11_25_1840

The function runs as the owner: a caller sees no grant but his own. The row is locked before the
grants are read, so that a later version never tells less than an earlier one. Premises that were
granted before count one fact, which `rentals republish landlord` states.
"""

from alembic import op

revision = "2026_11_25_2010"
down_revision = "2026_11_25_1840"
branch_labels = None
depends_on = None

RECORD_LANDLORD_ACCOUNTS = """
create function record_landlord_accounts(p_premises uuid[])
    returns table (premises_id uuid, version integer, accounts uuid[])
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from premises p where p.premises_id = any(p_premises)
        order by p.premises_id for update;
    return query
        update premises p set landlords_recorded = p.landlords_recorded + 1
        where p.premises_id = any(p_premises)
            and (pg_has_role(session_user, 'rentals_system', 'member')
                or in_callers_area(p.premises_id))
        returning p.premises_id, p.landlords_recorded, array(
            select g.account from grants g
            where g.subject = p.premises_id and g.account is not null order by g.account);
end $$"""

COUNT_FORMER_GRANTS = """
update premises p set landlords_recorded = p.landlords_recorded + 1
where exists (select from grants g where g.subject = p.premises_id and g.account is not null)"""


def upgrade() -> None:
    """Make the function for those who grant, and count what was granted before."""
    op.execute(RECORD_LANDLORD_ACCOUNTS)
    op.execute("revoke all on function record_landlord_accounts from public")
    op.execute("grant execute on function record_landlord_accounts to rentals_app, rentals_system")
    op.execute(COUNT_FORMER_GRANTS)
