"""A stolen backup tells no document number, no phone and no narrative, and names where it must.

`pg_dump` is asked, not the services, and what they seal is looked at as bytes. Names and pinyin
stand plain in population alone, since it searches by them.
"""

import json

import pytest
from backups import Field, dump, fields
from evidence import SERVICES
from journeys import TYPED_NAMES, a_document_number, report
from personal_data import Finding, PersonalDataScan

pytestmark = pytest.mark.system

NAMES_STAND_IN = {("persons", "name"), ("identity_claims", "name")}
NARRATIVE = "楼道里有陌生人徘徊，备份里不得出现这句话"


def found_in(scan: PersonalDataScan, values: list[Field]) -> set[Finding]:
    """Return what stands where it must not, each place once."""
    return {
        finding
        for value in values
        for finding in scan.look(f"{value.table}.{value.column}", value.value)
        if (value.table, value.column) not in NAMES_STAND_IN or finding.kind != "name"
    }


@pytest.mark.parametrize("service", SERVICES)
def test_no_backup_names_anybody(scan, network, service):
    values = list(fields(dump(network.servers["postgres_url"], service)))
    assert {value.table for value in values} >= {"alembic_version"}
    assert not found_in(scan, values)


async def test_no_narrative_stands_in_a_backup(network, users):
    officer = await users("beihe-officer1")
    grid = network.grids_of("beihe-officer1")[0]
    reply = await report(officer, "help_request", grid=grid, narrative=NARRATIVE)
    assert reply.status == 201, reply.body
    lines = dump(network.servers["postgres_url"], "incidents")
    kept = [v for v in fields(lines) if (v.table, v.column) == ("reports", "narrative_sealed")]
    assert any(len(value.value) > len(NARRATIVE.encode()) for value in kept)
    for service in SERVICES:
        text = "\n".join(dump(network.servers["postgres_url"], service))
        for form in (NARRATIVE, json.dumps(NARRATIVE).strip('"'), NARRATIVE.encode().hex()):
            assert form not in text, service


def test_a_number_and_a_name_planted_in_a_backup_are_found(scan):
    number = a_document_number()
    lines = [
        "COPY public.tenancies (tenancy_id, note, sealed) FROM stdin;",
        f"1\t{TYPED_NAMES[0]}\t\\\\x{number.encode().hex()}",
        "2\t\\N\t\\\\x00",
        "\\.",
        "COPY public.persons (person_id, name) FROM stdin;",
        f"1\t{TYPED_NAMES[1]}",
        f"2\t{number}",
        "\\.",
    ]
    assert found_in(scan, list(fields(lines))) == {
        Finding("tenancies.note", "name"),
        Finding("tenancies.sealed", "document number"),
        Finding("persons.name", "document number"),
    }
