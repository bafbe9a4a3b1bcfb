"""Each of the two guards alone leaks nothing: the query's filter, and the row policy."""

from contextlib import asynccontextmanager
from itertools import product
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest
from population_builders import (
    COMMITTEE_A,
    COMMUNITY_A,
    COMMUNITY_B,
    GRID_A,
    GRID_A2,
    GRID_B,
    GRID_B2,
    HEAD_A,
    JUSTICE_OF_A,
    JUSTICE_OF_B,
    LANDLORD,
    OF_COMMITTEE_A,
    OF_COMMITTEE_B,
    OFFICER_A,
    OFFICER_B,
    ROOM_A,
    ROOM_B,
    a_caller,
    a_ground,
    a_number,
)
from sqlalchemy import true

from population.storage import cases, persons, register, residences, scope
from population.storage.tables import UNGUARDED

pytestmark = pytest.mark.slow

CALLERS = (
    *(OFFICER_A, OFFICER_B, HEAD_A, JUSTICE_OF_A, JUSTICE_OF_B),
    *(OF_COMMITTEE_A, OF_COMMITTEE_B, LANDLORD),
    a_caller("officer", COMMUNITY_A, COMMUNITY_B, office=uuid4()),
    a_caller("officer", GRID_A2, office=ROOM_A),
    a_caller("officer"),
)
GUARDED = ("persons", "residences", "supervision_entries", "responsibilities")


async def test_every_table_is_guarded_or_on_the_reviewed_list(rig):
    rows = await rig.as_system(
        "select relname, relrowsecurity and relforcerowsecurity as guarded from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not relispartition"
    )
    bare = {row["relname"] for row in rows if not row["guarded"]}
    assert bare == set(UNGUARDED)


@pytest.mark.parametrize("table", sorted({*GUARDED, "residence_change_cases", "break_glass"}))
async def test_without_a_scope_nothing_is_seen(rig, table):
    await rig.opened()
    assert await rig.as_app(None, f"select * from {table}") == []


@pytest.mark.parametrize("table", [*GUARDED, "identity_claims", "audit", "match_queue"])
async def test_the_matcher_and_the_app_may_not_change_what_is_not_theirs(rig, table):
    await rig.house(GRID_A)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.as_matcher(
            f"update {table} set version = 1"
            if table in GUARDED[:2]
            else f"insert into {table} default values"
        )


@pytest.fixture
async def populated(rig):
    """A few dozen persons in four grids, some listed, some moved; who lives where is the oracle."""
    random = Random(990101)
    places: dict[UUID, set[str]] = {}
    numbers: dict[UUID, str] = {}
    for _ in range(24):
        number = a_number()
        for grid in random.sample([GRID_A, GRID_A2, GRID_B, GRID_B2], random.randint(1, 2)):
            person_id, _ = await rig.house(grid, number)
            places.setdefault(person_id, set()).add(grid)
            numbers[person_id] = number
    entries: dict[UUID, UUID] = {}
    for person_id, grids in places.items():
        if len(entries) < 8 and grids & {GRID_A, GRID_A2}:
            ground = a_ground(rig.today, person_id=person_id, assisting_committee=COMMITTEE_A)
            reply = await rig.client(OFFICER_A).post("/supervision-entries", ground)
            entries[UUID(reply.body["id"])] = person_id
    return rig, places, numbers, entries


@asynccontextmanager
async def policies_off(rig):
    tables = [*GUARDED, "residence_change_cases", "grants"]
    await rig.as_admin(";".join(f"alter table {t} disable row level security" for t in tables))
    try:
        yield
    finally:
        await rig.as_admin(";".join(f"alter table {t} enable row level security" for t in tables))


@pytest.fixture
def filters_off(monkeypatch):
    def nothing(*_: object) -> object:
        return true()

    for module, name in (
        (scope, "in_areas"),
        (residences, "in_areas"),
        (persons, "known_in_areas"),
        (register, "_known_to"),
        (cases, "_granted_to"),
    ):
        monkeypatch.setattr(module, name, nothing)


