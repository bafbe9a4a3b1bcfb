"""A Keycloak, and a gateway that lets people log in there."""

import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "services/gateway/tests")]

from gateway_builders import an_account, settings_for, write_secrets
from gateway_rig import Gateway, free_port
from keycloak_place import ELSEWHERE, KNOWN, UNKNOWN, Place
from keycloak_server import REALM, REALM_FILE, KeycloakServer, unpacked

from gateway.main import MIGRATIONS
from gateway.settings import OidcSettings
from lianfang_common.clock import SystemClock
from lianfang_common.testing.servers import fresh_database, servers
from lianfang_edge.migrate import upgrade

__all__ = ["servers"]

CACHE = Path(os.environ.get("LIANFANG_STATE_DIR") or ROOT / ".run") / "cache"


@pytest_asyncio.fixture(scope="session")
async def place(servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """Keycloak with our realm and another one like it, and a running gateway."""
    folder = tmp_path_factory.mktemp("keycloak")
    write_secrets(folder)
    port, password = free_port(), f"{secrets.token_urlsafe(16)}-Aa1"
    variables = {
        "LIANFANG_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LIANFANG_OIDC_SECRET": secrets.token_urlsafe(24),
    }
    async with (
        KeycloakServer(unpacked(CACHE), folder, variables) as keycloak,
        fresh_database(servers, "gateway") as database,
    ):
        await _people(keycloak, variables, password)
        upgrade(MIGRATIONS, database.owner_url)
        settings = settings_for(
            folder,
            variables["LIANFANG_PUBLIC_URL"],
            postgres={"app_url": database.app_url, "system_url": database.system_url},
            valkey_url=servers.valkey_url,
            oidc=OidcSettings(
                issuer=keycloak.issuer, client_secret=variables["LIANFANG_OIDC_SECRET"]
            ),
        )
        gateway = Gateway(settings, SystemClock(), port)
        await gateway.start()
        async with gateway.runtime.unit() as unit:
            await unit.accounts.define([an_account(KNOWN, "ops", None)])
        yield Place(keycloak, settings, password)
        await gateway.stop()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The gateway's client for its issuer."""
    async with aiohttp.ClientSession() as session:
        yield session


async def _people(keycloak: KeycloakServer, variables: dict[str, str], password: str) -> None:
    text = REALM_FILE.read_text()
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value)
    await keycloak.add_realm({**json.loads(text), "realm": ELSEWHERE})
    (ours,) = json.loads(text)["clients"]
    await keycloak.add_client({**ours, "clientId": ELSEWHERE})
    for name, realm in ((KNOWN, REALM), (UNKNOWN, REALM), (KNOWN, ELSEWHERE)):
        await keycloak.add_user(name, password, realm)
