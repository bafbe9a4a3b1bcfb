"""The tables of delivery, and the flush that fills them with what a unit collected.

Each service has these tables in its own database and creates them in its own first migration:
`outbox` (facts on their way out; marked rows stay in daily partitions as the ledger), `inbox`
(what was handled), `dead_letter` with `dead_letter_act` (what could not be handled, and who did
what about it), `timer` (deadlines) and `idempotency` (answers already given).
"""

import re
from functools import cache
from itertools import chain

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from lianfang_common.database import driver_of
from lianfang_common.rowguard import allow
from lianfang_common.unit import OutboxMessage, TimerRow, Unit

_INSTANT = sa.DateTime(timezone=True)
_NEXT_POSITION = sa.text("nextval('outbox_position'::regclass)")
PARTITION_PREFIX = "outbox_"
"""Partitions of the outbox begin so; a migration's comparison leaves them out."""


def outbox_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the delivery tables in a service's metadata and return the outbox."""
    outbox = sa.Table(
        "outbox",
        metadata,
        sa.Column("position", sa.BigInteger, nullable=False, server_default=_NEXT_POSITION),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("aggregate_version", sa.BigInteger, nullable=False),
        sa.Column("account", sa.Uuid),
        sa.Column("occurred_at", _INSTANT, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("published_on", sa.Date),
        postgresql_partition_by="LIST (published_on)",
    )
    sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer_group", sa.Text, primary_key=True),
        sa.Column("ce_id", sa.Uuid, primary_key=True),
        sa.Column("restricted", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    dead_letter = sa.Table(
        "dead_letter",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("consumer_group", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("log_offset", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("ce_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("message", sa.LargeBinary),
        sa.Column("parked_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
    )
    sa.Index(
        "dead_letter_open",
        dead_letter.c.consumer_group,
        dead_letter.c.topic,
        dead_letter.c.key,
        postgresql_where=dead_letter.c.closed_at.is_(None),
    )
    sa.Table(
        "dead_letter_act",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("dead_letter_id", sa.Uuid, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("acted_at", _INSTANT, nullable=False),
    )
    timer = sa.Table(
        "timer",
        metadata,
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Uuid, primary_key=True),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fire_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    sa.Index("timer_by_moment", timer.c.fire_at)
    idempotency = sa.Table(
        "idempotency",
        metadata,
        sa.Column("account", sa.Uuid, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("facts", postgresql.JSONB, nullable=False),
        sa.Column("stored_at", _INSTANT, nullable=False),
    )
    sa.Index("idempotency_by_age", idempotency.c.stored_at)
    return outbox


_KEEP_DDL = """
create function delivery_keep(
    today date, horizon date, restricted_horizon date, restricted text[],
    inbox_floor uuid, restricted_inbox_floor uuid, answers_before timestamptz
) returns void language plpgsql security definer set search_path = public, pg_temp
    set lock_timeout = '2s' as $$
declare
    day date;
    old record;
begin
    for day in select today + n from generate_series(0, 2) n loop
        if to_regclass('outbox_d' || to_char(day, 'YYYYMMDD')) is null then
            execute format('create table %1$I (like outbox including defaults)',
                'outbox_d' || to_char(day, 'YYYYMMDD'));
            execute format('with moved as (delete from outbox_other where published_on = %1$L'
                ' returning *) insert into %2$I select * from moved',
                day, 'outbox_d' || to_char(day, 'YYYYMMDD'));
            execute format('alter table outbox attach partition %1$I for values in (%2$L)',
                'outbox_d' || to_char(day, 'YYYYMMDD'), day);
        end if;
    end loop;
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'outbox'::regclass and c.relname ~ '^outbox_d[0-9]{8}$'
        and to_date(right(c.relname, 8), 'YYYYMMDD') < horizon loop
        execute format('drop table %I', old.relname);
    end loop;
    delete from outbox_other where published_on < horizon;
    delete from outbox where published_on < restricted_horizon and topic = any (restricted);
    delete from inbox where ce_id < inbox_floor
        or (inbox.restricted and ce_id < restricted_inbox_floor);
    delete from idempotency where stored_at < answers_before;
    delete from dead_letter_act where acted_at < horizon;
    delete from dead_letter where parked_at < horizon
        or (parked_at < restricted_horizon and topic = any (restricted));
end $$"""


def keeper_ddl(service: str) -> list[str]:
    """Return the statements that create the keeper, for its system role alone."""
    return [
        _KEEP_DDL,
        "revoke all on function delivery_keep from public",
        f"grant execute on function delivery_keep to {service}_system",
    ]


_RIGHTS = {
    "outbox": ("insert", "select, insert, update"),
    "inbox": ("", "select, insert"),
    "dead_letter": ("", "select, insert, update"),
    "dead_letter_act": ("", "select, insert"),
    "timer": ("select, insert, update, delete", "select, insert, update, delete"),
    "idempotency": ("select, insert", "select, insert"),
}

UNGUARDED = dict.fromkeys(
    _RIGHTS, "delivery bookkeeping: ids, codes, and bodies that leave for the broker anyway"
)
"""Delivery tables without row-level security, with the reason, for a service's reviewed list."""


def delivery_ddl(service: str) -> list[str]:
    """Return the statements that create the delivery tables, their keeper and all rights.

    Args:
        service: prefix of the database roles `<service>_app` and `<service>_system`.
    """
    metadata = sa.MetaData()
    outbox_table(metadata)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements = ["create sequence outbox_position"]
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements += [str(CreateIndex(i).compile(dialect=dialect)) for i in table.indexes]
    statements += [
        "create table outbox_pending partition of outbox for values in (null)",
        "create table outbox_other partition of outbox default",
        # The hot end of the queue: read by position, emptied at once, so vacuumed often.
        "alter table outbox_pending add primary key (position)",
        "alter table outbox_pending set (autovacuum_vacuum_scale_factor = 0,"
        " autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0,"
        " autovacuum_analyze_threshold = 100000)",
        *keeper_ddl(service),
        f"grant usage on sequence outbox_position to {service}_app, {service}_system",
    ]
    for name, (app, system) in _RIGHTS.items():
        statements += allow(service, name, app=app, system=system)
    return statements


_CANCEL = """
delete from timer using unnest($1::text[], $2::uuid[]) as gone (kind, subject)
where timer.kind = gone.kind and timer.subject = gone.subject"""

# The columns of a statement's arrays are the fields, in their order.
_FACT, _TIMER = OutboxMessage.__match_args__, TimerRow.__match_args__
_FACT_COLUMNS, _TIMER_COLUMNS = ", ".join(_FACT), ", ".join(_TIMER)

_ADD_FACTS = f"""
insert into outbox ({_FACT_COLUMNS}) select {_FACT_COLUMNS}
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::uuid[],
    $7::timestamptz[], $8::text[], $9::bytea[]) with ordinality as fact ({_FACT_COLUMNS}, nth)
order by nth"""  # noqa: S608 - ours

_SET_TIMERS = f"""
insert into timer ({_TIMER_COLUMNS}, fire_at) select {_TIMER_COLUMNS}, due_at
from unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::int[]) as wanted ({_TIMER_COLUMNS})
on conflict (kind, subject) do update set due_at = excluded.due_at,
    version = excluded.version, fire_at = excluded.fire_at, attempts = 0"""  # noqa: S608 - ours


@cache
def _as_one(statements: tuple[tuple[str, int], ...]) -> str:
    """Return statements, each with the number of its parameters, as one statement."""
    parts, taken = list[str](), 0
    for sql, count in statements:
        moved = re.sub(r"\$(\d+)", lambda n: f"${int(n[1]) + taken}", sql)  # noqa: B023 - at once
        parts.append(moved)
        taken += count
    named = [f"part_{nth} as ({sql})" for nth, sql in enumerate(parts[:-1])]
    return f"with {', '.join(named)} {parts[-1]}" if named else parts[-1]


async def flush(unit: Unit) -> None:
    """Write what a unit collected, once, at the end of its transaction, in one round trip.

    Positions are taken in the order of publishing, while the aggregates' rows are locked or new, so
    they are in order per key. A role needs the rights of what it adds alone.

    Raises:
        Exception: what `Unit.write` was told to raise for a constraint.
    """
    for write in unit.before_flush:
        await write()
    timers = {(row.kind, row.subject): row for row in unit.scheduled}
    driver = await driver_of(unit.connection)
    if gone := [each for each in unit.cancelled if each not in timers]:
        await driver.execute(_CANCEL, *zip(*gone, strict=True))
    writes = list(unit.writes)
    if timers:
        rows = timers.values()
        writes.append((_SET_TIMERS, [[getattr(row, name) for row in rows] for name in _TIMER]))
    if unit.messages:
        facts = [[getattr(each, name) for each in unit.messages] for name in _FACT]
        writes.append((_ADD_FACTS, facts))
    if not writes:
        return
    statement = _as_one(tuple((sql, len(values)) for sql, values in writes))
    try:
        await driver.execute(statement, *chain.from_iterable(values for _, values in writes))
    except asyncpg.IntegrityConstraintViolationError as broken:
        if (refused := unit.refused.get(broken.constraint_name)) is None:
            raise
        raise refused from broken
