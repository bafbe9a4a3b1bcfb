"""Where the test network runs, and its demo users as people at the public door."""

import json
import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg

from lianfang_demo.client import Reply, Session

ROOT = Path(__file__).resolve().parents[2]
PROBLEMS: list[bytes] = []
"""What was refused in this run, as it was answered; the scan for personal data reads it."""


@dataclass(frozen=True)
class Network:
    """One profile's running network.

    Attributes:
        state: folder of the profile.
        stack: rows {name, url, pid, ready}.
        servers: addresses and administrators of the servers.
        accounts: demo accounts with their passwords, by login.
        district: the areas and offices that were defined.
    """

    state: Path
    stack: list[dict[str, Any]]
    servers: dict[str, Any]
    accounts: dict[str, dict[str, Any]]
    district: dict[str, Any]

    @classmethod
    def of_profile(cls, profile: str) -> "Network":
        """Read what the launcher wrote."""
        base = Path(os.environ.get("LIANFANG_STATE_DIR", ROOT / ".run"))
        state = base / "test" if profile == "test" else base
        accounts = json.loads((state / "secrets/accounts.json").read_text())
        return cls(
            state=state,
            stack=json.loads((state / "stack.json").read_text()),
            servers=json.loads((state / "servers.json").read_text()),
            accounts={account["login"]: account for account in accounts},
            district=json.loads((state / "demo/district.json").read_text()),
        )

    def demand_ready(self) -> "Network":
        """Return the network; one of which a part is missing fails its tests, and skips none."""
        missing = [row["name"] for row in self.stack if not row["ready"]]
        assert not missing, f"not ready: {', '.join(missing)}; run `make test-network`"
        return self

    def url(self, name: str) -> str:
        """Return a service's address."""
        return next(str(row["url"]) for row in self.stack if row["name"] == name)

    def pid(self, service: str) -> int:
        """Return the number of a service's process, as the launcher recorded it."""
        return int(json.loads((self.state / f"pids/{service}.json").read_text())["pid"])

    def contracts(self, service: str) -> Path:
        """Return the folder of a service's contracts."""
        return ROOT / "services" / service / "contracts"

    def office(self, login: str) -> str:
        """Return the id of a user's office."""
        return str(self.accounts[login]["office_id"])

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of one file of demo data (`premises`, `persons`)."""
        lines = (self.state / f"demo/{name}.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def premises_in(self, grids: list[str]) -> list[str]:
        """Return ids of the seeded premises that stand in the given grids."""
        wanted = set(grids)
        return [row["premises_id"] for row in self.rows("premises") if row["grid"] in wanted]

    def grids_of(self, login: str) -> list[str]:
        """Return the grids of a user's office."""
        office = self.office(login)
        return next(o["grids"] for o in self.district["offices"] if o["office_id"] == office)

    async def connect(self, service: str) -> asyncpg.Connection:
        """Open one service's database as the administrator; tests look, services never do this."""
        return await asyncpg.connect(
            self.servers["postgres_url"].rpartition("/")[0] + f"/{service}"
        )

    async def query(self, service: str, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Ask one service's database as the administrator."""
        connection = await self.connect(service)
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()


class Recorded(Session):
    """A user whose refusals are kept for the scan for personal data."""

    async def get(self, path: str, **query: str | int) -> Reply:
        """Read something."""
        return _kept(await super().get(path, **query))

    async def post(
        self, path: str, body: Any = None, *, key: str | None = None, if_match: str | None = None
    ) -> Reply:
        """Change something."""
        return _kept(await super().post(path, body, key=key, if_match=if_match))

    async def send(self, path: str, data: bytes | str, **headers: str) -> Reply:
        """Post bytes as they are, with headers as they are; `_` in a name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "application/json")
        async with self.http.post(self.base_url + path, data=data, headers=named) as answer:
            body: Any = await answer.read()
            if "json" in answer.headers.get("Content-Type", ""):
                body = json.loads(body)
            return _kept(Reply(answer.status, body, answer.headers))


def _kept(reply: Reply) -> Reply:
    if reply.status >= HTTPStatus.BAD_REQUEST:
        PROBLEMS.append(json.dumps(reply.body, ensure_ascii=False, default=str).encode())
    return reply


class Users:
    """Sessions of demo users, logged in when first asked for."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._sessions: dict[tuple[str, str], Recorded] = {}
        self._others: list[Recorded] = []

    async def __call__(self, login: str, language: str = "zh-CN") -> Recorded:
        """Return a user's session."""
        if (login, language) not in self._sessions:
            self._sessions[login, language] = await self._logged_in(login, language)
        return self._sessions[login, language]

    async def another(self, login: str, language: str = "zh-CN") -> Recorded:
        """Return a session of its own, for a test that ends or bends it."""
        self._others.append(await self._logged_in(login, language))
        return self._others[-1]

    async def _logged_in(self, login: str, language: str) -> Recorded:
        session = Recorded(self._network.url("gateway"), language)
        await session.login(login, self._network.accounts[login]["password"])
        return session

    async def close(self) -> None:
        """End every session."""
        for session in [*self._sessions.values(), *self._others]:
            await session.http.close()


def created(reply: Reply) -> dict[str, Any]:
    """Return the body of a 201, or fail with the problem that came instead."""
    assert reply.status == 201, (reply.status, reply.body)
    return dict(reply.body)
