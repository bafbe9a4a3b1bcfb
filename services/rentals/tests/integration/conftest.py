"""One migrated database for the module's tests; each test uses premises of its own."""

import json
import secrets

import pytest
from joserfc.jwk import ECKey
from rentals_network import a_rentals, know_places


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rentals-keys")
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "alg": "ES256", "use": "sig"})
    (folder / "signing.jwk").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return folder


@pytest.fixture(scope="module")
async def rentals(keys):
    async with a_rentals(keys) as service:
        await know_places(service)
        yield service
