"""Premises and tenancies of a made-up district, and what everybody must see of them."""

from collections.abc import Awaitable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from comparing import Comparison
from district import District, a_uuid, ordered_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import Grant, Oracle, Placed, User, Verdict

from rentals.storage.sight import Sight

SERVICE = "rentals"
MORE: dict[str, Any] = {}
MUST_LEAK = ("list", "search", "count", "read", "tenancy list", "tenancy read", "change")
CHANGING = {"officer", "room_head", "landlord"}


def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query believe that the caller covers everything."""
    everything = Sight(("00",), ("99999",), UUID(int=0), None)
    monkeypatch.setattr(Sight, "of", classmethod(lambda cls, principal: everything))


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
        self.premises: list[Placed] = []
        self.tenancies: list[Placed] = []
        self.grants: list[Grant] = []
        self.letting: dict[UUID, list[UUID]] = {}

    @property
    def oracle(self) -> Oracle:
        """The rules over these rows."""
        return Oracle(tuple(self.grants), (), NOW, TODAY)

    async def plant(self) -> None:
        """Store three premises a grid, a tenancy or two in each, and grants of every kind."""
        premises, tenancies, tenants = [], [], []
        for nth, grid in enumerate(self.district.grids * 3):
            one = ordered_uuid(self.random, nth + 1)
            self.premises.append(Placed(one, grid, one))
            premises.append(
                {
                    "premises_id": one,
                    "grid": grid,
                    "kind": "shared_flat",
                    "rooms": 4,
                    "label": f"{nth}",
                    "let_by_person": a_uuid(self.random) if nth % 3 else None,
                    "filed_at": NOW,
                    "version": 1,
                }
            )
            for room in range(1, self.random.randint(1, 2) + 1):
                tenancy = ordered_uuid(self.random, 10 * nth + room)
                self.tenancies.append(Placed(tenancy, grid, one))
                self.letting.setdefault(one, []).append(tenancy)
                tenancies.append(self._tenancy(tenancy, one, grid, room))
                tenants.append(
                    {
                        "tenancy_id": tenancy,
                        "person_id": a_uuid(self.random),
                        "premises_id": one,
                        "grid": grid,
                        "receipt_id": a_uuid(self.random),
                    }
                )
        await self.app.plant("premises", premises)
        await self.app.plant("tenancy", tenancies)
        await self.app.plant("tenant", tenants)
        await self._grant()

    def _tenancy(self, tenancy: UUID, premises: UUID, grid: str, room: int) -> dict[str, Any]:
        first = date(2026, 1, 1) + timedelta(days=self.random.randrange(300))
        return {
            "tenancy_id": tenancy,
            "premises_id": premises,
            "grid": grid,
            "room": room,
            "first_day": first,
            "last_day": self.random.choice([None, first + timedelta(days=200)]),
            "tenants": 1,
            "let_by_person": a_uuid(self.random),
            "registered_by": "officer",
            "registered_at": NOW,
            "version": 1,
        }

    async def _grant(self) -> None:
        landlords = [user for user in self.district.users if user.role == "landlord"]
        others = [user for user in self.district.users if user.role != "landlord"]
        untils = (None, None, NOW + timedelta(days=1), NOW - timedelta(days=1))
        for one in self.random.sample(self.premises, 40):
            until = self.random.choice(untils)
            if self.random.random() < 0.3:
                office = self.random.choice(self.district.offices).id
                self.grants.append(Grant(one.id, office=office, until=until))
            else:
                user = self.random.choice(landlords * 8 + others)
                self.grants.append(Grant(one.id, account=user.account, until=until))
        for grant in self.grants:
            await self.app.sql(
                "insert into grants (subject, office, account, until) values ($1, $2, $3, $4)",
                *(grant.subject, grant.office, grant.account, grant.until),
            )

    async def compare(self, comparison: Comparison, reads: int) -> None:
        """Compare lists of every user, and single reads and changes of random pairs."""
        oracle = self.oracle
        await comparison.each(
            part for user in comparison.listing for part in self._lists(comparison, oracle, user)
        )
        await comparison.each(
            self._reads(comparison, oracle, chance) for chance in comparison.chances(reads // 2)
        )

    def _lists(self, comparison: Comparison, oracle: Oracle, user: User) -> list[Awaitable[None]]:
        premises = {row.id: oracle.let(user, row) for row in self.premises}
        tenancies = {row.id: oracle.let(user, row) for row in self.tenancies}
        area = comparison.random.choice(self.district.area_codes())
        within = {r.id: _within(area, r, premises[r.id]) for r in self.premises}
        running = {r.id: _within(area, r, tenancies[r.id]) for r in self.tenancies}
        foreign = comparison.random.choice(self.premises)
        of_one = {row.id: _of(foreign, row, tenancies[row.id]) for row in self.tenancies}
        limit = comparison.random.choice((13, 50, 200))
        return [
            comparison.listed("list", user, "/premises", premises, limit=limit),
            comparison.listed("search", user, f"/premises?area={area}", within),
            comparison.counted("count", user, "/premises", premises),
            comparison.listed("tenancy list", user, "/tenancies", tenancies, limit=limit),
            comparison.listed("search", user, f"/tenancies?area={area}", running),
            comparison.listed("search", user, f"/tenancies?premises_id={foreign.id}", of_one),
            comparison.counted("count", user, "/tenancies", tenancies),
        ]

    async def _reads(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        user = chance.choice(comparison.users)
        one = chance.choice(self.premises)
        expected = oracle.let(user, one)
        answer = await comparison.read("read", user, "/premises/{}", one.id, expected)
        if answer.status == 200 and expected is Verdict.SHOWN:
            self._detail(comparison, oracle, user, one, answer.body)
        tenancy = chance.choice(self.tenancies)
        expected = oracle.let(user, tenancy)
        await comparison.read("tenancy read", user, "/tenancies/{}", tenancy.id, expected)
        if chance.random() < 0.3:
            await comparison.read(
                "change",
                user,
                "/tenancies/{}/endings",
                tenancy.id,
                expected if user.role in CHANGING else Verdict.REFUSED,
                method="POST",
                body={"last_day": str(TODAY)},
                # A version that there is not: who sees the tenancy is told so, and nothing changes.
                shown=lambda reply: reply.status in (409, 412, 422),
                If_Match='"999"',
            )

    def _detail(
        self, comparison: Comparison, oracle: Oracle, user: User, one: Placed, body: Any
    ) -> None:
        ledger = comparison.ledger
        shown = {item["id"] for item in body["tenancies"]}
        exact = shown == set(map(str, self.letting[one.id]))
        ledger.compare("count", user, one.id, Verdict.SHOWN, "shown" if exact else "hidden")
        named = [item["person_ids"] for item in body["tenancies"]] + [
            item["let_by"]["person_id"] for item in [body, *body["tenancies"]] if item["let_by"]
        ]
        names = Verdict.SHOWN if oracle.names_persons(user) else Verdict.HIDDEN
        for each in named:
            ledger.compare("persons", user, one.id, names, "shown" if each else "hidden")


def _within(area: str, row: Placed, verdict: Verdict) -> Verdict:
    inside = row.grid.startswith(area)
    return Verdict.HIDDEN if verdict is Verdict.SHOWN and not inside else verdict


def _of(premises: Placed, row: Placed, verdict: Verdict) -> Verdict:
    return Verdict.HIDDEN if verdict is Verdict.SHOWN and row.subject != premises.id else verdict
