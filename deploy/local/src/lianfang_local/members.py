"""The five services as processes: their environment, their start, their readiness, their end."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from lianfang_local.console import built
from lianfang_local.databases import roles
from lianfang_local.faults import Fault
from lianfang_local.processes import Command, Processes, demand_port
from lianfang_local.profiles import PORT_SETTINGS, ROOT, SERVICES, Profile
from lianfang_local.progress import Far
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.servers import Addresses

CONTAINER_PORT = 8080
CONTAINER_CONSOLE = "/console"
OIDC_SECRET = "gateway/oidc"  # noqa: S105  # its name
_READY_SECONDS = 60.0
_LAST_LINES = 15
_FAR = re.compile(r"progress (\d+) (\d+)")  # as the services' loading commands say it
_PASSED_ON = ("HOME", "PATH", "SSL_CERT_FILE", "TMPDIR")


def _nowhere(done: int, total: int) -> None:
    """Nobody waits to see how far it is."""


class Members:
    """The services of one profile.

    Args:
        profile: where they run.
        processes: keeps their records.
        addresses: the servers that they use.
        overrides: settings given at `up`, which stand over all others.
    """

    def __init__(
        self,
        profile: Profile,
        processes: Processes,
        addresses: Addresses,
        overrides: Mapping[str, str],
    ) -> None:
        self._profile = profile
        self._processes = processes
        self._addresses = addresses
        self._overrides = overrides
        self._secrets = SecretFiles(profile.secrets)
        self._urls = {role.name: role.url(addresses.postgres_url) for role in roles(self._secrets)}

    def url(self, service: str) -> str:
        """Return a service's address."""
        return f"http://127.0.0.1:{self._profile.port(service)}"

    def environment(self, service: str, *, owner: bool = False) -> dict[str, str]:
        """Return the settings of one service.

        Args:
            service: whose settings.
            owner: with the right to migrate, which a serving process does not get.
        """
        prefix = f"{service.upper()}_"
        folder = self._secrets.folder / service
        settings = self._shared(service) | {
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self._profile.port(service)),
            "SECRETS_DIR": str(folder),
            "JWKS_FILE": str(folder / "jwks.json"),
            "TRACE_FILE": str(self._profile.state / "traces" / f"{service}.jsonl"),
        }
        if owner:
            settings["POSTGRES__OWNER_URL"] = self._urls[f"{service}_owner"]
        if service == "gateway":
            settings["PUBLIC_URL"] = self.url("gateway")
            settings["CONSOLE_DIR"] = str(built(self._profile.cache))
            settings |= _upstreams(self.url)
        given = {key: os.environ[key] for key in os.environ if key.startswith(prefix)}
        chosen = {key: value for key, value in self._overrides.items() if key.startswith(prefix)}
        passed = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
        own = {prefix + key: value for key, value in settings.items()}
        return {**passed, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", **own, **given, **chosen}

    def contained(self, service: str, secrets: Path) -> dict[str, str]:
        """Return the settings of a service in a container, where services have names for addresses.

        Args:
            service: whose settings.
            secrets: folder at which its keys are mounted.
        """
        prefix = f"{service.upper()}_"
        settings = self._shared(service) | {
            "HTTP_HOST": "0.0.0.0",  # noqa: S104  # the container's own network
            "HTTP_PORT": str(CONTAINER_PORT),
            "SECRETS_DIR": str(secrets),
            "JWKS_FILE": str(secrets / "jwks.json"),
        }
        if service == "gateway":
            settings["PUBLIC_URL"] = os.environ.get("LIANFANG_PUBLIC_URL") or self.url("gateway")
            settings["CONSOLE_DIR"] = CONTAINER_CONSOLE
            if issuer := os.environ.get("LIANFANG_OIDC_ISSUER"):
                settings["OIDC__ISSUER"] = issuer
                settings["OIDC__CLIENT_SECRET"] = self._secrets.password(OIDC_SECRET)
            settings |= _upstreams(lambda name: f"http://{name}:{CONTAINER_PORT}")
        return {prefix + key: value for key, value in settings.items()}

    def command(self, service: str, *arguments: str, far: Far = _nowhere) -> None:
        """Run one command of a service to its end, as the one who may migrate.

        Args:
            service: whose command.
            arguments: the command and what it works on.
            far: told how far the command says that it is.

        Raises:
            Fault: it failed; the end of what it printed is told.
        """
        words: deque[str] = deque(maxlen=_LAST_LINES)
        with subprocess.Popen(
            [_program(service), *arguments],
            env=self.environment(service, owner=True),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                if (told := _FAR.fullmatch(line.strip())) is not None:
                    far(int(told[1]), int(told[2]))
                else:
                    words.append(line.rstrip())
        if process.returncode != 0:
            lines = "\n".join(words)
            raise Fault(
                f"`{service} {' '.join(arguments)}` failed:\n{lines}\n", "look at the reason above"
            )

    def start(self, service: str) -> None:
        """Start one service that does not run; the caller waits for it."""
        (self._profile.state / "traces").mkdir(mode=0o700, exist_ok=True)
        demand_port(service, self._profile.port(service), PORT_SETTINGS[self._profile.name][0])
        self._processes.start(
            Command(
                name=service,
                arguments=[_program(service), "serve"],
                environment=self.environment(service),
                folder=ROOT,
            )
        )

    def wait(self, service: str, seconds: float = _READY_SECONDS) -> None:
        """Return when a service says that it is ready.

        Raises:
            Fault: it ended, or is not ready in time; the end of its log is told.
        """
        until = time.monotonic() + seconds
        while not self.ready(service):
            ended = self._processes.running(service) is None
            if ended or time.monotonic() > until:
                words = self._processes.last_words(service)
                what = "ended while starting" if ended else f"is not ready after {seconds:.0f} s"
                raise Fault(
                    f"{service} {what}:\n{words}\n", f"look at {self._processes.log(service)}"
                )
            time.sleep(0.05)

    def ready(self, service: str) -> bool:
        """Say whether a service answers that it is ready."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._profile.port(service), timeout=2.0
        )
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop_all(self) -> list[str]:
        """Let every service finish what it does; return the names of those that ran."""
        with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
            ended = list(pool.map(self._processes.stop, SERVICES))
        return [name for name, ran in zip(SERVICES, ended, strict=True) if ran]

    def _shared(self, service: str) -> dict[str, str]:
        """Return what is the same in a container and outside."""
        settings = {
            "POSTGRES__APP_URL": self._urls[f"{service}_app"],
            "POSTGRES__SYSTEM_URL": self._urls[f"{service}_system"],
            "KAFKA__BOOTSTRAP": self._addresses.kafka_bootstrap,
            "KAFKA__USERNAME": service,
            "KAFKA__PASSWORD": self._secrets.password(f"{service}/kafka"),
            "VALKEY_URL": self._valkey(service),
            "ENVIRONMENT": "development",
        }
        if service == "population":
            settings["MATCHER_URL"] = self._urls["population_matcher"]
        return settings

    def _valkey(self, service: str) -> str:
        parts = urlsplit(self._addresses.valkey_url)
        place = parts.netloc.rpartition("@")[2]
        password = self._secrets.password(f"{service}/valkey")
        return urlunsplit(parts._replace(netloc=f"{service}:{password}@{place}"))


def _upstreams(url: Callable[[str], str]) -> dict[str, str]:
    return {f"UPSTREAMS__{name.upper()}": url(name) for name in SERVICES if name != "gateway"}


def _program(service: str) -> str:
    return str(Path(sys.executable).parent / service)
