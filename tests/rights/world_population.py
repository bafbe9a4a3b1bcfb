"""Persons, residences, the register and its cases, and what everybody must see of them."""

import json
from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from comparing import Comparison
from district import District, a_uuid, fresh_uuid, ordered_uuid
from inprocess import NOW, TODAY, InProcess
from oracle import Case, Entry, Glass, Oracle, Person, User, Verdict
from sqlalchemy import select, true

from lianfang_common.testing.servers import TestDatabase
from lianfang_demo.people import GIVEN_FIRST, GIVEN_SECOND, SURNAMES, document_number
from population.domain.names import pinyin_of
from population.storage import cases, persons, register, residences, scope
from population.storage.glass import BrokenGlass
from population.storage.tables import break_glass
from population.storage.vault import Vault

SERVICE = "population"
MUST_LEAK = (
    *("search", "count", "read", "residences", "entry list", "entry read", "case list"),
    *("case read", "glass list"),
)
PERSONS, ENTRIES, CASES, GLASSES = 110, 60, 50, 40


def MORE(database: TestDatabase) -> dict[str, Any]:  # noqa: N802 - a constant elsewhere
    """Return the settings that population has alone."""
    return {"matcher_url": database.urls["matcher"]}


def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query believe that the caller may know of everything."""
    for module, name in (
        (scope, "in_areas"),
        (residences, "in_areas"),
        (persons, "known_in_areas"),
        (register, "_known_to"),
        (cases, "_granted_to"),
    ):
        monkeypatch.setattr(module, name, lambda *_: true())
    monkeypatch.setattr(BrokenGlass, "_below", lambda self: select(break_glass))


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
        self.vault = Vault(app.keys.folder)
        self.persons: list[Person] = []
        self.running: set[UUID] = set()
        self.homes: dict[UUID, list[tuple[UUID, str]]] = {}
        self.entries: list[Entry] = []
        self.cases: list[Case] = []
        self.glasses: list[Glass] = []

    @property
    def oracle(self) -> Oracle:
        """The rules over these rows."""
        return Oracle((), tuple(self.cases), NOW, TODAY)

    async def plant(self) -> None:
        """Store everything past the guards."""
        offices = [
            {
                "office_id": office.id,
                "kind": office.kind,
                "name_zh": "机构",
                "name_en": "Office",
                "lead_parent": office.lead,
                "valid_from": TODAY,
                "version": 1,
            }
            for office in self.district.offices
        ]
        await self.app.plant("offices", offices)
        await self._plant_persons()
        await self._plant_entries()
        await self._plant_cases()
        await self._plant_glass()

    async def _plant_persons(self) -> None:
        rows, homes = [], []
        for nth in range(PERSONS):
            # Few names, so that many persons share the beginning of one.
            name = "".join(
                self.random.choice(part[:3]) for part in (SURNAMES, GIVEN_FIRST, GIVEN_SECOND)
            )
            number = document_number(date(1980, 1, 1) + timedelta(days=nth), nth)
            one = Person(
                a_uuid(self.random),
                tuple(self.random.choices(self.district.grids, k=self.random.randrange(4))),
                name,
                pinyin_of(name),
                number,
            )
            self.persons.append(one)
            rows.append(self._person(one, nth))
            for grid in one.homes:
                residence = fresh_uuid(self.random, NOW)
                self.homes.setdefault(one.id, []).append((residence, grid))
                homes.append(self._residence(residence, one.id, grid))
        await self.app.plant("persons", rows)
        await self.app.plant("residences", homes)

    def _person(self, one: Person, nth: int) -> dict[str, Any]:
        fields = self.vault.fields
        return {
            "person_id": one.id,
            "name": one.name,
            "pinyin": one.pinyin,
            "document_kind": "resident_id",
            "document_index": self.vault.documents.of(f"resident_id:{one.number}"),
            "document_sealed": fields.seal(one.number, f"persons.document.{one.id}"),
            "phone_sealed": fields.seal(f"199000{nth:05}", f"persons.phone.{one.id}"),
            "version": 1,
        }

    def _residence(self, residence: UUID, person: UUID, grid: str) -> dict[str, Any]:
        first = TODAY - timedelta(days=self.random.randrange(10, 900))
        over = self.random.random() < 0.3
        if not over:
            self.running.add(residence)
        return {
            "residence_id": residence,
            "person_id": person,
            "grid": grid,
            "first_day": first,
            "last_day": first + timedelta(days=5) if over else None,
            "ended": over,
            "version": 1,
        }

    async def _plant_entries(self) -> None:
        rows, responsible = [], []
        rooms, justices, committees = (
            self.district.of_kind(kind) for kind in ("room", "justice", "committee")
        )
        for nth in range(ENTRIES):
            delisted = self.random.random() < 0.15
            over = self.random.random() < 0.1
            last_day = TODAY + timedelta(days=-1 if over else self.random.randrange(300))
            one = Entry(
                ordered_uuid(self.random, nth + 1),
                self.random.choice(self.persons).id,
                self.random.choice(rooms).id,
                self.random.choice(justices).id,
                self.random.choice([None, self.random.choice(committees).id]),
                last_day,
                delisted,
            )
            self.entries.append(one)
            rows.append(self._entry(one))
            # Whoever answered before, and for a delisted entry nobody, answers now.
            responsible.append(self._answering(one.id, self.random.choice(rooms).id, NOW))
            if not delisted:
                responsible.append(self._answering(one.id, one.responsible, None))
        await self.app.plant("responsibilities", responsible)
        await self.app.plant("supervision_entries", rows)

    def _answering(
        self, entry: UUID, office: UUID | None, until: datetime | None
    ) -> dict[str, Any]:
        return {
            "responsibility_id": a_uuid(self.random),
            "entry_id": entry,
            "office_id": office,
            "since": NOW - timedelta(days=9),
            "until": until,
        }

    def _entry(self, one: Entry) -> dict[str, Any]:
        register_key = self.vault.register_index.of(str(one.person))
        return {
            "entry_id": one.id,
            "category": "resettlement_help",
            "statute": "prison-law-37",
            "deciding_organ": "示范区司法局",
            "document_sealed": self.vault.fields.seal(
                "示范〔2026〕1号", f"supervision_entries.document.{one.id}"
            ),
            "starts_on": TODAY - timedelta(days=100),
            "ends_on": one.last_day,
            "review_due_on": one.last_day,
            "review_missed": False,
            "justice_office": one.justice,
            "assisting_committee": one.assisting,
            "person_key": None if one.delisted else register_key,
            "person_sealed": self.vault.register.seal(
                str(one.person), f"supervision_entries.person.{one.id}"
            ),
            "state": "delisted" if one.delisted else "active",
            "sealed_at": NOW if one.delisted else None,
            "version": 1,
        }

    async def _plant_cases(self) -> None:
        rooms, justices = self.district.of_kind("room"), self.district.of_kind("justice")
        rows, grants = [], []
        for nth in range(CASES):
            entry = self.random.choice([each for each in self.entries if not each.delisted])
            state = self.random.choice(("to_review", "confirmed", "accepted", "closed"))
            receiving, justice = self.random.choice(rooms).id, self.random.choice(justices).id
            knows = {entry.responsible} if entry.responsible else set()
            if state in ("confirmed", "accepted"):
                knows |= {receiving, justice}
            one = Case(
                ordered_uuid(self.random, nth + 1),
                entry.id,
                state,
                frozenset(knows),
                receiving if state != "to_review" else None,
                justice if state != "to_review" else None,
            )
            self.cases.append(one)
            rows.append(self._case(one, entry))
            grants += [{"subject": one.id, "office": office} for office in sorted(knows)]
        await self.app.plant("residence_change_cases", rows)
        await self.app.plant("grants", grants)
        await self._refuse_some()

    async def _refuse_some(self) -> None:
        """Let offices that were asked refuse, as they do it: from then on A alone may know."""
        officers = {user.office: user for user in self.district.users if user.role == "officer"}
        asked = [case for case in self.cases if case.state == "confirmed"]
        refusing = [case for case in asked if case.receiving in officers][::2]
        assert refusing, "nobody refuses"
        for case in refusing:
            path = f"/residence-change-cases/{case.id}/refusals"
            reply = await self.ask(
                officers[case.receiving], "POST", path, {"reason": "wrong_area"}, If_Match='"1"'
            )
            assert reply.status == 200, reply.status
            entry = next(each for each in self.entries if each.id == case.entry)
            told = {entry.responsible} if entry.responsible else set()
            self.cases[self.cases.index(case)] = Case(
                case.id, case.entry, "to_review", frozenset(told)
            )

    def _case(self, one: Case, entry: Entry) -> dict[str, Any]:
        link = {
            "person": str(entry.person),
            "residence": str(a_uuid(self.random)),
            "grid": self.random.choice(self.district.grids),
        }
        sealed = self.vault.register.seal(json.dumps(link), f"residence_change_cases.link.{one.id}")
        return {
            "case_id": one.id,
            "entry_id": entry.id,
            "state": one.state,
            "managing_office": entry.responsible,
            "receiving_office": one.receiving,
            "justice_office": one.justice,
            "link_sealed": None if one.state in ("accepted", "closed") else sealed,
            "residence_key": self.vault.register_index.of(link["residence"]),
            "opened_at": NOW,
            "review_due_at": NOW,
            "review_missed": False,
            "acceptance_missed": False,
            "outcome": "visit_only" if one.state == "closed" else None,
            "version": 1,
        }

    async def _plant_glass(self) -> None:
        rows = []
        leads = {office.id: office.lead for office in self.district.offices}
        readers = [user for user in self.district.users if user.office in leads]
        for nth in range(GLASSES):
            user = self.random.choice(readers)
            if user.office is None:
                continue
            one = Glass(ordered_uuid(self.random, nth + 1), user.office, leads[user.office])
            self.glasses.append(one)
            rows.append(
                {
                    "glass_id": one.id,
                    "account": a_uuid(self.random),
                    "office": user.office,
                    "person_id": self.random.choice(self.persons).id,
                    "reason_sealed": self.vault.fields.seal(
                        "走失老人需要核对身份", f"break_glass.reason.{one.id}"
                    ),
                    "broken_at": NOW,
                    "open_until": NOW,
                    "review_due_at": NOW + timedelta(days=1),
                    "version": 1,
                }
            )
        await self.app.plant("break_glass", rows)

    async def compare(self, comparison: Comparison, reads: int) -> None:
        """Compare searches and lists of users, and single reads of random pairs."""
        oracle = self.oracle
        await comparison.each(
            part for user in comparison.listing for part in self._lists(comparison, oracle, user)
        )
        await comparison.each(
            self._reads(comparison, oracle, chance) for chance in comparison.chances(reads // 3)
        )

    def _lists(self, comparison: Comparison, oracle: Oracle, user: User) -> list[Awaitable[None]]:
        persons = {row.id: oracle.person(user, row) for row in self.persons}
        entries = {row.id: oracle.entry(user, row) for row in self.entries}
        cases = {row.id: oracle.case(user, row) for row in self.cases}
        open_cases = {
            row.id: _if(row.state in ("to_review", "confirmed"), cases[row.id])
            for row in self.cases
        }
        glasses = {row.id: oracle.glass(user, row) for row in self.glasses}
        asked = comparison.random.choice(self.persons)
        by_name = {
            r.id: _if(r.name.startswith(asked.name[:2]), persons[r.id]) for r in self.persons
        }
        by_sound = {
            r.id: _if(r.pinyin.startswith(asked.pinyin[:4]), persons[r.id]) for r in self.persons
        }
        by_number = {r.id: _if(r.number == asked.number, persons[r.id]) for r in self.persons}
        limit = comparison.random.choice((3, 50, 200))
        return [
            *(
                comparison.listed(
                    "search",
                    user,
                    "/persons/searches",
                    verdicts,
                    key="person_id",
                    limit=limit,
                    search=search,
                )
                for search, verdicts in (
                    ({"name": asked.name[:2]}, by_name),
                    ({"pinyin": asked.pinyin[:4]}, by_sound),
                    ({"document_number": asked.number}, by_number),
                )
            ),
            comparison.counted(
                "count", user, "/persons/searches", by_name, {"name": asked.name[:2]}
            ),
            comparison.listed(
                "entry list", user, "/supervision-entries", entries, key="entry_id", limit=limit
            ),
            comparison.counted("count", user, "/supervision-entries", entries),
            comparison.listed(
                "case list", user, "/residence-change-cases", open_cases, key="case_id", limit=limit
            ),
            comparison.counted("count", user, "/residence-change-cases", open_cases),
            comparison.listed("glass list", user, "/break-glass", glasses, key="glass_id"),
        ]

    async def _read_person(
        self,
        comparison: Comparison,
        oracle: Oracle,
        user: User,
        one: Person,
        expected: Verdict,
        item: UUID,
    ) -> None:
        purpose = f"?purpose=residence&purpose_id={item}"
        for kind, tail in (("read", ""), ("residences", "/residences")):
            path = "/persons/{}" + tail + purpose
            answer = await comparison.read(kind, user, path, one.id, expected)
        if answer.status == 200:
            shown = {item["residence_id"] for item in answer.body["items"]}
            for residence, grid in self.homes.get(one.id, []):
                sees = Verdict.SHOWN if oracle.covers(user, grid) else Verdict.HIDDEN
                met = "shown" if str(residence) in shown else "hidden"
                comparison.ledger.compare("residences", user, residence, sees, met)

    async def _reads(self, comparison: Comparison, oracle: Oracle, chance: Random) -> None:
        user, one = chance.choice(comparison.users), chance.choice(self.persons)
        expected = oracle.person(user, one)
        homes = self.homes.get(one.id, [])
        near = [home for home, grid in homes if oracle.covers(user, grid)]
        running = [home for home, _ in homes if home in self.running]
        items = [home for home in near if home in self.running] or running
        # Who is seen by a home that is left opens by broken glass alone, which is no question of
        # place: nobody is asked about then.
        if expected is not Verdict.SHOWN or set(items) & set(near):
            item = next(iter(items), one.id)
            await self._read_person(comparison, oracle, user, one, expected, item)
        entry = chance.choice(self.entries)
        expected = oracle.entry(user, entry)
        await comparison.read("entry read", user, "/supervision-entries/{}", entry.id, expected)
        if chance.random() < 0.5:
            case = chance.choice(self.cases)
            path = "/residence-change-cases/{}"
            await comparison.read("case read", user, path, case.id, oracle.case(user, case))
        else:
            await comparison.read(
                "disclosure",
                user,
                f"/persons/{entry.person}/disclosures",
                entry.id,
                expected,
                method="POST",
                body=lambda identity: {
                    "purpose": {"kind": "supervision_entry", "id": str(identity)}
                },
            )


def _if(condition: bool, verdict: Verdict) -> Verdict:
    return Verdict.HIDDEN if verdict is Verdict.SHOWN and not condition else verdict
