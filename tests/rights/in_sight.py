"""What is in whose sight on the running network: its rows as plain facts, put to the oracle."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asking import Asking
from oracle import Case, Entry, Grant, Oracle, Placed, Told, User, Verdict

from lianfang_common.clock import civil_date

Verdicts = dict[str, Verdict]
"""What the oracle says of each row, by the row's id."""
VerdictsOf = Callable[[User], Verdicts]
OPEN_CASES = ("to_review", "confirmed")


def seen(verdicts: Verdicts) -> set[str]:
    """Return the rows that are to be shown."""
    return {row for row, verdict in verdicts.items() if verdict is Verdict.SHOWN}


async def premises(asking: Asking, place: str = "") -> VerdictsOf:
    """Look up all premises, or those below a place."""
    return await _let(asking, "premises", "premises_id", place)


async def tenancies(asking: Asking) -> VerdictsOf:
    """Look up all tenancies."""
    return await _let(asking, "tenancy", "tenancy_id")


async def incidents(asking: Asking, classification: str | None = None) -> VerdictsOf:
    """Look up all incidents, or those of a class."""
    rows = await asking.network.query(
        "incidents",
        "select id, grid from incidents where $1::text is null or classification = $1",
        classification,
    )
    oracle = _oracle()
    placed = [Placed(_id(row[0]), row[1]) for row in rows]
    return lambda user: {str(row.id): oracle.incident(user, row) for row in placed}


async def notices(asking: Asking, states: Collection[str] | None = None) -> VerdictsOf:
    """Look up all notices, or those in some states."""
    rows = await asking.network.query(
        "notifications",
        "select id, office_id, role from notices where $1::text[] is null or state = any($1)",
        None if states is None else sorted(states),
    )
    oracle = _oracle()
    told = [Told(_id(row[0]), _id(row[1]), row[2]) for row in rows]
    return lambda user: {str(row.id): oracle.told(user, row) for row in told}


async def entries(asking: Asking) -> VerdictsOf:
    """Look up all entries of the register, with who was asked to take them over."""
    rows = await asking.network.query(
        "population",
        "select e.entry_id, r.office_id, e.justice_office, e.assisting_committee, e.ends_on,"
        " e.state, array(select unnest(array[c.receiving_office, c.justice_office])"
        " from residence_change_cases c where c.entry_id = e.entry_id and c.state = 'confirmed')"
        " from supervision_entries e"
        " left join responsibilities r on r.entry_id = e.entry_id and r.until is null",
    )
    oracle = _oracle()
    known = [
        (
            Entry(_id(row[0]), UUID(int=0), *map(_id, row[1:4]), row[4], row[5] == "delisted"),
            {_id(office) for office in row[6]},
        )
        for row in rows
    ]

    def verdicts(user: User) -> Verdicts:
        found = {}
        for entry, asked in known:
            verdict = oracle.entry(user, entry)
            open_still = not entry.delisted and entry.last_day >= oracle.today
            if verdict is Verdict.HIDDEN and open_still and user.office in asked:
                verdict = Verdict.SHOWN
            found[str(entry.id)] = verdict
        return found

    return verdicts


async def open_cases(asking: Asking) -> VerdictsOf:
    """Look up the residence-change cases that wait for somebody, with who was told of them."""
    rows = await asking.network.query(
        "population",
        "select c.case_id, c.entry_id, c.state, array(select g.office from grants g"
        " where g.subject = c.case_id and (g.until is null or g.until > now()))"
        " from residence_change_cases c where c.state = any($1)",
        list(OPEN_CASES),
    )
    oracle = _oracle()
    cases = [Case(_id(row[0]), _id(row[1]), row[2], frozenset(map(_id, row[3]))) for row in rows]
    return lambda user: {str(case.id): oracle.case(user, case) for case in cases}


async def _let(asking: Asking, table: str, key: str, place: str = "") -> VerdictsOf:
    rows = await asking.network.query(
        "rentals",
        f"select {key}, grid, premises_id from {table} where starts_with(grid, $1)",
        place,
    )
    oracle = _oracle(await _grants(asking))
    placed = [Placed(_id(row[0]), row[1], _id(row[2])) for row in rows]
    return lambda user: {str(row.id): oracle.let(user, row) for row in placed}


async def _grants(asking: Asking) -> tuple[Grant, ...]:
    rows = await asking.network.query(
        "rentals", "select subject, office, account, until from grants"
    )
    return tuple(Grant(*map(_id, row[:3]), row[3]) for row in rows)


def _oracle(grants: tuple[Grant, ...] = ()) -> Oracle:
    now = datetime.now(UTC)
    return Oracle(grants, (), now, civil_date(now))


def _id(value: Any) -> Any:
    return None if value is None else UUID(str(value))
