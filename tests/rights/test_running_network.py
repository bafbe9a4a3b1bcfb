"""The services as they are deployed, asked with tokens of the network's key: only what is in sight.

Other tests change the network, so rows are looked up before and after each list: what was there
all the time must be shown, and nothing may be shown that never was to be seen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from asking import TOKEN, Asking
from deployed import Deployed
from in_sight import (
    VerdictsOf,
    entries,
    incidents,
    notices,
    open_cases,
    premises,
    seen,
    tenancies,
)
from inprocess import Keys, principal_of
from oracle import User, Verdict

pytestmark = pytest.mark.system


@pytest_asyncio.fixture(scope="module")
async def asking(deployed: Deployed) -> AsyncIterator[Asking]:
    """Demo users at the services' doors."""
    async with aiohttp.ClientSession() as http:
        yield Asking(deployed, http)


LISTS: dict[str, tuple[str, str, str, Callable[[Asking], Awaitable[VerdictsOf]]]]
LISTS = {
    "premises": ("rentals", "/premises", "id", premises),
    "tenancies": ("rentals", "/tenancies", "id", tenancies),
    "incidents": ("incidents", "/incidents", "id", incidents),
    "notices": ("notifications", "/notices", "id", notices),
    "entries": ("population", "/supervision-entries", "entry_id", entries),
    "cases": ("population", "/residence-change-cases", "case_id", open_cases),
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
        always = {row for row in seen(first) if last.get(row) is Verdict.SHOWN}
        assert always <= shown, f"{user.name} misses {len(always - shown)} {name}"
        ever = seen(first) | seen(last)
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
