"""Commands of notifications: define rules from files, check what was sent."""

import sys
from pathlib import Path
from uuid import UUID

from lianfang_edge.service import Runtime
from notifications.domain.rule import Rulebook
from notifications.domain.rulefile import RulesUnusable, read_rules
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.define_rules import define_rules
from notifications.use_cases.verify_manifests import verify_manifests


async def define_rules_command(runtime: Runtime[NotificationsUnit], arguments: list[str]) -> None:
    """`define-rules FILE…`: add the rule versions of TOML files, read as one."""
    if not arguments:
        raise SystemExit("usage: notifications define-rules FILE...")
    try:
        book = _book(arguments)
    except (OSError, RulesUnusable) as failure:
        raise SystemExit(f"the rules cannot be used: {failure}") from failure
    async with runtime.unit() as uow:
        added = await define_rules(book, uow)
    print(f"{added} rule versions added")


async def verify_manifest_command(
    runtime: Runtime[NotificationsUnit], arguments: list[str]
) -> None:
    """`verify-manifest [ID…]`: check stored notices; exit 1 if one was changed."""
    try:
        wanted = [UUID(argument) for argument in arguments]
    except ValueError as failure:
        raise SystemExit("usage: notifications verify-manifest [NOTICE-ID...]") from failure
    async with runtime.unit() as uow:
        verified = await verify_manifests(wanted, uow)
    print(f"{verified.checked} notices checked, {len(verified.broken)} broken")
    for notice_id in verified.broken:
        print(notice_id)
    if verified.broken:
        sys.exit(1)


def _book(names: list[str]) -> Rulebook:
    return read_rules("\n".join(Path(name).read_text("utf-8") for name in names))


COMMANDS = {
    "define-rules": define_rules_command,
    "verify-manifest": verify_manifest_command,
}
