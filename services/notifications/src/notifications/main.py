"""Wiring of notifications and its entry point."""

import sys
from functools import partial
from pathlib import Path

from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher, load_keys
from lianfang_edge.runtime import run_cli
from lianfang_edge.service import Service
from lianfang_watch.watching import run_watcher
from notifications.api.app import build_api
from notifications.cli import COMMANDS
from notifications.handlers import SUBSCRIPTIONS
from notifications.invariants import INVARIANTS
from notifications.measure import MEASURE, measure
from notifications.metrics import observe_raised
from notifications.published import TOPICS
from notifications.settings import Settings
from notifications.storage.knowledge import KnowledgeCache
from notifications.storage.seals import Seals
from notifications.storage.tables import metadata
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.timers import RESTRICTED, TIMERS

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def build(settings: Settings) -> Service[NotificationsUnit]:
    """Put the service together; nothing runs yet."""
    cipher = FieldCipher(load_keys(settings.secrets_dir, "fields"))
    seals = Seals(load_keys(settings.secrets_dir, "manifest"))
    cache = KnowledgeCache()

    def open_unit(unit: Unit) -> NotificationsUnit:
        uow = NotificationsUnit(
            unit,
            cache,
            cipher,
            seals,
            acknowledge_scale=settings.acknowledge_scale,
            digest_at=settings.digest_at,
        )
        unit.on_commit.append(lambda: observe_raised(uow.notices.raised, unit.now))
        return uow

    return Service(
        name="notifications",
        settings=settings,
        metadata=metadata,
        migrations=MIGRATIONS,
        open_unit=open_unit,
        build_api=build_api,
        topics=TOPICS,
        subscriptions=SUBSCRIPTIONS,
        timers=TIMERS,
        restricted_timers=RESTRICTED,
        extra_roles={MEASURE: measure, "watcher": partial(run_watcher, rules=INVARIANTS)},
        commands=COMMANDS,
    )


def cli() -> None:
    """Run the command line: serve, migrate, dlq, define-rules, verify-manifest."""
    run_cli(lambda: build(Settings()), sys.argv[1:])
