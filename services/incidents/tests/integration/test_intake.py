"""One report once, one incident for what several tell, under concurrency and real constraints."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import uuid4

from incidents_builders import GRID, OTHER_GRID
from incidents_client import slug


def a_body(rig, **changes):
    return {
        "source": "walk_in",
        "classification": "noise",
        "grid": GRID,
        "occurred_at": rig.clock.now(),
        **changes,
    }


async def test_posting_one_feed_id_five_times_makes_one_incident(rig):
    feed = rig.client("feed", "990101")
    body = a_body(rig, source="feed_110", external_id="110-1", classification="burglary")
    replies = await asyncio.gather(*(feed.post("/reports", body) for _ in range(5)))
    assert sorted(reply.status for reply in replies) == [200, 200, 200, 200, 201]
    assert len({reply.content for reply in replies}) == 1
    assert len(await rig.published("opened")) == 1
    assert len(await rig.as_system("select 1 from reports")) == 1


async def test_one_idempotency_key_gets_the_first_answer_to_the_byte(rig):
    feed = rig.client("feed", "990101")
    body = a_body(rig, source="feed_110", external_id="110-2")
    first, second = [await feed.post("/reports", body, key="k") for _ in range(2)]
    assert first.status == second.status == 201
    assert first.content == second.content
    assert len(await rig.published("opened")) == 1


async def test_callers_of_one_moment_and_premises_are_one_incident(rig):
    premises = await rig.file_premises()
    officer = rig.client()
    body = a_body(rig, premises_id=premises, grid=None)
    replies = await asyncio.gather(*(officer.post("/reports", body) for _ in range(6)))
    assert {reply.status for reply in replies} == {201}
    assert sorted(reply.body["linked"] for reply in replies) == [False] + [True] * 5
    assert len({reply.body["incident_id"] for reply in replies}) == 1
    assert len(await rig.published("opened")) == 1
    assert [each["reports"] for each in await rig.published("report-linked")] == [2, 3, 4, 5, 6]
    versions = await rig.as_system("select aggregate_version from outbox order by position")
    assert [row[0] for row in versions] == [1, 2, 3, 4, 5, 6]


async def test_another_class_place_or_hour_is_another_incident(rig):
    premises, other = await rig.file_premises(), await rig.file_premises()
    officer = rig.client()
    first = await officer.post("/reports", a_body(rig, premises_id=premises, grid=None))
    others = [
        await officer.post("/reports", a_body(rig, premises_id=other, grid=None)),
        await officer.post(
            "/reports", a_body(rig, premises_id=premises, grid=None, classification="theft")
        ),
        await officer.post("/reports", a_body(rig)),
        await officer.post("/reports", a_body(rig)),
    ]
    rig.clock.advance(timedelta(minutes=30, microseconds=1))
    others.append(await officer.post("/reports", a_body(rig, premises_id=premises, grid=None)))
    replies = [first, *others]
    assert [reply.body["linked"] for reply in replies] == [False] * 6
    assert len({reply.body["incident_id"] for reply in replies}) == 6


async def test_a_report_of_the_last_moment_of_the_window_is_linked(rig):
    premises = await rig.file_premises()
    officer = rig.client()
    body = a_body(rig, premises_id=premises, grid=None)
    await officer.post("/reports", body)
    rig.clock.advance(timedelta(minutes=30))
    assert (await officer.post("/reports", body)).body["linked"] is True


async def test_unlinking_restores_the_incident_and_opens_one_of_its_own(rig):
    premises = await rig.file_premises()
    officer = rig.client()
    body = a_body(rig, premises_id=premises, grid=None, classification="burglary")
    parent = (await officer.post("/reports", body)).body["incident_id"]
    rig.clock.advance(timedelta(minutes=5))
    received = rig.clock.now()
    linked = await officer.post("/reports", body)
    rig.clock.advance(timedelta(minutes=20))
    path = f"/reports/{linked.body['id']}/unlinkings"
    undone = await officer.post(path, if_match=linked.headers["etag"])
    assert undone.status == 200
    own = undone.body["incident_id"]
    assert own != parent
    assert (await officer.get(f"/incidents/{parent}")).body["reports"] == 1
    assert len((await officer.get(f"/incidents/{parent}")).body["told_by"]) == 1
    shown = (await officer.get(f"/incidents/{own}")).body
    assert shown["opened_at"] == received.isoformat().replace("+00:00", "Z")
    assert [each["id"] for each in shown["told_by"]] == [linked.body["id"]]
    opened = await rig.published("opened")
    assert [each["incident_id"] for each in opened] == [parent, own]
    assert opened[1]["opened_at"] == shown["opened_at"]
    assert [each["reports"] for each in await rig.published("report-unlinked")] == [1]
    due = await rig.as_system("select due_at from timer where subject = $1", own)
    assert due[0]["due_at"] == rig.clock.now() + timedelta(minutes=10)
    again = await officer.post(path, if_match=undone.headers["etag"])
    assert (again.status, slug(again)) == (409, "report-not-linked")


async def test_a_link_undone_twice_at_once_is_undone_once(rig):
    premises = await rig.file_premises()
    officer = rig.client()
    body = a_body(rig, premises_id=premises, grid=None)
    await officer.post("/reports", body)
    linked = await officer.post("/reports", body)
    path = f"/reports/{linked.body['id']}/unlinkings"
    replies = await asyncio.gather(
        *(officer.post(path, if_match=linked.headers["etag"]) for _ in range(4))
    )
    assert sorted(reply.status for reply in replies) == [200, 412, 412, 412]
    assert len(await rig.published("opened")) == 2


async def test_the_first_report_of_an_incident_cannot_be_taken_out(rig):
    officer = rig.client()
    first = await officer.post("/reports", a_body(rig))
    reply = await officer.post(
        f"/reports/{first.body['id']}/unlinkings", if_match=first.headers["etag"]
    )
    assert (reply.status, slug(reply)) == (409, "report-not-linked")


async def test_what_was_told_is_sealed_in_the_database_and_in_no_event(rig):
    officer = rig.client()
    told = {"narrative": "楼道里有人争吵", "caller_phone": "199 0000 0001"}
    await officer.post("/reports", a_body(rig, **told))
    [row] = await rig.as_system("select * from reports")
    kept = b"".join(value for value in row.values() if isinstance(value, bytes))
    assert row["narrative_sealed"] is not None
    assert row["caller_phone_sealed"] is not None
    bodies = b"".join(each["body"] for each in await rig.as_system("select body from outbox"))
    facts = await rig.as_system("select facts::text from idempotency")
    for secret in ("争吵".encode(), b"19900000001", b"0000 0001"):
        assert secret not in kept + bodies + facts[0][0].encode()


async def test_a_feed_id_of_a_foreign_area_is_refused_and_nothing_is_half_done(rig):
    body = a_body(rig, source="feed_110", external_id="110-3")
    await rig.client("feed", "990101001").post("/reports", body)
    reply = await rig.client("feed", "990101002").post("/reports", {**body, "grid": OTHER_GRID})
    assert (reply.status, slug(reply)) == (409, "external-id-taken")
    assert len(await rig.as_system("select 1 from incidents")) == 1
    assert len(await rig.published("opened")) == 1


async def test_a_change_of_places_is_taken_in_once_and_never_backwards(rig):
    premises = uuid4()
    async with rig.system_unit() as uow:
        await uow.places.apply_premises([(premises, GRID, 1), (premises, OTHER_GRID, 3)])
        await uow.places.apply_premises([(premises, GRID, 2)])
    rows = await rig.as_system("select grid, version from premises where id = $1", premises)
    assert [tuple(row) for row in rows] == [(OTHER_GRID, 3)]


async def test_replicas_end_alike_in_whatever_order_and_batches_they_hear(rig):
    heard = [(f"99010100100100{n}", level, n + at) for n in range(1, 4)
             for at, level in enumerate(("community", "grid", "grid"))]  # fmt: skip
    random = Random(7)
    ends = set()
    for _ in range(12):
        random.shuffle(heard)
        cut = random.randrange(len(heard))
        for batch in (heard[:cut], heard[cut:], heard[:3]):
            if batch:
                async with rig.system_unit() as uow:
                    await uow.places.apply_areas(batch)
        rows = await rig.as_system(
            "select code, level, version from areas where code <> $1 order by code", OTHER_GRID
        )
        ends.add(tuple(map(tuple, rows)))
        await rig.as_system("update areas set version = 0, level = 'county' returning code")
    assert len(ends) == 1
