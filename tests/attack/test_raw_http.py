"""Requests that a library would not send: refused or read in one way, and never a failure of ours.

Each attack goes to the gateway as a logged-in officer, and to a service with a good token. What
comes back is no 5xx, at most one answer where one request was meant, and the next caller is served.
"""

import pytest
from doors import CHUNKED, GET, JSON, KEY, POST, PREMISES, SECOND, Door

pytestmark = pytest.mark.system

ATTACKS: dict[str, tuple[tuple[bytes, ...], bytes, frozenset[int]]] = {
    "two different lengths": ((POST, KEY, JSON, b"Content-Length: 2", b"Content-Length: 40"),
        b"{}" + SECOND, frozenset({400})),
    "two equal lengths in a list": ((POST, KEY, JSON, b"Content-Length: 2, 2"),
        b"{}", frozenset({400})),
    "a length and chunks": ((POST, KEY, JSON, b"Content-Length: 4", CHUNKED),
        b"0\r\n\r\n" + SECOND, frozenset({400})),
    "chunks and a length": ((POST, KEY, JSON, CHUNKED, b"Content-Length: 4"),
        b"0\r\n\r\n" + SECOND, frozenset({400})),
    "chunks that are none": ((POST, KEY, JSON, b"Transfer-Encoding: xchunked"),
        b"0\r\n\r\n" + SECOND, frozenset({400})),
    "chunks, then identity": ((POST, KEY, JSON, b"Transfer-Encoding: chunked, identity"),
        b"0\r\n\r\n" + SECOND, frozenset({400})),
    "chunks named twice": ((POST, KEY, JSON, CHUNKED, CHUNKED),
        b"0\r\n\r\n" + SECOND, frozenset({400, 422})),
    "a space before the colon": ((POST, KEY, JSON, b"Transfer-Encoding : chunked"),
        b"0\r\n\r\n" + SECOND, frozenset({400})),
    "a folded header": ((POST, KEY, JSON, b"Transfer-Encoding:\r\n chunked"),
        b"0\r\n\r\n" + SECOND, frozenset({400, 422})),
    "a negative length": ((POST, KEY, JSON, b"Content-Length: -1"), b"", frozenset({400})),
    "a length beyond all numbers": ((POST, KEY, JSON, b"Content-Length: " + b"9" * 40),
        b"", frozenset({400, 413})),
    "a length with a sign": ((POST, KEY, JSON, b"Content-Length: +2"), b"{}", frozenset({400})),
    "a negative chunk": ((POST, KEY, JSON, CHUNKED), b"-1\r\n{}\r\n0\r\n\r\n", frozenset({400})),
    "a chunk without an end of line": ((POST, KEY, JSON, CHUNKED),
        b"2\n{}\n0\n\n" + SECOND, frozenset({400})),
    "a chunk with a long extension": ((POST, KEY, JSON, CHUNKED),
        b"2;" + b"x" * 20_000 + b"\r\n{}\r\n0\r\n\r\n", frozenset({400, 422})),
    "an identity in a trailer": ((POST, KEY, JSON, CHUNKED, b"Trailer: If-Match"),
        b'2\r\n{}\r\n0\r\nIf-Match: "1"\r\n\r\n', frozenset({422})),
    "a second request in a body": ((b"GET " + PREMISES + b" HTTP/1.1",
        b"Content-Length: %d" % len(SECOND)), SECOND, frozenset({200})),
    "NUL in a header": ((GET, b"Accept-Language: en\x00zh"), b"", frozenset({400})),
    "a bare CR in a header": ((GET, b"Accept-Language: en\rX-Role: bureau"), b"", frozenset({400})),
    "bytes beyond ASCII in a header": ((GET, b"Accept-Language: \xff\xfe\x80"),
        b"", frozenset({200, 400})),
    "control signs in a key": ((POST, JSON, b"Idempotency-Key: a\x01b", b"Content-Length: 2"),
        b"{}", frozenset({400, 422})),
    "signs beyond ASCII in a key": ((POST, JSON, b"Idempotency-Key: \xe4\xb8\xad",
        b"Content-Length: 2"), b"{}", frozenset({422})),
    "a line in an encoded key": ((POST, JSON, b"Idempotency-Key: a%0d%0aX-Role: bureau",
        b"Content-Length: 2"), b"{}", frozenset({422})),
    "two keys": ((POST, KEY, b"Idempotency-Key: attack-raw-2", JSON, b"Content-Length: 2"),
        b"{}", frozenset({422})),
    "a target with another host": ((b"GET http://evil.example" + PREMISES + b" HTTP/1.1",),
        b"", frozenset({200, 400, 404})),
    "a target that is a host": ((b"CONNECT evil.example:443 HTTP/1.1",),
        b"", frozenset({400, 404, 405})),
    "a target of all": ((b"OPTIONS * HTTP/1.1",), b"", frozenset({400, 404, 405})),
    "a trace": ((b"TRACE " + PREMISES + b" HTTP/1.1",), b"", frozenset({400, 405})),
    "an unknown method": ((b"BREW " + PREMISES + b" HTTP/1.1",), b"", frozenset({400, 405})),
    "a method that lies": ((GET, b"X-HTTP-Method-Override: DELETE", b"X-HTTP-Method: DELETE"),
        b"", frozenset({200})),
    "an old protocol": ((b"GET " + PREMISES,), b"", frozenset({200, 400})),
    "a protocol to come": ((b"GET " + PREMISES + b" HTTP/2.0",), b"", frozenset({200, 400})),
    "an upgrade to another protocol": ((GET, b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQ"),
        b"", frozenset({200, 400})),
    "a websocket": ((GET, b"Upgrade: websocket", b"Sec-WebSocket-Key: eA==",
        b"Sec-WebSocket-Version: 13"), b"", frozenset({200, 400})),
    "a very long target": ((b"GET " + PREMISES + b"?a=" + b"x" * 60_000 + b" HTTP/1.1",),
        b"", frozenset({200, 400, 414})),
    "a very long segment": ((b"GET " + PREMISES + b"/" + b"x" * 60_000 + b" HTTP/1.1",),
        b"", frozenset({400, 404, 414, 422})),
    "a wait for leave": ((POST, KEY, JSON, b"Expect: 100-continue", b"Content-Length: 2"),
        b"{}", frozenset({100, 422})),
    "headers that say who asks": ((GET, b"X-Role: bureau", b"X-Scope: 990101",
        b"X-Forwarded-User: bureau", b"X-Original-URL: /api/v1/gateway/me",
        b"X-Rewrite-URL: /metrics", b"X-Forwarded-Host: evil.example"), b"", frozenset({200})),
}  # fmt: skip
"""By name: the request line and headers, what follows, and how it may be answered."""


@pytest.mark.parametrize("name", ATTACKS)
async def test_it_is_read_in_one_way_and_answered_once(door: Door, name: str):
    head, body, allowed = ATTACKS[name]
    heard = await door.say(*head, body=body)
    final = [status for status in heard.statuses if status != 100]
    assert len(final) == 1, heard.raw[:2_000]
    assert set(heard.statuses) <= allowed, heard.raw[:2_000]
    assert b"evil.example" not in heard.raw
    assert (await door.say(GET)).statuses == [200]
