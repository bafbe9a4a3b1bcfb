"""A desk reads its own notices alone, by the query, and by the row policy without the query."""

import random
from uuid import UUID, uuid4

import pytest
from notifications_builders import (
    COMMITTEE,
    GRID,
    JUSTICE,
    OTHER_COMMITTEE,
    OTHER_GRID,
    OTHER_ROOM,
    ROOM,
    STATION,
    a_body,
)
from notifications_network import Notifications, a_member

from lianfang_common.database import driver_of
from lianfang_common.principal import AreaRange, Principal
from notifications.domain.desk import Desk
from notifications.storage import queries
from notifications.storage.tables import UNGUARDED, metadata

DESKS = [
    Desk(ROOM, "officer"),
    Desk(ROOM, "room_head"),
    Desk(OTHER_ROOM, "officer"),
    Desk(STATION, "station_head"),
    Desk(COMMITTEE, "committee"),
    Desk(OTHER_COMMITTEE, "committee"),
    Desk(JUSTICE, "justice"),
]
EVENTS = [
    "rentals.tenancy.registered.v1",
    "incidents.incident.opened.v1",
    "incidents.incident.arrival-missed.v1",
]
LISTED = "population.supervision.listed.v1"


async def a_busy_district(network: Notifications) -> dict[UUID, Desk]:
    """Let a lot happen; return every notice with its desk, as the administrator sees them."""
    chance = random.Random(7)
    for _ in range(40):
        event = chance.choice(EVENTS)
        network.say(event, a_body(event, grid=chance.choice([GRID, OTHER_GRID])))
    for office, committee in ((ROOM, COMMITTEE), (OTHER_ROOM, None)):
        offices = {"responsible_office": str(office), "justice_office": str(JUSTICE)}
        assisting = str(committee) if committee else None
        network.say(LISTED, a_body(LISTED, **offices, assisting_committee=assisting))
    await network.deliver()
    rows = await network.sql("select id, office_id, role from notices")
    return {row["id"]: Desk(row["office_id"], row["role"]) for row in rows}


def callers() -> list[Principal]:
    everywhere = (AreaRange.of_prefix("99"),)
    strangers = [Principal(uuid4(), role, None, everywhere) for role in ("ops", "auditor", "feed")]
    strangers += [Principal(uuid4(), "landlord", uuid4()), Principal(uuid4(), "ops", ROOM)]
    return [a_member(desk) for desk in DESKS] + strangers


async def seen_over_http(network: Notifications, caller: Principal) -> set[UUID]:
    """Return the ids of all pages of the list."""
    found: set[UUID] = set()
    cursor = ""
    while True:
        answered = await network.ask(caller, "GET", f"/notices?limit=7{cursor}")
        assert answered.status == 200
        page = {UUID(each["id"]) for each in answered.body["items"]}
        assert not page & found
        found |= page
        if answered.body["next"] is None:
            return found
        cursor = f"&cursor={answered.body['next']}"


async def test_each_desk_reads_its_own_notices_and_no_other(network):
    notices = await a_busy_district(network)
    for caller in callers():
        own = {n for n, desk in notices.items() if desk == Desk(caller.office, caller.role)}
        assert await seen_over_http(network, caller) == own
        for notice in random.Random(1).sample(sorted(notices), 12):
            answered = await network.ask(caller, "GET", f"/notices/{notice}")
            assert answered.status == (200 if notice in own else 404)
    assert set(DESKS) - {Desk(STATION, "station_head")} <= set(notices.values())


async def test_the_policy_alone_leaks_nothing(network, monkeypatch):
    """The query's own filter is switched off; what is seen is the same."""
    notices = await a_busy_district(network)
    monkeypatch.setattr(queries, "_OWN", "($1::uuid is null or true) and ($2::text is not null)")
    for caller in callers():
        own = {n for n, desk in notices.items() if desk == Desk(caller.office, caller.role)}
        assert await seen_over_http(network, caller) == own
        for notice in random.Random(2).sample(sorted(notices), 6):
            answered = await network.ask(caller, "GET", f"/notices/{notice}")
            assert answered.status == (200 if notice in own else 404)
            path = f"/notices/{notice}/manifest"
            answered = await network.ask(caller, "GET", path)
            assert answered.status == (200 if notice in own else 404)


async def test_the_query_alone_leaks_nothing(network):
    """The row policy is switched off; what is seen is the same."""
    notices = await a_busy_district(network)
    await network.sql("alter table notices disable row level security")
    try:
        for caller in callers():
            own = {n for n, desk in notices.items() if desk == Desk(caller.office, caller.role)}
            assert await seen_over_http(network, caller) == own
            foreign = next(n for n in sorted(notices) if n not in own)
            path = f"/notices/{foreign}/acknowledgements"
            assert (await network.ask(caller, "POST", path, {})).status == 404
    finally:
        await network.sql("alter table notices enable row level security")


async def test_without_a_scope_no_row_is_seen(network):
    await a_busy_district(network)
    async with network.app_pool.transaction() as connection:
        driver = await driver_of(connection)
        assert await driver.fetch("select * from notices") == []


@pytest.mark.parametrize(
    "forbidden",
    [
        "insert into notices select * from notices",
        "delete from notices",
        "update notices set title_zh = ''",
        "update notices set office_id = gen_random_uuid()",
        "update rules set definition = '{}'",
        "insert into rules (rule_id, version, event_type, mode, definition)"
        " values ('x', 1, 'x', 'none', '{}')",
        "select * from digest_counts",
        "select * from offices",
        "select * from knowledge",
    ],
)
async def test_the_role_that_serves_requests_has_no_more_rights_than_it_needs(network, forbidden):
    async with network.app_pool.transaction(a_member(DESKS[0])) as connection:
        driver = await driver_of(connection)
        with pytest.raises(Exception, match="permission denied"):
            await driver.execute(forbidden)


async def test_not_even_the_system_role_can_change_what_a_notice_says_or_a_rule_says(network):
    for forbidden in ("update notices set body_zh = ''", "update rules set mode = 'none'"):
        async with network.system_pool.transaction() as connection:
            driver = await driver_of(connection)
            with pytest.raises(Exception, match="permission denied"):
                await driver.execute(forbidden)


async def test_every_table_is_guarded_or_on_the_reviewed_list(network):
    rows = await network.sql(
        "select relname, relrowsecurity and relforcerowsecurity as guarded from pg_class"
        " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        " and not relispartition"
    )
    tables = {row["relname"]: row["guarded"] for row in rows}
    assert {name for name, guarded in tables.items() if guarded} == {"notices"}
    assert {name for name, guarded in tables.items() if not guarded} == set(UNGUARDED)
    assert set(metadata.tables) | {"alembic_version"} == set(tables)
    assert all(UNGUARDED.values())
