"""A refusal closes the case to the offices that were asked, until it is confirmed anew.

Revision ID: 2026_11_25_1830
Revises: 2026_11_25_1700

The function runs as the owner: a caller sees no grant but its own office's, and may end none.
It works for offices that hold a grant of that case themselves, and only while A reviews.
"""

from alembic import op

revision = "2026_11_25_1830"
down_revision = "2026_11_25_1700"
branch_labels = None
depends_on = None

END_CASE_GRANTS = """
create function end_case_grants(p_case uuid) returns void
    language sql security definer set search_path = public, pg_temp as $$
    delete from grants g using residence_change_cases c
    where g.subject = p_case and c.case_id = p_case and c.state = 'to_review'
        and g.office <> c.managing_office
        and exists (select from grants own
            where own.subject = p_case and own.office = app_office())
$$"""


def upgrade() -> None:
    """Make the function, and end what earlier refusals left open."""
    op.execute("create policy functions on grants to current_user using (true) with check (true)")
    op.execute(END_CASE_GRANTS)
    op.execute("revoke all on function end_case_grants from public")
    op.execute("grant execute on function end_case_grants to population_app")
    op.execute(
        "delete from grants g using residence_change_cases c where g.subject = c.case_id"
        " and c.state = 'to_review' and g.office <> c.managing_office"
    )
    op.execute(
        "update residence_change_cases set receiving_office = null, justice_office = null"
        " where state = 'to_review'"
    )
