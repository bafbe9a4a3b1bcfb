"""CloudEvents 1.0 in Kafka's binary mode: attributes in headers, JSON in the body.

Dispatch and deduplication need the headers alone; a body is parsed only for a subscriber.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from lianfang_common.errors import PoisonMessage
from lianfang_common.ids import id_floor
from lianfang_common.unit import OutboxMessage

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Record:
    """One message as the log holds it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    time: datetime
    """When the log took it, UTC."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of one event say."""

    id: UUID
    type: str
    key: UUID
    aggregate_version: int
    time: datetime
    account: UUID | None
    traceparent: str | None


def headers_of(message: OutboxMessage, source: str) -> list[tuple[str, bytes]]:
    """Return the headers under which a fact is published.

    Args:
        message: the fact.
        source: name of the publishing service; `ce_source` is `/lianfang/<source>`.
    """
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(message.message_id).encode()),
        ("ce_type", message.type.encode()),
        ("ce_source", f"/lianfang/{source}".encode()),
        ("ce_time", message.occurred_at.isoformat().encode()),
        ("ce_subject", str(message.key).encode()),
        ("ce_aggregateversion", str(message.aggregate_version).encode()),
        ("content-type", b"application/json"),
    ]
    if message.account is not None:
        headers.append(("ce_accountid", str(message.account).encode()))
    if message.traceparent is not None:
        headers.append(("traceparent", message.traceparent.encode()))
    return headers


def type_of(record: Record) -> str | None:
    """Return a message's event type, or None where none stands or more than one."""
    found = [value for name, value in record.headers if name == "ce_type"]
    return (found[0].decode(errors="replace") or None) if len(found) == 1 else None


def key_of(record: Record) -> UUID | None:
    """Return a message's key, or None where it is no id."""
    try:
        return UUID((record.key or b"").decode())
    except ValueError:
        return None


def envelope_of(record: Record) -> Envelope:
    """Read a message's headers.

    Raises:
        PoisonMessage: `unreadable-envelope`; what was wrong is not repeated.
    """
    try:
        fields = {name: value.decode() for name, value in record.headers}
        if len(fields) < len(record.headers) or "\ufffd" in "".join(fields):
            raise ValueError("a header stands twice, or its name is no text")
        account = fields.get("ce_accountid")
        return Envelope(
            id=UUID(fields["ce_id"]),
            type=fields["ce_type"],
            key=UUID((record.key or b"").decode()),
            aggregate_version=int(fields["ce_aggregateversion"]),
            time=_instant(fields["ce_time"]),
            account=UUID(account) if account else None,
            traceparent=fields.get("traceparent"),
        )
    except (KeyError, ValueError) as broken:
        raise PoisonMessage("unreadable-envelope") from broken


def claim_id(record: Record) -> UUID:
    """Return the id under which the inbox claims a message that carries no readable one.

    It depends on the place in the log alone, so a second delivery finds the first one's claim,
    and it ages like a UUIDv7, so it is forgotten with the others.
    """
    place = f"{record.topic}/{record.partition}/{record.offset}".encode()
    low = int.from_bytes(sha256(place).digest()[:7])
    return UUID(int=id_floor(record.time).int | low)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant names its offset")
    return moment
