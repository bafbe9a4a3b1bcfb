"""Health and metrics: is the process alive, may it be given work, what has it done."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, disable_created_metrics, generate_latest

Check = Callable[[], Awaitable[None]]
"""Raises while the process should be given no work."""

_CHECK_SECONDS = 2.0
OPERATING_PATHS = frozenset(("/health/live", "/health/ready", "/metrics"))
"""Asked every few seconds by machines; neither logged nor traced."""


class Health:
    """Named checks that together say whether the process is ready."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {}

    async def report(self) -> dict[str, str]:
        """Return each check's name with `ok` or `failing`; never a message of an exception."""

        async def ask(check: Check) -> str:
            try:
                await asyncio.wait_for(check(), _CHECK_SECONDS)
            except Exception:
                return "failing"
            return "ok"

        checks = dict(self.checks)
        return dict(zip(checks, await asyncio.gather(*map(ask, checks.values())), strict=True))


def add_health_routes(app: FastAPI) -> None:
    """Add `/health/live`, `/health/ready` and `/metrics`; `app.state.health` is asked."""
    disable_created_metrics()  # type: ignore[no-untyped-call]

    @app.get("/health/live", include_in_schema=False)
    async def live() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/health/ready", include_in_schema=False)
    async def ready(request: Request) -> Response:
        health: Health = request.app.state.health
        report = await health.report()
        good = all(state == "ok" for state in report.values())
        body = {"status": "ok" if good else "failing", "checks": report}
        return JSONResponse(body, 200 if good else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        # Rendering some hundred series takes milliseconds that the loop has better use for.
        return Response(await asyncio.to_thread(generate_latest), media_type=CONTENT_TYPE_LATEST)
