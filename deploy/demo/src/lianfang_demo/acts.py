"""What the users of the morning do through the gateway, each act in one call."""

from datetime import UTC, date, datetime, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import uuid4

from lianfang_demo.client import Session, demand
from lianfang_demo.people import document_number
from lianfang_demo.stack import Stack
from lianfang_demo.tenancies import Named, let

CASES = "/api/v1/population/residence-change-cases"
INCIDENTS = "/api/v1/incidents/incidents"
NOTICES = "/api/v1/notifications/notices"
_TYPED_NAME = "安思远"
_TYPED_PHONE = "19900099998"


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
        """Return a user's session, logged in at the first call, and anew where it has ended."""
        if login not in self._sessions:
            account = self._stack.account(login)
            session = Session(self._stack.gateway_url, self._language)
            self._sessions[login] = session
            await session.login(login, account["password"])
        elif (await self._sessions[login].get("/api/v1/gateway/me")).status == 401:
            await self._sessions[login].login_again()
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
        person = Named(name, number or a_new_number(SystemRandom()))
        return (await let(session, premises_ids, person)).sent_at

    async def report(self, session: Session, classification: str, **more: str) -> dict[str, Any]:
        """Report something that happened just now; return the answer."""
        body = {
            "source": "walk_in",
            "classification": classification,
            "occurred_at": moment().isoformat(),
            **more,
        }
        return dict(demand(await session.post("/api/v1/incidents/reports", body), 200, 201))

    async def arrive(self, session: Session, incident_id: str) -> None:
        """Record the officer's arrival."""
        path = f"{INCIDENTS}/{incident_id}"
        read = await session.get(path)
        demand(await session.post(f"{path}/arrivals", if_match=read.etag), 200, 201)

    async def close_incident(self, session: Session, incident_id: str) -> None:
        """End an incident as resolved."""
        path = f"{INCIDENTS}/{incident_id}"
        read = await session.get(path)
        body = {"outcome": "resolved"}
        demand(await session.post(f"{path}/closings", body, if_match=read.etag), 200, 201)

    async def raised(self, session: Session) -> list[dict[str, Any]]:
        """Return the desk's newest notices that nobody has taken over."""
        page = demand(await session.get(NOTICES, state="raised", limit=50), 200)
        return list(page["items"])

    async def acknowledge(self, session: Session, notice_id: str, comment: str) -> None:
        """Take a notice over."""
        path = f"{NOTICES}/{notice_id}"
        read = await session.get(path)
        body = {"comment": comment}
        demand(await session.post(f"{path}/acknowledgements", body, if_match=read.etag), 200, 201)

    async def cases(self, session: Session, state: str | None = None) -> set[str]:
        """Return ids of the open residence-change cases that a user's office may know of."""
        page = demand(await session.get(CASES, limit=200), 200)
        return {str(case["case_id"]) for case in page["items"] if state in (None, case["state"])}

    async def decide(self, session: Session, case_id: str, what: str, **body: str) -> None:
        """Review or accept a case, under its newest version."""
        read = await session.get(f"{CASES}/{case_id}")
        decided = await session.post(f"{CASES}/{case_id}/{what}", body, if_match=read.etag)
        demand(decided, 200, 201)


def moment() -> datetime:
    """Return this moment, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - a client's own clock


def a_feed_report(premises_id: str) -> dict[str, str]:
    """Return what the 110 feed tells of a burglary, beside class and moment."""
    return {
        **from_the_feed(premises_id),
        "method": "lock_picked",
        "tip": "lock_doors_and_windows",
        "narrative": "报警人称门锁被打开，少了一台电脑",
        "caller_phone": _TYPED_PHONE,
    }


def from_the_feed(premises_id: str) -> dict[str, str]:
    """Return what the 110 feed tells of everything, beside class and moment."""
    return {
        "source": "feed_110",
        "external_id": f"110-{uuid4().hex[:12]}",
        "premises_id": premises_id,
    }


def a_new_number(random: Random) -> str:
    """Return a document number of somebody older than all whom the demo data know."""
    born = date(1930, 1, 1) + timedelta(days=random.randrange(3_650))
    return document_number(born, random.randrange(1_000))
