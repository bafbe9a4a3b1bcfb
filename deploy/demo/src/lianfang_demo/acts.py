"""What the users of the morning do through the gateway, each act in one call."""

import time
from datetime import UTC, date, datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import uuid4

from lianfang_demo.client import Reply, Session
from lianfang_demo.people import document_number
from lianfang_demo.rooms import free_room
from lianfang_demo.stack import Stack

CASES = "/api/v1/population/residence-change-cases"
_TYPED_NAME = "安思远"
_TYPED_PHONE = "19900099998"
_LET_DAYS = 30  # a room can be let a year ahead: so many mornings find one free


class Unexpected(Exception):
    """The network answered something else than the morning needs."""


def demand(reply: Reply, *statuses: int) -> Any:
    """Return a reply's body.

    Raises:
        Unexpected: the status is none of the given ones; the text is the problem's.
    """
    if reply.status not in statuses:
        problem = reply.body if isinstance(reply.body, dict) else {}
        fields = ", ".join(f"{e['field']}: {e['message']}" for e in problem.get("errors", ()))
        raise Unexpected(f"{reply.status} {problem.get('title', '')} {fields}".strip())
    return reply.body


class Acts:
    """Acts of demo users.

    Args:
        stack: the running network.
        language: of answers.
    """

    def __init__(self, stack: Stack, language: str) -> None:
        self._stack = stack
        self._language = language
        self._sessions: dict[str, Session] = {}

    async def session(self, login: str) -> Session:
        """Return the session of a user without a desk, logged in at the first call."""
        if login not in self._sessions:
            self._sessions[login] = Session(self._stack.gateway_url, self._language)
            account = self._stack.account(login)
            await self._sessions[login].login(login, account["password"])
        return self._sessions[login]

    async def close(self) -> None:
        """End the sessions."""
        for session in self._sessions.values():
            await session.http.close()

    def premises_in(self, community: str, *, own: bool | None = None) -> list[str]:
        """Return ids of the seeded premises of a community.

        Args:
            community: its code.
            own: only those that the demo landlord lets, or only the others.
        """
        return [
            row["premises_id"]
            for row in self._stack.rows("premises")
            if row["grid"].startswith(community) and own in (None, bool(row.get("accounts")))
        ]

    async def register_tenancy(
        self,
        session: Session,
        premises_ids: list[str],
        *,
        name: str = _TYPED_NAME,
        number: str | None = None,
    ) -> float:
        """Resolve a person and register a tenancy in a free room; return the moment of sending."""
        premises_id, room, first_day = await free_room(session, premises_ids, _today())
        person = {
            "name": name,
            "document_kind": "resident_id",
            "document_number": number or _new_number(),
            "audience": "rentals",
            "object_id": premises_id,
        }
        resolved = await session.post("/api/v1/population/identity-resolutions", person)
        tenancy = {
            "premises_id": premises_id,
            "room": room,
            "tenants": [{"receipt": demand(resolved, 200)["receipt"]}],
            "first_day": str(first_day),
            "last_day": str(first_day + timedelta(days=_LET_DAYS - 1)),
        }
        sent_at = time.monotonic()
        demand(await session.post("/api/v1/rentals/tenancies", tenancy), 201)
        return sent_at

    async def report(self, session: Session, classification: str, **more: str) -> dict[str, Any]:
        """Report something that happened just now; return the answer."""
        body = {
            "source": "walk_in",
            "classification": classification,
            "occurred_at": datetime.now(UTC).isoformat(),  # noqa: TID251 - a client's own clock
            **more,
        }
        return dict(demand(await session.post("/api/v1/incidents/reports", body), 200, 201))

    async def arrive(self, session: Session, incident_id: str) -> None:
        """Record the officer's arrival."""
        path = f"/api/v1/incidents/incidents/{incident_id}"
        read = await session.get(path)
        demand(await session.post(f"{path}/arrivals", if_match=read.etag), 200, 201)

    async def acknowledge(self, session: Session, notice_id: str, comment: str) -> None:
        """Take a notice over."""
        path = f"/api/v1/notifications/notices/{notice_id}"
        read = await session.get(path)
        body = {"comment": comment}
        demand(await session.post(f"{path}/acknowledgements", body, if_match=read.etag), 200, 201)

    async def cases(self, session: Session) -> set[str]:
        """Return ids of the residence-change cases that a user's office may know of."""
        page = demand(await session.get(CASES, limit=200), 200)
        return {str(case["case_id"]) for case in page["items"]}

    async def decide(self, session: Session, case_id: str, what: str, **body: str) -> None:
        """Review or accept a case, under its newest version."""
        read = await session.get(f"{CASES}/{case_id}")
        decided = await session.post(f"{CASES}/{case_id}/{what}", body, if_match=read.etag)
        demand(decided, 200, 201)


def a_feed_report(premises_id: str) -> dict[str, str]:
    """Return what the 110 feed tells of a burglary, beside class and moment."""
    return {
        "source": "feed_110",
        "external_id": f"110-{uuid4().hex[:12]}",
        "premises_id": premises_id,
        "method": "lock_picked",
        "tip": "lock_doors_and_windows",
        "narrative": "报警人称门锁被打开，少了一台电脑",
        "caller_phone": _TYPED_PHONE,
    }


def _today() -> date:
    return (datetime.now(UTC) + timedelta(hours=8)).date()  # noqa: TID251 - a client's own clock


def _new_number() -> str:
    random = SystemRandom()
    born = date(1930, 1, 1) + timedelta(days=random.randrange(3_650))
    return document_number(born, random.randrange(1_000))
