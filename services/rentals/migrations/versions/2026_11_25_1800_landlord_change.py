"""A change of landlord ends what the former one's accounts may see; who grants must see the area.

Revision ID: 2026_11_25_1800
Revises: 2026_11_25_1700

Both functions run as the owner: a caller sees no grant but his own, and whoever sees premises by a
grant must not hand it on. They touch premises in the caller's area, and no other.
"""

from alembic import op

revision = "2026_11_25_1800"
down_revision = "2026_11_25_1700"
branch_labels = None
depends_on = None

IN_AREA = """
create function in_callers_area(p_premises uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from premises p
        where p.premises_id = p_premises and coalesce(p.grid <@ app_scope(), false))
$$"""

END_LANDLORD_GRANTS = """
create function end_landlord_grants(p_premises uuid, p_kept uuid) returns void
    language sql security definer set search_path = public, pg_temp as $$
    delete from grants where subject = p_premises and account <> coalesce(p_kept, subject)
        and in_callers_area(p_premises)
$$"""


def upgrade() -> None:
    """Make the function, and bind the giving of grants to the caller's area."""
    for statement in (IN_AREA, END_LANDLORD_GRANTS):
        op.execute(statement)
    for function in ("in_callers_area", "end_landlord_grants"):
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to rentals_app")
    for table in ("grants", "premises"):
        op.execute(
            f"create policy functions on {table} to current_user using (true) with check (true)"
        )
    op.execute("drop policy give on grants")
    op.execute(
        "create policy give on grants for insert to rentals_app"
        " with check (in_callers_area(subject))"
    )
