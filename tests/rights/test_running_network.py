"""The services as they are deployed, asked with tokens of the network's key: only what is in sight.

Other tests change the network, so rows are looked up before and after each list: what was there
all the time must be shown, and nothing may be shown that never was to be seen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
import pytest_asyncio
from asking import TOKEN, Asking
from deployed import Deployed
from inprocess import Keys, principal_of
from oracle import Entry, Grant, Oracle, Placed, Told, User, Verdict

from lianfang_common.clock import civil_date

pytestmark = pytest.mark.system

Verdicts = dict[str, Verdict]


@pytest_asyncio.fixture(scope="module")
async def asking(deployed: Deployed) -> AsyncIterator[Asking]:
    """Demo users at the services' doors."""
    async with aiohttp.ClientSession() as http:
        yield Asking(deployed, http)


async def grants_of(asking: Asking) -> tuple[Grant, ...]:
    rows = await asking.network.query(
        "rentals", "select subject, office, account, until from grants"
    )
    return tuple(
        Grant(*(UUID(str(part)) if part else None for part in row[:3]), row[3]) for row in rows
    )


async def oracle_of(asking: Asking, grants: tuple[Grant, ...] = ()) -> Oracle:
    return Oracle(grants, (), datetime.now(UTC), civil_date(datetime.now(UTC)))


async def let(asking: Asking, table: str, key: str) -> Callable[[User], Verdicts]:
    rows = await asking.network.query("rentals", f"select {key}, grid, premises_id from {table}")
    oracle = await oracle_of(asking, await grants_of(asking))
    placed = [Placed(_id(row[0]), row[1], _id(row[2])) for row in rows]
    return lambda user: {str(row.id): oracle.let(user, row) for row in placed}


async def premises(asking: Asking) -> Callable[[User], Verdicts]:
    return await let(asking, "premises", "premises_id")


async def tenancies(asking: Asking) -> Callable[[User], Verdicts]:
    return await let(asking, "tenancy", "tenancy_id")


async def incidents(asking: Asking) -> Callable[[User], Verdicts]:
    rows = await asking.network.query("incidents", "select id, grid from incidents")
    oracle = await oracle_of(asking)
    placed = [Placed(_id(row[0]), row[1]) for row in rows]
    return lambda user: {str(row.id): oracle.incident(user, row) for row in placed}


async def notices(asking: Asking) -> Callable[[User], Verdicts]:
    rows = await asking.network.query("notifications", "select id, office_id, role from notices")
    oracle = await oracle_of(asking)
    told = [Told(_id(row[0]), _id(row[1]), row[2]) for row in rows]
    return lambda user: {str(row.id): oracle.told(user, row) for row in told}


async def entries(asking: Asking) -> Callable[[User], Verdicts]:
    rows = await asking.network.query(
        "population",
        "select e.entry_id, r.office_id, e.justice_office, e.assisting_committee, e.ends_on,"
        " e.state, array(select unnest(array[c.receiving_office, c.justice_office])"
        " from residence_change_cases c where c.entry_id = e.entry_id and c.state = 'confirmed')"
        " from supervision_entries e"
        " left join responsibilities r on r.entry_id = e.entry_id and r.until is null",
    )
    oracle = await oracle_of(asking)
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


LISTS: dict[str, tuple[str, str, str, Callable[[Asking], Awaitable[Callable[[User], Verdicts]]]]]
LISTS = {
    "premises": ("rentals", "/premises", "id", premises),
    "tenancies": ("rentals", "/tenancies", "id", tenancies),
    "incidents": ("incidents", "/incidents", "id", incidents),
    "notices": ("notifications", "/notices", "id", notices),
    "entries": ("population", "/supervision-entries", "entry_id", entries),
}


@pytest.mark.parametrize("name", LISTS)
async def test_every_demo_user_is_shown_exactly_what_is_in_sight(asking: Asking, name: str):
    service, path, key, rows_of = LISTS[name]
    before = await rows_of(asking)
    few = asyncio.Semaphore(4)

    async def asked(user: User) -> set[str] | None:
        async with few:
            return await asking.listed(user, service, path, key)

    found = await asyncio.gather(*map(asked, asking.users))
    after = await rows_of(asking)
    pairs = 0
    for user, shown in zip(asking.users, found, strict=True):
        first, last = before(user), after(user)
        pairs += len(last)
        if shown is None:
            assert set(last.values()) <= {Verdict.REFUSED}, user.name
            continue
        assert Verdict.REFUSED not in last.values(), user.name
        always = {row for row in _seen(first) if last.get(row) is Verdict.SHOWN}
        assert always <= shown, f"{user.name} misses {len(always - shown)} {name}"
        ever = _seen(first) | _seen(last)
        assert shown <= ever, f"{user.name} is shown {len(shown - ever)} foreign {name}"
    assert pairs > 0


async def test_a_token_of_another_key_or_for_another_service_opens_no_door(
    asking: Asking, keys: Keys
):
    officer = next(user for user in asking.users if user.role == "officer")
    for service, path in {(service, path) for service, path, _, _ in LISTS.values()}:
        assert (await asking.get(officer, service, path))[0] in (200, 403)
        status, body = await asking.get(officer, service, path, keys.signer)
        assert (status, body["type"]) == (401, "/problems/unauthenticated")
    token = asking.signer.sign(principal_of(officer), "rentals", TOKEN)
    url = f"{asking.network.url('incidents')}/api/v1/incidents/incidents"
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        assert answer.status == 401


async def test_a_foreign_row_is_answered_to_the_byte_like_an_absent_one(asking: Asking):
    compared = 0
    for service, path, _, rows_of in LISTS.values():
        verdicts = await rows_of(asking)
        for user in asking.users:
            hidden = [row for row, each in verdicts(user).items() if each is Verdict.HIDDEN]
            if not hidden:
                continue
            answers = [
                await asking.get(user, service, f"{path}/{row}") for row in (hidden[0], uuid4())
            ]
            traces = {body.pop("trace_id") for _, body in answers}
            assert len(traces) == 2
            assert answers[0] == answers[1] and answers[0][0] == 404, (user.name, path)
            compared += 1
    assert compared > 20


def _seen(verdicts: Verdicts) -> set[str]:
    return {row for row, verdict in verdicts.items() if verdict is Verdict.SHOWN}


def _id(value: Any) -> Any:
    return None if value is None else UUID(str(value))
