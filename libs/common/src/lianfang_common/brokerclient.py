"""Mends two things of the broker's client, aiokafka, for every client of the process.

It cannot read a message with a header whose name is no text: its decoder ends the whole batch, at
every new try, so the partition would stand still for one message. Such a batch alone is read again
by the client's slower decoder, with U+FFFD in the place of what is no text; the envelope then
refuses the message.

It asks a broker that is away again without a pause. The five services' clients together took both
cores, and a broker that was started again needed 67 s to serve.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.consumer import fetcher
from aiokafka.record import default_records, memory_records

AWAY_SECONDS = 0.25
_metadata_update = AIOKafkaClient._metadata_update


async def _patient_update(client: Any, *wanted: Any) -> bool:
    if await _metadata_update(client, *wanted):
        return True
    await asyncio.sleep(AWAY_SECONDS)
    return False


class _Names(bytearray):
    """Bytes that decode whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Names(found) if isinstance(at, slice) else found

    def decode(self, *_: Any) -> str:
        return bytes(self).decode(errors="replace")


class _PatientBatch(default_records._DefaultRecordBatchPy):  # type: ignore[misc]
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Names(self._buffer)  # type: ignore[has-type]


class _Batch:
    """The quick decoder's batch, with the patient one behind it."""

    def __init__(self, raw: Any) -> None:
        self._raw, self._quick = raw, default_records.DefaultRecordBatch(raw)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quick, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._quick))
        except UnicodeDecodeError:
            return iter(_PatientBatch(self._raw))


def mend_client() -> None:
    """Put the mends into the client."""
    AIOKafkaClient._metadata_update = _patient_update
    memory_records.DefaultRecordBatch = _Batch
    fetcher.MemoryRecords = memory_records._MemoryRecordsPy
