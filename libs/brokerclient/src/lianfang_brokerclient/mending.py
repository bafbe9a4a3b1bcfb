"""Puts into the broker's client what it lacks, for every client of the process.

Besides sessions and decoding: the client asks a broker that is away again without a pause. The five
services' clients together took both cores, and a broker that was started again needed 67 s to
serve.
"""

import asyncio
from functools import partial
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.consumer import fetcher
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record import memory_records

from lianfang_brokerclient.decoding import Batch
from lianfang_brokerclient.sessions import Session

AWAY_SECONDS = 0.25
_metadata_update = AIOKafkaClient._metadata_update
_send = AIOKafkaClient.send


async def _patient_update(client: Any, *wanted: Any) -> bool:
    if await _metadata_update(client, *wanted):
        return True
    await asyncio.sleep(AWAY_SECONDS)
    return False


async def _send_in_session(client: Any, node_id: int, request: Any, **how: Any) -> Any:
    if not isinstance(request, FetchRequest):
        return await _send(client, node_id, request, **how)
    sessions: dict[int, Session] = client.__dict__.setdefault("fetch_sessions", {})
    session = sessions.setdefault(node_id, Session())
    return await session.ask(request, partial(_send, client, node_id, **how))


def mend_client() -> None:
    """Put the mends into the client."""
    AIOKafkaClient._metadata_update = _patient_update
    AIOKafkaClient.send = _send_in_session
    memory_records.DefaultRecordBatch = Batch
    fetcher.MemoryRecords = memory_records._MemoryRecordsPy
