"""Fills a measure's own database by COPY, in the shape that the service itself would give."""

from itertools import islice
from uuid import UUID

import asyncpg

from lianfang_common.clock import SystemClock, civil_date
from lianfang_common.ids import new_id, new_random_id
from lianfang_demo.people import persons
from lianfang_demo.profiles import PROFILES
from population.domain.documents import Document
from population.domain.names import pinyin_of
from population.storage.vault import Vault

SEED = 7
PERSON = ("person_id", "name", "pinyin", "document_kind", "document_index", "document_sealed",
          "phone_sealed", "version")  # fmt: skip
RESIDENCE = ("residence_id", "person_id", "grid", "first_day", "ended", "version")
_BATCH = 20_000

Row = tuple[object, ...]


class People:
    """The city's persons one after the other, so that a database can be filled further.

    Args:
        vault: seals what a service that reads it must open.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._today = civil_date(SystemClock().now())
        self._rows = persons(PROFILES["city"], SEED, self._today)

    async def add(self, connection: asyncpg.Connection, count: int) -> list[tuple[str, str, str]]:
        """Add persons with a residence each; return name, number and grid of the last ones."""
        sample: list[tuple[str, str, str]] = []
        for start in range(0, count, _BATCH):
            people, homes = [], []
            for row in islice(self._rows, min(_BATCH, count - start)):
                person_id = new_random_id()
                people.append(self._person(person_id, row))
                day = self._today.fromisoformat(row["first_day"])
                homes.append((new_id(), person_id, row["grid"], day, False, 1))
                sample.append((row["name"], row["document_number"], row["grid"]))
            await connection.copy_records_to_table("persons", records=people, columns=PERSON)
            await connection.copy_records_to_table("residences", records=homes, columns=RESIDENCE)
            sample = sample[-_BATCH:]
        await connection.execute("vacuum analyze persons, residences")
        return sample

    def _person(self, person_id: UUID, row: dict[str, str]) -> Row:
        document = Document("resident_id", row["document_number"])
        seal = self._vault.fields.seal
        return (
            person_id,
            row["name"],
            pinyin_of(row["name"]),
            document.kind,
            self._vault.documents.of(document.lookup),
            seal(document.number, f"persons.document.{person_id}"),
            seal(row["phone"], f"persons.phone.{person_id}"),
            1,
        )


NOTICES = """
insert into notices (id, version, ce_id, rule_id, rule_version, event_type, office_id, role,
    urgency, subject_kind, subject_id, grid, flagged, title_zh, title_en, body_zh, body_en,
    occurred_at, raised_at, stale_at, state, seal, acknowledged_at)
select gen_random_uuid(), 1, gen_random_uuid(), 'incident-opened-room', 1,
    'incidents.incident.opened.v1',
    ($2::uuid[])[1 + n % cardinality($2::uuid[])], $4, 'normal', 'incident',
    gen_random_uuid(), $3, false, '接报', 'Report', repeat('通知', 30), repeat('notice ', 20),
    now(), now(), now() + interval '1 day',
    case when n / cardinality($2::uuid[]) % 10 = 0 then 'raised' else 'acknowledged' end,
    '\\x00'::bytea,
    case when n / cardinality($2::uuid[]) % 10 = 0 then null else now() end
from generate_series(1, $1::int) as n"""
"""Notices of several desks, one in ten open; $1 how many, $2 offices, $3 a grid, $4 a role."""

PREMISES = """
insert into premises (premises_id, grid, kind, rooms, label, filed_at, version)
select gen_random_uuid(), ($2::text[])[1 + n % cardinality($2::text[])], 'flat', 2,
    n || '号楼-1', now(), 1
from generate_series(1, $1::int) as n"""
"""Premises in several grids; $1 how many, $2 grids."""

TENANCIES = """
insert into tenancy (tenancy_id, premises_id, grid, first_day, last_day, tenants, registered_by,
    registered_at, version)
select gen_random_uuid(), premises_id, grid, day, day + 300, 1, 'officer', now(), 1
from premises, unnest(array[date '2024-01-01', date '2025-01-01']) as day"""
"""Two tenancies, one after the other, at each of the premises."""
