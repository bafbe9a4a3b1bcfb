"""The replica of places, the loading of files, and the republish: snapshot + events = snapshot."""

import json
import random
from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from rentals_builders import GRID, NEIGHBOR_GRID, NOW, a_landlord, an_officer
from rentals_network import a_rentals, know_places

from lianfang_common.ids import new_id
from lianfang_common.subscriptions import Received
from rentals import cli
from rentals.cli import (
    load_premises_file,
    republish_landlord_accounts,
    republish_premises,
)
from rentals.consumed import AreaStated, OfficeStated
from rentals.domain.landlords import check_character
from rentals.handlers import SUBSCRIPTIONS

pytestmark = pytest.mark.servers

CODE = "91990101MA00000001"[:17]
CREDIT_CODE = CODE + check_character(CODE)
HANDLERS = {one.type: one for one in SUBSCRIPTIONS}


def area(area_id, version, name):
    """Return one area event as population writes it, with a field that rentals does not know."""
    kind = "defined" if version == 1 else "stated"
    return f"population.area.{kind}.v1", area_id, version, {
        "area_id": str(area_id),
        "code": str(990101001001001 + area_id.int % 7),
        "level": "grid",
        "parent_code": "990101001001",
        "name_zh": name,
        "name_en": f"{name} en",
        "color": "unknown",
    }  # fmt: skip


def office(office_id, version, grids):
    kind = "office-defined" if version == 1 else "office-stated"
    return f"population.area.{kind}.v1", office_id, version, {
        "office_id": str(office_id),
        "kind": "a-kind-that-comes-later",
        "name_zh": f"警务室{version}",
        "name_en": f"Room {version}",
        "lead_parent": None,
        "guide_parent": None,
        "grids": grids,
        "valid_from": "2026-01-01",
    }  # fmt: skip


async def apply(service, events):
    async with service.system_unit() as uow:
        for kind, key, version, body in events:
            subscription = HANDLERS[kind]
            received = Received(
                subscription.model.model_validate_json(json.dumps(body)),
                new_id(), kind, "population.area", key, version, NOW, None, None,
            )  # fmt: skip
            await subscription.handler([received], uow)


async def snapshot(service):
    async with service.system_unit() as uow:
        return await uow.places.snapshot()


async def test_snapshot_and_events_make_the_fresh_snapshot(keys):
    """However often and with whichever old statement in between: the newest version stands."""
    areas = [UUID(int=n + 1) for n in range(7)]
    offices = [UUID(int=100 + n) for n in range(3)]
    history = [area(a, version, f"网格{version}") for a in areas for version in (1, 2, 3)] + [
        office(o, version, [GRID, NEIGHBOR_GRID][:version]) for o in offices for version in (1, 2)
    ]
    newest = [area(a, 3, "网格3") for a in areas] + [
        office(o, 2, [GRID, NEIGHBOR_GRID]) for o in offices
    ]
    async with a_rentals(keys) as fresh, a_rentals(keys) as kept:
        await apply(fresh, newest)
        wanted = await snapshot(fresh)
        assert len(wanted["area"]) == 7 and len(wanted["office"]) == 3
        await apply(kept, history[: len(history) // 2])
        await apply(kept, newest)  # a republish in the middle
        rng = random.Random(3)
        await apply(kept, rng.sample(history, len(history)))  # and stragglers after it
        assert await snapshot(kept) == wanted


async def test_a_newer_statement_replaces_and_an_older_one_does_not(rentals):
    area_id = uuid4()
    await apply(rentals, [area(area_id, 5, "新名")])
    await apply(rentals, [area(area_id, 4, "旧名")])
    (row,) = await rentals.sql("select name_zh from area where area_id = $1", area_id)
    assert row["name_zh"] == "新名"


def test_readers_ignore_what_they_do_not_need():
    assert AreaStated.model_validate(area(uuid4(), 1, "x")[3])
    stated = OfficeStated.model_validate(office(uuid4(), 1, [GRID])[3])
    assert stated.valid_from == date(2026, 1, 1)


def a_line(**more):
    return json.dumps(
        {"premises_id": str(new_id()), "grid": GRID, "kind": "flat", "rooms": 2, "label": "3-201"}
        | more
    )


def the_runtime(service):
    return SimpleNamespace(unit=service.system_unit)


async def test_loading_a_file_twice_files_and_announces_once(rentals, tmp_path, capsys):
    owner, file = uuid4(), tmp_path / "premises.jsonl"
    lines = [a_line(accounts=[str(owner)] if n == 0 else []) for n in range(1203)]
    file.write_text("\n".join(lines) + "\n")
    before = len(await rentals.facts("rentals.premises.filed.v1"))
    await load_premises_file(the_runtime(rentals), [str(file)])
    await load_premises_file(the_runtime(rentals), [str(file)])
    assert capsys.readouterr().out.splitlines() == [
        "1203 premises are new",
        "0 premises are new",
    ]
    assert len(await rentals.facts("rentals.premises.filed.v1")) == before + 1203
    opened = await rentals.sql("select subject from grants where account = $1", owner)
    assert [str(row["subject"]) for row in opened] == [json.loads(lines[0])["premises_id"]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "unreadable"),
        ("[]", "unreadable"),
        (a_line(kind="castle"), "kind: unreadable"),
        (a_line(rooms=0), "rooms: rooms-count"),
        (a_line(label="王小明"), "label: house-number"),
        (
            a_line(organisation={"name": "安居公司", "credit_code": "1"}),
            "organisation.credit_code: credit-code",
        ),
        (a_line(grid="990101009009009"), "grid: unknown-area"),
    ],
)
async def test_a_wrong_line_is_named_by_number_field_and_reason_and_the_others_are_loaded(
    rentals, tmp_path, capsys, line, reason
):
    file, owner = tmp_path / "premises.jsonl", uuid4()
    file.write_text(f"{a_line()}\n\n{line}\n{a_line(accounts=[str(owner)])}\n")
    before = len(await rentals.facts("rentals.premises.filed.v1"))
    with pytest.raises(SystemExit) as ended:
        await load_premises_file(the_runtime(rentals), [str(file)])
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"line 3: {reason}",
        "2 premises are new; 1 lines were left out",
    ]
    assert len(await rentals.facts("rentals.premises.filed.v1")) == before + 2
    assert len(await rentals.sql("select subject from grants where account = $1", owner)) == 1


