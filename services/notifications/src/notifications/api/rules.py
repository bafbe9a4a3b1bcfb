"""Routing rules in plain language: who is told of what, with which fields, and why."""

from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from lianfang_common.errors import Forbidden
from lianfang_common.principal import Principal
from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.preview_rule import Preview, get_rule, list_rules

router = APIRouter(prefix="/api/v1/notifications", tags=["rules"])

_READERS = frozenset(
    {
        "officer",
        "room_head",
        "station_head",
        "bureau",
        "committee",
        "justice",
        "ops",
        "auditor",
    }
)
"""Rules hold nothing of anybody, but they are the network's own matter."""


class PreviewBody(BaseModel):
    """The words of a notice with made-up values."""

    premises_id: UUID | None = Field(description="The premises that the text names")
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


class RuleBody(BaseModel):
    """One rule, its newest version."""

    id: str
    version: int
    event_type: str
    mode: str
    role: str | None
    urgency: str
    explanation_zh: str
    explanation_en: str
    fields_sent: list[str]
    fields_withheld: list[str]
    acknowledge_within_seconds: int | None
    chain: list[str]
    preview: PreviewBody | None


class RuleList(BaseModel):
    """Every rule, by id; a few dozen, so there are no pages."""

    items: list[RuleBody]


@router.get("/rules")
async def get_rules(request: Request, caller: Caller) -> RuleList:
    """List the newest version of every rule."""
    _may_read(caller)
    previews = await _executor(request).read(caller, list_rules)
    return RuleList(items=[_body(each) for each in previews])


@router.get("/rules/{rule_id}")
async def get_one_rule(request: Request, caller: Caller, rule_id: str) -> RuleBody:
    """Read one rule with the words that a notice of it would have."""
    _may_read(caller)

    async def query(uow: NotificationsUnit) -> Preview:
        return await get_rule(rule_id, uow)

    return _body(await _executor(request).read(caller, query))


def _may_read(caller: Principal) -> None:
    if caller.role not in _READERS:
        raise Forbidden("rules-not-for-role")


def _executor(request: Request) -> Executor[NotificationsUnit]:
    executor: Executor[NotificationsUnit] = request.app.state.executor
    return executor


def _body(preview: Preview) -> RuleBody:
    rule, rendered, manifest = preview.rule, preview.rendered, preview.manifest
    within = rule.acknowledge_within
    return RuleBody(
        id=rule.id,
        version=rule.version,
        event_type=rule.told_type,
        mode=rule.mode,
        role=rule.role,
        urgency=rule.urgency,
        explanation_zh=preview.explanation.zh,
        explanation_en=preview.explanation.en,
        fields_sent=list(manifest.sent) if manifest else [],
        fields_withheld=list(manifest.withheld) if manifest else [],
        acknowledge_within_seconds=int(within.total_seconds()) if within else None,
        chain=list(rule.chain),
        preview=PreviewBody(
            premises_id=preview.premises_id,
            title_zh=rendered.title.zh,
            title_en=rendered.title.en,
            body_zh=rendered.body.zh,
            body_en=rendered.body.en,
        )
        if rendered
        else None,
    )
