"""`lianfang watch`: the live view of one demo user in a terminal."""

from collections.abc import Callable
from datetime import datetime

from lianfang_demo.client import Session
from lianfang_demo.live import LiveEvent, LiveView
from lianfang_demo.stack import Stack
from lianfang_demo.telling import say_at_once
from lianfang_demo.zone import ZONE

_WORDS = {
    "ready": ("已连接，等待新通知", "connected, waiting for notices"),
    "reset": ("中断过久，请重新查看通知列表", "away for too long: read the list of notices again"),
    "notice-acknowledged": ("已签收", "acknowledged"),
    "notice-escalated": ("已升级", "escalated"),
    "notice-settled": ("已了结", "settled"),
    "notice-stale": ("已过期", "stale"),
}
_URGENCY = {"high": ("紧急", "high"), "normal": ("一般", "normal"), "low": ("知悉", "low")}


async def watch(
    stack: Stack,
    login: str,
    language: str,
    *,
    after: str | None = None,
    events: int | None = None,
    tell: Callable[[str], None] = say_at_once,
) -> None:
    """Follow a user's live view, across reconnects, until interrupted.

    Args:
        stack: the running network.
        login: demo user.
        language: `zh-CN` or `en`.
        after: id of the last event seen; None begins with what is new.
        events: stop after so many; None goes on.
        tell: gets each line.
    """
    account = stack.account(login)
    async with Session(stack.gateway_url, language) as session:
        await session.login(login, account["password"])
        view = LiveView(session, after, language)
        seen = 0
        async for event in view.follow():
            tell(line_of(event, language))
            seen += event.name.startswith("notice-")
            if events is not None and seen >= events:
                return


def line_of(event: LiveEvent, language: str) -> str:
    """Return one event as a line: when, how urgent, what; or what happened to an earlier one."""
    english = language == "en"
    facts = event.data or {}
    if event.name == "notice-raised":
        moment = datetime.fromisoformat(facts["raised_at"]).astimezone(ZONE)
        urgency = _URGENCY.get(facts["urgency"], (facts["urgency"],) * 2)[english]
        body = " ".join(facts["body"].split("\n"))
        return f"{moment:%H:%M:%S} [{urgency}] {facts['title']} | {body}  ({event.id})"
    words = _WORDS.get(event.name, (event.name, event.name))[english]
    about = f" {facts['notice_id']}" if "notice_id" in facts else ""
    return f"-- {words}{about}"
