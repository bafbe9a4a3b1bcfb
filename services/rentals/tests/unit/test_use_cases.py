"""The use cases with a unit of work in memory: who may, what is asked first, what is written."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from rentals_builders import (
    GRID,
    NEIGHBOR_GRID,
    NOW,
    TODAY,
    a_landlord,
    a_person,
    a_tenancy,
    an_officer,
    some_premises,
)

from lianfang_common.errors import Forbidden, Invalid, NotFound, StaleVersion
from rentals.domain.landlords import LettingPerson
from rentals.domain.premises import PremisesKind
from rentals.domain.tenancy import ReceiptUsed
from rentals.messages import MESSAGES
from rentals.use_cases.end_tenancy import EndTenancy, end_tenancy
from rentals.use_cases.extend_tenancy import ExtendTenancy, extend_tenancy
from rentals.use_cases.file_premises import FilePremises, file_premises
from rentals.use_cases.register_tenancy import (
    LetByReceipt,
    RegisterTenancy,
    register_tenancy,
)


@dataclass
class Kept:
    premises: object
    taken: tuple = ()
    used_receipts: frozenset = frozenset()


@dataclass
class FakeUnit:
    """Premises, tenancies and receipts in dictionaries, with the shape of the real unit."""

    caller: object
    now: object = NOW
    files: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    named: dict = field(default_factory=dict)
    used: frozenset = frozenset()
    known: tuple = (GRID, NEIGHBOR_GRID)
    granted: list = field(default_factory=list)
    announced: list = field(default_factory=list)
    redeemed: list = field(default_factory=list)
    told_accounts: list = field(default_factory=list)

    premises = tenancies = receipts = places = property(lambda self: self)

    async def load_to_let(self, premises_id, room, first_day, last_day, receipts):
        if premises_id not in self.files:
            raise NotFound("premises-unknown", "premises_id")
        return Kept(self.files[premises_id], (), self.used & frozenset(receipts))

    async def add(self, one, redeemed=None):
        self.redeemed.append(redeemed)
        for each in one if isinstance(one, list) else [one]:
            self.kept[each.id] = each
        return 1

    async def load(self, one):
        if one not in self.kept:
            raise NotFound()
        return self.kept[one], ()

    async def save(self, tenancy, expected_version):
        tenancy.version = expected_version + 1

    async def end_grants(self, premises_id, kept):
        self.granted = [(p, a) for p, a in self.granted if p != premises_id or a == kept]

    async def grant(self, given):
        self.granted += given

    async def announce_accounts(self, premises_ids):
        self.told_accounts += premises_ids

    async def announce_landlord(self, premises_id, landlord):
        self.announced.append((premises_id, landlord))

    async def unknown(self, grids):
        return set(grids) - set(self.known)

    def redeem(self, receipt, premises_id, field):
        if receipt not in self.named:
            raise Invalid("receipt-invalid", field)
        return self.named[receipt]


def a_unit(caller=None, **more) -> FakeUnit:
    premises = some_premises()
    return FakeUnit(
        caller or an_officer(),
        files={premises.id: premises},
        named={"a": a_person(), "b": a_person(), "landlord": a_person()},
        **more,
    )


def asked(uow, tenants=("a",), let_by=None, **more):
    fields = {"room": 1, "first_day": TODAY, "last_day": None, **more}
    premises_id = more.pop("premises_id", next(iter(uow.files)))
    fields.pop("premises_id", None)
    return RegisterTenancy(premises_id=premises_id, let_by=let_by, tenants=tuple(tenants), **fields)


async def test_a_registration_answers_with_ids_and_version_alone():
    uow = a_unit()
    answer = await register_tenancy(asked(uow, ("a", "b")), uow)
    assert (answer.status, answer.version) == (201, 1)
    assert set(answer.facts) == {"premises_id"}
    assert uow.kept[answer.id].tenants == (uow.named["a"], uow.named["b"])
    assert uow.announced == []


@pytest.mark.parametrize("role", ["committee", "justice", "feed", "ops", "auditor", "bureau"])
async def test_only_officers_and_landlords_register(role):
    uow = a_unit(an_officer(role=role))
    with pytest.raises(Forbidden):
        await register_tenancy(asked(uow), uow)
    assert not uow.kept


async def test_the_way_in_is_written_down():
    for caller, way in ((a_landlord(), "landlord"), (an_officer(role="room_head"), "officer")):
        uow = a_unit(caller)
        answer = await register_tenancy(asked(uow), uow)
        assert uow.kept[answer.id].registered_by == way


async def test_a_bad_receipt_is_named_by_its_place():
    uow = a_unit()
    with pytest.raises(Invalid) as refused:
        await register_tenancy(asked(uow, ("a", "bad")), uow)
    assert refused.value.field == "tenants.1.receipt"


async def test_a_used_receipt_is_named_by_its_place():
    uow = a_unit()
    uow.used = frozenset({uow.named["b"].receipt_id})
    with pytest.raises(ReceiptUsed) as refused:
        await register_tenancy(asked(uow, ("a", "b")), uow)
    assert refused.value.field == "tenants.1.receipt"


async def test_a_landlord_named_by_receipt_uses_it_up():
    uow = a_unit()
    answer = await register_tenancy(asked(uow, let_by=LetByReceipt("landlord")), uow)
    person = uow.named["landlord"]
    assert uow.kept[answer.id].landlord == LettingPerson(person.person_id, person.receipt_id)
    assert uow.redeemed == [uow.kept[answer.id].landlord]
    assert uow.announced == [(next(iter(uow.files)), uow.kept[answer.id].landlord)]
    with pytest.raises(ReceiptUsed) as refused:
        await register_tenancy(asked(uow, ("a",), LetByReceipt("a")), uow)
    assert refused.value.field == "let_by.receipt"


async def test_impossible_days_are_said_before_anything_is_opened():
    uow = a_unit()
    with pytest.raises(Invalid, match="ends-before-start"):
        await register_tenancy(asked(uow, ("bad",), last_day=TODAY - timedelta(days=1)), uow)


@pytest.mark.parametrize(
    ("use_case", "command"), [(extend_tenancy, ExtendTenancy), (end_tenancy, EndTenancy)]
)
async def test_a_change_of_an_old_version_is_stale(use_case, command):
    tenancy = a_tenancy(TODAY, TODAY + timedelta(days=30))
    tenancy.version = 3
    uow = a_unit(kept={tenancy.id: tenancy})
    for day in (TODAY + timedelta(days=40), TODAY + timedelta(days=20)):
        with pytest.raises(StaleVersion):
            await use_case(command(tenancy.id, day, 2), uow)
    day = TODAY + timedelta(days=40 if use_case is extend_tenancy else 20)
    answer = await use_case(command(tenancy.id, day, 3), uow)
    assert (answer.status, answer.version) == (200, 4)
    with pytest.raises(NotFound):
        await use_case(command(uuid4(), day, 1), uow)


async def test_premises_are_filed_where_the_caller_works_and_the_grid_is_known():
    landlord = uuid4()
    command = FilePremises(GRID, PremisesKind.FLAT, 2, "3-201", None, landlord)
    uow = a_unit()
    answer = await file_premises(command, uow)
    assert uow.granted == [(answer.id, landlord)] and uow.told_accounts == [answer.id]
    for refused in (a_unit(known=()), a_unit(an_officer(NEIGHBOR_GRID))):
        with pytest.raises(Invalid) as unknown:
            await file_premises(command, refused)
        assert (unknown.value.slug, unknown.value.field) == ("unknown-area", "grid")
        assert not refused.kept


def test_every_rule_has_words_in_both_languages():
    import ast
    from pathlib import Path

    import rentals

    said = set()
    for path in Path(rentals.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(getattr(node, "func", None), "id", None)
            if called in {"Invalid", "RuleBroken", "NotFound"} and node.args:
                said.add(ast.literal_eval(node.args[0]))
    said |= {"tenancies-overlap", "receipt-used"}
    assert said - {"missing"} == set(MESSAGES)
    assert all(not text.zh.isascii() and text.en.isascii() for text in MESSAGES.values())
