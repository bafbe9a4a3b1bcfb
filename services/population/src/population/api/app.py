"""The application: the kernel's edge with population's routers behind it."""

from fastapi import FastAPI

from lianfang_edge.http import create_api
from lianfang_edge.service import Runtime
from lianfang_operations.api import operations_routes
from population.api import cases, identities, persons, places, register
from population.api.parts import Parts
from population.messages import MESSAGES
from population.storage.unit_of_work import PopulationUnit
from population.storage.vault import Vault

PREFIX = "/api/v1/population"
RESTRICTED_ROUTES = tuple(
    f"{PREFIX}/{part}" for part in ("supervision-entries", "residence-change-cases", "break-glass")
)
"""Whoever counts requests there, or sees when they come, learns how many are on the register."""


def build_api(runtime: Runtime[PopulationUnit], vault: Vault) -> FastAPI:
    """Return the web application of one process."""
    app = create_api(
        "population",
        MESSAGES,
        runtime.verifier,
        runtime.executor,
        restricted_routes=runtime.service.restricted_routes,
    )
    app.state.parts = Parts(runtime.executor, vault, runtime.cursors)
    for part in (places, identities, persons, register, cases):
        app.include_router(part.router, prefix=PREFIX)
    app.include_router(operations_routes(runtime))
    return app
