"""The parts of the way from a request to a notice, each bare; the whole is held against their sum.

Two empty HTTP hops, three bare commits, two produce to consume, on the network's own servers.
"""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from listening import Server, web

BODY = b"x" * 600
EMPTY_APP = """
from fastapi import FastAPI, Request
app = FastAPI()

@app.post("/")
async def empty(request: Request) -> dict[str, str]:
    await request.body()
    return {}
"""
# The second of two empty hops, behind the first.
EMPTY_PROXY = """
import os
import aiohttp
from fastapi import FastAPI, Request
app = FastAPI()
clients: list[aiohttp.ClientSession] = []

@app.post("/")
async def empty(request: Request) -> dict[str, str]:
    if not clients:
        clients.append(aiohttp.ClientSession())
    async with clients[0].post(os.environ["BEHIND"], data=await request.body()) as answer:
        return await answer.json()
"""


@dataclass(frozen=True)
class Part:
    """One bare part: how often it stands on the way, and how to do it once."""

    name: str
    times: int
    once: Callable[[], Awaitable[None]]


async def timed(once: Callable[[], Awaitable[None]], repeat: int) -> list[float]:
    """Do something `repeat` times and return the milliseconds of each."""
    taken = []
    for _ in range(repeat):
        begun = time.perf_counter()
        await once()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


@contextlib.asynccontextmanager
async def empty_hop() -> AsyncIterator[Part]:
    """Call an empty FastAPI route, served in its own process, over a kept connection."""
    async with empty_server(EMPTY_APP) as server, aiohttp.ClientSession() as client:

        async def once() -> None:
            async with client.post(server.url, data=BODY) as answer:
                await answer.read()

        yield Part("empty HTTP hop", 2, once)


@contextlib.asynccontextmanager
async def empty_server(source: str, behind: str = "") -> AsyncIterator[Server]:
    """Serve an application in its own process; yield it once it listens.

    Args:
        source: of the application.
        behind: address that the application may call.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty_hop.py").write_text(source)
        async with web("empty_hop:app", Path(folder), BEHIND=behind) as server:
            yield server


@contextlib.asynccontextmanager
async def bare_commit(url: str) -> AsyncIterator[Part]:
    """Insert one row in a transaction of its own, on one kept connection."""
    connection = await asyncpg.connect(url)
    table = f"bare_{uuid4().hex}"
    await connection.execute(f"create table {table} (id uuid primary key, body bytea)")

    async def once() -> None:
        await connection.execute(f"insert into {table} values ($1, $2)", uuid4(), BODY)

    try:
        yield Part("bare commit", 3, once)
    finally:
        await connection.execute(f"drop table {table}")
        await connection.close()


@contextlib.asynccontextmanager
async def produce_to_consume(security: dict[str, str]) -> AsyncIterator[Part]:
    """Send one record, acknowledged and idempotent, and wait until a consumer has it."""
    topic = f"bench.{uuid4().hex}"
    admin = AIOKafkaAdminClient(**security)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    producer = AIOKafkaProducer(**security, enable_idempotence=True, acks="all", linger_ms=0)
    consumer = AIOKafkaConsumer(topic, **security, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()

    async def once() -> None:
        await producer.send(topic, BODY)
        await consumer.getone()

    try:
        yield Part("produce to consume", 2, once)
    finally:
        await consumer.stop()
        await producer.stop()
        await admin.delete_topics([topic])
        await admin.close()
