"""Notices: raised in sets on the measured path, read and changed one by one elsewhere."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from lianfang_common.database import driver_of
from lianfang_common.errors import NotFound, StaleVersion
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher
from notifications.domain.desk import Desk
from notifications.domain.manifest import Manifest, manifest_of, sealed_text
from notifications.domain.notice import ACKNOWLEDGE_TIMER, SETTLE_TIMER, Notice, Settled
from notifications.domain.rule import Rule
from notifications.published import (
    NoticeEscalatedV1,
    acknowledged,
    raised,
    settled,
    went_stale,
)
from notifications.storage.notice_rows import COLUMNS, notice_of, values_of
from notifications.storage.seals import Seals

_INSERT = """
insert into notices (id, version, ce_id, rule_id, rule_version, event_type, office_id, role,
    urgency, subject_kind, subject_id, grid, premises_id, flagged, title_zh, title_en, body_zh,
    body_en, occurred_at, raised_at, acknowledge_by, stale_at, escalated_from, state, seal)
select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[], $6::text[],
    $7::uuid[], $8::text[], $9::text[], $10::text[], $11::uuid[], $12::text[], $13::uuid[],
    $14::bool[], $15::text[], $16::text[], $17::text[], $18::text[], $19::timestamptz[],
    $20::timestamptz[], $21::timestamptz[], $22::timestamptz[], $23::uuid[], $24::text[],
    $25::bytea[])
on conflict (ce_id, rule_id, office_id, role) do nothing
returning id"""

# Deadlines are locked before notices, as an acknowledgement and a deadline that fires do.
_HOLD_DEADLINES = """
select 1 from timer where kind = $1 and subject in (
    select n.id from notices n join unnest($2::text[], $3::uuid[], $4::uuid[])
        as w (rule_id, subject_id, ce_id) using (rule_id, subject_id)
    where n.state in ('raised', 'escalated') and n.ce_id = coalesce(w.ce_id, n.ce_id))
order by subject for update"""

_SETTLE = f"""
with open as (
    select n.id, w.by
    from notices n join unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[])
        as w (rule_id, subject_id, ce_id, by) using (rule_id, subject_id)
    where n.state in ('raised', 'escalated') and n.ce_id = coalesce(w.ce_id, n.ce_id)
    order by n.id for update of n)
update notices set version = version + 1, state = 'settled', settled_by = open.by, settled_at = $5
from open where notices.id = open.id returning {
    ", ".join(f"notices.{name.strip()}" for name in COLUMNS.split(","))
}"""  # noqa: S608 - our own text

_COUNT = """
insert into digest_counts as so_far (office_id, monday, rule_id, count)
select * from unnest($1::uuid[], $2::date[], $3::text[], $4::int[])
on conflict (office_id, monday, rule_id) do update set count = so_far.count + excluded.count"""

_CHANGE = """
update notices set version = $2, state = $3, acknowledged_at = $4,
    acknowledged_by = coalesce($5, acknowledged_by), comment_sealed = coalesce($6, comment_sealed)
