"""A case is opened to the offices that it names, by an office that knows of it, and to no other.

Revision ID: 2026_11_30_0310
Revises: 2026_11_30_0300

The function runs as the owner: a caller sees no grant but its own office's.
"""

from alembic import op

revision = "2026_11_30_0310"
down_revision = "2026_11_30_0300"
branch_labels = None
depends_on = None

MAY_OPEN_CASE = """
create function may_open_case(p_case uuid, p_office uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from residence_change_cases c
        where c.case_id = p_case and c.state = 'confirmed'
            and coalesce(p_office in (c.receiving_office, c.justice_office), false))
        and exists (select from grants own
            where own.subject = p_case and own.office = app_office())
$$"""


def upgrade() -> None:
    """Bind the giving of grants to the case."""
    op.execute(MAY_OPEN_CASE)
    op.execute("revoke all on function may_open_case from public")
    op.execute("grant execute on function may_open_case to population_app")
    op.execute("drop policy give on grants")
    op.execute(
        "create policy give on grants for insert to population_app"
        " with check (account is null and may_open_case(subject, office))"
    )
