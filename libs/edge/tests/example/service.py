"""A service as small as one can be: it fills kettles and hears of it through the broker."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from pydantic_settings import SettingsConfigDict
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid

from lianfang_common import consumer, relay, timers
from lianfang_common.consumer import Received, Subscription, each
from lianfang_common.database import driver_of
from lianfang_common.errors import RuleBroken
from lianfang_common.events import ConsumedEvent, PublishedEvent, Topic
from lianfang_common.ids import new_id
from lianfang_common.outbox import outbox_table
from lianfang_common.unit import TimerRow, Unit
from lianfang_edge.http import Changing, answer_response, create_api
from lianfang_edge.idempotency import Answer
from lianfang_edge.runtime import Runtime, Service, run_cli
from lianfang_edge.settings import ServiceSettings

KETTLES = Topic("example.kettle", "Kettles and what happens to them", partitions=1)
METADATA = MetaData()
outbox_table(METADATA)
Table(
    "kettle",
    METADATA,
    Column("kettle_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("colour", Text, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("boiled_at", DateTime(timezone=True)),
)


if os.environ.get("EXAMPLE_NETS") == "slow":
    # Whoever is not woken sleeps for longer than any test waits.
    timers.LONGEST_SLEEP = relay.POLL = timedelta(minutes=2)
    consumer.TEND_SECONDS = 120.0


class Settings(ServiceSettings):
    """Settings of the example."""

    model_config = SettingsConfigDict(env_prefix="EXAMPLE_")

    crash: bool = False
    """Let the role `ticker` fail."""


class KettleFilledV1(PublishedEvent):
    """A kettle is full."""

    TYPE: ClassVar[str] = "example.kettle.filled.v1"
    TOPIC: ClassVar[Topic] = KETTLES
    KEY: ClassVar[str] = "kettle_id"

    kettle_id: UUID


class KettleFilled(ConsumedEvent):
    """What the reader needs."""

    kettle_id: UUID


class Fill(BaseModel):
    """Body of a request to fill a kettle."""

    model_config = ConfigDict(extra="forbid")

    colour: str


async def fill_kettle(command: Fill, unit: Unit) -> Answer:
    """Fill a kettle; it boils a moment later."""
    kettle_id = new_id()
    driver = await driver_of(unit.connection)
    await driver.execute("insert into kettle values ($1, 1, $2, 0)", kettle_id, command.colour)
    if command.colour == "leaky":
        raise RuleBroken("leaky", "colour")
    unit.publish(KettleFilledV1(kettle_id=kettle_id), 1)
    unit.schedule("boil", kettle_id, unit.now + timedelta(milliseconds=50))
    return Answer(201, kettle_id, 1, {"colour_letters": len(command.colour)})


async def on_kettle_filled(received: Received[KettleFilled], unit: Unit) -> None:
    """Count how often it was heard of; a cracked one must be mended first."""
    driver = await driver_of(unit.connection)
    statement = "update kettle set heard = heard + 1 where kettle_id = $1 returning colour"
    if await driver.fetchval(statement, received.event.kettle_id) == "cracked":
        raise RuleBroken("cracked", "colour")


async def on_boil(timer: TimerRow, unit: Unit) -> None:
    """Note when it boiled."""
    driver = await driver_of(unit.connection)
    statement = "update kettle set boiled_at = $2 where kettle_id = $1"
    await driver.execute(statement, timer.subject, unit.now)


def build_api(runtime: Runtime[Unit]) -> FastAPI:
    """Fill kettles, look at one, and follow the time."""
    app = create_api("example", {}, runtime.verifier, runtime.executor)

    @app.post("/api/v1/example/kettles", status_code=201)
    async def post_kettle(body: Fill, call: Changing) -> Response:
        answer = await runtime.executor.run(call, fill_kettle, body)
        return answer_response(answer, f"/api/v1/example/kettles/{answer.id}")

    @app.get("/api/v1/example/live")
    async def live(request: Request) -> StreamingResponse:
        async def beats() -> AsyncIterator[bytes]:
            while not await request.is_disconnected():
                yield b": beat\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(beats(), media_type="text/event-stream")

    return app


async def tick(runtime: Runtime[Unit]) -> None:
    """Do nothing until the process ends, or fail at once."""
    if runtime.settings.model_dump()["crash"]:
        raise ValueError("a secret such as 990101199001011237")
    await runtime.closing.wait()


async def count(runtime: Runtime[Unit], arguments: list[str]) -> None:
    """Print how many kettles of a colour there are."""
    async with runtime.unit() as unit:
        driver = await driver_of(unit.connection)
        found = await driver.fetchval("select count(*) from kettle where colour = $1", *arguments)
    print(found)


async def republish(runtime: Runtime[Unit]) -> int:
    """Announce every kettle again."""
    async with runtime.unit() as unit:
        rows = await (await driver_of(unit.connection)).fetch("select kettle_id from kettle")
        for row in rows:
            unit.publish(KettleFilledV1(kettle_id=row[0]), 2)
    return len(rows)


def example() -> Service[Unit]:
    """Declare the service."""
    return Service(
        name="example",
        settings=Settings(),  # type: ignore[call-arg]  # from the environment
        metadata=METADATA,
        migrations=Path(__file__).parent / "migrations",
        open_unit=lambda unit: unit,
        build_api=build_api,
        topics=(KETTLES,),
        subscriptions=(
            Subscription("example.kettle.filled.v1", KettleFilled, each(on_kettle_filled)),
        ),
        timers={"boil": on_boil},
        extra_roles={"ticker": tick},
        commands={"count": count},
        republish={"kettle": republish},
    )


if __name__ == "__main__":
    run_cli(example)