where id = $1 and version = $2 - 1"""


class Notices:
    """The notices of one transaction.

    Args:
        unit: the open transaction.
        cipher: seals comments.
        seals: makes the keyed hash over what was sent.
    """

    def __init__(self, unit: Unit, cipher: FieldCipher, seals: Seals) -> None:
        self._unit = unit
        self._cipher = cipher
        self._seals = seals
        self._collected: list[tuple[Notice, Rule, str | None]] = []
        self._counted: Counter[tuple[UUID, date, str]] = Counter()
        self._settled: list[Settled] = []
        self._manifests: dict[tuple[str, int, str], Manifest] = {}
        self.raised: list[Notice] = []
        """Every notice that this transaction added."""

    def collect(self, notice: Notice, rule: Rule, traceparent: str | None) -> None:
        """Keep a notice for the end of the transaction, when all are stored at once.

        Args:
            notice: what to store.
            rule: the version that it is raised by.
            traceparent: the trace under which it is told.
        """
        self._at_the_end()
        self._collected.append((notice, rule, traceparent))

    def collect_count(self, office_id: UUID, rule_id: str, monday: date) -> None:
        """Add a fact to a committee's digest of a week, likewise at the end."""
        self._at_the_end()
        self._counted[office_id, monday, rule_id] += 1

    def collect_settled(self, settling: Settled) -> None:
        """Settle waiting notices at the end, after those of this transaction are stored."""
        self._at_the_end()
        self._settled.append(settling)

    def _at_the_end(self) -> None:
        if not self._collected and not self._counted and not self._settled:
            self._unit.before_flush.append(self._store)

    async def _store(self) -> None:
        collected, self._collected = self._collected, []
        counted, self._counted = self._counted, Counter()
        settling, self._settled = self._settled, []
        self._count(counted)
        if collected:
            await self._add(collected)
        if settling:
            await self.settle(settling)

    async def settle(self, settling: Sequence[Settled]) -> list[Notice]:
        """Close what waits for nobody any more, drop its deadlines, announce it.

        Returns:
            the notices that were settled; one that a member has acknowledged stays as it is.
        """
        first: dict[tuple[str, UUID, UUID | None], str] = {}
        for each in settling:
            first.setdefault((each.rule_id, each.subject_id, each.ce_id), each.by)
        wanted = [list(column) for column in zip(*first, strict=True)]
        driver = await driver_of(self._unit.connection)
        await driver.execute(_HOLD_DEADLINES, ACKNOWLEDGE_TIMER, *wanted)
        rows = await driver.fetch(_SETTLE, *wanted, list(first.values()), self._unit.now)
        found = [notice_of(row) for row in rows]
        for notice in found:
            self._unit.cancel(ACKNOWLEDGE_TIMER, notice.notice_id)
            self._unit.publish(settled(notice), notice.version)
        return found

    async def add(self, drafted: Sequence[tuple[Notice, Rule]]) -> list[Notice]:
        """Store notices with one statement, announce them and set their deadlines.

        Returns:
            those that were new; one that its desk has already is left out.
        """
        if not drafted:
            return []
        trace = self._unit.traceparent
        return await self._add([(notice, rule, trace) for notice, rule in drafted])

    async def _add(self, drafted: Sequence[tuple[Notice, Rule, str | None]]) -> list[Notice]:
        rows = (self._row(notice, rule) for notice, rule, _ in drafted)
        driver = await driver_of(self._unit.connection)
        new = {row[0] for row in await driver.fetch(_INSERT, *zip(*rows, strict=True))}
        added = [(notice, trace) for notice, _, trace in drafted if notice.notice_id in new]
        for notice, trace in added:
            self._unit.traceparent = trace
            if notice.state == "stale":
                self._unit.publish(went_stale(notice), notice.version)
                continue
            self._unit.publish(raised(notice), notice.version)
            if notice.acknowledge_by:
                self._unit.schedule(ACKNOWLEDGE_TIMER, notice.notice_id, notice.acknowledge_by)
        self.raised += (notice for notice, _ in added)
        return [notice for notice, _ in added]

    def _count(self, counted: Counter[tuple[UUID, date, str]]) -> None:
        """Let the flush add facts, by (committee, week, rule), to digests."""
        if not counted:
            return
        # Sorted, so that two transactions lock the same rows in the same order.
        rows = [(*key, counted[key]) for key in sorted(counted)]
        self._unit.write(_COUNT, *zip(*rows, strict=True))

    async def counted(self, office_id: UUID, rule_id: str, monday: date) -> int:
        """Return how many facts a digest covers."""
        driver = await driver_of(self._unit.connection)
        found = await driver.fetchval(
            "select count from digest_counts where office_id = $1 and monday = $2 and rule_id = $3",
            office_id,
            monday,
            rule_id,
        )
        return int(found or 0)

    async def overdue(self, before: datetime, event_types: Sequence[str]) -> dict[str, int]:
        """Count by urgency the notices that waited in vain at the end of their chain.

        Any other unacknowledged one has gone on to the next desk.
        """
        driver = await driver_of(self._unit.connection)
        rows = await driver.fetch(
            "select urgency, count(*) from notices where state = 'raised'"
            " and acknowledge_by < $1 and event_type = any ($2) group by urgency",
            before,
            list(event_types),
        )
        return {row[0]: row[1] for row in rows}

    async def hold_deadline(self, notice_id: UUID) -> None:
        """Lock a notice's deadline before the notice, as a deadline that fires does.

        In the other order, an acknowledgement and a deadline could each hold what the other
        waits for.
        """
        driver = await driver_of(self._unit.connection)
        await driver.execute(
            "select 1 from timer where kind = $1 and subject = $2 for update",
            ACKNOWLEDGE_TIMER,
            notice_id,
        )

    async def lock(self, notice_id: UUID, desk: Desk | None = None) -> Notice:
        """Return a notice, held until the transaction ends.

        Args:
            notice_id: which.
            desk: the desk that asks; None for a deadline, which asks for nobody.

        Raises:
            NotFound: there is none, or it is another desk's.
        """
        asked = "" if desk is None else " and office_id = $2 and role = $3"
        values = () if desk is None else (desk.office_id, desk.role)
        driver = await driver_of(self._unit.connection)
        row = await driver.fetchrow(
            f"select {COLUMNS} from notices where id = $1{asked} for update",  # noqa: S608 - ours
            notice_id,
            *values,
        )
        if row is None:
            raise NotFound
        return notice_of(row)

    async def save_acknowledged(self, notice: Notice, account: UUID, comment: str | None) -> None:
        """Write that a member took a notice over, drop its deadline, announce it."""
        place = f"notices.comment_sealed.{notice.notice_id}"
        sealed = self._cipher.seal(comment, place) if comment else None
        await self._change(notice, account, sealed)
        self._unit.cancel(ACKNOWLEDGE_TIMER, notice.notice_id)
        self._unit.publish(acknowledged(notice), notice.version)

    def settle_the_chain_of(self, notice: Notice) -> None:
        """Have the notices of the other desks that were told settled, at once.

        A member cannot see them, so it is done as the deadlines are.
        """
        self._unit.schedule(SETTLE_TIMER, notice.notice_id, self._unit.now)

    async def save_escalated(self, notice: Notice, following: Notice, rule: Rule) -> None:
        """Write that the next desk is told; that desk keeps one notice of a rule and a fact."""
        await self._change(notice)
        added = await self.add([(following, rule)])
        if added:
            self._unit.publish(
                NoticeEscalatedV1(notice_id=notice.notice_id, next_notice_id=following.notice_id),
                notice.version,
            )

    async def save_stale(self, notice: Notice) -> None:
        """Write that a notice is too old to page, and announce it."""
        await self._change(notice)
        self._unit.publish(went_stale(notice), notice.version)

    async def _change(
        self, notice: Notice, account: UUID | None = None, comment: bytes | None = None
    ) -> None:
        driver = await driver_of(self._unit.connection)
        done: str = await driver.execute(
            _CHANGE,
            notice.notice_id,
            notice.version,
            notice.state,
            notice.acknowledged_at,
            account,
            comment,
        )
        if done != "UPDATE 1":
            raise StaleVersion

    def _row(self, notice: Notice, rule: Rule) -> tuple[object, ...]:
        key = (*rule.key, notice.desk.role)
        if key not in self._manifests:
            self._manifests[key] = manifest_of(rule, notice.desk.role)
        seal = self._seals.of(sealed_text(notice, self._manifests[key]))
        return (*values_of(notice), seal)
