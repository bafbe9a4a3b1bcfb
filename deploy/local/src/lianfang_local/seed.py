"""Fills an empty network with a demo district, its people, premises and accounts, once."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lianfang_local.faults import Fault
from lianfang_local.members import Members
from lianfang_local.profiles import ROOT, Profile
from lianfang_local.progress import Progress
from lianfang_local.secretfiles import SecretFiles

Once = Callable[[str, str, Callable[[], None]], None]
DISTRICTS = ("ci", "station", "district")
"""Demo districts, the smallest first; the demo's package says how large they are."""

_DEFAULT = {"demo": "station"}
_SMALLEST = DISTRICTS[0]
_ACCOUNTS = "accounts.json"
# Each chain is one service's; chains run beside each other.
_CHAINS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "population": (("define-district", "district.json"), ("load-persons", "persons.jsonl")),
    "rentals": (("load-premises", "premises.jsonl"),),
    "gateway": (("define-accounts", _ACCOUNTS),),
}


def sow(
    profile: Profile,
    members: Members,
    once: Once,
    progress: Progress,
    district: str | None = None,
) -> None:
    """Load the demo data unless this network has them already.

    Args:
        profile: whose network.
        members: its services, of which none need run.
        once: does a step unless it was done for the same input.
        progress: hears of it.
        district: one of `DISTRICTS`; None takes `station` for the demo and `ci` for tests. A
            network that has data keeps them.
    """
    folder = profile.state / "demo"
    secrets = SecretFiles(profile.secrets)
    if not (folder / _ACCOUNTS).is_file():
        wanted = district or _DEFAULT.get(profile.name, _SMALLEST)
        with progress.step(f"demo data written: {wanted}"):
            _generate(wanted, folder)
    tell_what_is_kept(folder, district, progress)
    accounts = fill_accounts(folder / _ACCOUNTS, secrets)

    def load(service: str) -> None:
        for command, name in _CHAINS[service]:
            path = accounts if name == _ACCOUNTS else folder / name
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            once(f"{service}-{command}", digest, _loading(service, command, path))

    def _loading(service: str, command: str, path: Path) -> Callable[[], None]:
        def work() -> None:
            with progress.step(f"{service} {command}") as far:
                members.command(service, command, str(path), far=far)

        return work

    with ThreadPoolExecutor(max_workers=len(_CHAINS)) as pool:
        list(pool.map(load, _CHAINS))


def tell_what_is_kept(folder: Path, wanted: str | None, progress: Progress) -> None:
    """Say so where another district was asked for than the network has."""
    kept = district_of(folder)
    if (folder / _ACCOUNTS).is_file() and wanted not in (None, kept):
        progress.say(f"this network has the district {kept} and keeps it; make reset, then choose")


def district_of(folder: Path) -> str:
    """Return which district demo data are of; those that do not say are of the smallest."""
    file = folder / "profile.json"
    return str(json.loads(file.read_text())["profile"]) if file.is_file() else _SMALLEST


def fill_accounts(source: Path, secrets: SecretFiles) -> Path:
    """Return the accounts with their passwords, random at the first call, in a private file."""
    accounts: list[dict[str, Any]] = json.loads(source.read_text())
    for account in accounts:
        account["password"] = secrets.typed_password(f"accounts/{account['login']}")
    text = json.dumps(accounts, ensure_ascii=False, indent=1) + "\n"
    kept = secrets.folder / _ACCOUNTS
    return kept if kept.is_file() and kept.read_text() == text else secrets.write(_ACCOUNTS, text)


def demo_accounts(secrets: SecretFiles) -> list[dict[str, Any]]:
    """Return the accounts that were sown, with their passwords."""
    path = secrets.folder / _ACCOUNTS
    return list(json.loads(path.read_text())) if path.is_file() else []


def accounts_file(secrets: SecretFiles) -> Path:
    """Return where the accounts stand with their passwords."""
    return secrets.folder / _ACCOUNTS


def one_of_each_role(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first account of each role, in the order of the list."""
    first: dict[str, dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(account["role"], account)
    return list(first.values())


def _generate(district: str, folder: Path) -> None:
    """Ask the demo member for its files; they are dated, so they are written once."""
    program = str(Path(sys.executable).parent / "lianfang")
    done = subprocess.run(
        [program, "generate", "--profile", district, "--out", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()[-3:]
        raise Fault(f"the demo data could not be written:\n{lines}\n", "look at the reason above")
