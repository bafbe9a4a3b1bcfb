"""Area or grant, said twice: the query's filter and the row's policy, and each alone holds.

The oracle decides from ranges and a set of pairs; it shares no code with the guards.
"""

import asyncio
import random
from uuid import UUID, uuid4

import asyncpg
import pytest
from rentals_builders import NOW, a_landlord, an_officer
from rentals_network import a_rentals, know_places

from lianfang_common.database import driver_of
from rentals.storage.sight import Sight
from rentals.storage.tables import UNGUARDED

pytestmark = [pytest.mark.servers, pytest.mark.slow]

COMMUNITIES = ["990101001001", "990101001002", "990101002001"]
GRIDS = [f"{community}{n:03}" for community in COMMUNITIES for n in (1, 2)]
GUARDED = ("premises", "tenancy", "tenant", "redeemed_receipt", "grants")


class District:
    """Premises with a tenancy each, some open to a landlord, and what the oracle knows of them."""

    def __init__(self) -> None:
        self.places: dict[UUID, str] = {}
        self.tenancies: dict[UUID, UUID] = {}
        self.owners: set[tuple[UUID, UUID]] = set()

    def sees(self, caller, premises_id: UUID) -> bool:
        place = self.places[premises_id]
        in_area = any(area.first <= place < area.end for area in caller.areas)
        return in_area or (caller.account, premises_id) in self.owners


@pytest.fixture(scope="module")
async def district(keys):
    async with a_rentals(keys) as service:
        service.clock.moment = NOW
        await know_places(service, *GRIDS)
        made = District()
        everywhere = an_officer("990101")
        landlords = [a_landlord() for _ in range(3)]
        for n, grid in enumerate(GRIDS * 3):
            owner = landlords[n % 3] if n % 2 else None
            more = {"landlord_account": str(owner.account)} if owner else {}
            premises_id = await service.file(everywhere, grid, **more)
            made.places[premises_id] = grid
            if owner:
                made.owners.add((owner.account, premises_id))
            made.tenancies[await service.register(everywhere, premises_id)] = premises_id
        made.callers = [
            *landlords,
            a_landlord(),
            an_officer("990101"),
            *(an_officer(code) for code in (*COMMUNITIES, *GRIDS[:2], "990101001", "990102")),
            an_officer("990101001001", "990101002001", role="station_head"),
            an_officer("9901010010010"),
        ]
        yield service, made


async def assert_only_what_is_in_sight(service, made) -> int:
    rng, seen = random.Random(7), 0
    for caller in made.callers:
        visible = {str(p) for p in made.places if made.sees(caller, p)}
        listed = (await service.ask(caller, "GET", "/premises?limit=200")).body["items"]
        assert {item["id"] for item in listed} == visible
        letting = {str(t) for t, p in made.tenancies.items() if made.sees(caller, p)}
        listed = (await service.ask(caller, "GET", "/tenancies?limit=200")).body["items"]
        assert {item["id"] for item in listed} == letting
        for premises_id in rng.sample(list(made.places), 6):
            reply = await service.ask(caller, "GET", f"/premises/{premises_id}")
            assert reply.status == (200 if str(premises_id) in visible else 404)
            if caller.role in {"officer", "landlord"}:
                body = service.tenancy(caller, premises_id, room=2)
                body["tenants"][0]["receipt"] = service.receipt(
                    caller, premises_id, exp=int(NOW.timestamp()) + 600
                )
                body["room"] = 99
                reply = await service.ask(caller, "POST", "/tenancies", body)
                assert reply.status == (422 if str(premises_id) in visible else 404)
        for tenancy_id, premises_id in rng.sample(list(made.tenancies.items()), 6):
            reply = await service.ask(caller, "GET", f"/tenancies/{tenancy_id}")
            assert reply.status == (200 if made.sees(caller, premises_id) else 404)
            if caller.role in {"officer", "landlord"}:
                reply = await service.ask(
                    caller, "POST", f"/tenancies/{tenancy_id}/extensions",
                    {"last_day": "2026-11-23"}, version=1,
                )  # fmt: skip
                assert reply.status == (422 if made.sees(caller, premises_id) else 404)
        seen += len(visible)
    return seen


async def test_both_guards_together_show_exactly_what_is_in_sight(district):
    assert await assert_only_what_is_in_sight(*district) > 50


