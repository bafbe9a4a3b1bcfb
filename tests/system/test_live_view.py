"""The live view shows what the desk may see, each line once, whatever breaks underneath."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from commands import Client, CommandLog
from journeys import Watch, file_premises, register_tenancy, report, until
from killing import kill, start
from network import created
from redis.asyncio import Redis
from register import let_time_pass
from screens import Screen

pytestmark = pytest.mark.system

OFFICER, COMMITTEE = "beihe-officer2", "shiqiao-committee"
STRANGERS = ("nanpu-officer1", "yuntai-committee", "beihe-justice")
REPORTS = "/api/v1/incidents/reports"


@pytest.fixture
async def screens(users):
    """Opens screens and closes them at the end."""
    opened = []

    async def make(login, last_id=None):
        screen = await Screen.of(await users(login), last_id)
        opened.append(screen)
        return screen

    yield make
    for screen in opened:
        await screen.close()


def one_after_the_other(screen):
    numbers = screen.numbers()
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def noise(users, network, login):
    """Report a noise and return its incident; nobody else's report is linked to it."""
    grid = network.grids_of(login)[0]
    return created(await report(await users(login), "noise", grid=grid))["incident_id"]


async def test_each_screen_shows_its_own_desks_notices_and_nothing_else(users, network, screens):
    logins = (OFFICER, COMMITTEE, *STRANGERS)
    shown = {login: await screens(login) for login in logins}
    lists = {login: await Watch.of(await users(login)) for login in logins}
    premises = network.premises_in(network.grids_of(COMMITTEE))[0]
    tenancy = await register_tenancy(await users(OFFICER), premises)
    elsewhere = await noise(users, network, "nanpu-officer1")
    await shown[OFFICER].sees(tenancy["id"])
    await shown["nanpu-officer1"].sees(elsewhere)

    async def told():
        return shown[COMMITTEE].notices()

    await until("the committee's notice", told)
    for login in logins:
        fresh = {row["id"] for row in await lists[login].fresh()}
        assert set(shown[login].notices()) == fresh, login
        desk = network.office(login), network.accounts[login]["role"]
        lines = [event.data for event in shown[login].events if "number" in event.data]
        assert {(line["office_id"], line["role"]) for line in lines} <= {desk}
    assert tenancy["id"] not in str([event.data for event in shown[COMMITTEE].events])


async def test_two_members_of_a_desk_see_the_same_and_a_stranger_resumes_nothing_of_it(
    users, network, screens
):
    first, second = await screens(OFFICER), Screen(await users.another(OFFICER))
    await second.open()
    incident = await noise(users, network, OFFICER)
    assert (await first.sees(incident)) == (await second.sees(incident))
    await second.close()
    stranger = await screens("nanpu-officer2", first.last_id)
    assert stranger.events[0].name == "reset"
    own = await noise(users, network, "nanpu-officer2")
    await stranger.sees(own)
    assert not stranger.about(incident)


async def test_nothing_is_lost_and_nothing_comes_twice_across_all_that_breaks(
    users, network, screens
):
    screen = await screens(OFFICER)
    watch = await Watch.of(await users(OFFICER))
    expected = [await noise(users, network, OFFICER)]
    await screen.sees(expected[0])
    await screen.close()
    expected += [await noise(users, network, OFFICER) for _ in range(3)]
    await screen.open()
    await screen.sees(expected[-1])

    valkey = Redis.from_url(network.servers["valkey_url"])
    expected.append(await noise(users, network, OFFICER))
    await valkey.flushall()
    expected.append(await noise(users, network, OFFICER))
    await valkey.aclose()
    await screen.sees(expected[-1])

    expected += await _while_the_gateway_dies(users, network)
    expected.append(await noise(users, network, OFFICER))
    for incident in expected:
        await screen.sees(incident)
    # The order is that of a desk's numbers; two incidents may come through different partitions.
    shown = [data["subject_id"] for data in screen.named("notice-raised")]
    assert sorted(shown) == sorted(expected)
    assert one_after_the_other(screen)
    assert len(set(screen.notices())) == len(expected)
    assert {row["id"] for row in await watch.fresh()} == set(screen.notices())
    assert not screen.named("reset")


async def _while_the_gateway_dies(users, network):
    """Report what the gateway cannot tell before it is back; its own death comes in between."""
    client = Client(OFFICER, await users(OFFICER), CommandLog())
    body = {
        "source": "walk_in",
        "classification": "noise",
        "grid": network.grids_of(OFFICER)[0],
        "occurred_at": "2026-11-01T08:00:00+00:00",
    }
    first = created(await client.do(REPORTS, body))
    await kill(network, "gateway")
    waiting = asyncio.create_task(client.do(REPORTS, body))
    await start(network, "gateway")
    return [first["incident_id"], created(await waiting)["incident_id"]]


async def test_an_id_from_before_what_is_kept_gets_a_reset(users, network, screens):
    login = "qingtang-committee"
    screen = await screens(login)
    officer = await users("nanpu-officer2")
    premises = await file_premises(officer, network.grids_of(login)[2])

    async def three():
        return len(screen.notices()) >= 3

    for kind in ("noise", "gas_hazard"):  # the third is that of filing the premises
        created(await report(officer, kind, premises_id=premises))
    await until("three notices", three)
    begin, _, last = screen.last_id.rpartition(":")
    await _days_pass(network, login, int(last) - 1)
    lost = await screens(login, f"{begin}:{int(last) - 2}")
    kept = await screens(login, f"{begin}:{int(last) - 1}")
    ahead = await screens(login, f"{begin}:{int(last) + 1000}")
    assert [screen.events[0].name for screen in (lost, kept, ahead)] == ["reset", "ready", "reset"]

    async def told_again():
        return kept.numbers() == [int(last)]

    await until("the line that is kept", told_again)
    created(await report(officer, "fire_hazard", premises_id=premises))

    async def told():
        return all(one.numbers() and one.numbers()[-1] == int(last) + 1 for one in (lost, kept))

    await until("the next notice on every screen", told)
    assert lost.numbers() == [int(last) + 1]


async def _days_pass(network, login, number):
    """Let a desk's lines up to a number be eight days old, and the gateway sweep them."""
    office = network.office(login)
    await network.query(
        "gateway",
        "update feed set stored_at = stored_at - $3::interval where office = $1 and number <= $2",
        office,
        number,
        timedelta(days=8),
    )
    await let_time_pass(network, "gateway", "housekeeping")

    async def swept():
        rows = await network.query(
            "gateway", "select min(number) as first from feed where office = $1", office
        )
        return rows[0]["first"] == number + 1

    await until("the sweep of old lines", swept)


async def test_watch_tells_a_notice_in_a_terminal(users, network):
    watching = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "lianfang"),
        *("watch", "--as", OFFICER, "--language", "en", "--events", "1"),
        *("--stack", str(network.state / "stack.json")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert watching.stdout
    ready = await asyncio.wait_for(watching.stdout.readline(), 20)
    assert b"connected" in ready, ready
    await noise(users, network, OFFICER)
    line = (await asyncio.wait_for(watching.stdout.readline(), 20)).decode()
    assert "New incident: noise" in line
    assert await asyncio.wait_for(watching.wait(), 20) == 0
