"""Row-level security as data definition text, for a service's migrations.

A guarded table carries the place code of each row; the policy lets through what lies in the
caller's scope or is granted to the caller by a row in `grants`. Queries filter too: the policy is
the second guard, written so that the planner never drives an index by it.

Source: docs/adr on rights; the shape was measured against six others.
"""

SCOPE_DDL = (
    'create type area_range as range (subtype = text, collation = "C",'
    " multirange_type_name = area_multirange)",
    """create function app_scope() returns area_multirange language sql stable parallel safe as
    $$ select nullif(current_setting('app.scope', true), '')::area_multirange $$""",
    """create function app_office() returns uuid language sql stable parallel safe as
    $$ select nullif(current_setting('app.office', true), '')::uuid $$""",
    """create function app_account() returns uuid language sql stable parallel safe as
    $$ select nullif(current_setting('app.account', true), '')::uuid $$""",
    """create function app_role() returns text language sql stable parallel safe as
    $$ select nullif(current_setting('app.role', true), '') $$""",
)

GRANTS_DDL = (
    """create table grants (
        subject uuid not null,
        office uuid,
        account uuid,
        until timestamptz,
        check ((office is null) <> (account is null))
    )""",
    "create unique index grants_once on grants"
    " (subject, coalesce(office, account), (office is null))",
    "create index grants_by_office on grants (office) where office is not null",
    "create index grants_by_account on grants (account) where account is not null",
)

_IN_AREA = "coalesce({column} <@ (select app_scope()), false)"
_GRANTED = (
    "{subject} in (select g.subject from grants g"
    " where (g.office = (select app_office()) or g.account = (select app_account()))"
    " and (g.until is null or g.until > now()))"
)


def guard_by_area(
    service: str, table: str, *, column: str = "grid", granted: str | None = None
) -> list[str]:
    """Return the statements that guard a table by place, or by place or grant.

    Args:
        service: prefix of the database roles.
        table: name of the table.
        column: the place code of a row.
        granted: column whose value a row in `grants` may open, or None.
    """
    rule = _IN_AREA.format(column=column)
    if granted:
        rule = f"({rule} or {_GRANTED.format(subject=granted)})"
    return _guard(service, table, rule)


def guard_by_recipient(service: str, table: str, *, office: str, role: str) -> list[str]:
    """Return the statements that show a row to one role of one office alone."""
    return _guard(
        service,
        table,
        f"coalesce({office} = (select app_office()) and {role} = (select app_role()), false)",
    )


def guard_by_grant(service: str, table: str, *, subject: str) -> list[str]:
    """Return the statements that show a row only where `grants` opens it."""
    return _guard(service, table, f"coalesce({_GRANTED.format(subject=subject)}, false)")


def guard_grants(service: str) -> list[str]:
    """Return the statements that show a caller only what was granted to it."""
    return [
        "alter table grants enable row level security",
        "alter table grants force row level security",
        f"create policy own on grants for select to {service}_app using"
        " (coalesce(office = (select app_office()) or account = (select app_account()), false))",
        f"create policy give on grants for insert to {service}_app with check (true)",
        f"create policy all_rows on grants to {service}_system using (true) with check (true)",
    ]


def allow(service: str, table: str, *, app: str, system: str) -> list[str]:
    """Return the grants of one table; an empty string grants a role nothing."""
    return [
        f"grant {rights} on {table} to {service}_{role}"
        for role, rights in (("app", app), ("system", system))
        if rights
    ]


def _guard(service: str, table: str, rule: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy scope on {table} to {service}_app using ({rule}) with check ({rule})",
        f"create policy all_rows on {table} to {service}_system using (true) with check (true)",
    ]
