"""The matcher locks the persons that it may forget, before it looks who names them.

Revision ID: 2026_11_25_1845
Revises: 2026_11_25_1840
"""

from alembic import op

revision = "2026_11_25_1845"
down_revision = "2026_11_25_1840"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A lock needs the right to update some column; the policy lets no new row through."""
    op.execute("grant update (version) on persons to population_matcher")
    op.execute("drop policy matching on persons")
    for act, rule in (
        ("select", "using (true)"),
        ("delete", "using (true)"),
        ("update", "using (true) with check (false)"),
    ):
        op.execute(
            f"create policy matching_{act} on persons for {act} to population_matcher {rule}"
        )
