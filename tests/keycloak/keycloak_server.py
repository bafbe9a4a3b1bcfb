"""A Keycloak that has imported our realm and runs for one test session; its data end with it."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import aiohttp
from gateway_rig import free_port

from lianfang_local.jars import KEYCLOAK
from lianfang_local.kafka import find_java
from lianfang_local.profiles import ROOT

REALM_FILE = ROOT / "deploy/keycloak/lianfang-realm.json"
REALM = "lianfang"
_ADMINISTRATOR = "admin"
_STARTS_WITHIN_SECONDS = 400.0  # 30 s on an idle machine, since the first start builds


def unpacked(cache: Path) -> Path:
    """Return the folder of the released Keycloak, fetched and unpacked at the first call."""
    archive = next(KEYCLOAK.fetch(cache).glob("*.tar.gz"))
    folder = archive.parent / "unpacked"
    if not folder.is_dir():
        part = archive.parent / "unpacked.part"
        shutil.rmtree(part, ignore_errors=True)
        with tarfile.open(archive) as packed:
            packed.extractall(part, filter="data")
        part.rename(folder)
    return next(folder.iterdir())


class KeycloakServer:
    """One server.

    Args:
        home: folder of its release.
        logs: folder for what it says.
        variables: what the realm file leaves open.
    """

    def __init__(self, home: Path, logs: Path, variables: Mapping[str, str]) -> None:
        self._home, self._log = home, logs / "keycloak.log"
        self._variables = variables
        self._password = secrets.token_urlsafe(24)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._arguments = [
            *("start-dev", "--import-realm", "--db=dev-mem"),
            *("--http-host=127.0.0.1", f"--http-port={port}"),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._http: aiohttp.ClientSession

    @property
    def issuer(self) -> str:
        """Address of our realm, as tokens name it."""
        return f"{self.url}/realms/{REALM}"

    async def __aenter__(self) -> Self:
        """Start it, and wait until it has imported the realm."""
        self._process = self._begin()
        self._http = aiohttp.ClientSession()
        try:
            await self._imported()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def _imported(self) -> None:
        assert self._process is not None
        until = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not await self._describes_itself():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, f"the realm is not there: {self._log.read_text()}"
            await asyncio.sleep(0.2)

    def _begin(self) -> subprocess.Popen[bytes]:
        imports = self._home / "data/import"
        imports.mkdir(parents=True, exist_ok=True)
        shutil.copy(REALM_FILE, imports)
        with self._log.open("w") as output:
            return subprocess.Popen(
                [str(self._home / "bin/kc.sh"), *self._arguments],
                env={
                    "PATH": f"{Path(find_java()).parent}{os.pathsep}{os.environ['PATH']}",
                    "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
                    "KC_BOOTSTRAP_ADMIN_USERNAME": _ADMINISTRATOR,
                    "KC_BOOTSTRAP_ADMIN_PASSWORD": self._password,
                    **self._variables,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def __aexit__(self, *_error: object) -> None:
        """End it with all its processes."""
        await self._http.close()
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.to_thread(self._process.wait, 30)

    async def _describes_itself(self) -> bool:
        try:
            address = f"{self.issuer}/.well-known/openid-configuration"
            async with self._http.get(address) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def add_user(self, name: str, password: str, realm: str = REALM) -> None:
        """Let somebody log in at a realm."""
        credentials = [{"type": "password", "value": password, "temporary": False}]
        await self._administer(
            f"/{realm}/users", {"username": name, "enabled": True, "credentials": credentials}
        )

    async def add_realm(self, definition: Mapping[str, Any]) -> None:
        """Make another realm."""
        await self._administer("", definition)

    async def add_client(self, definition: Mapping[str, Any]) -> None:
        """Make another client of our realm."""
        await self._administer(f"/{REALM}/clients", definition)

    async def _administer(self, path: str, body: Mapping[str, Any]) -> None:
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": _ADMINISTRATOR,
            "password": self._password,
        }
        address = f"{self.url}/realms/master/protocol/openid-connect/token"
        async with self._http.post(address, data=form) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with self._http.post(
            f"{self.url}/admin/realms{path}", json=body, headers=headers
        ) as made:
            assert made.status == 201, (path, await made.text())
