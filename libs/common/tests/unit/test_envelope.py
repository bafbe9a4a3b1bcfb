"""What stands in a message's headers, and what is made of headers that are wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from facts import NOON, fact

from lianfang_common.broker import record_of
from lianfang_common.envelope import Record, claim_id, envelope_of, headers_of, key_of, type_of
from lianfang_common.errors import PoisonMessage
from lianfang_common.ids import id_floor

ACCOUNT = uuid4()
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def a_message():
    return replace(fact("kernel.thing", uuid4(), 7), account=ACCOUNT, traceparent=TRACE)


def a_record(message, **changes):
    key, headers = str(message.key).encode(), headers_of(message, "kernel")
    return replace(Record("kernel.thing", 1, 42, key, message.body, headers, NOON), **changes)


def test_the_headers_are_cloud_events_in_binary_mode():
    message = a_message()
    assert dict(headers_of(message, "kernel")) == {
        "ce_specversion": b"1.0",
        "ce_id": str(message.message_id).encode(),
        "ce_type": b"kernel.thing.counted.v1",
        "ce_source": b"/lianfang/kernel",
        "ce_time": b"2026-03-02T12:00:00+00:00",
        "ce_subject": str(message.key).encode(),
        "ce_aggregateversion": b"7",
        "ce_accountid": str(ACCOUNT).encode(),
        "traceparent": TRACE.encode(),
        "content-type": b"application/json",
    }


def test_a_message_comes_back_as_it_was_sent():
    message = a_message()
    envelope = envelope_of(a_record(message))
    assert (envelope.id, envelope.type, envelope.key) == (
        message.message_id,
        message.type,
        message.key,
    )
    assert (envelope.aggregate_version, envelope.time) == (7, NOON)
    assert (envelope.account, envelope.traceparent) == (ACCOUNT, TRACE)


def test_a_message_without_a_caller_or_a_trace_names_neither():
    names = {name for name, _ in headers_of(fact("kernel.thing", uuid4(), 1), "kernel")}
    assert not names & {"ce_accountid", "traceparent"}


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_id", b"no id"),
        ("ce_id", b"\xff\xfe"),
        ("ce_time", b"2026-03-02T12:00:00"),
        ("ce_time", b"noon"),
        ("ce_aggregateversion", b"seven"),
        ("ce_accountid", b"somebody"),
    ],
)
def test_an_unreadable_header_makes_the_message_poison(header, value):
    record = a_record(a_message())
    headers = [(name, value if name == header else kept) for name, kept in record.headers]
    with pytest.raises(PoisonMessage, match="unreadable-envelope"):
        envelope_of(replace(record, headers=headers))


@pytest.mark.parametrize("header", ["ce_id", "ce_type", "ce_time", "ce_aggregateversion"])
def test_a_missing_header_makes_the_message_poison(header):
    record = a_record(a_message())
    headers = [each for each in record.headers if each[0] != header]
    with pytest.raises(PoisonMessage):
        envelope_of(replace(record, headers=headers))


@pytest.mark.parametrize("header", ["ce_id", "ce_type", "ce_subject"])
def test_a_header_that_stands_twice_makes_the_message_poison(header):
    record = a_record(a_message())
    headers = [*record.headers, (header, dict(record.headers)[header])]
    with pytest.raises(PoisonMessage):
        envelope_of(replace(record, headers=headers))


@pytest.mark.parametrize("header", ["ce_id", "ce_time", "ce_aggregateversion"])
def test_a_header_without_a_value_makes_the_message_poison(header):
    record = a_record(a_message())
    sent = SimpleNamespace(
        **{name: getattr(record, name) for name in ("topic", "partition", "offset", "key")},
        value=record.value,
        headers=[(name, None if name == header else value) for name, value in record.headers],
        timestamp=record.time.timestamp() * 1000,
    )
    with pytest.raises(PoisonMessage):
        envelope_of(record_of(sent))


def test_a_key_that_is_no_id_is_no_key():
    message = a_message()
    assert key_of(a_record(message)) == message.key
    for key in (None, b"", b"number one", b"\xff"):
        assert key_of(a_record(message, key=key)) is None


def test_a_type_is_read_without_the_rest():
    assert type_of(a_record(a_message(), headers=[("ce_type", b"a.b.done.v1")])) == "a.b.done.v1"
    assert type_of(a_record(a_message(), headers=[])) is None
    assert type_of(a_record(a_message(), headers=[("ce_type", b"")])) is None
    twice = [("ce_type", b"a.b.done.v1"), ("ce_type", b"a.b.undone.v1")]
    assert type_of(a_record(a_message(), headers=twice)) is None


def test_a_message_without_an_id_is_claimed_by_its_place_and_ages_like_the_others():
    record = a_record(a_message())
    first = claim_id(record)
    assert first == claim_id(replace(record, value=b"other"))
    assert len({first, *(claim_id(replace(record, offset=n)) for n in range(40))}) == 41
    assert isinstance(first, UUID)
    later = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
    assert id_floor(NOON) <= first < id_floor(later)
