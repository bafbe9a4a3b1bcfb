"""Wiring of incidents: which parts run, with which settings and keys."""

import sys
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from incidents import published
from incidents.api.app import build_app
from incidents.handlers import SUBSCRIPTIONS
from incidents.invariants import INVARIANTS
from incidents.settings import Settings
from incidents.storage.tables import metadata
from incidents.storage.unit_of_work import IncidentsUnit
from incidents.timers import TIMERS
from lianfang_audit.cli import verify_audit_command
from lianfang_audit.sealing import run_sealer
from lianfang_common.unit import Unit
from lianfang_edge.fieldcrypto import FieldCipher, load_keys
from lianfang_edge.runtime import run_cli
from lianfang_edge.service import Runtime, Service
from lianfang_operations.api import operations_routes
from lianfang_watch.watching import run_watcher

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def build(settings: Settings) -> Service[IncidentsUnit]:
    """Return the service as it runs with these settings."""
    cipher = FieldCipher(load_keys(settings.secrets_dir, "fields"))
    limits, grids = settings.limits, set[str]()

    def open_unit(unit: Unit) -> IncidentsUnit:
        return IncidentsUnit(unit, cipher, limits, grids)

    return Service(
        name="incidents",
        settings=settings,
        metadata=metadata,
        migrations=MIGRATIONS,
        open_unit=open_unit,
        build_api=build_api,
        topics=published.TOPICS,
        subscriptions=SUBSCRIPTIONS,
        timers=TIMERS,
        extra_roles={"sealer": run_sealer, "watcher": partial(run_watcher, rules=INVARIANTS)},
        commands={"verify-audit": verify_audit_command},
    )


def build_api(runtime: Runtime[IncidentsUnit]) -> FastAPI:
    """Return the web application of a running service."""
    app = build_app(runtime.verifier, runtime.executor, runtime.cursors)
    app.include_router(operations_routes(runtime))
    return app


def cli() -> None:
    """Run the command line of incidents."""
    run_cli(lambda: build(Settings()), sys.argv[1:])
