"""Messages with a header whose name is no text.

The client cannot read one: its decoder ends the whole batch, at every new try, so the partition
would stand still for one message. Such a batch alone is read again by the client's slower decoder,
with U+FFFD in the place of what is no text; the reader then refuses the message.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.record import default_records


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


class Batch:
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
