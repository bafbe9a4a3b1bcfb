"""Processes of one service wake each other through Valkey, which may lose everything."""

import asyncio
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from lianfang_common.testing.eventually import eventually
from lianfang_common.wakeup import ValkeyPings

pytestmark = pytest.mark.servers


@pytest.fixture
def service():
    return f"kernel{uuid4().hex[:8]}"


async def test_a_ping_wakes_the_loop_that_listens_for_it_and_no_other(servers, service):
    woken = {"relay": 0, "timers": 0}

    def counter(name):
        def count():
            woken[name] += 1

        return count

    pings = ValkeyPings(servers.valkey_url, service)
    task = asyncio.create_task(pings.listen({name: counter(name) for name in woken}))
    await eventually(lambda: woken == {"relay": 1, "timers": 1}, what="the subscription")
    pings.ping("relay")
    await eventually(lambda: woken == {"relay": 2, "timers": 1}, what="one wake-up")
    task.cancel()
    await pings.close()


async def test_a_listener_whose_connection_was_cut_listens_again(servers, service):
    heard = asyncio.Event()
    # The connections have a name, since the listeners of other tests share the server.
    pings = ValkeyPings(f"{servers.valkey_url}?client_name={service}", service)
    task = asyncio.create_task(pings.listen({"relay": heard.set}))
    await asyncio.wait_for(heard.wait(), 10)
    heard.clear()
    admin = Redis.from_url(servers.valkey_url)
    listening = await admin.client_list(_type="pubsub")
    (own,) = [each["id"] for each in listening if each["name"] == service]
    assert await admin.client_kill_filter(_id=own) == 1
    await asyncio.wait_for(heard.wait(), 10)
    task.cancel()
    await admin.aclose()
    await pings.close()


async def test_an_absent_valkey_is_no_error(service):
    pings = ValkeyPings("redis://127.0.0.1:9/0", service)
    await pings.ping_now("relay")
    await pings.close()
