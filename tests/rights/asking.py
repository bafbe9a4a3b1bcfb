"""Demo users as the gateway would state them to the services of the running network."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from deployed import Deployed
from inprocess import principal_of
from oracle import User

from lianfang_common.clock import SystemClock
from lianfang_edge.tokens import ISSUER, TokenSigner

TOKEN = timedelta(minutes=5)


class Asking:
    """Demo users at the services' own doors.

    Args:
        deployed: the network with its secrets.
        http: sends requests; None where only users and tokens are wanted.
    """

    def __init__(self, deployed: Deployed, http: aiohttp.ClientSession | None = None) -> None:
        self.network, self._http = deployed.network, http
        key = deployed.secrets / "gateway/signing.jwk"
        self.signer = TokenSigner(key, ISSUER, SystemClock())
        grids = {o["office_id"]: frozenset(o["grids"]) for o in self.network.district["offices"]}
        self.users = [
            User(
                login,
                UUID(account["account_id"]),
                account["role"],
                UUID(account["office_id"]) if account["office_id"] else None,
                grids.get(account["office_id"], frozenset()),
            )
            for login, account in self.network.accounts.items()
        ]

    async def get(
        self, user: User, service: str, path: str, signer: TokenSigner | None = None
    ) -> tuple[int, Any]:
        """Return status and body of a GET."""
        headers = self._stated(user, service, signer or self.signer)
        async with self._http.get(self._url(service, path), headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def post(self, user: User, service: str, path: str, body: Any) -> tuple[int, Any]:
        """Return status and body of a POST."""
        headers = self._stated(user, service, self.signer) | {"Idempotency-Key": str(uuid4())}
        url = self._url(service, path)
        async with self._http.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def listed(self, user: User, service: str, path: str, key: str) -> set[str] | None:
        """Return the ids of all pages of a list, None where the role is refused."""
        shown: set[str] = set()
        cursor = ""
        while True:
            status, body = await self.get(user, service, f"{path}?limit=200{cursor}")
            if status == 403:
                return None
            assert status == 200, (user.name, path, status)
            shown |= {item[key] for item in body["items"]}
            if body["next"] is None:
                return shown
            cursor = f"&cursor={body['next']}"

    def user(self, login: str) -> User:
        """Return one of the demo users."""
        return next(user for user in self.users if user.name == login)

    def _url(self, service: str, path: str) -> str:
        return f"{self.network.url(service)}/api/v1/{service}{path}"

    def _stated(self, user: User, service: str, signer: TokenSigner) -> dict[str, str]:
        return {"Authorization": f"Bearer {signer.sign(principal_of(user), service, TOKEN)}"}
