"""Calls the application in this process, without a socket, as one caller or another."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI

from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal


class KnownCallers:
    """In the place of the token verifier: a token is the account of a caller that we let in."""

    def __init__(self) -> None:
        self._callers: dict[str, Principal] = {}

    def let_in(self, caller: Principal) -> str:
        self._callers[str(caller.account)] = caller
        return str(caller.account)

    def verify(self, token: str) -> Principal:
        if token not in self._callers:
            raise Unauthenticated
        return self._callers[token]


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def etag_as_kwarg(self) -> dict[str, str]:
        """`if_match=` for a change of what was answered."""
        return {"if_match": self.headers["etag"]}

    @property
    def slug(self) -> str:
        return str(self.body["type"]).removeprefix("/problems/")


class Client:
    """One caller of the application."""

    def __init__(self, app: FastAPI, callers: KnownCallers, caller: Principal) -> None:
        self._app = app
        self._token = callers.let_in(caller)

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.call("GET", path, b"", headers)

    async def post(
        self, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> Reply:
        raw = b"" if body is None else json.dumps(body, default=_plain).encode()
        sent = {"idempotency-key": key or str(uuid4()), "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.call("POST", path, raw, sent)

    async def call(self, method: str, path: str, raw: bytes, headers: dict[str, str]) -> Reply:
        target, _, query = path.partition("?")
        sent = {"authorization": f"Bearer {self._token}", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": f"/api/v1/population{target}",
            "raw_path": f"/api/v1/population{target}".encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
            "client": ("127.0.0.1", 1),
            "server": ("population", 80),
        }
        sending = [{"type": "http.request", "body": raw, "more_body": False}]
        received: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return sending.pop() if sending else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            received.append(message)

        await self._app(scope, receive, send)
        return Reply(
            received[0]["status"],
            {k.decode(): v.decode() for k, v in received[0]["headers"]},
            b"".join(each.get("body", b"") for each in received[1:]),
        )


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat()  # type: ignore[attr-defined, no-any-return]
