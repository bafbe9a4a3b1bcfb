"""Nothing on the way of a fact or a deadline waits for a poll: the polls here take two minutes."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from running import Example, Process

from lianfang_common.testing.eventually import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]


async def _sql(example: Example, statement: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(example.database.admin_url)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()


async def _boiled(example: Example, kettle: str) -> None:
    statement = "select boiled_at from kettle where kettle_id = $1 and boiled_at is not null"
    await eventually(lambda: _sql(example, statement, kettle), what="boiled")


async def _heard(example: Example, kettle: str) -> None:
    statement = "select 1 from kettle where kettle_id = $1 and heard = 1"
    await eventually(lambda: _sql(example, statement, kettle), what="heard of")


@asynccontextmanager
async def _serving(example: Example, roles: str | None = None) -> AsyncIterator[Process]:
    async with example.serving(roles, EXAMPLE_NETS="slow") as process:
        # The first look of each loop is over when what was there before has had its effect.
        yield process


async def test_a_commit_wakes_relay_and_timers_of_its_process(example: Example) -> None:
    async with _serving(example) as process:
        for _ in range(3):
            _, body = await example.fill(process.url)
            await _boiled(example, body["id"])
            await _heard(example, body["id"])


async def test_a_commit_wakes_relay_and_timers_of_other_processes(example: Example) -> None:
    async with (
        _serving(example, "api") as api,
        _serving(example, "relay"),
        _serving(example, "consumer"),
        _serving(example, "timers"),
    ):
        for _ in range(3):
            _, body = await example.fill(api.url)
            await _boiled(example, body["id"])
            await _heard(example, body["id"])


async def test_a_commit_beside_a_relay_that_stands_by_wakes_the_one_that_leads(
    example: Example,
) -> None:
    async with (
        _serving(example, "api,relay") as leading,
        _serving(example, "api,relay") as standing_by,
        _serving(example, "consumer"),
    ):
        for process in (leading, standing_by, leading, standing_by):
            _, body = await example.fill(process.url)
            await _heard(example, body["id"])


async def test_a_relay_that_stands_by_leads_as_soon_as_the_leader_is_gone(example: Example) -> None:
    async with (
        _serving(example, "api,relay") as leading,
        _serving(example, "api,relay") as standing_by,
        _serving(example, "consumer"),
    ):
        leading.send_signal(signal.SIGKILL)
        await leading.ended()
        _, body = await example.fill(standing_by.url)
        await _heard(example, body["id"])


@pytest.mark.parametrize("act", ["replay", "drop"])
async def test_what_an_operator_does_about_a_dead_letter_has_its_effect_at_once(
    example: Example, act: str
) -> None:
    async with _serving(example) as process:
        _, body = await example.fill(process.url, "cracked")
        letters = await eventually(
            lambda: _sql(example, "select id from dead_letter where closed_at is null"),
            what="parked",
        )
        # One more of the same kettle waits behind the failed one.
        await example.command("republish", "kettle")
        await eventually(
            lambda: _sql(example, "select id from dead_letter where state = 'parked'"),
            what="one more is parked behind it",
        )
        await _sql(example, "update kettle set colour = 'mended' where colour = 'cracked'")
        status, _, errors = await example.command(
            "dlq", act, str(letters[0]["id"]), "--why", "the kettle is mended"
        )
        assert status == 0, errors
        await eventually(
            lambda: _sql(example, "select 1 from dead_letter where closed_at is null"),
            until=lambda rows: not rows,
            what="all letters are settled",
        )
        heard = await _sql(example, "select heard from kettle where kettle_id = $1", body["id"])
        assert heard[0]["heard"] == (2 if act == "replay" else 1)
