"""Notices of the caller's desk: list, one, its manifest, and taking it over."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller, Changing, answer_response
from lianfang_edge.pagination import LIMIT_DEFAULT, Cursors, Limit
from notifications.domain.manifest import manifest_of
from notifications.domain.notice import Notice, State
from notifications.storage.queries import Remark
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.use_cases.acknowledge_notice import AcknowledgeNotice, acknowledge_notice

router = APIRouter(prefix="/api/v1/notifications", tags=["notices"])


class NoticeBody(BaseModel):
    """One notice as its desk reads it."""

    id: UUID
    version: int
    state: State
    office_id: UUID
    role: str
    urgency: Literal["high", "normal", "low"]
    rule: str
    rule_version: int
    event_type: str = Field(
        description="What happened; for a committee's help team a neutral type, `help-item.…`"
    )
    subject_kind: str
    subject_id: UUID
    grid: str | None
    premises_id: UUID | None = Field(description="The premises that the text names")
    area_unknown: bool = Field(
        description="The place is not on file; this office stands in for the place's own"
    )
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    raised_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    settled_by: str | None = Field(
        description="What made it pointless: an event type, or `acknowledged` by another desk"
    )
    settled_at: datetime | None
    escalated_from: UUID | None


class NoticeDetail(NoticeBody):
    """One notice with what the member said who took it over."""

    comment: str | None


class NoticePage(BaseModel):
    """Notices, the newest first."""

    items: list[NoticeBody]
    next: str | None


class ManifestBody(BaseModel):
    """What a notice told and what it kept back; the same for every notice of the rule."""

    notice_id: UUID
    event_type: str
    role: str
    rule: str
    rule_version: int
    template: str
    template_version: int
    fields_sent: list[str]
    fields_withheld: list[str]
    seal: str = Field(description="Keyed hash of what was sent, base 16")


def _readable(text: str) -> str:
    if any(sign < " " and sign not in "\n\t" for sign in text):
        raise PydanticCustomError("unreadable-text", "control characters")
    return text


class AcknowledgementBody(BaseModel):
    """What a member says when taking a notice over."""

    model_config = ConfigDict(extra="forbid")

    comment: Annotated[str, AfterValidator(_readable)] | None = Field(
        default=None, min_length=1, max_length=1000
    )


States = Annotated[
    list[Literal["raised", "acknowledged", "escalated", "stale", "settled", "open"]],
    Query(
        alias="state",
        description="States wanted, `open` for what somebody may act on; all where none is given",
    ),
]
_OPEN: tuple[State, ...] = ("raised", "escalated", "stale")


@router.get("/notices")
async def list_notices(
    request: Request,
    caller: Caller,
    states: States = [],  # noqa: B006 - never changed
    cursor: str | None = None,
    limit: Limit = LIMIT_DEFAULT,
) -> NoticePage:
    """List the desk's notices, the newest first."""
    cursors: Cursors = request.app.state.cursors
    wanted = {each for state in states for each in (_OPEN if state == "open" else (state,))}
    key = cursors.read(cursor, UUID)
    before = key[0] if key else None

    async def query(uow: NotificationsUnit) -> list[Notice]:
        return await uow.queries.of_desk(sorted(wanted), before, limit + 1)

    found = await _executor(request).read(caller, query)
    page = cursors.page(found, limit, lambda notice: [str(notice.notice_id)])
    return NoticePage(items=[NoticeBody(**_fields(each)) for each in page.items], next=page.next)


@router.get("/notices/{notice_id}")
async def get_notice(
    request: Request, response: Response, caller: Caller, notice_id: UUID
) -> NoticeDetail:
    """Read one notice of the desk."""

    async def query(uow: NotificationsUnit) -> tuple[Notice, Remark]:
        return await uow.queries.notice(notice_id)

    notice, remark = await _executor(request).read(caller, query)
    response.headers["etag"] = f'"{notice.version}"'
    return NoticeDetail(**_fields(notice), comment=remark.comment)


@router.get("/notices/{notice_id}/manifest")
async def get_manifest(request: Request, caller: Caller, notice_id: UUID) -> ManifestBody:
    """Read which fields a notice of the desk carries, and which were withheld."""

    async def query(uow: NotificationsUnit) -> ManifestBody:
        notice, _ = await uow.queries.notice(notice_id)
        seal = await uow.queries.seal(notice_id)
        book = await uow.rules.all()
        rule = next(r for r in book.rules if r.key == (notice.rule_id, notice.rule_version))
        manifest = manifest_of(rule, notice.desk.role)
        return ManifestBody(
            notice_id=notice_id,
            event_type=manifest.event_type,
            role=manifest.role,
            rule=manifest.rule_id,
            rule_version=manifest.rule_version,
            template=manifest.template_id,
            template_version=manifest.template_version,
            fields_sent=list(manifest.sent),
            fields_withheld=list(manifest.withheld),
            seal=seal.hex(),
        )

    return await _executor(request).read(caller, query)


@router.post("/notices/{notice_id}/acknowledgements")
async def post_acknowledgement(
    request: Request, call: Changing, notice_id: UUID, body: AcknowledgementBody
) -> Response:
    """Take a notice over for the whole desk; doing so again changes nothing."""
    command = AcknowledgeNotice(notice_id, body.comment)
    answer = await _executor(request).run(call, acknowledge_notice, command)
    return answer_response(answer)


def _executor(request: Request) -> Executor[NotificationsUnit]:
    executor: Executor[NotificationsUnit] = request.app.state.executor
    return executor


def _fields(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.notice_id,
        "version": notice.version,
        "state": notice.state,
        "office_id": notice.desk.office_id,
        "role": notice.desk.role,
        "urgency": notice.urgency,
        "rule": notice.rule_id,
        "rule_version": notice.rule_version,
        "event_type": notice.event_type,
        "subject_kind": notice.subject_kind,
        "subject_id": notice.subject_id,
        "grid": notice.grid,
        "premises_id": notice.premises_id,
        "area_unknown": notice.flagged,
        "title_zh": notice.title.zh,
        "title_en": notice.title.en,
        "body_zh": notice.body.zh,
        "body_en": notice.body.en,
        "raised_at": notice.raised_at,
        "acknowledge_by": notice.acknowledge_by,
        "acknowledged_at": notice.acknowledged_at,
        "settled_by": notice.settled_by,
        "settled_at": notice.settled_at,
        "escalated_from": notice.escalated_from,
    }