async def test_before_the_first_area_has_arrived_the_file_is_believed(keys, tmp_path):
    file = tmp_path / "premises.jsonl"
    file.write_text(a_line(grid="990101009009009") + "\n")
    async with a_rentals(keys) as empty:
        await load_premises_file(the_runtime(empty), [str(file)])
        assert len(await empty.facts("rentals.premises.filed.v1")) == 1


async def test_a_republish_states_every_premises_with_its_version(keys):
    async with a_rentals(keys) as service:
        await know_places(service)
        officer = an_officer()
        filed = [await service.file(officer, rooms=n) for n in (1, 2, 3)]
        changed = await service.ask(
            officer,
            "POST",
            f"/premises/{filed[1]}/landlords",
            {"let_by": {"receipt": service.receipt(officer, filed[1])}},
            version=1,
        )
        assert changed.status == 200
        assert await republish_premises(the_runtime(service)) == 3
        stated = await service.facts("rentals.premises.stated.v1")
        assert [(f["key"], f["aggregate_version"], f["body"]["rooms"]) for f in stated] == [
            (filed[0], 1, 1),
            (filed[1], 2, 2),
            (filed[2], 1, 3),
        ]
        assert {f["account"] for f in stated} == {None}


async def test_a_republish_states_who_may_let_with_the_version_of_that(keys):
    async with a_rentals(keys) as service:
        await know_places(service)
        officer, landlord = an_officer(), a_landlord()
        let = await service.file(officer, landlord_account=str(landlord.account))
        await service.file(officer)
        assert await republish_landlord_accounts(the_runtime(service)) == 1
        (stated,) = await service.facts("rentals.landlord.accounts-stated.v1")
        assert (stated["key"], stated["aggregate_version"]) == (let, 1)
        assert stated["body"]["accounts"] == [str(landlord.account)]


async def test_loading_the_same_file_again_announces_no_account_twice(keys, tmp_path):
    async with a_rentals(keys) as service:
        await know_places(service)
        file = tmp_path / "premises.jsonl"
        line = a_line(accounts=[str(uuid4())])
        for text in (line, line + "\n" + a_line()):
            file.write_text(text + "\n")
            await load_premises_file(the_runtime(service), [str(file)])
        assert len(await service.facts("rentals.landlord.accounts-recorded.v1")) == 1


async def test_of_two_lines_with_one_id_the_first_is_filed_and_announced_once(keys, tmp_path):
    async with a_rentals(keys) as service:
        await know_places(service)
        file, same = tmp_path / "premises.jsonl", str(new_id())
        first, second = uuid4(), uuid4()
        lines = [
            a_line(premises_id=same, rooms=2, accounts=[str(first)]),
            a_line(premises_id=same, rooms=3, accounts=[str(second)]),
        ]
        file.write_text("\n".join(lines) + "\n")
        await load_premises_file(the_runtime(service), [str(file)])
        (filed,) = await service.facts("rentals.premises.filed.v1")
        assert filed["body"]["rooms"] == 2
        granted = await service.sql("select account from grants")
        assert [row["account"] for row in granted] == [first]
        assert not await service.sql("select 1 from staged_premises")


async def test_an_organisation_that_lets_is_kept_once_for_all_its_premises(keys, tmp_path):
    async with a_rentals(keys) as service:
        await know_places(service)
        file = tmp_path / "premises.jsonl"
        let_by = {"name": "安居公司", "credit_code": CREDIT_CODE}
        lines = [a_line(organisation=let_by), a_line(), a_line(organisation=let_by)]
        file.write_text("\n".join(lines) + "\n")
        await load_premises_file(the_runtime(service), [str(file)])
        rows = await service.sql(
            "select o.credit_code from premises p"
            " left join organisation o on o.organisation_id = p.let_by_organisation"
        )
        assert sorted(row["credit_code"] or "" for row in rows) == ["", CREDIT_CODE, CREDIT_CODE]
        assert len(await service.sql("select 1 from organisation")) == 1


async def test_who_waits_sees_after_each_chunk_how_far_it_is(keys, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cli, "CHUNK_ROWS", 2)
    async with a_rentals(keys) as service:
        await know_places(service)
        file = tmp_path / "premises.jsonl"
        file.write_text("\n".join(a_line() for _ in range(5)) + "\n")
        await load_premises_file(the_runtime(service), [str(file)])
    assert capsys.readouterr().err.splitlines() == [
        "progress 2 5",
        "progress 4 5",
        "progress 5 5",
    ]
