"""The web application of rentals."""

from fastapi import FastAPI

from lianfang_edge.execute import Executor
from lianfang_edge.http import create_api
from lianfang_edge.pagination import Cursors
from lianfang_edge.tokens import TokenVerifier
from rentals.api.premises import premises_routes
from rentals.api.tenancies import tenancy_routes
from rentals.messages import MESSAGES
from rentals.storage.unit_of_work import RentalsUnit


def build_app(
    verifier: TokenVerifier, executor: Executor[RentalsUnit], cursors: Cursors
) -> FastAPI:
    """Return the application.

    Args:
        verifier: checks callers.
        executor: runs use cases in the caller's scope.
        cursors: writes and reads the cursors of lists.
    """
    app = create_api("rentals", MESSAGES, verifier, executor)
    app.include_router(premises_routes(executor, cursors))
    app.include_router(tenancy_routes(executor, cursors))
    return app
