"""Identifiers: UUIDv7 for what may tell its age, UUIDv4 for what must not."""

import os
import threading
import time
from datetime import datetime
from uuid import UUID, uuid4

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562) that is greater than every earlier one of this process."""
    global _last_ms, _counter
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        if now_ms > _last_ms:
            # 11 random bits leave room for 2,048 more ids in the same millisecond.
            _last_ms, _counter = now_ms, int.from_bytes(os.urandom(2)) & 0x7FF
        else:
            _counter += 1
            if _counter > 0xFFF:
                _last_ms, _counter = _last_ms + 1, 0
        milliseconds, counter = _last_ms, _counter
    return _version_7(milliseconds, counter, int.from_bytes(os.urandom(8)))


def new_random_id() -> UUID:
    """Return a UUIDv4: it does not tell when its bearer became known."""
    return uuid4()


def id_floor(moment: datetime) -> UUID:
    """Return the smallest UUIDv7 of a moment, to delete or list by age."""
    return _version_7(int(moment.timestamp() * 1000), 0, 0)


def _version_7(milliseconds: int, counter: int, random: int) -> UUID:
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (counter & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)
