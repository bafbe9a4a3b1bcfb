"""What an operator may do over the API, what nobody else may, and what even he does not see."""

from uuid import uuid4

import asyncpg
import pytest
from operated import OPEN, SECRET, World

from lianfang_common.database import driver_of
from lianfang_common.principal import AreaRange, Principal

pytestmark = pytest.mark.servers

FILLED, TOLD = f"{OPEN}.filled.v1", f"{SECRET}.told.v1"
OFFICER = Principal(uuid4(), "officer", uuid4(), (AreaRange.of_prefix("99"),))
WHY = {"why": "the reader is mended"}


async def test_a_parked_letter_is_listed_and_has_its_effect_once_it_is_replayed(world: World):
    key = await world.park(FILLED)
    (letter,) = await world.letters()
    told = (letter["group"], letter["topic"], letter["key"], letter["state"], letter["reason"])
    assert told == ("operated.main", OPEN, str(key), "failed", "cracked")
    assert "message" not in letter
    world.mended = True
    for _ in range(2):  # the same request twice, as after an answer that was lost
        path = f"/dead-letters/{letter['id']}/replay"
        answer = await world.ask("POST", path, WHY, key="once")
        assert (answer.status, answer.content) == (204, b"")
    assert world.woken.sets > 0
    await world.consumer.tend()
    assert world.handled == [key]
    assert await world.letters() == []
    acts = await world.sql("select dead_letter_id, act, actor, why from dead_letter_act")
    account = str(world.operator.account)
    assert [(str(act[0]), *act[1:]) for act in acts] == [
        (letter["id"], "replay", account, WHY["why"])
    ]


async def test_a_dropped_letter_is_settled_without_its_effect_and_its_message_forgotten(
    world: World,
):
    await world.park(FILLED)
    (letter,) = await world.letters()
    path = f"/dead-letters/{letter['id']}/drop"
    assert (await world.ask("POST", path, WHY)).status == 204
    world.mended = True
    await world.consumer.tend()
    assert (world.handled, await world.letters()) == ([], [])
    kept = await world.sql("select state, message, closed_at is null from dead_letter")
    assert [tuple(row) for row in kept] == [("dropped", None, False)]
    assert [row[0] for row in await world.sql("select act from dead_letter_act")] == ["drop"]
    assert (await world.ask("POST", path, WHY)).status == 404


async def test_letters_come_in_pages_in_the_order_in_which_they_were_parked(world: World):
    keys = [str(await world.park(FILLED)) for _ in range(3)]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await world.ask("GET", f"/dead-letters?limit=2{cursor}")).body
        seen += [letter["key"] for letter in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert seen == keys


async def test_a_letter_of_a_restricted_topic_shows_nothing_but_that_its_group_is_late(
    world: World,
):
    key = await world.park(TOLD)
    (row,) = await world.sql("select id from dead_letter")
    listed, state = await world.ask("GET", "/dead-letters"), await world.ask("GET", "/state")
    assert listed.body == {"items": [], "next": None}
    (group,) = state.body["groups"]
    assert (group["late"], group["dead_letters_open"]) == (True, 0)
    assert SECRET not in {lag["topic"] for lag in group["lag"]}
    for answer in (listed, state):
        assert not [each for each in (key, row["id"]) if str(each).encode() in answer.content]
    for act in ("replay", "drop"):
        answer = await world.ask("POST", f"/dead-letters/{row['id']}/{act}", WHY)
        assert answer.status == 404, act


async def test_what_failed_of_restricted_topics_is_replayed_by_group_and_untold(world: World):
    keys = [await world.park(TOLD) for _ in range(2)]
    other = await world.park(FILLED)
    world.mended = True
    first = await world.ask("POST", "/groups/main/replay", WHY)
    await world.consumer.tend()
    assert world.handled == keys
    again = await world.ask("POST", "/groups/main/replay", WHY)
    assert (first.status, first.content) == (again.status, again.content) == (204, b"")
    assert [letter["key"] for letter in await world.letters()] == [str(other)]
    assert len(await world.sql("select from dead_letter_act")) == len(keys)
    assert (await world.ask("POST", "/groups/other/replay", WHY)).status == 404


async def test_no_other_role_is_let_in(world: World):
    await world.park(FILLED)
    (letter,) = await world.letters()
    for path in ("/state", "/dead-letters"):
        assert (await world.ask("GET", path, caller=OFFICER)).status == 403, path
    acts = (f"/dead-letters/{letter['id']}/replay", f"/dead-letters/{letter['id']}/drop")
    for path in (*acts, "/groups/main/replay"):
        assert (await world.ask("POST", path, WHY, caller=OFFICER)).status == 403, path
    assert await world.letters() == [letter]


@pytest.mark.parametrize("caller", [OFFICER, None], ids=["officer", "nobody"])
async def test_the_database_answers_no_other_role_either(world: World, caller: Principal | None):
    await world.park(FILLED)
    (letter,) = await world.letters()
    asked = (
        "select id from dead_letters_shown('{}', false, null, 10)",
        *(
            f"select dead_letter_{act}('{letter['id']}', now(), gen_random_uuid(), 'x', 'y',"
            " '{}', false) as id"
            for act in ("replay", "drop")
        ),
    )
    for statement in asked:
        async with world.runtime.database.transaction(caller) as connection:
            rows = await (await driver_of(connection)).fetch(statement)
        assert [row["id"] for row in rows if row["id"]] == [], statement
    for statement in ("select 1 from dead_letter", "select 1 from dead_letter_act"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with world.runtime.database.transaction(world.operator) as connection:
                await (await driver_of(connection)).fetch(statement)
    assert await world.letters() == [letter]


@pytest.mark.parametrize(
    ("body", "field"), [({}, "why"), ({"why": ""}, "why"), ({"why": "x", "who": "x"}, "who")]
)
async def test_an_act_needs_a_reason(world: World, body: dict[str, str], field: str):
    answer = await world.ask("POST", f"/dead-letters/{uuid4()}/drop", body)
    assert answer.status == 422
    assert set(answer.fields) == {field}
