"""What holds in the gateway's database at every time, beside the rules of delivery."""

from lianfang_watch.watching import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "notice-without-line",
        """select count(*) from inbox i where i.consumer_group = 'gateway.live' and i.ce_id >= $3
            and not exists (select from feed f where f.ce_id = i.ce_id)
            and not exists (select from dead_letter d
                where d.consumer_group = i.consumer_group and d.ce_id = i.ce_id)""",
    ),
    Invariant(
        "feed-gap",
        """select count(*) from (select number - lag(number) over
            (partition by office, role order by number) as step
            from feed where stored_at >= $1) as steps where step > 1""",
    ),
)
