"""A landlord resolves identities for the own premises alone: who lets what, as rentals tells.

Revision ID: 2026_11_25_2010
Revises: 2026_11_25_1850
"""

from alembic import op

revision = "2026_11_25_2010"
down_revision = "2026_11_25_1850"
branch_labels = None
depends_on = None

OWN = "coalesce((select app_account()) = any(accounts), false)"


def upgrade() -> None:
    """Make the replica; an account sees the rows that name it."""
    op.execute(
        "create table landlord_accounts (premises_id uuid primary key,"
        " accounts uuid[] not null, version integer not null)"
    )
    op.execute("alter table landlord_accounts enable row level security")
    op.execute("alter table landlord_accounts force row level security")
    op.execute("grant select on landlord_accounts to population_app")
    op.execute(
        "grant select, insert, update (accounts, version) on landlord_accounts to population_system"
    )
    op.execute(
        "create policy all_rows on landlord_accounts to population_system"
        " using (true) with check (true)"
    )
    op.execute(
        f"create policy own_rows on landlord_accounts for select to population_app using ({OWN})"
    )
