"""The web application of notifications."""

from fastapi import FastAPI

from lianfang_edge.execute import Executor
from lianfang_edge.health import Health
from lianfang_edge.http import create_api
from lianfang_edge.pagination import Cursors
from lianfang_edge.service import Runtime
from lianfang_edge.tokens import TokenVerifier
from lianfang_operations.api import operations_routes
from notifications.api import notices, rules, week
from notifications.messages import MESSAGES
from notifications.storage.unit_of_work import NotificationsUnit


def build_app(
    verifier: TokenVerifier,
    executor: Executor[NotificationsUnit],
    cursors: Cursors,
    health: Health | None = None,
) -> FastAPI:
    """Return the application with all routes."""
    app = create_api("notifications", MESSAGES, verifier, executor, health=health)
    app.state.cursors = cursors
    app.include_router(notices.router)
    app.include_router(rules.router)
    app.include_router(week.router)
    return app


def build_api(runtime: Runtime[NotificationsUnit]) -> FastAPI:
    """Return the application of a running service."""
    app = build_app(runtime.verifier, runtime.executor, runtime.cursors, runtime.health)
    app.include_router(operations_routes(runtime))
    return app
