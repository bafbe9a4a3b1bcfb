"""The three journeys as a load: users who go on with their work while services die under them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from commands import Client, CommandLog
from journeys import (
    TYPED_NAMES,
    TYPED_PHONE,
    a_document_number,
    an_external_id,
    file_premises,
)
from network import Network, Users
from register import CASES, ENTRIES, SEARCHES, a_ground

from lianfang_demo.zone import today

CLASSES = ("burglary", "theft", "noise", "fire_hazard", "assault", "domestic_violence", "fraud")
_PAUSE_SECONDS = 0.15  # between one user's acts; two cores carry users and services alike


@dataclass
class Place:
    """Premises of this run alone, and which officer works there."""

    officer: str
    premises: str
    days: "count[int]" = field(default_factory=lambda: count(1))

    def a_day(self) -> date:
        """Return a day on which nobody has rented yet."""
        return today() - timedelta(days=3 * next(self.days))


class Load:
    """Users at work until they are told to stop.

    Args:
        network: where.
        users: logged-in sessions.
        seed: decides what they do.
        log: keeps what they asked for.
    """

    OFFICERS = ("beihe-officer1", "beihe-officer2", "nanpu-officer1", "nanpu-officer2")

    def __init__(self, network: Network, users: Users, seed: int, log: CommandLog) -> None:
        self._network = network
        self._users = users
        self._seed = seed
        self._log = log
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.places: dict[str, Place] = {}
        self.handed_over = 0
        """Entries whose move was accepted."""

    async def begin(self) -> None:
        """File premises for this run and set everybody to work."""
        for officer in self.OFFICERS:
            grid = self._network.grids_of(officer)[0]
            premises = await file_premises(await self._users(officer), grid)
            self.places[officer] = Place(officer, premises)
        work: list[tuple[str, Callable[[Client, Random], Awaitable[None]]]] = [
            *((officer, self._tenancies) for officer in self.OFFICERS[:3]),
            ("feed110", self._feed),
            ("nanpu-officer2", self._walk_ins),
            ("beihe-officer1", self._acknowledgements),
            ("beihe-officer2", self._moves),
        ]
        for login, _ in work:
            await self._users(login)  # before anything fails: nobody asks a second time to log in
        self._tasks = [asyncio.create_task(self._go_on(*each)) for each in work]

    async def end(self) -> None:
        """Let everybody finish what is under way.

        Raises:
            AssertionError: an outcome stayed unknown.
        """
        self._stop.set()
        await asyncio.wait(self._tasks)
        await asyncio.gather(*self._tasks)

    async def _go_on(self, login: str, act: Callable[[Client, Random], Awaitable[None]]) -> None:
        client = Client(login, await self._users(login), self._log)
        random = Random(f"{self._seed} {login} {act.__name__}")
        while not self._stop.is_set():
            await act(client, random)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _PAUSE_SECONDS)

    async def _rent(self, client: Client, place: Place, number: str) -> dict[str, Any]:
        """Resolve a person and register a tenancy of one day."""
        resolved = await client.do(
            "/api/v1/population/identity-resolutions",
            {
                "name": TYPED_NAMES[0],
                "document_kind": "resident_id",
                "document_number": number,
                "phone": TYPED_PHONE,
                "audience": "rentals",
                "object_id": place.premises,
            },
        )
        assert resolved.status == 200, resolved.body
        day = place.a_day()
        reply = await client.do(
            "/api/v1/rentals/tenancies",
            {
                "premises_id": place.premises,
                "tenants": [{"receipt": resolved.body["receipt"]}],
                "first_day": str(day),
                "last_day": str(day),
            },
        )
        assert reply.status == 201, reply.body
        return {**reply.body, "day": day}

    async def _tenancies(self, client: Client, random: Random) -> None:
        tenancy = await self._rent(client, self.places[client.login], a_document_number())
        path, etag = f"/api/v1/rentals/tenancies/{tenancy['id']}", f'"{tenancy["version"]}"'
        if random.random() < 0.5:
            later = {"last_day": str(tenancy["day"] + timedelta(days=1))}
            extended = await client.do(f"{path}/extensions", later, if_match=etag)
            assert extended.status == 200, extended.body
            etag = f'"{extended.body["version"]}"'
        if random.random() < 0.5:
            ended = await client.do(
                f"{path}/endings", {"last_day": str(tenancy["day"])}, if_match=etag
            )
            assert ended.status == 200, ended.body

    async def _feed(self, client: Client, random: Random) -> None:
        """Post one 110 id several times, each under a key of its own."""
        report = {
            "source": "feed_110",
            "external_id": an_external_id(),
            "classification": random.choice(CLASSES),
            "grid": random.choice(self._network.grids_of("bureau")),
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        posts = (client.do("/api/v1/incidents/reports", report) for _ in range(3))
        replies = await asyncio.gather(*posts)
        assert all(reply.status in {200, 201} for reply in replies), replies
        assert len({reply.body["incident_id"] for reply in replies}) == 1, replies

    async def _walk_ins(self, client: Client, random: Random) -> None:
        reply = await client.do(
            "/api/v1/incidents/reports",
            {
                "source": "walk_in",
                "classification": random.choice(CLASSES),
                "grid": random.choice(self._network.grids_of(client.login)),
                "occurred_at": datetime.now(UTC).isoformat(),
            },
        )
        assert reply.status == 201, reply.body
        path = f"/api/v1/incidents/incidents/{reply.body['incident_id']}"
        if random.random() < 0.5:
            read = await client.read(path)
            # The clock may have run out in between, which is a change of the incident.
            await client.do(f"{path}/arrivals", if_match=read.etag)

    async def _acknowledgements(self, client: Client, random: Random) -> None:
        page = await client.read("/api/v1/notifications/notices", state="raised", limit=20)
        if page.body["items"]:
            notice = random.choice(page.body["items"])
            path = f"/api/v1/notifications/notices/{notice['id']}/acknowledgements"
            taken = await client.do(path, {"comment": "收到"})
            assert taken.status in {200, 201}, taken.body

    async def _moves(self, client: Client, random: Random) -> None:
        """List somebody new, let the person move to another office's section, and decide."""
        number = a_document_number()
        await self._rent(client, self.places[client.login], number)
        person = await self._soon(lambda: self._found(client, number))
        if person is None:
            return
        entry = await client.do(ENTRIES, {"person_id": person, **a_ground()})
        assert entry.status == 201, entry.body
        receiving = random.choice(("nanpu-officer1", "nanpu-officer2"))
        other = Client(receiving, await self._users(receiving), self._log)
        await self._rent(other, self.places[receiving], number)
        case = await self._soon(lambda: self._case(client, entry.body["id"]))
        if case is None:
            return
        path = f"{CASES}/{case['case_id']}"
        reviewed = await client.do(
            f"{path}/reviews", {"outcome": "confirmed"}, if_match=f'"{case["version"]}"'
        )
        assert reviewed.status == 200, reviewed.body
        if not self.handed_over or random.random() < 0.7:
            read = await other.read(path)
            accepted = await other.do(f"{path}/acceptances", if_match=read.etag)
            self.handed_over += accepted.status == 200
        elif random.random() < 0.5:
            read = await client.read(f"{ENTRIES}/{entry.body['id']}")
            await client.do(f"{ENTRIES}/{entry.body['id']}/delistings", if_match=read.etag)

    async def _found(self, client: Client, number: str) -> str | None:
        reply = await client.do(SEARCHES, {"document_number": number})
        return next((row["person_id"] for row in reply.body["items"]), None)

    async def _case(self, client: Client, entry_id: str) -> dict[str, Any] | None:
        rows = (await client.read(CASES, limit=200)).body["items"]
        return next((row for row in rows if row["entry_id"] == entry_id), None)

    async def _soon(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """Return what `look` finds, or None when the work is to stop before it finds anything."""
        while not (found := await look()) and not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _PAUSE_SECONDS)
        return found
