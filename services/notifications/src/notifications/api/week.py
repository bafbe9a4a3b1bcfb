"""The week of the desks below a head: figures by office, and the notices that each counts."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from lianfang_common.errors import Forbidden
from lianfang_common.principal import Principal
from lianfang_edge.days import Day
from lianfang_edge.execute import Executor
from lianfang_edge.http import Caller
from lianfang_edge.pagination import LIMIT_DEFAULT, Cursors, Limit
from notifications.domain.desk import ROLES_BELOW
from notifications.domain.digest import Week
from notifications.domain.notice import Notice, State
from notifications.metrics import SHOWN
from notifications.storage.unit_of_work import NotificationsUnit
from notifications.storage.week import Figure, Listing

router = APIRouter(prefix="/api/v1/notifications/week", tags=["week"])

_EVENT_TYPES = tuple(sorted(SHOWN))
_YEARS = range(2000, 3000)


class OfficeWeekBody(BaseModel):
    """The notices that the desks of one office got in a week, restricted ones left out.

    Each is in exactly one of the six figures from `acknowledged_in_time` to `overdue`.
    """

    office_id: UUID
    raised: int = Field(description="All of them, those that came by escalation among them")
    acknowledged_in_time: int = Field(description="Taken over by their time, or had none")
    acknowledged_late: int
    settled: int = Field(description="Nobody need act on them any more")
    waiting: int = Field(description="Not taken over, and still within their time")
    escalated: int = Field(description="Gone on to the next desk, and not taken over here since")
    overdue: int = Field(description="Not taken over, and beyond their time or their limit")
    arrivals_missed: int = Field(description="Incidents at which nobody was on the scene in time")


class WeekBody(BaseModel):
    """A week, from Monday to Sunday in Asia/Shanghai, office by office."""

    monday: date
    sunday: date
    offices: list[OfficeWeekBody] = Field(description="Those that had notices, by id")


class WeekNoticeBody(BaseModel):
    """A notice of a desk below, without the text that its own desk reads."""

    id: UUID
    state: State
    office_id: UUID
    role: str
    urgency: Literal["high", "normal", "low"]
    subject_kind: str
    subject_id: UUID
    grid: str | None
    premises_id: UUID | None
    title_zh: str
    title_en: str
    raised_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None


class WeekNoticePage(BaseModel):
    """Notices that a figure counts, the newest first."""

    items: list[WeekNoticeBody]
    next: str | None


def _within_reach(day: date) -> date:
    if day.year not in _YEARS:
        raise PydanticCustomError("out-of-range", "no such week")
    return day


From = Annotated[
    Annotated[Day, AfterValidator(_within_reach)] | None,
    Query(alias="from", description="A day of the week, by custom its Monday; else this week"),
]
Wanted = Annotated[Figure, Query(description="The figure whose notices are listed")]
OfficeId = Annotated[UUID | None, Query(description="One office; else all in sight")]


@router.get("")
async def get_week(request: Request, caller: Caller, day: From = None) -> WeekBody:
    """Read how the notices of a week went, by office: the own desk's, and those of desks below."""
    _may_read(caller)

    async def query(uow: NotificationsUnit) -> WeekBody:
        week = _week(day, uow)
        found = await uow.week.figures(week, _EVENT_TYPES)
        return WeekBody(
            monday=week.monday,
            sunday=week.sunday,
            offices=[OfficeWeekBody(**each) for each in found],
        )

    return await _executor(request).read(caller, query)


@router.get("/notices")
async def list_week_notices(
    request: Request,
    caller: Caller,
    day: From = None,
    figure: Wanted = "raised",
    office: OfficeId = None,
    cursor: str | None = None,
    limit: Limit = LIMIT_DEFAULT,
) -> WeekNoticePage:
    """List the notices that a figure of a week counts, the newest first."""
    _may_read(caller)
    cursors: Cursors = request.app.state.cursors
    key = cursors.read(cursor, UUID)
    wanted = Listing(figure, office, key[0] if key else None, limit + 1)

    async def query(uow: NotificationsUnit) -> list[Notice]:
        return await uow.week.notices(_week(day, uow), _EVENT_TYPES, wanted)

    found = await _executor(request).read(caller, query)
    page = cursors.page(found, limit, lambda notice: [str(notice.notice_id)])
    return WeekNoticePage(items=[_body(each) for each in page.items], next=page.next)


def _may_read(caller: Principal) -> None:
    if caller.role not in ROLES_BELOW:
        raise Forbidden("week-not-for-role")


def _week(day: date | None, uow: NotificationsUnit) -> Week:
    return Week.of(uow.now) if day is None else Week.with_day(day)


def _executor(request: Request) -> Executor[NotificationsUnit]:
    executor: Executor[NotificationsUnit] = request.app.state.executor
    return executor


def _body(notice: Notice) -> WeekNoticeBody:
    return WeekNoticeBody(
        id=notice.notice_id,
        state=notice.state,
        office_id=notice.desk.office_id,
        role=notice.desk.role,
        urgency=notice.urgency,
        subject_kind=notice.subject_kind,
        subject_id=notice.subject_id,
        grid=notice.grid,
        premises_id=notice.premises_id,
        title_zh=notice.title.zh,
        title_en=notice.title.en,
        raised_at=notice.raised_at,
        acknowledge_by=notice.acknowledge_by,
        acknowledged_at=notice.acknowledged_at,
    )
