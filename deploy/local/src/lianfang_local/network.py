"""From nothing to a running network, and back: what `make up`, `down`, `reset` and `status` do."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianfang_local import postgres, seed, valkey
from lianfang_local.databases import ensure_databases, roles
from lianfang_local.faults import Fault
from lianfang_local.kafka import client_settings
from lianfang_local.keys import ensure_keys
from lianfang_local.members import Members
from lianfang_local.processes import Processes
from lianfang_local.profiles import ROOT, SERVICES, Profile
from lianfang_local.progress import Progress
from lianfang_local.rights import BrokerPlan, read_plan
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.servers import (
    SERVERS,
    Addresses,
    addresses,
    external,
    start_servers,
    stop_servers,
)
from lianfang_local.statefiles import read_json, write_private

_AT_ONCE = 3  # commands of services at the same time; more only wait for two cores
# What `reset` deletes; the environment and the downloaded jars stay.
_DATA = (
    *("postgres", "valkey", "kafka", "secrets", "logs", "pids", "traces", "stamps", "demo"),
    *("stack.json", "servers.json", "overrides.json", "postgres.path", "ports.json"),
)


@dataclass(frozen=True, slots=True)
class Network:
    """One profile's servers and services."""

    profile: Profile
    processes: Processes
    progress: Progress

    def up(
        self,
        overrides: Mapping[str, str],
        *,
        with_seed: bool = True,
        district: str | None = None,
    ) -> None:
        """Start everything that does not run and wait until all of it is ready.

        Args:
            overrides: settings of services, which stand over all others.
            with_seed: fill an empty network with a demo district.
            district: which one; see `seed.sow`.
        """
        if self._all_run() and not overrides:
            self.write_stack()
            self.progress.say("everything runs already")
            seed.tell_what_is_kept(self.profile.state / "demo", district, self.progress)
            return
        members = self.prepare(overrides, with_seed=with_seed, district=district)
        self._start(members, SERVICES)
        self.write_stack()

    def prepare(
        self,
        overrides: Mapping[str, str] | None = None,
        *,
        with_seed: bool = True,
        district: str | None = None,
    ) -> Members:
        """Start servers, fill them, and return the services, of which none is started."""
        if overrides or not (self.profile.state / "overrides.json").is_file():
            write_private(self.profile.state / "overrides.json", dict(overrides or {}))
        found = start_servers(self.profile, self.processes, self.progress)
        secrets = SecretFiles(self.profile.secrets)
        ensure_keys(secrets)
        if "valkey" in external():
            valkey.grant(found.valkey_url, secrets, SERVICES)
        with self.progress.step("databases, roles and keys"):
            ensure_databases(found.postgres_url, roles(secrets))
        members = self.members(found)
        with ThreadPoolExecutor(max_workers=1) as beside:
            broker = beside.submit(self._broker, found, secrets)
            self._migrate(members)
            broker.result()
        if with_seed:
            seed.sow(self.profile, members, self.once, self.progress, district)
        return members

    def start(self, service: str) -> None:
        """Start one service again, with the settings that `up` was given."""
        self._start(self.members(addresses(self.profile)), [service])
        self.write_stack()

    def members(self, found: Addresses) -> Members:
        """Return the services, with the settings that `up` was given."""
        overrides = read_json(self.profile.state / "overrides.json")
        return Members(self.profile, self.processes, found, overrides)

    def down(self) -> list[str]:
        """Stop services, then servers; data stay. Return the names of what ran."""
        members = self.members(addresses(self.profile))
        ended = [*members.stop_all(), *stop_servers(self.processes)]
        self.write_stack()
        return ended

    def stop_services(self) -> None:
        """Stop the services and leave the servers."""
        self.members(addresses(self.profile)).stop_all()
        self.write_stack()

    def reset(self) -> None:
        """Stop everything and delete the data, the secrets and the logs."""
        if kept := external():
            raise Fault(
                f"{', '.join(sorted(kept))} stand outside, and this does not delete data there",
                "drop the databases and topics there, and unset the settings",
            )
        self.down()
        cluster = postgres.data_folder(self.profile)
        if cluster.parent != self.profile.state:
            shutil.rmtree(cluster.parent, ignore_errors=True)
        for name in _DATA:
            path = self.profile.state / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def status(self) -> list[dict[str, Any]]:
        """Return name, address, process and readiness of every part."""
        found = addresses(self.profile)
        members = self.members(found)
        outside = external()
        rows: list[dict[str, Any]] = []
        for name in SERVERS:
            pid = self.processes.running(name)
            url = _public_url(name, found)
            rows.append(
                {"name": name, "url": url, "pid": pid, "ready": bool(pid or name in outside)}
            )
        for name in SERVICES:
            pid = self.processes.running(name)
            ready = pid is not None and members.ready(name)
            rows.append({"name": name, "url": members.url(name), "pid": pid, "ready": ready})
        return rows

    def write_stack(self) -> None:
        """Write what runs into `stack.json`."""
        path = self.profile.state / "stack.json"
        path.write_text(json.dumps(self.status(), indent=2) + "\n")

    def _all_run(self) -> bool:
        return all(row["ready"] for row in self.status())

    def _start(self, members: Members, services: Iterable[str]) -> None:
        missing = [name for name in services if self.processes.running(name) is None]
        for name in missing:
            members.start(name)
        for name in services:
            if name in missing:
                with self.progress.step(f"{name} ready"):
                    members.wait(name)
            else:
                members.wait(name)
        if running := [name for name in services if name not in missing]:
            self.progress.say(f"already there: {', '.join(running)}")

    def _migrate(self, members: Members) -> None:
        def migrate(service: str) -> None:
            def work() -> None:
                with self.progress.step(f"{service} migrated"):
                    members.command(service, "migrate")

            self.once(
                f"migrate-{service}", _digest_of(ROOT / "services" / service / "migrations"), work
            )

        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            list(pool.map(migrate, SERVICES))

    def _broker(self, found: Addresses, secrets: SecretFiles) -> None:
        plan = read_plan()
        passwords = {user: secrets.password(f"{user}/kafka") for user in plan.users}
        kept = json.dumps([_as_text(plan), passwords, found.kafka_bootstrap])

        def work() -> None:
            from lianfang_local.broker import Broker

            with self.progress.step(f"{len(plan.topics)} topics, users and rights on the broker"):
                settings = client_settings(
                    found.kafka_bootstrap, found.kafka_username, found.kafka_password
                )
                Broker(settings).apply(plan, passwords)

        self.once("broker", hashlib.sha256(kept.encode()).hexdigest(), work)

    def once(self, name: str, digest: str, work: Callable[[], None]) -> None:
        """Do something unless it was done in this profile for the same input."""
        stamp = self.profile.state / "stamps" / name
        if stamp.is_file() and stamp.read_text() == digest:
            return
        work()
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(digest)


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _as_text(plan: BrokerPlan) -> str:
    return repr(plan)


def _public_url(name: str, found: Addresses) -> str:
    urls = {"postgres": found.postgres_url, "valkey": found.valkey_url}
    if name == "kafka":
        return f"kafka://{found.kafka_bootstrap}"
    scheme, _, rest = urls[name].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].split('?')[0]}"
