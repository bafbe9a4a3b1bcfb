"""What the matcher reads and takes away, as its own database role.

Every recorded residence leaves a queue row; it is gone after the look, match or not.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianfang_common.clock import civil_date
from lianfang_common.database import driver_of
from lianfang_common.unit import Unit
from population.domain.residence_change import Link, Match
from population.storage.vault import Vault

_TAKE = """
delete from match_queue where residence_id in (
    select residence_id from match_queue order by residence_id limit $1
    for update skip locked)
returning residence_id, person_id, grid"""

# Places of an office are compared in the same statement: a grid that it works for is no match.
_MATCH = """
select e.entry_id, e.person_key, r.office_id, q.nth
from unnest($1::bytea[], $2::text[]) with ordinality as q (person_key, grid, nth)
join supervision_entries e on e.person_key = q.person_key and e.state = 'active'
    and e.ends_on >= $3
join responsibilities r on r.entry_id = e.entry_id and r.until is null
where not exists (select from office_grids g
    where g.office_id = r.office_id and g.grid = q.grid and g.valid_to is null)
order by q.nth, e.entry_id"""

# The claim under which the mistaken residence was recorded, or else the newest of the person.
_DOUBT = """
update identity_claims set state = 'to_review' where state <> 'to_review' and claim_id in (
    select (select c.claim_id from identity_claims c
        left join residences r on r.residence_id = q.residence_id
        left join resolutions s on s.receipt_id = r.receipt_id
        where c.person_id = q.person_id
        order by (c.claimed_at, c.account) = (s.issued_at, s.account) desc nulls last,
            c.claim_id desc
        limit 1)
    from unnest($1::uuid[], $2::uuid[]) as q (person_id, residence_id))"""

_STRAY = """
select c.case_id, answers.office_id from residence_change_cases c
cross join lateral (select r.office_id from responsibilities r where r.entry_id = c.entry_id
    order by r.until desc nulls first, r.since desc limit 1) answers
where c.state in ('to_review', 'confirmed') and not exists (select from responsibilities r
    where r.entry_id = c.entry_id and r.until is null and r.office_id = c.managing_office)
order by c.case_id"""

_TAKE_UNNAMED = """
delete from forget_queue where person_id in (
    select person_id from forget_queue limit $1 for update skip locked)
returning person_id"""

_LOCK = """
select from persons where person_id = any ($1) order by person_id for update"""

_FORGET = """
delete from persons p using unnest($1::uuid[], $2::bytea[]) as q (person_id, person_key)
where p.person_id = q.person_id
    and not exists (select from residences r where r.person_id = p.person_id)
    and not exists (select from resolutions s
        where s.person_id = p.person_id
            and (s.issued_at > $3 or s.landlord_since is not null))
    and not exists (select from supervision_entries e where e.person_key = q.person_key)"""


class Matching:
    """The matcher's view of queue, register and offices."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    async def take(self, limit: int) -> list[Link]:
        """Take residences from the queue for good; they come back if the transaction fails."""
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(_TAKE, limit)
        return [Link(row["person_id"], row["residence_id"], row["grid"]) for row in rows]

    async def matches(self, links: Sequence[Link]) -> list[Match]:
        """Return the matches among residences."""
        if not links:
            return []
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(
            _MATCH,
            [self._vault.register_index.of(str(link.person_id)) for link in links],
            [link.grid for link in links],
            civil_date(self._unit.now),
        )
        return [Match(row["entry_id"], row["office_id"], links[row["nth"] - 1]) for row in rows]

    async def doubt(self, links: Sequence[Link]) -> None:
        """Put the claims of mistaken residences before a reviewer, as ordinary mismatches are."""
        driver = await driver_of(self._unit.connection)
        await driver.execute(
            _DOUBT, [link.person_id for link in links], [link.residence_id for link in links]
        )

    async def stray_cases(self) -> list[tuple[UUID, UUID]]:
        """Return the open cases whose entry ended, or is answered for by another office.

        Returns:
            each case with the office that answers for the entry, or answered for it last.
        """
        driver = await driver_of(self._unit.connection)
        return [(row["case_id"], row["office_id"]) for row in await driver.fetch(_STRAY)]

    async def forget(self, limit: int, named_since: datetime) -> int:
        """Delete persons that the timer put forward and that nothing names; return how many.

        Only the matcher can say that the register does not name them either. The persons are
        locked first: whoever is naming one holds its row, and what was committed before the lock
        is seen by the statement after it.

        Args:
            limit: how many to look at.
            named_since: a resolution after this moment still counts as naming.
        """
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(_TAKE_UNNAMED, limit)
        if not rows:
            return 0
        persons = [row["person_id"] for row in rows]
        keys = [self._vault.register_index.of(str(person)) for person in persons]
        await driver.execute(_LOCK, persons)
        return int((await driver.execute(_FORGET, persons, keys, named_since)).split()[-1])
