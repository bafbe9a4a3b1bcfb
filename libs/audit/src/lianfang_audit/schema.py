"""What the chain needs in a service's database: the seals, and rows that nobody changes."""

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table


def seals_table(metadata: MetaData) -> Table:
    """Declare the table of seals in a service's metadata."""
    return Table(
        "audit_seals",
        metadata,
        Column("seal", BigInteger, primary_key=True, autoincrement=False),
        Column("position", BigInteger, nullable=False, unique=True),
        Column("digest", LargeBinary, nullable=False),
    )


def append_only_ddl(table: str) -> list[str]:
    """Return the statements that let nobody change a row, but for marking it as sealed."""
    return [
        f"""create function refuse_change() returns trigger language plpgsql as $$
    begin
        if tg_op = 'UPDATE' and to_jsonb(new) - 'sealed' = to_jsonb(old) - 'sealed'
            and new.sealed then
            return new;
        end if;
        raise exception 'rows of {table} are append-only' using errcode = '42501';
    end $$""",
        f"create trigger append_only before update or delete on {table}"
        " for each row execute function refuse_change()",
    ]


def chain_ddl(service: str, table: str) -> list[str]:
    """Return the statements that put a chain over a table of audit rows that has none yet.

    Args:
        service: prefix of the database roles.
        table: guarded already; its rows get a position and are sealed like new ones.
    """
    system = f"{service}_system"
    return [
        f"alter table {table} add column position bigint generated always as identity unique,"
        " add column sealed boolean not null default false",
        f"create index {table}_unsealed on {table} (position) where not sealed",
        "create table audit_seals (seal bigint primary key, position bigint not null unique,"
        " digest bytea not null)",
        "alter table audit_seals enable row level security",
        "alter table audit_seals force row level security",
        f"create policy all_rows on audit_seals to {system} using (true) with check (true)",
        f"grant select, insert on audit_seals to {system}",
        f"grant update (sealed) on {table} to {system}",
        *append_only_ddl(table),
    ]
