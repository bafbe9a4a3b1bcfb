"""Known, unknown, listed, or named differently: the same statements, the same answer in length.

Time is compared by what is done, not by a stopwatch: the same statements in the same order, with
values of the same lengths, each of which touches the same tables. A stopwatch over many rounds is
a coarse net below that.
"""

from time import perf_counter

import asyncpg
import pytest
from population_builders import GRID_A, OFFICER_A, OFFICER_B, a_ground, a_number, an_identity

PATHS = ("unknown", "known", "named differently", "listed", "elsewhere")
# Of the same length in characters and in letters: what was typed may be as long as it is.
NAME, OTHER = "张三丰", "陈山英"


async def prepared(rig, path: str) -> dict[str, object]:
    """Return the body of a resolution that takes one of the paths."""
    number = a_number()
    if path != "unknown":
        person_id, _ = await rig.house(GRID_A, number, name=NAME)
        if path == "listed":
            ground = a_ground(rig.today, person_id=person_id)
            reply = await rig.client(OFFICER_A).post("/supervision-entries", ground)
            assert reply.status == 201
    name = OTHER if path == "named differently" else NAME
    return an_identity(number, name=name, phone="19900012345")


@pytest.fixture
def statements(monkeypatch):
    """Record each statement that the driver is given, with the lengths of its values."""
    seen: list[tuple[str, tuple[int, ...]]] = []

    def spying(name: str):
        inner = getattr(asyncpg.Connection, name)

        async def spy(self, query: str, *arguments: object, **options: object):
            lengths = tuple(
                len(value) if isinstance(value, str | bytes | list | tuple) else 0
                for value in arguments
            )
            # The key of the advisory lock and the caller's scope are the only text that differs.
            seen.append((query.split("SET LOCAL app.scope")[0], lengths))
            return await inner(self, query, *arguments, **options)

        return spy

    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        monkeypatch.setattr(asyncpg.Connection, name, spying(name))
    return seen


async def answers(rig, statements) -> dict[str, tuple[object, ...]]:
    bodies = {path: await prepared(rig, path) for path in PATHS}
    found = {}
    for path, body in bodies.items():
        caller = OFFICER_B if path == "elsewhere" else OFFICER_A
        statements.clear()
        reply = await rig.client(caller).post("/identity-resolutions", body)
        headers = sorted((name, len(value)) for name, value in reply.headers.items())
        found[path] = (reply.status, len(reply.raw), headers, list(statements))
    return found


async def test_every_path_gives_the_same_status_and_length_by_the_same_statements(rig, statements):
    found = await answers(rig, statements)
    assert found["unknown"][0] == 200 and found["unknown"][3]
    for path in PATHS[1:]:
        assert found[path] == found["unknown"], path


async def test_no_path_takes_a_time_of_its_own(rig):
    """The quickest of 30 rounds each, taken in turn: a coarse net below the comparison of work.

    What else the machine does only ever adds, so that the quickest shows most of the work.
    """
    took: dict[str, list[float]] = {path: [] for path in ("unknown", "known", "listed")}
    client = rig.client(OFFICER_A)
    for _ in range(30):
        for path, times in took.items():
            body = await prepared(rig, path)
            began = perf_counter()
            await client.post("/identity-resolutions", body)
            times.append(perf_counter() - began)
    quickest = {path: min(times) for path, times in took.items()}
    assert max(quickest.values()) < 2 * min(quickest.values()), quickest
