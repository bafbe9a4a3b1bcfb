"""Bad input gets a body that names the field in the language asked for, and changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from incidents_builders import GRID, OTHER_GRID

MARK = "marked-value-7f3a"


def a_body(rig, **changes):
    body = {
        "source": "walk_in",
        "classification": "noise",
        "grid": GRID,
        "occurred_at": rig.clock.now().isoformat(),
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


BAD = [
    ("officer", {"classification": "no_such_class"}, 422, "classification",
     "classification-unknown"),
    ("officer", {"classification": MARK}, 422, "classification", "not-allowed"),
    ("officer", {"method": "no_such_method"}, 422, "method", "method-unknown"),
    ("officer", {"tip": "no_such_tip"}, 422, "tip", "tip-unknown"),
    ("officer", {"grid": "990101999999999"}, 422, "grid", "grid-unknown"),
    ("officer", {"grid": "990101001001"}, 422, "grid", "not-allowed"),
    ("officer", {"grid": OTHER_GRID}, 403, "grid", "outside-your-areas"),
    ("officer", {"grid": ...}, 422, "grid", "place-required"),
    ("officer", {"premises_id": str(uuid4())}, 422, "premises_id", "premises-unknown"),
    ("officer", {"premises_id": MARK}, 422, "premises_id", None),
    ("officer", {"occurred_at": "2099-01-01T00:00:00Z"}, 422, "occurred_at",
     "occurred-in-the-future"),
    ("officer", {"occurred_at": "2026-11-22T10:00:00"}, 422, "occurred_at", None),
    ("officer", {"occurred_at": MARK}, 422, "occurred_at", None),
    ("officer", {"caller_phone": MARK}, 422, "caller_phone", "phone-malformed"),
    ("officer", {"narrative": "长" * 4001}, 422, "narrative", "out-of-range"),
    ("officer", {"narrative": "有\x00字"}, 422, "narrative", "not-allowed"),
    ("officer", {"source": MARK}, 422, "source", "not-allowed"),
    ("officer", {"source": "feed_110", "external_id": "1"}, 403, "source", "source-not-yours"),
    ("officer", {"source": "committee"}, 403, "source", "source-not-yours"),
    ("officer", {"external_id": "1"}, 422, "external_id", "external-id-of-the-feed-only"),
    ("feed", {"source": "feed_110"}, 422, "external_id", "external-id-required"),
    ("feed", {}, 403, "source", "source-not-yours"),
    ("committee", {}, 403, "source", "source-not-yours"),
    ("officer", {"classification": ...}, 422, "classification", "missing"),
    ("officer", {"person_name": MARK}, 422, "person_name", "unknown-field"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("role", "changes", "status", "field", "code"), BAD)
async def test_a_bad_report_names_its_field_and_echoes_nothing(
    rig, role, changes, status, field, code, language
):
    reply = await rig.client(role).post(
        "/reports", a_body(rig, **changes), accept_language=language
    )
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    assert MARK.encode() not in reply.content
    found = {(each["field"], each["code"]) for each in reply.body["errors"]}
    if code is not None:
        assert (field, code) in found
    else:
        assert field in {each[0] for each in found}
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in reply.body["title"])
    assert chinese is (language == "zh-CN")
    assert not await rig.as_system("select 1 from reports")
    assert not await rig.as_system("select 1 from outbox")


async def test_a_grid_that_is_not_the_premises_one_is_refused(rig):
    premises = await rig.file_premises()
    client = rig.client("officer", "990101")
    reply = await client.post("/reports", a_body(rig, premises_id=str(premises), grid=OTHER_GRID))
    assert (reply.status, reply.body["errors"][0]["code"]) == (422, "grid-not-of-premises")


async def test_a_report_without_an_idempotency_key_is_refused(rig):
    client = rig.client()
    reply = await client.call("POST", "/reports", content=b"{}")
    assert reply.status == 422
    assert "Idempotency-Key" in {each["field"] for each in reply.body["errors"]}


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"{", 400), (b"\xff\xfe", 400), (b'{"source": "\xff"}', 400), (b"x" * (2 << 20), 413)],
)
async def test_a_body_that_is_no_json_or_too_large_is_refused(rig, raw, status):
    reply = await rig.client().call("POST", "/reports", content=raw, idempotency_key="k")
    assert reply.status == status


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("state=lost", "state"),
        ("cursor=AAAA", "cursor"),
        ("cursor=%20", "cursor"),
        ("classification=no_such_class", "classification"),
    ],
)
async def test_a_bad_list_query_names_its_field(rig, query, field):
    reply = await rig.client().get(f"/incidents?{query}")
    assert reply.status == 422
    assert field in {each["field"] for each in reply.body["errors"]}


async def test_a_bad_outcome_is_refused(rig):
    reply = await rig.client().post(
        f"/incidents/{uuid4()}/closings", {"outcome": MARK}, if_match='"1"'
    )
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "outcome")
    assert MARK.encode() not in reply.content


async def test_the_lists_of_forms_carry_both_languages(rig):
    body = (await rig.client("committee").get("/lists")).body
    assert {"id": "noise", "zh": "噪音扰民", "en": "Noise"} in body["classifications"]
    assert body["methods"]
    assert body["tips"]


async def test_a_report_may_be_stamped_by_a_clock_a_little_ahead(rig):
    ahead = (rig.clock.now() + timedelta(minutes=1)).isoformat()
    assert (await rig.client().post("/reports", a_body(rig, occurred_at=ahead))).status == 201