async def compare_with_oracle(rig, places, numbers, entries) -> None:
    """Compare every (caller, person) and (caller, entry) pair on search, read and list."""
    for caller, (person_id, grids) in product(CALLERS, places.items()):
        if caller.role not in ("officer", "room_head"):
            continue
        seen = {grid for grid in grids if caller.covers(grid)}
        client = rig.client(caller)
        number = {"document_number": numbers[person_id]}
        found = (await client.post("/persons/searches", number)).body["items"]
        assert [item["person_id"] for item in found] == ([str(person_id)] if seen else [])
        purpose = await rig.reading(caller, person_id)
        reply = await client.get(f"/persons/{person_id}/residences{purpose}")
        assert reply.status == (200 if seen else 404)
        if seen:
            assert {item["grid"] for item in reply.body["items"]} == seen
    knowing = {ROOM_A, JUSTICE_OF_A.office, COMMITTEE_A}
    for caller in CALLERS:
        if caller is LANDLORD:
            continue
        listed = (await rig.client(caller).get("/supervision-entries")).body["items"]
        wanted = set(map(str, entries)) if caller.office in knowing else set()
        assert {item["entry_id"] for item in listed} == wanted
        for entry_id in list(entries)[:2]:
            reply = await rig.client(caller).get(f"/supervision-entries/{entry_id}")
            assert reply.status == (200 if wanted else 404)


async def test_both_guards_together_show_each_caller_its_own(populated):
    await compare_with_oracle(*populated)


async def test_the_row_policy_alone_leaks_nothing(populated, filters_off):
    await compare_with_oracle(*populated)


async def test_the_query_filter_alone_leaks_nothing(populated):
    async with policies_off(populated[0]):
        await compare_with_oracle(*populated)


async def compare_cases(rig, case_id: UUID, knowing: set[UUID | None]) -> None:
    for caller in (OFFICER_A, OFFICER_B, HEAD_A, JUSTICE_OF_A, JUSTICE_OF_B, CALLERS[8]):
        client = rig.client(caller)
        seen = caller.office in knowing
        path = f"/residence-change-cases/{case_id}"
        assert (await client.get(path)).status == (200 if seen else 404)
        items = (await client.get("/residence-change-cases")).body["items"]
        assert len(items) == (1 if seen else 0)


@pytest.mark.parametrize("guard", ["policy", "filter"])
async def test_one_guard_alone_leaks_no_case(rig, guard, request):
    case_id, _, _ = await rig.opened()
    if guard == "policy":
        request.getfixturevalue("filters_off")
        await compare_cases(rig, case_id, {ROOM_A})
    else:
        async with policies_off(rig):
            await compare_cases(rig, case_id, {ROOM_A})


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("select * from persons_of_entries($1, $2, $3)", id="this release"),
        pytest.param(
            "select p.* from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as asked (e, p, k),"
            " lateral person_of_entry(asked.e, asked.p, asked.k) p",
            id="the release before",
        ),
    ],
)
async def test_an_entry_opens_its_own_person_to_its_own_office_alone(rig, call):
    """The function crosses the guards, so the keyed hash must be that of the entry's person."""
    entry_id, _ = await rig.listed()
    (person,) = await rig.as_system("select person_id from persons")
    key = rig.vault.register_index.of(str(person["person_id"]))
    arguments = ([entry_id], [person["person_id"]], [key])
    (found,) = await rig.as_app(OFFICER_A, call, *arguments)
    assert found["name"]
    assert await rig.as_app(OFFICER_B, call, *arguments) == []
    assert await rig.as_app(OFFICER_A, call, [entry_id], [person["person_id"]], [bytes(32)]) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.as_system(call, *arguments)


async def test_a_case_is_opened_to_nobody_whom_it_does_not_name(rig):
    """Not by an office that does not know of it, and not before it is confirmed."""
    case_id, _, _ = await rig.opened()
    give = "insert into grants (subject, office) values ($1, $2)"
    for caller, office in product((OFFICER_A, OFFICER_B), (ROOM_B, OFFICER_B.office, uuid4())):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await rig.as_app(caller, give, case_id, office)
    own = "insert into grants (subject, account) values ($1, $2)"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.as_app(OFFICER_A, own, case_id, OFFICER_A.account)
    await rig.as_system(
        "update residence_change_cases set state = 'confirmed', receiving_office = $2,"
        " justice_office = $3, accept_due_at = review_due_at where case_id = $1",
        *(case_id, ROOM_B, JUSTICE_OF_B.office),
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.as_app(OFFICER_B, give, case_id, ROOM_B)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.as_app(OFFICER_A, give, case_id, uuid4())
    await rig.as_app(OFFICER_A, give, case_id, ROOM_B)
