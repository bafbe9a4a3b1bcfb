"""The container setup is well-formed, holds no password, and shows each container its own part."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lianfang_local.brokerfiles import cluster_id
from lianfang_local.containers import write_server_files, write_service_file
from lianfang_local.jars import KEYCLOAK
from lianfang_local.members import CONTAINER_CONSOLE, CONTAINER_PORT, Members
from lianfang_local.processes import Processes
from lianfang_local.profiles import ROOT, SERVICES, Profile
from lianfang_local.servers import addresses

_FILE = ROOT / "docker-compose.yml"
_SERVERS = ("postgres", "valkey", "kafka")
_OBSERVERS = ("prometheus", "alertmanager", "grafana")
_PROVISIONED = "/etc/grafana/provisioning"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The containers by name."""
    return dict(yaml.safe_load(_FILE.read_text())["services"])


def test_the_file_follows_the_compose_specification():
    tool = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", _FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_container_is_shut_in_and_takes_no_more_memory_than_it_is_given(
    services: dict[str, Any],
):
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert bool(service.get("cap_add")) == (name == "postgres"), name


def test_no_password_stands_in_the_file(services: dict[str, Any]):
    for name, service in services.items():
        for key, value in service.get("environment", {}).items():
            assert key.endswith("_FILE") or "password" not in key.lower(), (name, key)
            assert not re.search(r"//[^/@]*:[^/@]*@", str(value)), (name, key)


def test_every_container_sees_its_own_secrets_only(services: dict[str, Any]):
    for name in (*SERVICES, *_SERVERS, "grafana", "keycloak"):
        mounts = [m for m in services[name]["volumes"] if isinstance(m, dict)]
        (mount,) = [m for m in mounts if m["source"] == "state"]
        assert mount["volume"]["subpath"].rpartition("/")[2] == name
        assert mount["read_only"]


def test_images_are_those_that_the_wheels_stand_for(services: dict[str, Any]):
    assert services["postgres"]["image"] == "postgres:17"
    assert services["valkey"]["image"] == "valkey/valkey:9"
    assert services["kafka"]["image"] == "apache/kafka:4.3.1"


def test_services_start_after_the_setup_and_only_the_gateway_is_open(services: dict[str, Any]):
    for name in SERVICES:
        condition = services[name]["depends_on"]["setup"]["condition"]
        assert condition == "service_completed_successfully"
        assert bool(services[name].get("ports")) == (name == "gateway")
    assert all(port.startswith("127.0.0.1:") for port in services["gateway"]["ports"])


def test_who_observes_is_shut_in_and_open_on_the_loopback_alone(services: dict[str, Any]):
    asked_for = {name: service.get("profiles") for name, service in services.items()}
    assert {name for name, profiles in asked_for.items() if profiles == ["metrics"]} == set(
        _OBSERVERS
    )
    for name in _OBSERVERS:
        service = services[name]
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), name
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert int(service["user"].partition(":")[0]) > 0
        assert service["healthcheck"]["test"][0] == "CMD"
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_keycloak_is_asked_for_and_shut_in_with_the_realm_that_is_tested(services: dict[str, Any]):
    service = services["keycloak"]
    assert service["profiles"] == ["keycloak"]
    version = service["image"].removeprefix("keycloak/keycloak:")
    assert f"/{version}/" in KEYCLOAK.digests.read_text()
    assert service["cap_drop"] == ["ALL"] and int(service["user"].partition(":")[0]) > 0
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    realm = "./deploy/keycloak/lianfang-realm.json"
    assert any(str(mount).startswith(f"{realm}:") for mount in service["volumes"])
    told = set(re.findall(r"\$\{(\w+)\}", (ROOT / realm).read_text()))
    set_by = {*service["environment"], *re.findall(r"(\w+)=", service["command"][0])}
    assert told == {"LIANFANG_PUBLIC_URL", "LIANFANG_OIDC_SECRET"} <= set_by


def test_only_grafana_of_those_who_observe_sees_a_secret_of_the_network(services: dict[str, Any]):
    for name in ("prometheus", "alertmanager"):
        assert all(isinstance(mount, str) for mount in services[name]["volumes"])


def test_grafana_finds_its_source_and_its_dashboards_where_they_are_mounted(
    services: dict[str, Any],
):
    assert f"./deploy/grafana:{_PROVISIONED}:ro" in services["grafana"]["volumes"]
    folder = ROOT / "deploy/grafana"
    (provider,) = yaml.safe_load((folder / "dashboards/provider.yaml").read_text())["providers"]
    assert provider["options"]["path"] == f"{_PROVISIONED}/dashboards"
    (source,) = yaml.safe_load((folder / "datasources/prometheus.yaml").read_text())["datasources"]
    host, port = source["url"].removeprefix("http://").split(":")
    assert services[host]["ports"][0].endswith(f":{port}")


