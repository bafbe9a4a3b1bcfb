"""What happens to a listed person's case changes nothing that anybody else can see."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from population_builders import GRID_A, GRID_B, OFFICER_A, OFFICER_B, a_number

from lianfang_audit.sealing import run_sealer
from lianfang_common.testing.eventually import eventually
from lianfang_edge.service import Runtime
from population.main import build
from population.matcher import run_matcher

OPEN_TABLES = ("persons", "residences", "identity_claims", "resolutions")


async def visible(rig, person_id: UUID) -> dict[str, object]:
    """Everything of a person that others than the register's offices could compare."""
    rows = {
        table: sorted(
            str({k: v for k, v in dict(row).items() if isinstance(v, int | bool | str)})
            for row in await rig.as_system(f"select * from {table} where person_id = $1", person_id)
        )
        for table in OPEN_TABLES
    }
    facts = await rig.as_system(
        "select o.type, o.aggregate_version, length(o.body) as length from outbox o"
        " join residences r on r.residence_id = o.key where r.person_id = $1"
        " order by o.position",
        person_id,
    )
    answers = []
    for caller in (OFFICER_A, OFFICER_B):
        for tail in ("", "/residences"):
            path = f"/persons/{person_id}{tail}{await rig.reading(caller, person_id)}"
            reply = await rig.client(caller).get(path)
            answers.append((reply.status, len(reply.raw), sorted(reply.headers)))
    return {"rows": rows, "facts": [tuple(fact) for fact in facts], "answers": answers}


async def test_a_case_from_match_to_acceptance_leaves_no_trace_on_the_person(rig):
    case_id, _, number = await rig.opened()
    (row,) = await rig.as_system("select distinct person_id from residences")
    listed = row["person_id"]
    before = await visible(rig, listed)
    path = f"/residence-change-cases/{case_id}"
    await rig.client(OFFICER_A).post(f"{path}/reviews", {"outcome": "confirmed"}, if_match='"1"')
    assert await visible(rig, listed) == before
    reply = await rig.client(OFFICER_B).post(f"{path}/acceptances", if_match='"2"')
    assert reply.status == 200
    assert await visible(rig, listed) == before
    plain = a_number()
    person_id, _ = await rig.house(GRID_A, plain)
    await rig.house(GRID_B, plain)
    await rig.look()
    after = await visible(rig, person_id)
    assert after["facts"] == before["facts"] and after["answers"] == before["answers"]
    assert {t: len(r) for t, r in after["rows"].items()} == {
        t: len(r) for t, r in before["rows"].items()
    }
    assert number != plain


async def test_unrestricted_topics_carry_the_same_facts_for_listed_and_others(rig):
    await rig.opened()
    rows = await rig.as_system("select topic, type from outbox where topic <> 'population.area'")
    open_facts = [row["type"] for row in rows if row["topic"] == "population.residence"]
    assert open_facts == ["population.residence.recorded.v1"] * 2
    assert {row["topic"] for row in rows} == {
        "population.residence",
        "population.supervision",
        "population.residence-change",
    }


async def test_the_matcher_looks_by_itself_and_stops_when_the_process_closes(rig, settings):
    quick = settings.model_copy(update={"matcher_tick_seconds": 0.05})
    runtime = Runtime(build(quick), clock=rig.clock)
    loops = [
        asyncio.create_task(run_matcher(runtime)),
        asyncio.create_task(run_sealer(runtime, tick_seconds=0.05)),
    ]
    _, number = await rig.listed()
    await rig.house(GRID_B, number)

    async def opened() -> int:
        return len(await rig.published("residence-change.opened"))

    async def unsealed() -> int:
        return len(await rig.as_system("select 1 from audit where not sealed"))

    await eventually(opened, what="a case for the match")
    await eventually(unsealed, until=lambda left: left == 0, what="every audit row sealed")
    assert await rig.as_matcher("select 1 from match_queue") == []
    runtime.closing.set()
    await asyncio.wait_for(asyncio.gather(*loops), 5)
    await runtime.close()


async def test_a_matcher_that_died_after_taking_takes_again(rig):
    """The taking, the case and its grant are one transaction: nothing is lost, nothing doubled."""
    _, number = await rig.listed()
    await rig.look()
    await rig.house(GRID_B, number)
    units = rig.runtime.units(rig.matcher_pool)
    with suppress(RuntimeError):
        async with units.open() as (_, uow):
            assert len(await uow.matching.take(10)) == 1
            raise RuntimeError
    await rig.look()
    assert len(await rig.published("residence-change.opened")) == 1


async def test_an_entry_whose_last_day_is_over_matches_nothing(rig):
    _, number = await rig.listed()
    await rig.look()
    rig.clock.forward(days=366)
    await rig.house(GRID_B, number, first_day=rig.today, last_day=rig.today + timedelta(days=9))
    await rig.look()
    assert await rig.published("residence-change.opened") == []
