"""Population and rentals side by side in this process: identity, tenancy, residence, match."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from district import a_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import User

from lianfang_common.database import Database
from lianfang_common.ids import new_id
from lianfang_common.subscriptions import Received
from lianfang_common.testing.asgi import Answered
from lianfang_demo.people import document_number
from population.consumed import TenancyRegistered
from population.handlers import on_tenancy_registered
from population.matcher import look
from population.storage.vault import Vault

GRID_A, GRID_B = "990101001001001", "990101001002001"
NAME = "赵安彬"
REGISTERED = "rentals.tenancy.registered.v1"
TABLES = """
select relname from pg_class where relnamespace = 'public'::regnamespace
    and relkind in ('r', 'p') and not relispartition"""


@dataclass(frozen=True)
class Person:
    """Somebody with a made-up document."""

    id: UUID
    number: str = field(repr=False)


@dataclass(frozen=True)
class Shape:
    """What a service's whole database looks like without its values."""

    rows: Counter[str]
    facts: Counter[tuple[str, str, int, int]]
    timers: Counter[str]

    def since(self, before: "Shape") -> "Shape":
        """Return what was added."""
        return Shape(
            self.rows - before.rows, self.facts - before.facts, self.timers - before.timers
        )


class TwoServices:
    """The two services, an officer of A, and officer, landlord and committee of B.

    Args:
        population: the service.
        rentals: the service.
        random: decides about ids.
    """

    def __init__(self, population: InProcess, rentals: InProcess, random: Random) -> None:
        self.population, self.rentals, self.random = population, rentals, random
        self.vault = Vault(population.keys.folder)
        self.matcher = Database(population.database.urls["matcher"], pool_size=2)
        self._numbers = 0
        self.room_a, self.room_b, self.justice, self.committee_b = (
            a_uuid(random) for _ in range(4)
        )
        in_a, in_b = frozenset({GRID_A}), frozenset({GRID_B})
        self.officer_a = User("officer a", a_uuid(random), "officer", self.room_a, in_a)
        self.officer_b = User("officer b", a_uuid(random), "officer", self.room_b, in_b)
        self.landlord = User("landlord", a_uuid(random), "landlord")
        self.in_committee = User("committee", a_uuid(random), "committee", self.committee_b, in_b)

    async def close(self) -> None:
        """Close the matcher's pool; the services close themselves."""
        await self.matcher.dispose()

    async def define(self) -> None:
        """Store offices with their grids."""
        kinds = {
            self.room_a: ("room", GRID_A),
            self.room_b: ("room", GRID_B),
            self.committee_b: ("committee", GRID_B),
            self.justice: ("justice", GRID_A),
        }
        common = {"name_zh": "机构", "name_en": "Office", "valid_from": TODAY, "version": 1}
        await self.population.plant(
            "offices", [{"office_id": o, "kind": k, **common} for o, (k, _) in kinds.items()]
        )
        held = [(office, kind, grid) for office, (kind, grid) in kinds.items()]
        held.append((self.justice, "justice", GRID_B))
        await self.population.plant(
            "office_grids",
            [
                {"office_id": office, "kind": kind, "grid": grid, "valid_from": TODAY}
                for office, kind, grid in held
            ],
        )

    def stranger(self) -> Person:
        """Return somebody whom nobody knows."""
        self._numbers += 1
        born = date(1970, 1, 1) + timedelta(days=self._numbers)
        return Person(a_uuid(self.random), document_number(born, self._numbers))

    async def living_in_a(self, count: int) -> list[Person]:
        """Store persons with a residence in A."""
        persons = [self.stranger() for _ in range(count)]
        fields = self.vault.fields
        await self.population.plant(
            "persons",
            [
                {
                    "person_id": one.id,
                    "name": NAME,
                    "pinyin": "zhaoanbin",
                    "document_kind": "resident_id",
                    "document_index": self.vault.documents.of(f"resident_id:{one.number}"),
                    "document_sealed": fields.seal(one.number, f"persons.document.{one.id}"),
                    "version": 1,
                }
                for one in persons
            ],
        )
        await self.population.plant(
            "residences",
            [
                {
                    "residence_id": a_uuid(self.random),
                    "person_id": one.id,
                    "grid": GRID_A,
                    "first_day": TODAY - timedelta(days=90),
                    "ended": False,
                    "version": 1,
                }
                for one in persons
            ],
        )
        return persons

    async def list_on_register(self, one: Person) -> None:
        """Enter a person on the register, as the officer of A."""
        body = {
            "person_id": str(one.id),
            "category": "resettlement_help",
            "statute": "prison-law-37",
            "deciding_organ": "示范区司法局",
            "document_number": "示范〔2026〕1号",
            "starts_on": str(TODAY),
            "ends_on": str(TODAY + timedelta(days=300)),
            "review_due_on": str(TODAY + timedelta(days=90)),
        }
        reply = await self.population.ask(self.officer_a, "POST", "/supervision-entries", body)
        assert reply.status == 201, reply.status

    async def premises(self) -> UUID:
        """File premises in B that the landlord lets; return their id."""
        one = a_uuid(self.random)
        await self.rentals.plant(
            "premises",
            [
                {
                    "premises_id": one,
                    "grid": GRID_B,
                    "kind": "flat",
                    "rooms": 1,
                    "label": "1-1",
                    "filed_at": NOW,
                    "version": 1,
                }
            ],
        )
        await self.rentals.sql(
            "insert into grants (subject, account) values ($1, $2)", one, self.landlord.account
        )
        return one

    async def resolve(self, one: Person, premises: UUID) -> Answered:
        """Type a person's name and number, as the officer of B."""
        body = {
            "name": NAME,
            "document_kind": "resident_id",
            "document_number": one.number,
            "audience": "rentals",
            "object_id": str(premises),
        }
        return await self.population.ask(self.officer_b, "POST", "/identity-resolutions", body)

    async def register(self, receipt: str, premises: UUID) -> Answered:
        """Register a tenancy with a receipt, as the officer of B."""
        body = {
            "premises_id": str(premises),
            "tenants": [{"receipt": receipt}],
            "first_day": str(TODAY),
            "last_day": str(TODAY + timedelta(days=99)),
        }
        return await self.rentals.ask(self.officer_b, "POST", "/tenancies", body)

    async def deliver(self, tenancies: list[str]) -> None:
        """Hand the events of tenancies to population's consumer, then let the matcher look."""
        rows = await self.rentals.sql(
            "select message_id, key, body from outbox where type = $1 and key = any ($2)"
            " order by position",
            REGISTERED,
            list(map(UUID, tenancies)),
        )
        assert len(rows) == len(tenancies)
        received = [
            Received(
                event=TenancyRegistered.model_validate_json(row["body"]),
                id=new_id(),
                type=REGISTERED,
                topic="rentals.tenancy",
                key=row["key"],
                aggregate_version=1,
                time=NOW,
                account=self.officer_b.account,
                traceparent=None,
            )
            for row in rows
        ]
        async with self.population.runtime.unit() as uow:
            await on_tenancy_registered(received, uow)
        await self.look()

    async def look(self) -> None:
        """Let the matcher look once."""
        await look(self.population.runtime.units(self.matcher), 200)


async def shape_of(service: InProcess) -> Shape:
    """Count the rows of every table, the facts by topic, type, version and length, the timers."""
    tables = [row["relname"] for row in await service.sql(TABLES)]
    counts = {t: (await service.sql(f"select count(*) as n from {t}"))[0]["n"] for t in tables}
    facts = await service.sql(
        "select topic, type, aggregate_version, length(body) as long, count(*) as n from outbox"
        " group by 1, 2, 3, 4"
    )
    timers = await service.sql("select kind, count(*) as n from timer group by 1")
    return Shape(
        Counter(counts),
        Counter({tuple(row)[:4]: row["n"] for row in facts}),
        Counter({row["kind"]: row["n"] for row in timers}),
    )


def outline(answer: Answered) -> tuple[Any, ...]:
    """Return an answer without its values: status, headers, names and lengths in the body."""
    headers = {
        name: value if name in ("content-type", "content-length") else len(value)
        for name, value in answer.headers.items()
    }
    body = json.loads(answer.content)
    fields = {name: len(str(value)) for name, value in body.items()}
    return answer.status, len(answer.content), tuple(sorted(headers.items())), str(fields)
