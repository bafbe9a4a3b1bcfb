"""Fills an empty network with the demo district, its people, premises and accounts, once."""

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
_ACCOUNTS = "accounts.json"
# Each chain is one service's; chains run beside each other.
_CHAINS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "population": (("define-district", "district.json"), ("load-persons", "persons.jsonl")),
    "rentals": (("load-premises", "premises.jsonl"),),
    "gateway": (("define-accounts", _ACCOUNTS),),
}


def sow(profile: Profile, members: Members, once: Once, progress: Progress) -> None:
    """Load the demo data unless this network has them already."""
    folder = profile.state / "demo"
    secrets = SecretFiles(profile.secrets)
    if not (folder / _ACCOUNTS).is_file():
        with progress.step("demo data written"):
            _generate(folder)
    accounts = fill_accounts(folder / _ACCOUNTS, secrets)

    def load(service: str) -> None:
        for command, name in _CHAINS[service]:
            path = accounts if name == _ACCOUNTS else folder / name
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            once(f"{service}-{command}", digest, _loading(service, command, path))

    def _loading(service: str, command: str, path: Path) -> Callable[[], None]:
        def work() -> None:
            with progress.step(f"{service} {command}"):
                members.command(service, command, str(path))

        return work

    with ThreadPoolExecutor(max_workers=len(_CHAINS)) as pool:
        list(pool.map(load, _CHAINS))


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


def _generate(folder: Path) -> None:
    """Ask the demo member for its files; they are dated, so they are written once."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lianfang"), "generate", "--out", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()[-3:]
        raise Fault(f"the demo data could not be written:\n{lines}\n", "look at the reason above")
