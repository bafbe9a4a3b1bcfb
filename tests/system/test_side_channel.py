"""Nobody outside of the register can tell a listed tenant's registration from any other.

Persons of office A, every other one on its register, rent rooms in the section of office B in an
order drawn by chance; their landlord registers them. What he, an unnamed committee, the rentals
service and the operators see of answers, lists, events, notices, log lines, traces and times must
be the same for both. `LIANFANG_SIDE_CHANNEL_EACH=1000` makes the run long and its reach short.
"""

import asyncio
import os
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random, SystemRandom

import pytest
from journeys import TYPED_NAMES, a_document_number, report, until
from network import created
from outsiders import (
    Registered,
    look_at_notices,
    look_at_tenancies,
    look_behind,
    outline,
    told,
)
from register import ENTRIES, a_ground, a_resident
from telling_apart import View, intervals, told_apart_by

from lianfang_demo.client import Session
from lianfang_demo.zone import today

pytestmark = [pytest.mark.system, pytest.mark.timeout(1_800)]

EACH = int(os.environ.get("LIANFANG_SIDE_CHANNEL_EACH", "40"))
A, B, LANDLORD, COMMITTEE = "beihe-officer1", "nanpu-officer1", "landlord1", "dongdu-committee"
SMALLEST_MS = 300 if EACH < 1_000 else 4
"""A difference of that size would have been seen; in the short run a machine's pauses count."""
Named = tuple[str, str]  # id and document number


async def _persons(users, network, count: int) -> list[Named]:
    """Let persons live in the section of A; a few at a time, since nothing is measured yet."""
    officer = await users(A)
    premises = network.premises_in(network.grids_of(A))[0]
    numbers = [a_document_number() for _ in range(count)]
    few = asyncio.Semaphore(4)

    async def live(number: str) -> Named:
        async with few:
            return await a_resident(officer, premises, number), number

    return await asyncio.gather(*map(live, numbers))


async def _own_premises(users, network) -> str:
    """File premises of the landlord in the section of B, and wait until others know them."""
    officer = await users(B)
    body = {
        "grid": network.grids_of(B)[0],
        "kind": "flat",
        "rooms": 1,
        "label": f"{SystemRandom().randrange(1, 9_999)}号楼-9",
        "landlord_account": network.accounts[LANDLORD]["account_id"],
    }
    filed = created(await officer.post("/api/v1/rentals/premises", body))

    async def known() -> bool:
        reply = await report(officer, "lost_property", premises_id=filed["id"])
        return reply.status == 201

    async def let() -> bool:
        query = "select 1 from landlord_accounts where premises_id = $1"
        return bool(await network.query("population", query, filed["id"]))

    await until("the new premises in incidents", known)
    await until("the landlord's account in population", let)
    return str(filed["id"])


async def _register(landlord: Session, premises_id: str, person: Named, day: date) -> Registered:
    person_id, number = person
    view = View()
    begun = time.perf_counter()
    resolved = await landlord.post(
        "/api/v1/population/identity-resolutions",
        {
            "name": TYPED_NAMES[0],
            "document_kind": "resident_id",
            "document_number": number,
            "audience": "rentals",
            "object_id": premises_id,
        },
    )
    named = time.perf_counter()
    done = await landlord.post(
        "/api/v1/rentals/tenancies",
        {
            "premises_id": premises_id,
            "tenants": [{"receipt": resolved.body["receipt"]}],
            "first_day": str(day),
            "last_day": str(day),
        },
    )
    view.times = {
        "resolution": (named - begun) * 1000,
        "registration": (time.perf_counter() - named) * 1000,
    }
    view.shapes = {"resolution": outline(resolved), "registration": outline(done)}
    return Registered(person_id, str(created(done)["id"]), view)


@pytest.fixture(scope="module")
async def seen(users, network) -> tuple[list[View], list[View]]:
    """What outsiders saw of listed and of unlisted persons, pair by pair."""
    seed = int(os.environ.get("LIANFANG_SEED") or SystemRandom().randrange(1_000_000))
    print(f"\nLIANFANG_SEED={seed}")
    random = Random(seed)
    officer, landlord = await users(A), await users(LANDLORD)
    persons = await _persons(users, network, 2 * EACH)
    listed = persons[::2]
    for person_id, _ in listed:
        created(await officer.post(ENTRIES, {"person_id": person_id, **a_ground()}))
    premises_id = await _own_premises(users, network)
    pairs = [list(pair) for pair in zip(listed, persons[1::2], strict=True)]
    begin = datetime.now(UTC)
    in_turn = [person for pair in pairs for person in random.sample(pair, 2)]
    done: dict[str, Registered] = {}
    for nth, person in enumerate(in_turn):
        day = today() - timedelta(days=60 + 2 * nth)  # long ago: all of them are late
        done[person[0]] = await _register(landlord, premises_id, person, day)
        await told(network, done[person[0]])  # two in one batch would share their spans
    await _settled(network, len(listed), begin)
    every = list(done.values())
    await look_at_tenancies(every, "the landlord", landlord)
    await look_at_notices(network, every, "an unnamed committee", await users(COMMITTEE))
    await look_behind(network, every, begin)
    for before, after in pairwise(every):
        before.view.times["the next registration"] = after.view.times["registration"]
    every[-1].view.times["the next registration"] = every[-1].view.times["registration"]
    return (
        [done[person_id].view for (person_id, _), _ in pairs],
        [done[person_id].view for _, (person_id, _) in pairs],
    )


async def _settled(network, cases: int, begin: datetime) -> None:
    """Wait until the matcher has found every listed person, and nobody else."""

    async def matched() -> bool:
        rows = await network.query(
            "population",
            "select count(*) from residence_change_cases where opened_at >= $1",
            begin,
        )
        return rows[0][0] == cases

    await until(f"{cases} residence-change cases, one for each listed person", matched, seconds=60)


async def test_nothing_that_outsiders_see_tells_who_is_listed(seen):
    listed, unlisted = seen
    assert len(listed) == len(unlisted) == EACH
    assert told_apart_by(listed, unlisted) == []


async def test_the_run_would_have_seen_a_difference_that_a_person_could_use(seen):
    reaches = {channel: each.reach for channel, each in intervals(*seen).items()}
    print({channel: f"{reach:.1f} ms" for channel, reach in reaches.items()})
    assert not {channel for channel, reach in reaches.items() if reach > SMALLEST_MS}, reaches


async def test_every_channel_was_looked_at(seen):
    listed, _ = seen
    shapes = {
        "resolution", "registration", "events", "log lines", "spans", "notices",
        *(f"tenancy {way} the landlord" for way in ("read by", "in the list of")),
        *(f"notice {way} an unnamed committee" for way in ("read by", "in the list of")),
        "tenancy refused to an unnamed committee",
    }  # fmt: skip
    for view in listed:
        assert set(view.shapes) == shapes
        assert all(view.shapes.values()), view.shapes


@pytest.mark.parametrize(
    "channel",
    [
        *("events", "log lines", "spans", "notices", "registration"),
        "notice read by an unnamed committee",
    ],
)
async def test_one_more_of_anything_would_have_been_found(seen, channel):
    listed, unlisted = seen
    kept = listed[0].shapes[channel]
    listed[0].shapes[channel] = (kept, "one more")
    try:
        assert told_apart_by(listed, unlisted) == [channel]
    finally:
        listed[0].shapes[channel] = kept