async def test_the_policy_alone_shows_exactly_what_is_in_sight(district, monkeypatch):
    """With the query's filter switched off, row-level security holds."""
    service, made = district
    everything = Sight(("00",), ("99999",), uuid4(), None)
    monkeypatch.setattr(Sight, "of", classmethod(lambda cls, principal: everything))
    assert await assert_only_what_is_in_sight(service, made) > 50


async def test_the_filter_alone_shows_exactly_what_is_in_sight(district):
    """With row-level security switched off, the query's filter holds."""
    service, made = district
    for table in GUARDED:
        await service.sql(f"alter table {table} disable row level security")
    try:
        assert await assert_only_what_is_in_sight(service, made) > 50
    finally:
        for table in GUARDED:
            await service.sql(f"alter table {table} enable row level security")


async def test_without_a_scope_the_application_sees_nothing(district):
    service, _ = district
    async with service.app_pool.transaction() as connection:
        driver = await driver_of(connection)
        for table in GUARDED:
            assert await driver.fetchval(f"select count(*) from {table}") == 0


async def test_a_row_cannot_be_written_where_the_caller_may_not_look(district):
    service, made = district
    stranger = an_officer("990102")
    premises_id = next(iter(made.places))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with service.app_pool.transaction(stranger) as connection:
            driver = await driver_of(connection)
            await driver.execute(
                "insert into redeemed_receipt values ($1, $2, $3)",
                uuid4(), premises_id, made.places[premises_id],
            )  # fmt: skip
    async with service.app_pool.transaction(stranger) as connection:
        driver = await driver_of(connection)
        assert await driver.execute("update premises set version = 9") == "UPDATE 0"


@pytest.mark.parametrize("statement", ["give", "end"])
async def test_grants_are_given_and_ended_in_the_callers_area_alone(district, statement):
    """Not even a landlord hands on what was granted to him."""
    service, made = district
    account, premises_id = next(iter(made.owners))
    landlord = next(caller for caller in made.callers if caller.account == account)
    for caller in (landlord, an_officer("990102")):
        async with service.app_pool.transaction(caller) as connection:
            driver = await driver_of(connection)
            if statement == "end":
                await driver.execute("select end_landlord_grants($1, null)", premises_id)
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with driver.transaction():
                        await driver.execute(
                            "insert into grants (subject, account) values ($1, $2)",
                            premises_id,
                            uuid4(),
                        )
    held = await service.sql("select account from grants where subject = $1", premises_id)
    assert [row[0] for row in held] == [account]
    assert (await service.ask(landlord, "GET", f"/premises/{premises_id}")).status == 200


async def test_a_caller_who_breaks_off_leaves_no_scope_behind(district):
    """Cancelled at random moments, connections go back without anybody's scope."""
    service, _ = district
    rng = random.Random(11)
    everywhere = an_officer("990101")
    for _ in range(60):
        task = asyncio.create_task(service.ask(everywhere, "GET", "/premises"))
        await asyncio.sleep(rng.uniform(0, 0.004))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        nobody = an_officer("990102")
        assert (await service.ask(nobody, "GET", "/premises")).body["items"] == []


async def test_every_table_is_guarded_or_on_the_reviewed_list(district):
    service, _ = district
    rows = await service.sql(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity as guarded"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
    )
    found = {row["relname"]: row["guarded"] for row in rows}
    bare = {name for name, guarded in found.items() if not guarded}
    assert bare == set(UNGUARDED) & set(found)
    assert {name for name, guarded in found.items() if guarded} == set(GUARDED)
    views = await service.sql(
        "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('v', 'm')"
    )
    assert not views, "a view reads with its owner's rights"


async def test_the_application_role_owns_and_bypasses_nothing(district):
    service, _ = district
    (role,) = await service.sql(
        "select rolsuper, rolbypassrls, (select count(*) from pg_class where relowner = r.oid)"
        " as owned from pg_roles r where rolname = 'rentals_app'"
    )
    assert tuple(role) == (False, False, 0)
    may_not = await service.sql(
        "select t, p from unnest($1::text[]) t, unnest(array['delete', 'truncate']) p"
        " where has_table_privilege('rentals_app', t, p)",
        [*GUARDED, "outbox", "inbox", "dead_letter"],
    )
    assert not may_not


async def test_the_migration_makes_the_tables_that_are_declared(district):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy.ext.asyncio import create_async_engine

    from rentals.storage.tables import metadata

    service, _ = district

    def ours(thing, name, kind, reflected, compare_to):
        return kind != "table" or not name.startswith(("outbox", "grants"))

    def compare(connection):
        options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    url = service.database.admin_url.replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(compare)
    await engine.dispose()
    assert not differences