def test_prometheus_finds_every_service_and_alertmanager_by_name(services: dict[str, Any]):
    read = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text())
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in read["scrape_configs"]
    }
    assert targets == {name: [f"{name}:{CONTAINER_PORT}"] for name in SERVICES}
    (told,) = read["alerting"]["alertmanagers"]
    assert told["static_configs"][0]["targets"] == ["alertmanager:9093"]
    assert services["alertmanager"]["ports"][0].endswith(":9093")


def test_alerts_are_sent_to_an_address_that_no_file_of_ours_holds(services: dict[str, Any]):
    told = yaml.safe_load(_FILE.read_text())["secrets"]["alert-webhook"]
    assert told == {"file": "${LIANFANG_ALERT_WEBHOOK_FILE:-/dev/null}"}
    assert services["alertmanager"]["secrets"] == ["alert-webhook"]
    routes = (ROOT / "deploy/prometheus/alertmanager.yaml").read_text()
    assert "url_file: /run/secrets/alert-webhook" in routes


def test_the_gateways_image_holds_the_console_where_the_gateway_looks_for_it(
    services: dict[str, Any],
):
    assert services["gateway"]["build"]["target"] == "gateway"
    steps = (ROOT / "deploy/Dockerfile").read_text().split("\nFROM ")
    (gateway,) = [step for step in steps if step.startswith("service AS gateway")]
    (console,) = [step for step in steps if " AS console" in step.partition("\n")[0]]
    assert f"COPY --from=console {CONTAINER_CONSOLE} {CONTAINER_CONSOLE}" in gateway
    assert f"npm run build -- {CONTAINER_CONSOLE}" in console
    for service in SERVICES:
        assert f"COPY services/{service}/contracts /app/services/{service}/contracts" in console


def test_the_servers_files_hold_what_their_containers_read(profile: Profile):
    write_server_files(profile)
    folder = profile.state / "servers"
    assert (folder / "postgres/password").read_text().strip()
    assert re.fullmatch(r"[0-9a-f]{48}\n", (folder / "grafana/password").read_text())
    for name in ("password", "client-secret"):
        assert re.fullmatch(r"[0-9a-f]{48}\n", (folder / "keycloak" / name).read_text())
    assert "user rentals on" in (folder / "valkey/users.acl").read_text()
    properties = (folder / "kafka/server.properties").read_text()
    assert "advertised.listeners=SASL_PLAINTEXT://kafka:9092" in properties
    assert "CONTROLLER://127.0.0.1:9093" in properties
    before = (folder / "kafka/cluster-id").read_text()
    write_server_files(profile)
    assert (folder / "kafka/cluster-id").read_text() == before


def test_a_services_file_names_others_by_name_and_its_own_secrets(profile: Profile):
    environ = {
        "LIANFANG_POSTGRES_URL": "postgresql://postgres@postgres:5432/postgres",
        "LIANFANG_VALKEY_URL": "redis://admin@valkey:6379/0",
        "LIANFANG_KAFKA_BOOTSTRAP": "kafka:9092",
    }
    found = addresses(profile, environ)
    assert re.fullmatch(
        r"postgresql://postgres:[0-9a-f]{48}@postgres:5432/postgres", found.postgres_url
    )
    members = Members(profile, Processes(profile.state), found, {})
    write_service_file(profile, members, "gateway")
    text = (profile.secrets / "gateway/service.env").read_text()
    assert "GATEWAY_UPSTREAMS__RENTALS=http://rentals:8080\n" in text
    assert "GATEWAY_SECRETS_DIR=/run/lianfang\n" in text
    assert f"GATEWAY_CONSOLE_DIR={CONTAINER_CONSOLE}\n" in text
    assert "@postgres:5432/gateway" in text
    assert "OWNER_URL" not in text


def test_a_gateway_with_another_issuer_knows_the_secret_that_keycloak_is_given(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
):
    members = Members(profile, Processes(profile.state), addresses(profile, {}), {})
    assert not [name for name in members.contained("gateway", profile.secrets) if "OIDC" in name]
    monkeypatch.setenv("LIANFANG_OIDC_ISSUER", "http://keycloak:18780/realms/lianfang")
    settings = members.contained("gateway", profile.secrets)
    assert settings["GATEWAY_OIDC__ISSUER"] == "http://keycloak:18780/realms/lianfang"
    write_server_files(profile)
    given = (profile.state / "servers/keycloak/client-secret").read_text().strip()
    assert settings["GATEWAY_OIDC__CLIENT_SECRET"] == given


def test_a_cluster_id_never_looks_like_an_option():
    assert all(re.fullmatch(r"[\w][\w-]{21}", cluster_id()) for _ in range(500))
