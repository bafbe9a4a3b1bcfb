"""The web application of incidents."""

from fastapi import FastAPI

from incidents.api import incidents, lists, reports
from incidents.messages import MESSAGES
from incidents.storage.unit_of_work import IncidentsUnit
from lianfang_edge.execute import Executor
from lianfang_edge.http import create_api
from lianfang_edge.pagination import Cursors
from lianfang_edge.tokens import TokenVerifier


def build_app(
    verifier: TokenVerifier, executor: Executor[IncidentsUnit], cursors: Cursors
) -> FastAPI:
    """Return the application.

    Args:
        verifier: checks the gateway's tokens.
        executor: runs use cases as the database's application role.
        cursors: writes and reads the places where a list goes on.
    """
    app = create_api("incidents", MESSAGES, verifier, executor)
    app.state.cursors = cursors
    for router in (reports.router, incidents.router, lists.router):
        app.include_router(router)
    return app
