"""Every service says how it is and what it did, to machines, without telling of anybody."""

import re

import aiohttp
import pytest
from evidence import SERVICES
from journeys import register_tenancy, the_notice, until
from network import ROOT
from prometheus_client.parser import text_string_to_metric_families
from register import let_time_pass, list_somebody, move, the_case

from lianfang_local.grafana import queries

pytestmark = pytest.mark.system

RESTRICTED = ("supervision", "residence-change", "residence_change", "case-", "glass")
UNCOUNTED = {("topic", "notifications.notice"), ("kind", "acknowledge"), ("kind", "settle")}
"""Restricted notices are among them."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PLACE = re.compile(r"(?<!\d)990101\d{3,9}(?!\d)")
_NAME = re.compile(r"\b(?:common|population|rentals|incidents|notifications|gateway)_[a-z_]+")


async def page(network, service, path):
    """Return status and text of one of a service's own pages."""
    async with aiohttp.ClientSession() as http, http.get(network.url(service) + path) as answer:
        return answer.status, await answer.text()


async def samples(network, service):
    """Return the samples of a service's metrics, parsed."""
    status, text = await page(network, service, "/metrics")
    assert status == 200
    return [each for family in text_string_to_metric_families(text) for each in family.samples]


async def value(network, service, name, **labels):
    """Return one sample's value, 0 where there is none yet."""
    found = await samples(network, service)
    return sum(s.value for s in found if s.name == name and labels.items() <= s.labels.items())


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_lives_and_is_ready_in_all_its_parts(network, service):
    assert await page(network, service, "/health/live") == (200, '{"status":"ok"}')

    async def ready():
        status, text = await page(network, service, "/health/ready")
        return text if status == 200 else ""

    text = await until(f"{service} ready", ready)
    for part in ("database", "web", "relay", "consumer main"):
        assert f'"{part}":"ok"' in text


async def review_is_missed(users, network, listed):
    """Let a deadline of the register fire, and its notice arrive."""
    await network.query(
        "population",
        "update supervision_entries set review_due_on = current_date - 2 where entry_id = $1",
        listed.entry_id,
    )
    await let_time_pass(network, "population", "supervision-review", listed.entry_id)
    await the_notice(await users("beihe-head1"), listed.entry_id)


@pytest.mark.parametrize("service", SERVICES)
async def test_metrics_name_no_id_no_place_and_nothing_restricted(users, network, service):
    listed = await list_somebody(users, network, "beihe-officer1")
    await move(users, network, listed, "nanpu-officer1")
    await the_case(await users("beihe-officer1"), listed)
    await review_is_missed(users, network, listed)
    for sample in await samples(network, service):
        told = " ".join((sample.name, *sample.labels.values()))
        assert not any(word in told for word in RESTRICTED), sample
        assert UNCOUNTED.isdisjoint(sample.labels.items()), sample
        assert not _ID.search(told) and not _PLACE.search(told), sample


async def test_every_metric_that_an_alert_or_a_dashboard_asks_for_is_exposed(network):
    rules = (ROOT / "deploy/prometheus/rules.yaml").read_text()
    expressions = [line for line in rules.splitlines() if "expr:" in line]
    expressions += [query.expression for _, query in queries()]
    asked = {name for expression in expressions for name in _NAME.findall(expression)}
    declared = set()
    for service in SERVICES:
        _, text = await page(network, service, "/metrics")
        declared |= {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert asked
    assert not {re.sub("_bucket$", "", name) for name in asked} - declared


async def test_a_tenancy_is_counted_where_it_passes(users, network):
    async def passed():
        return [
            await value(network, "rentals", "common_outbox_published_total"),
            await value(network, "population", "common_events_handled_total"),
            await value(network, "notifications", "common_events_handled_total"),
        ]

    before = await passed()
    await register_tenancy(
        await users("beihe-officer1"), network.premises_in(network.grids_of("huaiyin-committee"))[0]
    )

    async def risen():
        return all(now > then for now, then in zip(await passed(), before, strict=True))

    await until("higher counts", risen)
