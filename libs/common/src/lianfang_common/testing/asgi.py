"""Requests to an application in the same process, without a socket."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True)
class Answered:
    """What the application answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """Return the JSON body."""
        return json.loads(self.content)

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields that a problem names, with their codes."""
        return {error["field"]: error["code"] for error in self.body["errors"]}


async def ask(
    app: ASGIApp,
    method: str,
    url: str,
    body: Any = None,
    *,
    content: bytes | None = None,
    chunks: int = 1,
    **headers: str | None,
) -> Answered:
    """Send one request.

    Args:
        app: the application.
        method: of HTTP.
        url: path and query.
        body: sent as JSON.
        content: sent as it is, instead of `body`.
        chunks: parts in which the content arrives; more than one come without a length.
        headers: `Idempotency_Key` stands for `Idempotency-Key`; None leaves a default out.
    """
    sent = content if content is not None else b"" if body is None else json.dumps(body).encode()
    named: dict[str, str | None] = {"content-type": "application/json" if sent else None}
    if chunks == 1:
        named["content-length"] = str(len(sent))
    named |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
    parts = urlsplit(url)
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(n.encode(), v.encode()) for n, v in named.items() if v is not None],
        "server": ("test", 80),
        "client": ("test", 1),
        "state": {},
    }
    size = -(-len(sent) // chunks) or 1
    waiting = [sent[at : at + size] for at in range(0, len(sent), size)] or [b""]
    received: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            return {"type": "http.disconnect"}
        part = waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        received.append(message)

    await app(scope, receive, send)
    start = received[0]
    return Answered(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        content=b"".join(message.get("body", b"") for message in received[1:]),
    )
