"""Calls the application in this process, as one caller or another."""

import json
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI

from lianfang_common.errors import Unauthenticated
from lianfang_common.principal import Principal
from lianfang_common.testing.asgi import Answered, ask

PREFIX = "/api/v1/incidents"


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


class Client:
    """One caller of the application."""

    def __init__(self, app: FastAPI, callers: KnownCallers, caller: Principal) -> None:
        self._app = app
        self._token = callers.let_in(caller)
        self.desk = {"office_id": str(caller.office), "role": caller.role}

    async def get(self, path: str, **headers: str) -> Answered:
        return await self.call("GET", path, **headers)

    async def post(
        self, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> Answered:
        raw = None if body is None else json.dumps(body, default=_plain).encode()
        named = {"idempotency_key": key or str(uuid4()), **headers}
        return await self.call("POST", path, content=raw, **named)

    async def call(self, method: str, path: str, **parts: Any) -> Answered:
        return await ask(
            self._app, method, PREFIX + path, authorization=f"Bearer {self._token}", **parts
        )


def slug(answer: Answered) -> str:
    """Return the name of the rule that a problem states."""
    return str(answer.body["type"]).removeprefix("/problems/")


def version_of(answer: Answered) -> dict[str, str]:
    """Return `if_match=` for a change of what was answered."""
    return {"if_match": answer.headers["etag"]}


def _plain(value: object) -> str:
    return str(value) if isinstance(value, UUID) else value.isoformat()  # type: ignore[attr-defined, no-any-return]
