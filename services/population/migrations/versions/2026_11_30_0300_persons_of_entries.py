"""The persons of a page of the register are found at once.

Revision ID: 2026_11_30_0300
Revises: 2026_11_29_1310

`person_of_entry` was called for each line, and each call read every entry that the office may know
of. It stays for processes of the release before; the release after this one drops it.
"""

from alembic import op

revision = "2026_11_30_0300"
down_revision = "2026_11_29_1310"
branch_labels = None
depends_on = None

PERSONS_OF_ENTRIES = """
create function persons_of_entries(p_entries uuid[], p_persons uuid[], p_keys bytea[])
    returns table (entry_id uuid, person_id uuid, name text, document_kind text,
        document_sealed bytea, phone_sealed bytea)
    language sql stable security definer set search_path = public, pg_temp as $$
    select e.entry_id, p.person_id, p.name, p.document_kind, p.document_sealed, p.phone_sealed
    from unnest(p_entries, p_persons, p_keys) as asked (entry_id, person_id, person_key)
    join supervision_entries e on e.entry_id = asked.entry_id
        and e.person_key = asked.person_key and e.state = 'active'
    join persons p on p.person_id = asked.person_id
    where asked.entry_id in (select app_entries())
$$"""


def upgrade() -> None:
    """Create the function, for the app role alone."""
    op.execute(PERSONS_OF_ENTRIES)
    function = "persons_of_entries(uuid[], uuid[], bytea[])"
    op.execute(f"revoke all on function {function} from public")
    op.execute(f"grant execute on function {function} to population_app")
