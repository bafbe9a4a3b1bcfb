"""A proxy as it is mostly written with FastAPI and aiohttp: one client for all requests.

It knows no session, signs no token and counts nothing. `BEHIND` is the address of what it hides.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from fastapi import FastAPI, Request, Response

BEHIND = os.environ["BEHIND"]
_OWN = {"connection", "content-length", "host"}


@asynccontextmanager
async def _client(app: FastAPI) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as app.state.http:
        yield


app = FastAPI(lifespan=_client)


@app.api_route("/{path:path}", methods=["GET", "POST"])
async def pass_on(path: str, request: Request) -> Response:
    """Ask what is behind, and answer what it answers."""
    headers = {name: value for name, value in request.headers.items() if name not in _OWN}
    async with request.app.state.http.request(
        request.method, f"{BEHIND}/{path}",
        params=request.query_params, headers=headers, data=await request.body(),
    ) as answer:  # fmt: skip
        return Response(await answer.read(), answer.status, media_type=answer.content_type)
