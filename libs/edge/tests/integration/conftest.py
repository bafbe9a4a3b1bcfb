"""The real servers, and the example service on a database of its own."""

import asyncio
import base64
import json
import os
from datetime import timedelta

import pytest
import pytest_asyncio
from joserfc.jwk import ECKey
from running import CALLER, EXAMPLE, Example

from lianfang_common.clock import SystemClock
from lianfang_common.testing.servers import MakeDatabase, Servers, make_topics
from lianfang_edge.migrate import upgrade
from lianfang_edge.tokens import ISSUER, TokenSigner


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def example(
    servers: Servers, make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Example:
    """The example service, migrated, with keys and a token, and nothing running."""
    database = await make_database("example")
    await asyncio.to_thread(upgrade, EXAMPLE / "migrations", database.owner_url)
    await make_topics(servers, {"example.kettle": 1, "example.example.kettle.dlq": 1})
    directory = tmp_path_factory.mktemp("example")
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    (directory / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
    (directory / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    for name in ("digest", "cursor"):
        (directory / f"{name}.key").write_text(base64.b64encode(os.urandom(32)).decode())
    signer = TokenSigner(directory / "signing.jwk", ISSUER, SystemClock())
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "EXAMPLE_POSTGRES__APP_URL": database.app_url,
        "EXAMPLE_POSTGRES__SYSTEM_URL": database.system_url,
        "EXAMPLE_POSTGRES__OWNER_URL": database.owner_url,
        "EXAMPLE_KAFKA__BOOTSTRAP": servers.broker.bootstrap,
        "EXAMPLE_KAFKA__USERNAME": servers.broker.username,
        "EXAMPLE_KAFKA__PASSWORD": servers.broker.password,
        "EXAMPLE_VALKEY_URL": servers.valkey_url,
        "EXAMPLE_SECRETS_DIR": str(directory),
        "EXAMPLE_JWKS_FILE": str(directory / "jwks.json"),
        "EXAMPLE_TRACE_FILE": str(directory / "traces.jsonl"),
    }
    token = signer.sign(CALLER, "example", timedelta(minutes=30))
    return Example(database, directory, environment, token)
