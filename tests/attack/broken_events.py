"""Events as nobody should send them: committed examples with one to three things broken."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from contract_files import Published, published
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lianfang_common.broker import record_of
from lianfang_common.consumer import Brake, Consumer
from lianfang_common.envelope import Record, headers_of
from lianfang_common.ids import new_id
from lianfang_common.testing.memory import MemoryLog, MemorySource
from lianfang_common.unit import OutboxMessage

MOMENT = datetime(2026, 11, 22, 10, tzinfo=UTC)
EXAMPLES: dict[str, Published] = published()
STALLED_SECONDS = 120.0  # a batch that is held for ever; all of them take a few
Header = tuple[str, bytes | None]
REASON = re.compile(r"[a-z][A-Za-z-]{2,60}")
NEVER = Brake(minimum=10**9)


@dataclass(frozen=True)
class Sent:
    """One message on its way, and what was broken in it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    broken: tuple[str, ...] = ()

    def record(self, partition: int, offset: int) -> Record:
        """Return the message as the service's reader of the log gets it."""
        return record_of(
            SimpleNamespace(
                topic=self.topic,
                partition=partition,
                offset=offset,
                key=self.key,
                value=self.value,
                headers=self.headers,
                timestamp=MOMENT.timestamp() * 1000,
            )
        )

    def id(self) -> UUID:
        """Return the id of a message that is whole."""
        return UUID(next(value for name, value in self.headers if name == "ce_id").decode())

    def without(self, name: str) -> tuple[Header, ...]:
        """Return the headers but one."""
        return tuple(header for header in self.headers if header[0] != name)

    def body(self, value: Any, what: str) -> "Sent":
        """Return the message with another body."""
        raw = value if isinstance(value, bytes | None) else json.dumps(value).encode()
        return replace(self, value=raw, broken=(*self.broken, f"body: {what}"))

    def header(self, name: str, value: bytes | None, what: str) -> "Sent":
        """Return the message with another value of a header."""
        headers = (*self.without(name), (name, value))
        return replace(self, headers=headers, broken=(*self.broken, f"{name}: {what}"))


def good(kind: str, *, variant: str = "full", body: dict[str, Any] | None = None) -> Sent:
    """Return a committed example as its publisher would send it, under a key of its own."""
    service, aggregate, _ = kind.split(".", 2)
    message = OutboxMessage(
        message_id=new_id(),
        topic=f"{service}.{aggregate}",
        key=uuid4(),
        type=kind,
        aggregate_version=3,
        account=uuid4(),
        occurred_at=MOMENT,
        traceparent=f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
        body=json.dumps(body or EXAMPLES[kind].examples[variant]).encode(),
    )
    headers = tuple(headers_of(message, service))
    return Sent(message.topic, str(message.key).encode(), message.body, headers)


