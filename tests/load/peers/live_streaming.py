"""A live view as it is mostly written with FastAPI: a queue and a StreamingResponse a client.

Each event is encoded for each client. The body of `POST /tell` is an event's facts, with its number
among them; `DESK` names the desk.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

DESK = os.environ["DESK"]
app = FastAPI()
clients: set[asyncio.Queue[dict[str, Any]]] = set()


def event(name: str, number: int, facts: dict[str, Any]) -> str:
    """Return one event of the stream."""
    data = json.dumps(facts, ensure_ascii=False)
    return f"id: {DESK}:{number}\nevent: {name}\ndata: {data}\n\n"


@app.get("/live")
async def live() -> StreamingResponse:
    """Stream what is told from now on."""
    waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def events() -> AsyncIterator[str]:
        clients.add(waiting)
        try:
            yield "retry: 1000\n\n" + event("ready", 0, {})
            while True:
                facts = await waiting.get()
                yield event("notice-raised", facts["number"], facts)
        finally:
            clients.discard(waiting)

    return StreamingResponse(events(), media_type="text/event-stream")


@app.post("/tell", status_code=204)
async def tell(facts: dict[str, Any]) -> None:
    """Tell every client."""
    for waiting in clients:
        waiting.put_nowait(facts)
