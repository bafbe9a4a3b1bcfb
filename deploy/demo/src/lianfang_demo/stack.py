"""What runs where: the launcher's stack file, and the demo data and accounts beside it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianfang_demo.profiles import PROFILES, Profile

_CHECKOUT = Path(__file__).resolve().parents[4]


class NotRunning(Exception):
    """The network is not there, or not ready; the text says what to do."""


@dataclass(frozen=True)
class Stack:
    """A running network.

    Attributes:
        gateway_url: its public door.
        accounts: demo accounts with their passwords, by login.
        folder: the profile's state, with the demo data in `demo/`.
    """

    gateway_url: str
    accounts: dict[str, dict[str, Any]]
    folder: Path

    @classmethod
    def open(cls, path: Path | None = None) -> "Stack":
        """Read a stack file; None takes the one of `make up`.

        Raises:
            NotRunning: there is none, or the gateway is not ready.
        """
        state = Path(os.environ.get("LIANFANG_STATE_DIR") or _CHECKOUT / ".run")
        file = path or state / "stack.json"
        if not file.is_file():
            raise NotRunning(f"{file} is not there: run make up")
        rows = {row["name"]: row for row in json.loads(file.read_text())}
        if not rows.get("gateway", {}).get("ready"):
            raise NotRunning("the gateway is not ready: run make up")
        accounts = json.loads((file.parent / "secrets/accounts.json").read_text())
        return cls(
            str(rows["gateway"]["url"]), {one["login"]: one for one in accounts}, file.parent
        )

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of one file of demo data: `premises` or `persons`."""
        with (self.folder / f"demo/{name}.jsonl").open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def district(self) -> dict[str, Any]:
        """Return the areas and offices of the demo data."""
        return dict(json.loads((self.folder / "demo/district.json").read_text("utf-8")))

    def profile(self) -> Profile:
        """Return the profile of the demo data; a network that does not say has `ci`."""
        file = self.folder / "demo/profile.json"
        return PROFILES[json.loads(file.read_text())["profile"] if file.is_file() else "ci"]

    def account(self, login: str) -> dict[str, Any]:
        """Return one demo account.

        Raises:
            NotRunning: there is no such login; the text lists those that there are.
        """
        if login not in self.accounts:
            raise NotRunning(f"no account {login}; there are: {', '.join(sorted(self.accounts))}")
        return self.accounts[login]
