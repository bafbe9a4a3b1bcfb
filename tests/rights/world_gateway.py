"""Feed lines of every desk, read at once, resumed, streamed and followed live."""

import asyncio
import json
from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from comparing import Comparison
from district import COUNTIES, District, a_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import Oracle, Told, User, Verdict

from gateway.storage import feed
from gateway.storage.feed import Desk, FeedItem
from lianfang_common.ids import new_id
from lianfang_common.testing.asgi import Answered, ask
from lianfang_common.testing.eventually import eventually

SERVICE = "gateway"
MORE = {
    "public_url": "http://gateway.test",
    "upstreams": dict.fromkeys(
        ("population", "rentals", "incidents", "notifications"), "http://127.0.0.1:9"
    ),
    "live": {"heartbeat_seconds": 60, "poll_seconds": 0.2},
}
MUST_LEAK = ("feed", "count", "resumed", "live")
LINES = 240
FOLLOWING = 16

_STATE = """
select coalesce((select max(number) from desk_counter
    where $1::uuid is not null and $2::text is not null), 0), (select min(number) from feed)"""
_AFTER = """
select number, kind, body::text from feed
where $1::uuid is not null and $2::text is not null and number > $3 order by number limit $4"""


def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query ask for all desks."""
    monkeypatch.setattr(feed, "_STATE", _STATE)
    monkeypatch.setattr(feed, "_AFTER", _AFTER)


class World:
    """Rows, and the oracle that knows them.

    Args:
        app: the service.
        district: places and users.
        random: decides about the rows.
    """

    def __init__(self, app: InProcess, district: District, random: Random) -> None:
        self.app, self.district, self.random = app, district, random
        self.lines: list[Told] = []
        self.cookies: dict[User, str] = {}

    @property
    def oracle(self) -> Oracle:
        """The rules over these rows."""
        return Oracle((), (), NOW, TODAY)

    async def ask(
        self, user: User, method: str, path: str, body: Any = None, **headers: str | None
    ) -> Answered:
        """Send one request with the user's session."""
        headers["Cookie"] = f"lianfang_session={self.cookies[user]}"
        return await ask(self.app.app, method, f"/api/v1/gateway{path}", body, **headers)

    async def plant(self) -> None:
        """Store places, accounts with a session each, and lines of random desks."""
        await self.app.plant(
            "area",
            [
                {"code": code, "level": "county", "name_zh": "县", "name_en": "C", "version": 1}
                for code in COUNTIES
            ],
        )
        await self.app.plant(
            "office",
            [
                {
                    "id": office.id,
                    "kind": office.kind,
                    "name_zh": "机构",
                    "name_en": "Office",
                    "grids": sorted(office.grids),
                    "version": 1,
                }
                for office in self.district.offices
            ],
        )
        await self.app.plant("account", [_account(user) for user in self.district.users])
        sessions = self.app.app.state.parts.sessions
        for user in self.district.users:
            self.cookies[user], _ = await sessions.begin(user.account, None)
        desks = sorted(_desks(self.district))
        for _ in range(LINES):
            desk = self.random.choice(desks)
            self.lines.append(Told(a_uuid(self.random), desk.office, desk.role))
        await self._tell(self.lines)

    async def _tell(self, lines: list[Told]) -> None:
        """Store lines as the consumer does, and wake the streams of their desks."""
        items = [
            FeedItem(
                Desk(line.office, line.role),
                new_id(),
                "raised",
                line.id,
                json.dumps({"notice_id": str(line.id)}),
            )
            for line in lines
        ]
        runtime = self.app.runtime
        async with runtime.unit() as uow:
            await uow.feed.append(items, runtime.clock.now())
            uow.tell_desks({item.desk for item in items})
        # The application's own hub is told by the consumer of its process, which none is here.
        self.app.app.state.parts.hub.changed({item.desk for item in items})

    async def compare(self, comparison: Comparison, reads: int) -> None:
        """Compare the feed of users at once and resumed, and the live view as it moves."""
        oracle = self.oracle
        await comparison.each(self._feed(comparison, oracle, user) for user in comparison.listing)
        await comparison.each(
            self._resumed(comparison, oracle, chance) for chance in comparison.chances(reads // 5)
        )
        await self._live(comparison, oracle)

    async def _feed(self, comparison: Comparison, oracle: Oracle, user: User) -> None:
        verdicts = {line.id: oracle.feed(user, line) for line in self.lines}
        limit, numbers, shown = comparison.random.choice((3, 50, 200)), [], []
        answer = await self.ask(user, "GET", f"/feed?limit={limit}")
        # More lines than there are would come of a feed that begins anew without an end.
        while answer.status == 200 and answer.body["items"] and len(shown) <= len(self.lines):
            numbers += [item["data"]["number"] for item in answer.body["items"]]
            shown += [item["data"]["notice_id"] for item in answer.body["items"]]
            answer = await self.ask(user, "GET", f"/feed?limit={limit}&after={answer.body['last']}")
        self._compare(comparison, "feed", user, verdicts, shown, answer.status)
        seen = sum(verdict is Verdict.SHOWN for verdict in verdicts.values())
        gapless = numbers == list(range(1, seen + 1))
        met = "hidden" if gapless else "shown"
        comparison.ledger.compare("count", user, "numbers", Verdict.HIDDEN, met)

    async def _resumed(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        """Resume after a line, with the ids of desks that are not the caller's beside the own."""
        user = chance.choice(comparison.users)
        own = [line for line in self.lines if oracle.feed(user, line) is Verdict.SHOWN]
        after = chance.randint(0, len(own))
        desks = chance.sample(sorted(_desks(self.district)), 3)
        places = {f"{desk.office}/{desk.role}": 0 for desk in desks}
        places[f"{user.office or a_uuid(chance)}/{user.role}"] = after
        mark = ",".join(f"{place}:{number}" for place, number in sorted(places.items()))
        answer = await self.ask(user, "GET", f"/feed?limit=200&after={mark}")
        later = {line.id for line in own[after:]}
        verdicts = {
            line.id: Verdict.HIDDEN if line in own and line.id not in later else verdict
            for line in self.lines
            if (verdict := oracle.feed(user, line))
        }
        items = answer.body["items"] if answer.status == 200 else []
        shown = [item["data"]["notice_id"] for item in items]
        self._compare(comparison, "resumed", user, verdicts, shown, answer.status)

    async def _live(self, comparison: Comparison, oracle: Oracle) -> None:
        """Open streams that begin with all that is kept, and tell every desk something more."""
        seated = [
            user for user in comparison.users if oracle.feed(user, _own(user)) is Verdict.SHOWN
        ]
        users = comparison.random.sample(seated, FOLLOWING)
        streams = [_Stream(self.app.app, self.cookies[user], user) for user in users]
        tasks = [asyncio.create_task(stream.run()) for stream in streams]
        try:
            await eventually(
                lambda: all(stream.ready for stream in streams), what="every stream is open"
            )
            desks = sorted(_desks(self.district))
            fresh = [Told(uuid4(), desk.office, desk.role) for desk in desks]
            self.lines += fresh
            await self._tell(fresh)
            last = {user: _own(user, uuid4()) for user in users}
            self.lines += last.values()
            await self._tell(list(last.values()))
            known = {str(line.id): line for line in self.lines}

            def leaks(stream: _Stream) -> bool:
                told = [known[line] for line in stream.shown()]
                return any(oracle.feed(stream.user, line) is not Verdict.SHOWN for line in told)

            # Once something foreign was told, numbers no longer tell what is still to come.
            await eventually(
                lambda: (
                    all(str(last[s.user].id) in s.shown() for s in streams)
                    or any(map(leaks, streams))
                ),
                what="every stream has its last line",
            )
        finally:
            for stream in streams:
                stream.left.set()
            await asyncio.gather(*tasks)
        for stream in streams:
            verdicts = {line.id: oracle.feed(stream.user, line) for line in self.lines}
            self._compare(comparison, "live", stream.user, verdicts, stream.shown(), 200)

    def _compare(
        self,
        comparison: Comparison,
        kind: str,
        user: User,
        verdicts: Mapping[UUID, Verdict],
        shown: list[str],
        status: int,
    ) -> None:
        absent = {200: "hidden", 403: "refused"}.get(status, f"status {status}")
        if len(shown) != len(set(shown)):
            comparison.ledger.compare(kind, user, "lines", Verdict.HIDDEN, "twice")
        for line, expected in verdicts.items():
            met = "shown" if str(line) in shown else absent
            comparison.ledger.compare(kind, user, line, expected, met)


class _Stream:
    """One open live view, resumed from the desk's first line."""

    def __init__(self, app: Any, cookie: str, user: User) -> None:
        self._app, self.user = app, user
        self._headers = [
            (b"cookie", f"lianfang_session={cookie}".encode()),
            (b"last-event-id", f"{user.office}/{user.role}:0".encode()),
        ]
        self._received = b""
        self.left = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether the stream has begun."""
        return b"event: ready" in self._received or b"event: reset" in self._received

    def shown(self) -> list[str]:
        """Return the ids of the notices that the stream told of."""
        lines = self._received.decode().splitlines()
        told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        return [facts["notice_id"] for facts in told if "notice_id" in facts]

    async def run(self) -> None:
        """Read until the test has seen enough."""
        begun = False

        async def receive() -> dict[str, Any]:
            nonlocal begun
            if begun:
                await self.left.wait()
                return {"type": "http.disconnect"}
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            self._received += message.get("body", b"")

        path = "/api/v1/gateway/live"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": self._headers,
            "server": ("test", 80),
            "client": ("test", 1),
            "state": {},
        }
        await self._app(scope, receive, send)


def _own(user: User, identity: UUID | None = None) -> Told:
    return Told(identity or UUID(int=0), user.office or UUID(int=0), user.role)


def _desks(district: District) -> set[Desk]:
    return {
        Desk(user.office, user.role)
        for user in district.users
        if user.office is not None and user.office in {office.id for office in district.offices}
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "id": user.account,
        "login": user.name.replace(" ", "-"),
        "name_zh": "值班员",
        "name_en": "On Duty",
        "role": user.role,
        "office": user.office,
        "active": True,
    }
