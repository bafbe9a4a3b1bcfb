"""Notices of every desk, and what everybody must see of them."""

from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from comparing import Comparison
from district import District, a_uuid, ordered_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import Oracle, Told, User, Verdict

from notifications.storage import queries, week

SERVICE = "notifications"
MORE: dict[str, Any] = {}
MUST_LEAK = ("list", "search", "count", "read", "manifest", "week", "figures")
NOTICES = 260


def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query ask for all desks."""
    monkeypatch.setattr(queries, "_OWN", "($1::uuid is null or true) and $2::text is not null")
    everything = "num_nulls($4::uuid, $5::text, $6::text[], $7::text[], $8::text[]) >= 0"
    monkeypatch.setattr(week, "_SEEN", everything)


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
        self.notices: list[Told] = []
        self.states: dict[UUID, str] = {}

    @property
    def oracle(self) -> Oracle:
        """The rules over these rows."""
        return Oracle((), (), NOW, TODAY)

    async def plant(self) -> None:
        """Store notices of random desks; some desks of an office nobody sits at."""
        rules = await self.app.sql("select rule_id, version, event_type, role from rules")
        by_role: dict[str, list[Any]] = {}
        for rule in rules:
            by_role.setdefault(rule["role"], []).append(rule)
        roles = sorted(role for role in by_role if role)
        rows = []
        for nth in range(NOTICES):
            office = self.random.choice(self.district.offices)
            own = [role for role in roles if _sits(role, office.kind)]
            role = self.random.choice(own if own and nth % 8 else roles)
            rule = self.random.choice(by_role[role])
            told = Told(
                ordered_uuid(self.random, nth + 1),
                office.id,
                role,
                self.random.choice(self.district.grids),
                rule["event_type"].startswith("population."),
            )
            self.notices.append(told)
            rows.append(self._row(told, rule))
        await self.app.plant("notices", rows)

    def _row(self, told: Told, rule: Any) -> dict[str, Any]:
        state = self.random.choice(("raised", "acknowledged", "escalated", "stale"))
        self.states[told.id] = state
        return {
            "id": told.id,
            "version": 1,
            "ce_id": a_uuid(self.random),
            "rule_id": rule["rule_id"],
            "rule_version": rule["version"],
            "event_type": rule["event_type"],
            "office_id": told.office,
            "role": told.role,
            "urgency": "normal",
            "subject_kind": "tenancy",
            "subject_id": a_uuid(self.random),
            "grid": told.grid,
            "flagged": False,
            **dict.fromkeys(("title_zh", "title_en", "body_zh", "body_en"), "…"),
            "occurred_at": NOW,
            "raised_at": NOW,
            "stale_at": NOW + timedelta(days=1),
            "state": state,
            "seal": b"s" * 32,
            "acknowledged_at": NOW if state == "acknowledged" else None,
        }

    async def compare(self, comparison: Comparison, reads: int) -> None:
        """Compare lists of users, and single reads of random pairs."""
        oracle = self.oracle
        await comparison.each(
            part for user in comparison.listing for part in self._lists(comparison, oracle, user)
        )
        await comparison.each(
            self._reads(comparison, oracle, chance) for chance in comparison.chances(reads // 2)
        )

    def _lists(self, comparison: Comparison, oracle: Oracle, user: User) -> list[Awaitable[None]]:
        verdicts = {row.id: oracle.told(user, row) for row in self.notices}
        state = comparison.random.choice(("raised", "acknowledged", "escalated", "stale"))
        searched = {
            row: verdict if self.states[row] == state else Verdict.HIDDEN
            for row, verdict in verdicts.items()
        }
        limit = comparison.random.choice((3, 50, 200))
        path = f"/notices?state={state}"
        return [
            comparison.listed("list", user, "/notices", verdicts, limit=limit),
            comparison.listed("search", user, path, searched),
            comparison.counted("count", user, "/notices", verdicts),
            comparison.counted("count", user, path, searched),
            *self._week(comparison, oracle, user, limit),
        ]

    def _week(
        self, comparison: Comparison, oracle: Oracle, user: User, limit: int
    ) -> list[Awaitable[None]]:
        verdicts = {row.id: oracle.week(user, row) for row in self.notices}
        office = comparison.random.choice(self.district.offices).id
        there = {
            row.id: verdicts[row.id]
            if row.office == office or verdicts[row.id] is Verdict.REFUSED
            else Verdict.HIDDEN
            for row in self.notices
        }
        path = f"/week/notices?office={office}"
        return [
            comparison.listed("week", user, "/week/notices", verdicts, limit=limit),
            comparison.listed("week", user, path, there),
            comparison.counted("week", user, "/week/notices", verdicts),
            self._figures(comparison, user, verdicts),
        ]

    async def _figures(
        self, comparison: Comparison, user: User, verdicts: dict[UUID, Verdict]
    ) -> None:
        """Compare how many notices of each office the week says there are."""
        answer = await self.ask(user, "GET", "/week")
        seen = Counter(row.office for row in self.notices if verdicts[row.id] is Verdict.SHOWN)
        if answer.status == 200:
            told = {UUID(row["office_id"]): row["raised"] for row in answer.body["offices"]}
            met = "hidden" if told == dict(seen) else "shown"
        else:
            met = "refused" if answer.status == 403 else f"status {answer.status}"
        refused = Verdict.REFUSED in verdicts.values()
        expected = Verdict.REFUSED if refused else Verdict.HIDDEN
        comparison.ledger.compare("figures", user, "/week", expected, met)

    async def _reads(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        user = chance.choice(comparison.users)
        own = [row for row in self.notices if row.office == user.office]
        one = chance.choice(own if own and chance.random() < 0.4 else self.notices)
        expected = oracle.told(user, one)
        await comparison.read("read", user, "/notices/{}", one.id, expected)
        await comparison.read("manifest", user, "/notices/{}/manifest", one.id, expected)
        if expected is not Verdict.SHOWN and chance.random() < 0.3:
            await comparison.read(
                "change",
                user,
                "/notices/{}/acknowledgements",
                one.id,
                expected,
                method="POST",
                body={},
            )


def _sits(role: str, kind: str) -> bool:
    kinds = {"station_head": "station", "officer": "room", "room_head": "room"}
    return kinds.get(role, role) == kind
