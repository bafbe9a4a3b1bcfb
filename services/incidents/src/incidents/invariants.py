"""What holds in the database of incidents at every time, beside the rules of delivery."""

from lianfang_watch.watching import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "audit-not-sealed",
        "select count(*) from disclosures"
        " where not sealed and disclosed_at < $2 - interval '10 minutes'",
    ),
)
