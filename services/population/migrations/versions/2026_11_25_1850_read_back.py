"""Who typed an identity reads back what was typed.

Revision ID: 2026_11_25_1850
Revises: 2026_11_25_1845

The function runs as the owner, since the application reads neither claims nor resolutions. It
answers for the caller's own receipts alone, and for as long as every resolved person is kept: a
later answer would tell whether somebody else named the person. The number is the typed one, as the
person was found by it; name and phone are those of the claim.
"""

from alembic import op

revision = "2026_11_25_1850"
down_revision = "2026_11_25_1845"
branch_labels = None
depends_on = None

TYPED_IDENTITY = """
create function typed_identity(p_receipt uuid, p_since timestamptz)
    returns table (person_id uuid, document_kind text, document_sealed bytea, claim_id uuid,
        name text, phone_sealed bytea, audience text, object_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
    select p.person_id, p.document_kind, p.document_sealed, c.claim_id, c.name, c.phone_sealed,
        s.audience, s.object_id
    from resolutions s
    join persons p on p.person_id = s.person_id
    join identity_claims c on c.person_id = s.person_id and c.account = s.account
        and c.claimed_at = s.issued_at
    where s.receipt_id = p_receipt and s.account = app_account() and s.issued_at > p_since
    order by c.claim_id limit 1
$$"""


def upgrade() -> None:
    """Make the function, for the application alone."""
    op.execute(TYPED_IDENTITY)
    op.execute("revoke all on function typed_identity from public")
    op.execute("grant execute on function typed_identity to population_app")