_WRONG: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, -(10**18), 1.5, 1e308, "", "x", "\x00", "a\x00b", "\ud800"),
    *("9" * 30, "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-23:00", "😀" * 300),
    *("x" * 60_000, str(UUID(int=0)), [], {}, [[]], {"": {"": None}}, ["\x00"] * 50),
)
_MOMENTS = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999-12:00")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BODIES: dict[str, bytes | None] = {
    "none": None,
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "invalid UTF-8": b'{"code": "\xff\xfe"}',
    "UTF-16": '{"code": "990101"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "deep lists": b"[" * 50_000,
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "not a number": b'{"version": NaN, "rooms": Infinity}',
    "a long number": b'{"version": ' + b"9" * 5_000 + b"}",
    "huge": b'{"a": "' + b"x" * 900_000 + b'"}',
    "NUL bytes": bytes(2_000),
    "half a surrogate": b'{"code": "\\ud800", "grid": "\\udfff"}',
}
_VALUES: tuple[bytes | None, ...] = (
    *(None, b"", b"\x00", b"\xff\xfe", b"x", b"x" * 20_000, b"-1", b"9" * 40, b"9" * 5_000, b"1.5"),
    *(b"1e9", "٣".encode(), b"00000000-0000-0000-0000-000000000000", b"2026-11-22T10:00:00"),
    *(b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59", b"2026-11-22"),
    *(b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00", b"ff-zz", b"rentals.tenancy.made-up.v99"),
)
_KEYS: tuple[bytes | None, ...] = (
    *(None, b"", b"\x00", b"\xff\xfe", b"x" * 10_000, b"not-an-id", str(UUID(int=0)).encode()),
    *(b"{" + str(uuid4()).encode() + b"}", str(uuid4()).upper().encode(), b"urn:uuid:" + b"1" * 32),
)


@st.composite
def broken(draw: st.DrawFn, kinds: tuple[str, ...]) -> Sent:
    """Return an example of one of the kinds with one to three things broken."""
    kind = draw(st.sampled_from(kinds))
    sent = good(kind, variant=draw(st.sampled_from(sorted(EXAMPLES[kind].examples))))
    ways = _BREAKS if draw(st.booleans()) else (_plausible,)
    for break_one in draw(st.lists(st.sampled_from(ways), min_size=1, max_size=3)):
        sent = break_one(draw, sent)
    return sent


def _a_field(draw: st.DrawFn, sent: Sent) -> Sent:
    body = _object(sent)
    name = draw(st.sampled_from(sorted(body))) if body else "made_up"
    wrong = draw(st.sampled_from(_WRONG) | st.text(max_size=30))
    return sent.body({**body, name: wrong}, f"{name} is {str(wrong)[:20]!r}")


def _plausible(draw: st.DrawFn, sent: Sent) -> Sent:
    """Give a field a value of its own kind that no publisher would: it comes past the reader."""
    body = _object(sent)
    name = draw(st.sampled_from(sorted(body))) if body else "made_up"
    value = draw(st.sampled_from(_like(body.get(name))))
    return sent.body({**body, name: value}, f"{name} is {str(value)[:20]!r}")


def _like(value: Any) -> Sequence[Any]:
    if isinstance(value, list):
        return ([], (value * 500)[:1_000], [*value, *value], [*value, "\x00"], [*value, {}])
    if isinstance(value, dict):
        return ({}, {**value, "": 1}, dict.fromkeys(value), dict.fromkeys(value, ""))
    if isinstance(value, bool | int | float):
        return (0, 1, -1, 2**31, 2**63 - 1, 2**63, -(2**63), True)
    text = str(value)
    if _ID.fullmatch(text):
        return (str(uuid4()), str(UUID(int=0)), str(UUID(int=2**128 - 1)), text.upper())
    if _DAY.match(text):
        return ("0001-01-01", "9999-12-31", f"{text[:10]}T23:59:59+14:00", *_MOMENTS)
    if text.isdigit():
        return (
            "0" * 15,
            "9" * 15,
            "990101",
            "990101001001",
            "99" * 10,
            "٣" * 15,
            "990101001 01001",
        )
    return ("", "x", "a\x00b", "x" * 60_000, "officer", "😀" * 300, "';--", "{zh}", "{0.__class__}")


def _no_field(draw: st.DrawFn, sent: Sent) -> Sent:
    body = _object(sent)
    name = draw(st.sampled_from(sorted(body))) if body else "made_up"
    return sent.body({key: value for key, value in body.items() if key != name}, f"no {name}")


def _the_body(draw: st.DrawFn, sent: Sent) -> Sent:
    what = draw(st.sampled_from(sorted(_BODIES)))
    return sent.body(_BODIES[what], what)


def _bytes(draw: st.DrawFn, sent: Sent) -> Sent:
    return sent.body(draw(st.binary(max_size=200)), "any bytes")


def _cut(draw: st.DrawFn, sent: Sent) -> Sent:
    return sent.body((sent.value or b"")[: draw(st.integers(0, 80))], "cut off")


def _a_header(draw: st.DrawFn, sent: Sent) -> Sent:
    value = draw(st.sampled_from(_VALUES) | st.binary(max_size=30))
    return sent.header(_name(draw, sent), value, repr(value)[:30])


def _no_header(draw: st.DrawFn, sent: Sent) -> Sent:
    name = _name(draw, sent)
    return replace(sent, headers=sent.without(name), broken=(*sent.broken, f"no {name}"))


def _twice(draw: st.DrawFn, sent: Sent) -> Sent:
    name, value = _name(draw, sent), draw(st.sampled_from(_VALUES))
    first = draw(st.booleans())
    more = ((name, value), *sent.headers) if first else (*sent.headers, (name, value))
    return replace(sent, headers=more, broken=(*sent.broken, f"{name} twice"))


def _key(draw: st.DrawFn, sent: Sent) -> Sent:
    key = draw(st.sampled_from(_KEYS) | st.binary(max_size=40))
    return replace(sent, key=key, broken=(*sent.broken, f"key {key!r:.30}"))


def _name(draw: st.DrawFn, sent: Sent) -> str:
    names = sorted({name for name, _ in sent.headers})
    return draw(st.sampled_from(names)) if names else "ce_id"


def _object(sent: Sent) -> dict[str, Any]:
    try:
        body = json.loads(sent.value or b"")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


_BREAKS = (
    *(_a_field, _a_field, _a_field, _no_field, _the_body, _bytes, _cut),
    *(_a_header, _a_header, _no_header, _twice, _key),
)


def many(kinds: tuple[str, ...], count: int) -> list[Sent]:
    """Return broken events, the same at every call, for tests that must wait in between."""
    found: list[Sent] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(broken(kinds))
    def collect(sent: Sent) -> None:
        found.append(sent)

    collect()
    return found


def put(log: MemoryLog, messages: list[Sent]) -> None:
    """Append messages to the first partition of their topics."""
    for sent in messages:
        batch = log.records.setdefault((sent.topic, 0), [])
        batch.append(sent.record(0, len(batch)))


async def drained(consumer: Consumer[Any], source: MemorySource) -> None:
    """Consume until nothing is left; a partition that stands still fails."""
    await source.start()
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            while await consumer.run_once():
                pass
    except TimeoutError:
        raise AssertionError(f"the partition stalled: {source.lag()}") from None
    assert not sum(source.lag().values()), source.lag()
