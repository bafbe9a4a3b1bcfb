"""Wiring of the gateway and its entry point."""

import sys
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from gateway.api.app import build_app
from gateway.bus import Bus
from gateway.cli import define_accounts
from gateway.handlers import SUBSCRIPTIONS
from gateway.invariants import INVARIANTS
from gateway.news import News
from gateway.published import TOPICS
from gateway.settings import Settings
from gateway.storage.tables import metadata
from gateway.storage.unit_of_work import GatewayUnit
from gateway.timers import timers_of
from lianfang_common.unit import Unit
from lianfang_edge.runtime import run_cli
from lianfang_edge.service import Runtime, Service
from lianfang_watch.watching import run_watcher

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def build(settings: Settings) -> Service[GatewayUnit]:
    """Return the service as it runs with these settings."""
    valkey = settings.valkey_url
    news = News(Bus(None if valkey is None else valkey.get_secret_value()))

    def open_unit(unit: Unit) -> GatewayUnit:
        return GatewayUnit(unit, news.of_lines, news.of_rights)

    def build_api(runtime: Runtime[GatewayUnit]) -> FastAPI:
        return build_app(runtime, settings, news)

    async def accounts(runtime: Runtime[GatewayUnit], arguments: list[str]) -> None:
        await define_accounts(runtime, settings, news, arguments)

    return Service(
        name="gateway",
        settings=settings,
        metadata=metadata,
        migrations=MIGRATIONS,
        open_unit=open_unit,
        build_api=build_api,
        topics=TOPICS,
        subscriptions=SUBSCRIPTIONS,
        timers=timers_of(settings),
        extra_roles={"watcher": partial(run_watcher, rules=INVARIANTS)},
        commands={"define-accounts": accounts},
    )


def cli() -> None:
    """Run the command line: serve, migrate, dlq, define-accounts."""
    run_cli(lambda: build(Settings()), sys.argv[1:])
