"""Nothing that the tests left behind names a person: no topic, log, metric, trace, notice, error.

Runs last, over what all other tests did. What is found is told by its place and kind alone.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from evidence import SERVICES, contract_topics
from journeys import TYPED_PHONE, a_document_number
from network import PROBLEMS, Network
from personal_data import Finding, PersonalDataScan
from topics import broker_options, read_topics, topic_names

pytestmark = pytest.mark.system


async def in_topics(scan: PersonalDataScan, network: Network, names: set[str]) -> list[Finding]:
    """Look at every record of topics: key, headers and value."""
    return [
        finding
        for message in await read_topics(network.servers, names)
        for finding in scan.look(
            f"{message.topic}/{message.partition}/{message.offset}", message.whole()
        )
    ]


def in_files(scan: PersonalDataScan, paths: list[Path]) -> list[Finding]:
    """Look at every line of files."""
    return [finding for path in paths for finding in _in_lines(scan, path)]


def _in_lines(scan: PersonalDataScan, path: Path) -> Iterator[Finding]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield from scan.look(f"{path.name}:{number}", line)


async def in_rows(
    scan: PersonalDataScan, network: Network, service: str, sql: str
) -> list[Finding]:
    """Look at every row of a query, as text."""
    rows = await network.query(service, sql)
    assert rows, sql
    return [
        finding
        for row in rows
        for finding in scan.look(
            f"{service}: {row[0]}", json.dumps([*row], default=str, ensure_ascii=False).encode()
        )
    ]


async def test_no_topic_names_anybody(scan, network):
    names = await topic_names(network.servers)
    assert set(contract_topics(network)) <= names
    assert not await in_topics(scan, network, names)


def test_no_log_names_anybody(scan, network):
    paths = sorted((network.state / "logs").glob("*.log*"))
    assert {f"{service}.log" for service in SERVICES} <= {path.name for path in paths}
    assert not in_files(scan, paths)


def test_no_trace_names_anybody(scan, network):
    paths = sorted((network.state / "traces").glob("*.jsonl"))
    assert {path.stem for path in paths} == set(SERVICES)
    assert not in_files(scan, paths)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_metric_names_anybody(scan, network, service):
    url = network.url(service) + "/metrics"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        page = await answer.read()
    assert b"common_build_info" in page
    assert not list(scan.look(f"{service}/metrics", page))


async def test_no_notice_names_anybody(scan, network):
    told = "select id, title_zh, title_en, body_zh, body_en, grid, subject_kind from notices"
    assert not await in_rows(scan, network, "notifications", told)


async def test_no_line_of_a_live_view_names_anybody(scan, network):
    assert not await in_rows(scan, network, "gateway", "select ce_id, body::text from feed")


async def test_no_kept_answer_names_anybody(scan, network):
    for service in ("population", "rentals", "incidents", "notifications"):
        kept = "select aggregate_id, route, key, facts::text from idempotency"
        assert not await in_rows(scan, network, service, kept)


async def test_no_error_of_this_run_names_anybody(scan, users):
    officer, number = await users("beihe-officer1"), a_document_number()
    wrong = {"name": number, "document_number": TYPED_PHONE}
    await officer.post("/api/v1/population/identity-resolutions", wrong)
    assert PROBLEMS
    found = [list(scan.look(f"problem {n}", body)) for n, body in enumerate(PROBLEMS)]
    assert not any(found), found


async def test_a_number_planted_in_a_topic_is_found(scan, network):
    topic = f"planted.{uuid4().hex[:12]}"
    admin = AIOKafkaAdminClient(**broker_options(network.servers))
    producer = AIOKafkaProducer(**broker_options(network.servers))
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        await producer.start()
        value = json.dumps({"note": a_document_number()}).encode()
        await producer.send_and_wait(topic, value, key=b"1")
        await producer.send_and_wait(topic, b"{}", headers=[("who", TYPED_PHONE.encode())])
        found = await in_topics(scan, network, {topic})
    finally:
        await producer.stop()
        await admin.delete_topics([topic])
        await admin.close()
    assert [(f.place, f.kind) for f in found] == [
        (f"{topic}/0/0", "document number"),
        (f"{topic}/0/1", "phone"),
    ]


def test_a_name_planted_in_a_copy_of_a_log_is_found(scan, network, tmp_path):
    person = network.rows("persons")[1_000]
    copy = tmp_path / "rentals.log"
    copy.write_bytes((network.state / "logs/rentals.log").read_bytes())
    lines = len(copy.read_bytes().splitlines())
    with copy.open("a") as log:
        log.write(json.dumps({"event": person["name"]}) + "\n")
        log.write(json.dumps({"event": person["phone"]}) + "\n")
    assert in_files(scan, [copy]) == [
        Finding(f"rentals.log:{lines + 1}", "name"),
        Finding(f"rentals.log:{lines + 2}", "phone"),
    ]
