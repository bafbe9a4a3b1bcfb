"""The running test network with every service's own passwords, to try what each may do."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from network import ROOT, Network

SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")


@dataclass(frozen=True)
class Deployed:
    """The network and its secrets.

    Attributes:
        network: addresses, accounts and the district.
        secrets: the folder that the launcher filled.
    """

    network: Network = field(repr=False)
    secrets: Path

    @classmethod
    def of_profile(cls, profile: str) -> "Deployed":
        """Read what the launcher wrote."""
        network = Network.of_profile(profile)
        return cls(network, network.state / "secrets")

    def password(self, name: str) -> str:
        """Return a password by its path below the secrets, such as `rentals/kafka`."""
        return (self.secrets / f"{name}.password").read_text().strip()

    @property
    def bootstrap(self) -> str:
        """Address of the broker."""
        return str(self.network.servers["kafka_bootstrap"])

    def postgres_url(self, role: str, database: str) -> str:
        """Return how a database role would enter a database."""
        service, _, part = role.partition("_")
        place = self.network.servers["postgres_url"].rpartition("@")[2].partition("/")[0]
        return (
            f"postgresql://{role}:{self.password(f'{service}/postgres-{part}')}@{place}/{database}"
        )

    def admin_url(self, database: str) -> str:
        """Return how the administrator enters a database."""
        return str(self.network.servers["postgres_url"].rpartition("/")[0]) + f"/{database}"

    def postgres_roles(self) -> list[str]:
        """Return every database role that the launcher made."""
        return sorted(
            f"{path.parent.name}_{path.stem.removeprefix('postgres-')}"
            for path in self.secrets.glob("*/postgres-*.password")
        )

    def valkey_url(self, user: str, password: str) -> str:
        """Return how a user reaches Valkey."""
        place = self.network.servers["valkey_url"].rpartition("@")[2]
        return f"redis://{user}:{password}@{place}"


def contract(service: str, name: str) -> dict[str, Any]:
    """Return one generated file of a service's contracts."""
    text = (ROOT / f"services/{service}/contracts/{name}.json").read_text()
    return dict(json.loads(text))


def topics() -> dict[str, bool]:
    """Return every topic of every service, and whether it is restricted."""
    return {
        row["name"]: row["restricted"]
        for service in SERVICES
        for row in contract(service, "topics")["topics"]
    }


def rights(service: str, kind: str) -> frozenset[str]:
    """Return what a service may `write` or `read`, or its consumer `groups`."""
    return frozenset(contract(service, "rights").get(kind, []))
