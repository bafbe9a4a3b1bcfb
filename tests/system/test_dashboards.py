"""A real Prometheus reads the network and is asked what dashboards and alert rules ask for."""

import json
import math
import os
import socket
import subprocess
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
import yaml
from evidence import SERVICES
from journeys import register_tenancy, until

from lianfang_local.grafana import queries
from lianfang_local.promtool import CONFIGURATION, RULES, at_hand

pytestmark = pytest.mark.system

ASKED = list(queries())
FILLED = [(place, query) for place, query in ASKED if not query.rare]
"""What has to have a value on a network that serves."""
STARTS_WITHIN = 60.0  # it reads each service once a second


class Prometheus:
    """One that runs for these tests.

    Args:
        url: where it answers.
        http: carries the questions.
    """

    def __init__(self, url, http):
        self._url, self._http = url, http

    async def api(self, path, **parameters):
        """Return what it answers to one question, with the error if it refuses."""
        async with self._http.get(f"{self._url}/api/v1/{path}", params=parameters) as answer:
            return await answer.json()

    async def up(self):
        """Return which services it has read."""
        try:
            answer = await self.api("targets", state="active")
        except aiohttp.ClientError:
            return set()
        targets = answer["data"]["activeTargets"]
        return {each["labels"]["service"] for each in targets if each["health"] == "up"}

    async def values(self, expression):
        """Return the numbers that an expression has now."""
        answer = await self.api("query", query=expression)
        assert answer["status"] == "success", (expression, answer)
        return [float(each["value"][1]) for each in answer["data"]["result"]]


def _program(network):
    program = at_hand("prometheus", network.state.parent / "cache")
    if program is None:
        why = "no prometheus; `make test` as root fetches Debian's"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return program


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _configuration(network):
    """Return what is deployed, with this network's addresses and no patience."""
    deployed = yaml.safe_load(CONFIGURATION.read_text())
    del deployed["alerting"]
    deployed["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    deployed["rule_files"] = [str(CONFIGURATION.parent / each) for each in deployed["rule_files"]]
    for job in deployed["scrape_configs"]:
        for group in job["static_configs"]:
            group["targets"] = [urlsplit(network.url(job["job_name"])).netloc]
    return json.dumps(deployed)


def _started(program, folder, address):
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [
                program,
                f"--config.file={folder / 'prometheus.yaml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def prometheus(network, tmp_path_factory):
    """A Prometheus that has read all five services."""
    program, folder = _program(network), tmp_path_factory.mktemp("prometheus")
    (folder / "prometheus.yaml").write_text(_configuration(network))
    address = f"127.0.0.1:{_free_port()}"
    process = _started(program, folder, address)
    try:
        async with aiohttp.ClientSession() as http:
            running = Prometheus(f"http://{address}", http)

            async def reads_all():
                assert process.poll() is None, (folder / "log").read_text()
                return await running.up() == set(SERVICES)

            await until("all five services read by Prometheus", reads_all, STARTS_WITHIN)
            yield running
    finally:
        process.terminate()
        process.wait(60)


async def test_every_alert_rule_is_asked_without_an_error(prometheus):
    written = {
        rule["alert"]
        for group in yaml.safe_load(RULES.read_text())["groups"]
        for rule in group["rules"]
    }

    async def asked():
        groups = (await prometheus.api("rules", type="alert"))["data"]["groups"]
        rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
        return rules if all(rule["health"] != "unknown" for rule in rules.values()) else None

    rules = await until("every rule asked once", asked)
    assert set(rules) == written
    assert not {
        name: rule.get("lastError") for name, rule in rules.items() if rule["health"] != "ok"
    }


async def test_every_expression_of_a_dashboard_is_answered(prometheus):
    for _, query in ASKED:
        await prometheus.values(query.expression)


async def test_a_network_that_serves_leaves_no_panel_empty_but_the_rare(users, network, prometheus):
    officer = await users.another("beihe-officer1")
    await register_tenancy(officer, network.premises_in(network.grids_of("huaiyin-committee"))[0])
    empty = {}

    async def filled():
        # Asked again and again: how long it takes shows from the second reading on.
        assert (await officer.get("/api/v1/notifications/notices", limit=1)).status == 200
        empty.clear()
        for place, query in FILLED:
            values = await prometheus.values(query.expression)
            if not any(map(math.isfinite, values)):
                empty[place, query.legend] = values
        return not empty

    try:
        await until("a number on every panel", filled)
    except AssertionError as late:
        late.add_note(f"no number: {empty}")
        raise
