"""`lianfang-contracts write` makes the contract files, `check` says where they are wrong."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lianfang_contracts import check, files
from lianfang_contracts.declared import SERVICES, DeclarationWrong

ROOT = Path(__file__).resolve().parents[4]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="lianfang-contracts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="make the contract files from the source")
    checking = commands.add_parser("check", help="fail where files drifted or a change breaks")
    for each in (writing, checking):
        each.add_argument("services", nargs="*", metavar="service", help="all by default")
        each.add_argument(
            "--against",
            default="HEAD",
            help="revision whose readers a change must not break (default: %(default)s)",
        )
    chosen = parser.parse_args(argv)
    services = tuple(chosen.services) or SERVICES
    if unknown := set(services) - set(SERVICES):
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    try:
        made = files.make(services)
    except DeclarationWrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    complaints = _incompatible(made, chosen.against, services)
    if chosen.command == "write":
        written = _write(made, services)
        print(f"{written} of {len(made)} contract files written")
    else:
        complaints += check.drift(made, files.on_disk(ROOT, services))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    if complaints and chosen.command == "check":
        print("run `make contracts`, and give a breaking change a new version", file=sys.stderr)
    return 1 if complaints else 0


def _incompatible(made: files.Files, revision: str, services: Sequence[str]) -> list[str]:
    before = files.committed(ROOT, revision, services)
    readers = files.on_disk(ROOT) | made
    return check.incompatible(made, before, readers)


def _write(made: files.Files, services: Sequence[str]) -> int:
    found = files.on_disk(ROOT, services)
    for path in set(found) - set(made):
        (ROOT / path).unlink()
    changed = {path: text for path, text in made.items() if found.get(path) != text}
    for path, text in changed.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return len(changed)
