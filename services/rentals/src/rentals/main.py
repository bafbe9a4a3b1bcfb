"""Wiring of rentals: which parts run with which settings, and its own commands."""

import sys
from functools import cache
from pathlib import Path

from fastapi import FastAPI

from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import load_keys
from lianfang_edge.runtime import run_cli
from lianfang_edge.service import Runtime, Service
from lianfang_edge.tokens import SealedClaims
from lianfang_operations.api import operations_routes
from lianfang_watch.watching import run_watcher
from rentals.api.app import build_app
from rentals.cli import (
    load_premises_file,
    republish_landlord_accounts,
    republish_premises,
)
from rentals.handlers import SUBSCRIPTIONS
from rentals.published import TOPICS
from rentals.settings import Settings
from rentals.storage.tables import metadata
from rentals.storage.unit_of_work import RentalsUnit

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def build(settings: Settings) -> Service[RentalsUnit]:
    """Return the service as it runs with these settings; no file is read before it is needed."""

    @cache
    def seal() -> SealedClaims:
        ring = load_keys(settings.secrets_dir, "receipt-rentals")
        return SealedClaims(ring.key, ring.current, ring.keys)

    def open_unit(unit: Unit) -> RentalsUnit:
        return RentalsUnit(unit, seal())

    def build_api(runtime: Runtime[RentalsUnit]) -> FastAPI:
        app = build_app(runtime.verifier, runtime.executor, runtime.cursors)
        app.include_router(operations_routes(runtime))
        return app

    return Service(
        name="rentals",
        settings=settings,
        metadata=metadata,
        migrations=MIGRATIONS,
        open_unit=open_unit,
        build_api=build_api,
        topics=TOPICS,
        subscriptions=SUBSCRIPTIONS,
        extra_roles={"watcher": run_watcher},
        commands={"load-premises": load_premises_file},
        republish={"premises": republish_premises, "landlord": republish_landlord_accounts},
    )


def cli() -> None:
    """Run the command line of rentals."""
    run_cli(lambda: build(Settings()), sys.argv[1:])
