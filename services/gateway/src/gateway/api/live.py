"""The live view: server-sent events, and the same lines without streaming."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel

from gateway.live import LiveClient
from gateway.live_lines import Positions, event_name, facts_of, read_id, write_id
from gateway.parts import Parts, PartsOf, session_of
from gateway.sessions import Session
from gateway.stream import LiveStream
from lianfang_common.errors import Forbidden

router = APIRouter(prefix="/api/v1/gateway", tags=["live view"])
SessionOf = Annotated[Session, Depends(session_of)]
Language = Annotated[
    Literal["zh-CN", "en"] | None, Query(description="Of titles and bodies; both when left out")
]
After = Annotated[str | None, Query(max_length=2_000, description="Id of the last event received")]


class FeedItemBody(BaseModel):
    """One line of the feed, as the stream tells it."""

    id: str
    event: str
    data: dict[str, Any]


class FeedBody(BaseModel):
    """Lines of the feed, oldest first."""

    items: list[FeedItemBody]
    last: str
    """Ask with `after` = this for what follows."""
    reset: bool
    """Lines between `after` and the first item are no longer kept."""


@router.get(
    "/live",
    summary="Follow the live view",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def live(
    request: Request,
    parts: PartsOf,
    session: SessionOf,
    language: Language = None,
    after: After = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Stream what the caller's desk is told, from after `Last-Event-ID` on.

    Events: `ready` (where the stream stands), `reset` (lines are gone; read the notices again),
    `notice-raised`, `notice-acknowledged`, `notice-escalated`, `notice-settled`, `notice-stale`.
    The stream ends after five minutes, and with its session; a browser resumes by itself.

    Raises:
        Forbidden: the account sits at no desk.
    """
    positions, lost = await _begin(parts, session, last_event_id or after)
    client = LiveClient(
        session.digest,
        session.principal,
        positions,
        language,
        parts.settings.live.queue_frames,
    )
    return LiveStream(parts.hub, client, lost)


@router.get("/feed", summary="Read the live view without streaming")
async def feed(
    response: Response,
    parts: PartsOf,
    session: SessionOf,
    language: Language = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FeedBody:
    """Return what the caller's desk was told after an event, or all that is kept.

    Raises:
        Forbidden: the account sits at no desk.
    """
    response.headers["cache-control"] = "no-store"
    if after is None:
        positions, lost = dict.fromkeys(_desks(session), 0), False
    else:
        positions, lost = await _begin(parts, session, after, skip=False)
    items: list[FeedItemBody] = []
    for desk in list(positions):
        room = limit - len(items)
        rows = await parts.hub.read(session.principal, desk, positions[desk], room) if room else []
        for row in rows:
            positions[desk] = row.number
            items.append(
                FeedItemBody(
                    id=write_id(positions),
                    event=event_name(row.kind),
                    data=facts_of(desk, row, language),
                )
            )
    return FeedBody(items=items, last=write_id(positions), reset=lost)


def _desks(session: Session) -> tuple[Any, ...]:
    if not session.desks:
        raise Forbidden("no-desk")
    return session.desks


async def _begin(
    parts: Parts, session: Session, last_id: str | None, *, skip: bool = True
) -> tuple[Positions, bool]:
    """Return where the caller's desks go on, and whether lines before that are gone.

    Today's rights decide which desks these are: what an id says of other desks is passed over.
    """
    asked = read_id(last_id) if last_id is not None else {}
    positions: Positions = {}
    lost = asked is None
    for desk in _desks(session):
        state = await parts.hub.state(session.principal, desk)
        number = (asked or {}).get(desk)
        if number is None:
            lost = lost or last_id is not None
            number = state.newest if skip else state.first_kept - 1
        elif state.lost_after(number):
            lost = True
            number = state.newest if skip else state.first_kept - 1
        positions[desk] = number
    return positions, lost
