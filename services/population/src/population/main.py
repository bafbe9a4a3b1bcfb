"""Wiring: what population is made of, and its entry point."""

import sys
from functools import partial
from pathlib import Path

from lianfang_audit.cli import verify_audit_command
from lianfang_audit.sealing import run_sealer
from lianfang_edge.runtime import run_cli
from lianfang_edge.service import Runtime, Service
from lianfang_watch.watching import run_watcher
from population.api.app import RESTRICTED_ROUTES, build_api
from population.cli import define_district_command, load_persons_command
from population.handlers import SUBSCRIPTIONS
from population.invariants import INVARIANTS
from population.matcher import run_matcher
from population.published import TOPICS
from population.settings import Settings
from population.storage.tables import metadata
from population.storage.unit_of_work import PopulationUnit
from population.storage.vault import Vault
from population.timers import RESTRICTED, TIMERS

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def build(settings: Settings | None = None) -> Service[PopulationUnit]:
    """Return the service, wired; nothing is opened yet.

    Args:
        settings: None reads them from the environment.
    """
    chosen = settings or Settings()
    vault, limits = Vault(chosen.secrets_dir), chosen.limits()
    return Service(
        name="population",
        settings=chosen,
        metadata=metadata,
        migrations=MIGRATIONS,
        open_unit=lambda unit: PopulationUnit(unit, vault, limits),
        build_api=lambda runtime: build_api(runtime, vault),
        topics=TOPICS,
        subscriptions=SUBSCRIPTIONS,
        timers=TIMERS,
        restricted_timers=RESTRICTED,
        restricted_routes=RESTRICTED_ROUTES,
        extra_roles={
            "matcher": run_matcher,
            "watcher": partial(run_watcher, rules=INVARIANTS),
            "sealer": partial(run_sealer, tick_seconds=chosen.sealer_tick_seconds),
        },
        commands={
            "define-district": define_district_command,
            "load-persons": load_persons_command,
            "verify-audit": verify_audit_command,
        },
        republish={"area": _state_areas},
    )


async def _state_areas(runtime: Runtime[PopulationUnit]) -> int:
    async with runtime.unit() as uow:
        return await uow.places.state()


def cli() -> None:
    """Run `population …`."""
    run_cli(build, sys.argv[1:])
