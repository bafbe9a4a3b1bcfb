"""A proxy as it is mostly written with FastAPI and httpx: one client for all requests.

It knows no session, signs no token and counts nothing. `BEHIND` is the address of what it hides.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response

_OWN = {"connection", "content-length", "host"}


@asynccontextmanager
async def _client(app: FastAPI) -> AsyncIterator[None]:
    async with httpx.AsyncClient(base_url=os.environ["BEHIND"]) as app.state.http:
        yield


app = FastAPI(lifespan=_client)


@app.api_route("/{path:path}", methods=["GET", "POST"])
async def pass_on(path: str, request: Request) -> Response:
    """Ask what is behind, and answer what it answers."""
    answer = await request.app.state.http.request(
        request.method,
        f"/{path}",
        params=request.query_params,
        headers={name: value for name, value in request.headers.items() if name not in _OWN},
        content=await request.body(),
    )
    return Response(
        answer.content, answer.status_code, media_type=answer.headers.get("content-type")
    )
