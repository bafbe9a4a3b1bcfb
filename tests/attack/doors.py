"""The two doors that are attacked: the gateway as a logged-in officer, a service with a token."""

import pytest
import pytest_asyncio
from asking import TOKEN, Asking
from deployed import Deployed
from inprocess import principal_of
from wire import END, Heard, Port

from lianfang_demo.client import Session

OFFICER = "beihe-officer1"
PREMISES = b"/api/v1/rentals/premises"
ME = b"/api/v1/gateway/me"
SECOND = b"GET /api/v1/gateway/me HTTP/1.1\r\nHost: inner\r\n\r\n"
GET = b"GET " + PREMISES + b" HTTP/1.1"
POST = b"POST " + PREMISES + b" HTTP/1.1"
JSON = b"Content-Type: application/json"
# Two busy cores answer 2,000 lists meanwhile; who is held up waits for a limit of 10 s and more.
SERVED_SECONDS = 5.0
KEY = b"Idempotency-Key: attack-raw"
CHUNKED = b"Transfer-Encoding: chunked"


class Door:
    """One of our ports, and the header that makes somebody of a caller there."""

    def __init__(self, port: Port, who: bytes) -> None:
        self.port, self.who = port, who

    async def say(
        self, line: bytes, *headers: bytes, body: bytes = b"", host: bool = True
    ) -> Heard:
        """Send one request as the officer, and hear until the connection is closed."""
        mine = (b"Host: lianfang",) if host else ()
        head = b"\r\n".join((line, *mine, self.who, b"Connection: close", *headers))
        return await self.port.say(head + END + body, seconds=SERVED_SECONDS)


@pytest_asyncio.fixture(scope="session")
async def cookie(deployed: Deployed) -> bytes:
    """A logged-in officer's cookie."""
    network = deployed.network
    async with Session(network.url("gateway")) as session:
        await session.login(OFFICER, network.accounts[OFFICER]["password"])
        return "; ".join(f"{each.key}={each.value}" for each in session.http.cookie_jar).encode()


@pytest_asyncio.fixture(params=["gateway", "rentals"])
async def door(request: pytest.FixtureRequest, deployed: Deployed, cookie: bytes) -> Door:
    """The public door, and one behind it."""
    port = Port(deployed.network.url(request.param))
    if request.param == "gateway":
        return Door(port, b"Cookie: " + cookie)
    asking = Asking(deployed)
    user = next(user for user in asking.users if user.name == OFFICER)
    token = asking.signer.sign(principal_of(user), "rentals", TOKEN)
    return Door(port, b"Authorization: Bearer " + token.encode())
