"""The routes of operators, the same in every service: `/api/v1/<service>/operations`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from lianfang_common.errors import Forbidden, NotFound
from lianfang_common.events import topic_of
from lianfang_common.principal import Principal
from lianfang_common.unit import Unit
from lianfang_edge.deadletter import ParkedMessage
from lianfang_edge.execute import Executor
from lianfang_edge.http import call_of, principal_of
from lianfang_edge.idempotency import Call
from lianfang_edge.pagination import LIMIT_DEFAULT, Limit
from lianfang_edge.service import Runtime
from lianfang_operations.letters import Act, ReplayHidden, Settle, parked, replay_hidden, settle
from lianfang_operations.schema import OPERATOR
from lianfang_operations.state import State, state_of

_Purpose = Annotated[
    str, Path(pattern=r"^[a-z][a-z-]{0,39}$", description="The group's name after the service's")
]


class ReasonBody(BaseModel):
    """Why it is done: kept with the account, and to name nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    why: Annotated[str, Field(min_length=1, max_length=300)]


class LetterBody(BaseModel):
    """A message that no retry will mend, without the message."""

    id: UUID
    group: str
    topic: str
    key: UUID
    type: str | None
    """Null where the message's type could not be read."""
    state: str
    """`failed`, `parked` behind a failed one of its key, or `replay`: it is about to be."""
    reason: str
    """Code of what went wrong last."""
    attempts: int
    parked_at: datetime
    others_of_key: int
    """Unsettled letters of the same key, which wait for this one."""


class LettersPage(BaseModel):
    """Letters in the order in which they were parked; topics without counts are left out."""

    items: list[LetterBody]
    next: str | None


def operations_routes(
    runtime: Runtime[Any],
    principal: Callable[..., Any] = principal_of,
    call: Callable[..., Any] = call_of,
) -> APIRouter:
    """Return a service's routes for operators.

    Args:
        runtime: the API's, without the system role's pool.
        principal: dependency that says who calls.
        call: dependency that says what a change must know of its request.
    """
    service = runtime.service
    hidden = service.hidden_reads
    uncounted = {each.group for each in service.subscriptions if topic_of(each.type) in hidden}
    executor = Executor(
        runtime.database, _as_it_is, runtime.clock, runtime.wake, runtime.keys("digest").key
    )
    router = APIRouter(prefix=f"/api/v1/{service.name}/operations", tags=["operations"])

    async def operator_of(caller: Annotated[Principal, Depends(principal)]) -> Principal:
        if caller.role != OPERATOR:
            raise Forbidden
        return caller

    async def change_of(
        _: Annotated[Principal, Depends(operator_of)], asked: Annotated[Call, Depends(call)]
    ) -> Call:
        return asked

    @router.get("/state", summary="How delivery stands")
    async def get_state(response: Response, _: Annotated[Principal, Depends(operator_of)]) -> State:
        """Tell of the process that answers: its parts, and what its metrics show of them."""
        response.headers["cache-control"] = "no-store"
        return state_of(service, await runtime.health.report())

    @router.get("/dead-letters", summary="List dead letters")
    async def get_dead_letters(
        response: Response,
        operator: Annotated[Principal, Depends(operator_of)],
        limit: Limit = LIMIT_DEFAULT,
        cursor: str | None = None,
    ) -> LettersPage:
        """List what waits for somebody to settle it; restricted topics are left out."""
        response.headers["cache-control"] = "no-store"
        key = runtime.cursors.read(cursor, UUID)
        found = await executor.read(operator, parked(hidden, key[0] if key else None, limit + 1))
        page = runtime.cursors.page(found, limit, lambda letter: [letter.id])
        return LettersPage(items=[_body(each) for each in page.items], next=page.next)

    async def settled(act: Act, letter: UUID, body: ReasonBody, asked: Call) -> None:
        await executor.run(asked, settle, Settle(act, letter, body.why, hidden))
        runtime.wake("replay")

    @router.post("/dead-letters/{letter_id}/replay", status_code=204)
    async def post_replay(
        letter_id: UUID, body: ReasonBody, asked: Annotated[Call, Depends(change_of)]
    ) -> None:
        """Let the consumer handle a letter again, and then those behind it."""
        await settled("replay", letter_id, body, asked)

    @router.post("/dead-letters/{letter_id}/drop", status_code=204)
    async def post_drop(
        letter_id: UUID, body: ReasonBody, asked: Annotated[Call, Depends(change_of)]
    ) -> None:
        """Settle a letter without its effect; those behind it are handled."""
        await settled("drop", letter_id, body, asked)

    @router.post("/groups/{group}/replay", status_code=204)
    async def post_group_replay(
        group: _Purpose, body: ReasonBody, asked: Annotated[Call, Depends(change_of)]
    ) -> None:
        """Replay what failed of a group's restricted topics; the answer tells of no letter."""
        if group not in uncounted:
            raise NotFound
        command = ReplayHidden(f"{service.name}.{group}", body.why, hidden)
        await executor.run(asked, replay_hidden, command)
        runtime.wake("replay")

    return router


def _as_it_is(unit: Unit) -> Unit:
    return unit


def _body(letter: ParkedMessage) -> LetterBody:
    return LetterBody(
        id=letter.id,
        group=letter.group,
        topic=letter.topic,
        key=letter.key,
        type=letter.type,
        state=letter.state,
        reason=letter.reason,
        attempts=letter.attempts,
        parked_at=letter.parked_at,
        others_of_key=letter.others_of_key,
    )
