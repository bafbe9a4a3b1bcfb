"""A whole service on real servers: one process or several, from the request to its effect."""

import json
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import asyncpg
import pytest
from redis.asyncio import Redis
from running import Example

from lianfang_common.testing.eventually import eventually
from lianfang_common.testing.servers import Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]


async def _kettle(example: Example, kettle_id: str) -> dict[str, Any]:
    connection = await asyncpg.connect(example.database.admin_url)
    try:
        row = await connection.fetchrow("select * from kettle where kettle_id = $1", kettle_id)
        return dict(row or {})
    finally:
        await connection.close()


async def _heard_and_boiled(example: Example, kettle_id: str) -> None:
    await eventually(
        lambda: _kettle(example, kettle_id),
        until=lambda row: row["heard"] == 1 and row["boiled_at"] is not None,
        what="heard of once and boiled",
    )


async def test_a_request_has_its_effect_through_the_broker_under_one_trace(
    example: Example,
) -> None:
    async with example.serving() as process:
        status, body = await example.fill(process.url)
        assert (status, body["version"], body["colour_letters"]) == (201, 1, 3)
        await _heard_and_boiled(example, body["id"])
        process.send_signal(signal.SIGTERM)
        assert await process.ended() == 0
        lines = process.lines()
    answered = next(line for line in lines if line.get("status") == 201)
    spans = (example.directory / "traces.jsonl").read_text().splitlines()
    names = {
        span["name"] for span in map(json.loads, spans) if span["trace_id"] == answered["trace_id"]
    }
    assert {
        "POST /api/v1/example/kettles",
        "execute fill_kettle",
        "handle example.kettle.filled.v1",
    } <= names


async def test_each_role_runs_alone_and_together_they_do_the_whole(example: Example) -> None:
    async with (
        example.serving("api") as api,
        example.serving("relay") as relay,
        example.serving("consumer,timers,ticker") as others,
    ):
        _, body = await example.fill(api.url)
        await _heard_and_boiled(example, body["id"])
        for process in (relay, others):
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{process.url}/metrics") as metrics,
                session.post(f"{process.url}/api/v1/example/kettles") as closed,
            ):
                assert 'common_build_info{service="example"' in await metrics.text()
                assert closed.status == 404


async def test_a_commit_pings_the_relay_of_another_process(
    example: Example, servers: Servers
) -> None:
    valkey = Redis.from_url(servers.valkey_url)
    async with example.serving("api") as api, valkey.pubsub() as pings:
        await pings.subscribe("example:relay")
        await pings.get_message(timeout=5)
        await example.fill(api.url)
        ping = await pings.get_message(timeout=5)
        assert ping is not None
        assert ping["type"] == "message"
    await valkey.aclose()


async def test_sigterm_ends_the_process_in_time_with_a_stream_open(example: Example) -> None:
    # The stream never ends by itself, so that the process always uses up what it may wait for it.
    async with (
        example.serving(EXAMPLE_DRAIN_SECONDS="3") as process,
        aiohttp.ClientSession() as session,
        session.get(f"{process.url}/api/v1/example/live") as stream,
    ):
        assert await stream.content.readline()
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.ended() == 0
        assert time.monotonic() - before < 10


async def test_a_crashed_role_ends_the_process_and_says_which(example: Example) -> None:
    async with example.serving(ready=False, EXAMPLE_CRASH="true") as process:
        assert await process.ended() == 1
        ended = process.logged("process.role_ended")
        assert ended is not None
        assert (ended["role"], ended["exception"]) == ("ticker", "builtins.ValueError")
        assert "990101199001011237" not in process.log.read_text()


async def test_a_taken_port_is_one_clear_line(example: Example) -> None:
    async with example.serving("api") as process:
        port = process.url.rpartition(":")[2]
        status, _, errors = await example.command("serve", EXAMPLE_HTTP_PORT=port)
    assert status == 1
    assert errors.startswith("example serve: Address already in use")
    assert len(errors.strip().splitlines()) == 1


async def test_settings_that_are_missing_are_named_without_values(example: Example) -> None:
    environment = {"EXAMPLE_KAFKA__BOOTSTRAP": "", "EXAMPLE_POSTGRES__APP_POOL": "secret-text"}
    status, _, errors = await example.command("serve", **environment)
    assert status == 2
    assert "postgres.app_pool" in errors
    assert "secret-text" not in errors


async def test_production_refuses_settings_of_one_machine(example: Example) -> None:
    status, _, errors = await example.command("serve", EXAMPLE_ENVIRONMENT="production")
    assert status == 2
    assert "trace_file" in errors
    assert "tls" in errors


async def test_own_commands_and_republishing_run_as_the_system_role(example: Example) -> None:
    async with example.serving() as process:
        _, body = await example.fill(process.url, "violet")
        await _heard_and_boiled(example, body["id"])
        assert await example.command("count", "violet") == (0, "1\n", "")
        status, out, _ = await example.command("republish", "kettle")
        assert status == 0
        assert "stated anew" in out
        await eventually(
            lambda: _kettle(example, body["id"]),
            until=lambda row: row["heard"] == 2,
            what="heard of again",
        )


async def test_what_was_sent_goes_out_again_only_while_no_relay_runs(example: Example) -> None:
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    async with example.serving() as process:
        _, body = await example.fill(process.url, "white")
        await _heard_and_boiled(example, body["id"])
        status, _, errors = await example.command("republish-ledger", "--from", day)
        assert (status, "relay-still-runs" in errors) == (1, True)
    status, out, _ = await example.command("republish-ledger", "--from", day)
    assert (status, out.split()[0].isdigit()) == (0, True)
    assert int(out.split()[0]) > 0
    later = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert (await example.command("republish-ledger", "--from", later))[1].startswith("0 facts")


async def test_migrating_twice_changes_nothing(example: Example) -> None:
    assert (await example.command("migrate"))[0] == 0


async def test_dead_letters_are_listed_and_an_unknown_one_is_refused(example: Example) -> None:
    assert (await example.command("dlq", "list"))[:2] == (0, "")
    status, _, errors = await example.command(
        "dlq", "drop", "01a201ea-7331-77ac-bff4-838a469c1e78", "--why", "a test"
    )
    assert status == 1
    assert "not-found" in errors
