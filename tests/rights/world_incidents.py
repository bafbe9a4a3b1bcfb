"""Incidents of every class and their reports, and what everybody must see of them."""

from collections.abc import Awaitable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from comparing import Comparison, without_trace
from district import District, a_uuid, ordered_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import Oracle, Placed, User, Verdict
from sqlalchemy import true

from incidents.storage import incidents as incident_rows
from incidents.storage import places, queries
from incidents.storage import reports as report_rows

SERVICE = "incidents"
MORE: dict[str, Any] = {}
MUST_LEAK = ("list", "search", "count", "read", "report read", "change", "disclosure", "report")
HANDLING = {"officer", "room_head"}
REPORTING = {"officer": "walk_in", "room_head": "walk_in", "committee": "committee"}
CLASSES = {
    **dict.fromkeys(("burglary", "theft", "fraud", "noise", "fire_hazard", "gas_hazard"), False),
    **dict.fromkeys(("assault", "domestic_violence", "sexual_offence", "missing_person"), True),
}
"""Some classes, and whether they are against a person; as the rules of the network say."""


def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query believe that the caller may know of everything."""
    for module in (incident_rows, queries, report_rows):
        monkeypatch.setattr(module, "visible_to", lambda principal, table: true())
    for module in (incident_rows, places):
        monkeypatch.setattr(module, "in_areas", lambda principal, table: true())


class World:
    """Rows, and the oracle that knows them.

    Args:
        app: the service.
        district: places and users.
        random: decides about the rows.
    """

    def __init__(self, app: InProcess, district: District, random: Random) -> None:
        self.app, self.district, self.random = app, district, random
        self.ask = app.ask
        self.incidents: list[Placed] = []
        self.reports: list[Placed] = []
        self.facts: dict[UUID, tuple[str, str]] = {}
        self.premises: list[Placed] = []

    @property
    def oracle(self) -> Oracle:
        """The rules over these rows."""
        return Oracle((), (), NOW, TODAY)

    async def plant(self) -> None:
        """Store four incidents a grid, a report or two of each, and premises."""
        incidents, reports = [], []
        for nth, grid in enumerate(self.district.grids * 4):
            code = self.random.choice(sorted(CLASSES))
            state = self.random.choice(("open", "open", "closed"))
            one = Placed(ordered_uuid(self.random, nth + 1), grid)
            self.incidents.append(one)
            self.facts[one.id] = (code, state)
            incidents.append(self._incident(one, code, state))
            for again in range(self.random.randint(1, 2)):
                report = Placed(ordered_uuid(self.random, 10 * nth + again), grid)
                self.reports.append(Placed(report.id, grid, one.id))
                reports.append(self._report(report, one, code))
        for grid in self.district.grids:
            self.premises.append(Placed(a_uuid(self.random), grid))
        await self.app.plant("incidents", incidents)
        await self.app.plant("reports", reports)
        await self.app.plant(
            "premises", [{"id": one.id, "grid": one.grid, "version": 1} for one in self.premises]
        )
        await self.app.plant(
            "areas",
            [{"code": grid, "level": "grid", "version": 1} for grid in self.district.grids],
        )

    def _incident(self, one: Placed, code: str, state: str) -> dict[str, Any]:
        closed = state == "closed"
        return {
            "id": one.id,
            "version": 1,
            "grid": one.grid,
            "classification": code,
            "against_person": CLASSES[code],
            "source": "walk_in",
            "opened_at": NOW - timedelta(hours=self.random.randrange(100)),
            "day_part": "night",
            "closed_at": NOW if closed else None,
            "outcome": "resolved" if closed else None,
            "reports": 1,
        }

    def _report(self, report: Placed, incident: Placed, code: str) -> dict[str, Any]:
        return {
            "id": report.id,
            "version": 1,
            "incident_id": incident.id,
            "grid": report.grid,
            "source": "walk_in",
            "classification": code,
            "against_person": CLASSES[code],
            "occurred_at": NOW,
            "received_at": NOW,
            "linked": False,
        }

    async def compare(self, comparison: Comparison, reads: int) -> None:
        """Compare lists of users, and single reads, changes and disclosures of random pairs."""
        oracle = self.oracle
        await comparison.each(
            part for user in comparison.listing for part in self._lists(comparison, oracle, user)
        )
        await comparison.each(
            self._reads(comparison, oracle, chance) for chance in comparison.chances(reads // 2)
        )
        # Last, since a leak stores a report, which is then taken away.
        await comparison.each(
            self._foreign(comparison, oracle, chance) for chance in comparison.chances(reads // 10)
        )
        for table, kept in (("reports", self.reports), ("incidents", self.incidents)):
            await self.app.sql(
                f"delete from {table} where id <> all ($1)", [row.id for row in kept]
            )

    def _lists(self, comparison: Comparison, oracle: Oracle, user: User) -> list[Awaitable[None]]:
        verdicts = {row.id: oracle.incident(user, row) for row in self.incidents}
        code = comparison.random.choice(sorted(CLASSES))
        state = comparison.random.choice(("open", "closed"))

        def only(row: UUID, verdict: Verdict) -> Verdict:
            asked = self.facts[row] == (code, state)
            return Verdict.HIDDEN if verdict is Verdict.SHOWN and not asked else verdict

        searched = {row: only(row, verdict) for row, verdict in verdicts.items()}
        path = f"/incidents?classification={code}&state={state}"
        limit = comparison.random.choice((13, 50, 200))
        return [
            comparison.listed("list", user, "/incidents", verdicts, limit=limit),
            comparison.listed("search", user, path, searched),
            comparison.counted("count", user, "/incidents", verdicts),
            comparison.counted("count", user, path, searched),
        ]

    async def _reads(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        user = chance.choice(comparison.users)
        one = chance.choice(self.incidents)
        expected = oracle.incident(user, one)
        answer = await comparison.read("read", user, "/incidents/{}", one.id, expected)
        if answer.status == 200:
            told = {each["id"] for each in answer.body["told_by"]}
            for report in (each for each in self.reports if each.subject == one.id):
                met = "shown" if str(report.id) in told else "hidden"
                comparison.ledger.compare("told by", user, report.id, expected, met)
        report = chance.choice(self.reports)
        expected = oracle.incident(user, report)
        await comparison.read("report read", user, "/reports/{}", report.id, expected)
        if chance.random() < 0.3:
            await self._handle(comparison, oracle, user, one, report)

    async def _handle(
        self, comparison: Comparison, oracle: Oracle, user: User, one: Placed, report: Placed
    ) -> None:
        able = user.role in HANDLING
        await comparison.read(
            "change",
            user,
            "/incidents/{}/closings",
            one.id,
            oracle.incident(user, one) if able else Verdict.REFUSED,
            method="POST",
            body={"outcome": "unfounded"},
            # A version that there is not: who sees the incident is told so, and nothing changes.
            shown=lambda reply: reply.status in (409, 412),
            If_Match='"999"',
        )
        await comparison.read(
            "disclosure",
            user,
            "/reports/{}/disclosures",
            report.id,
            oracle.incident(user, report) if able else Verdict.REFUSED,
            method="POST",
            body={"purpose": {"kind": "incident", "id": str(report.subject), "reason": "核对"}},
        )

    async def _foreign(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        """Report something at premises elsewhere: they are answered like premises that are not."""
        user = chance.choice([u for u in comparison.users if u.role in REPORTING])
        one = chance.choice(self.premises)
        if oracle.covers(user, one.grid):
            return
        body = {
            "source": REPORTING[user.role],
            "classification": "noise",
            "occurred_at": NOW.isoformat(),
        }
        answers = [
            without_trace(
                await comparison.ask(user, "POST", "/reports", {**body, "premises_id": str(named)})
            )
            for named in (one.id, a_uuid(chance))
        ]
        met = "hidden" if answers[0] == answers[1] and answers[0][0] == 422 else "shown"
        comparison.ledger.compare("report", user, one.id, Verdict.HIDDEN, met)
