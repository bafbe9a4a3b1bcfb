"""What holds in population's database at every time, beside the rules of delivery."""

from lianfang_watch.watching import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "entry-without-one-office",
        """select count(*) from supervision_entries e where (e.state = 'active')::int <>
        (select count(*) from responsibilities r
            where r.entry_id = e.entry_id and r.until is null)""",
    ),
    Invariant(
        "office-gap-or-overlap",
        """select count(*) from (select until, lead(since) over
            (partition by entry_id order by since, until nulls last) as following
            from responsibilities) as terms
        where following is not null and until is distinct from following""",
    ),
    Invariant(
        "audit-not-sealed",
        "select count(*) from audit where not sealed and at < $2 - interval '10 minutes'",
    ),
)
