"""Bad input of every kind: a problem body names the field, never the value, in both languages."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from rentals_builders import GRID, NEIGHBOR_GRID, NOW, a_landlord, an_officer
from rentals_network import SEAL

from lianfang_common.testing.asgi import ask
from lianfang_edge.tokens import SealedClaims

pytestmark = pytest.mark.servers

PROBE = "11010119900307"  # a value that must not come back


@pytest.fixture(autouse=True)
def morning(rentals):
    rentals.clock.moment = NOW


async def problem(rentals, caller, path, body, **more):
    """Return (status, slug, fields, titles) of one refusal, asked in both languages."""
    count = "select count(*) from tenancy"
    before = (await rentals.sql(count))[0][0]
    zh = await rentals.ask(caller, "POST", path, body, **more)
    en = await rentals.ask(caller, "POST", path, body, language="en", **more)
    assert (await rentals.sql(count))[0][0] == before, "something was done"
    for reply in (zh, en):
        assert reply.headers["content-type"] == "application/problem+json"
        assert PROBE not in reply.content.decode()
        assert reply.body["status"] == reply.status
    assert zh.body["title"] != en.body["title"]
    assert en.content.isascii()
    assert not zh.body["title"].isascii()
    for one, other in zip(zh.body["errors"], en.body["errors"], strict=True):
        assert one["field"] == other["field"] and one["message"] != other["message"]
        assert not one["message"].isascii() and other["message"].isascii()
    slug = zh.body["type"].removeprefix("/problems/")
    return zh.status, slug, [(e["field"], e["code"]) for e in zh.body["errors"]]


@pytest.mark.parametrize(
    ("changed", "status", "slug", "field"),
    [
        ({"last_day": "2026-11-21"}, 422, "ends-before-start", "last_day"),
        ({"first_day": "9999-12-31", "last_day": None}, 422, "first-day-too-far", "first_day"),
        ({"first_day": "2027-11-23", "last_day": None}, 422, "first-day-too-far", "first_day"),
        ({"first_day": "1990-01-01"}, 422, "first-day-too-old", "first_day"),
        ({"last_day": "2056-01-01"}, 422, "term-too-long", "last_day"),
        ({"room": 4}, 422, "no-such-room", "room"),
        ({"room": 0}, 422, "no-such-room", "room"),
        ({"premises_id": str(uuid4())}, 422, "receipt-invalid", "tenants.0.receipt"),
        ({"room": PROBE}, 422, "invalid-request", "room"),
        ({"first_day": PROBE}, 422, "invalid-request", "first_day"),
        ({"premises_id": PROBE}, 422, "invalid-request", "premises_id"),
        ({"tenants": []}, 422, "invalid-request", "tenants"),
        ({"tenants": PROBE}, 422, "invalid-request", "tenants"),
        ({"tenants": [{"receipt": PROBE}]}, 422, "receipt-invalid", "tenants.0.receipt"),
        ({"tenants": [{"receipt": PROBE * 200}]}, 422, "invalid-request", "tenants.0.receipt"),
        ({"tenants": [{"name": PROBE}]}, 422, "invalid-request", "tenants.0.receipt"),
        ({"surprise": PROBE}, 422, "invalid-request", "surprise"),
        ({"let_by": {"receipt": PROBE}}, 422, "receipt-invalid", "let_by.receipt"),
        (
            {"let_by": {"organisation": {"name": "安居公司", "credit_code": PROBE}}},
            422,
            "credit-code",
            "let_by.organisation.credit_code",
        ),
        (
            {"let_by": {"organisation": {"name": PROBE, "credit_code": PROBE}}},
            422,
            "organisation-name",
            "let_by.organisation.name",
        ),
    ],
)
async def test_a_bad_field_of_a_registration_is_named(rentals, changed, status, slug, field):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    body = rentals.tenancy(officer, premises_id) | changed
    found = await problem(rentals, officer, "/tenancies", body)
    assert found[:2] == (status, slug)
    assert field in [name for name, _ in found[2]]


@pytest.mark.parametrize(
    ("claim", "slug"),
    [
        ({"aud": "incidents"}, "receipt-invalid"),
        ({"pur": "incident"}, "receipt-invalid"),
        ({"act": str(uuid4())}, "receipt-invalid"),
        ({"obj": str(uuid4())}, "receipt-invalid"),
        ({"exp": int(NOW.timestamp())}, "receipt-expired"),
    ],
)
async def test_a_swapped_or_old_receipt_names_its_place_in_the_form(rentals, claim, slug):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    body = rentals.tenancy(officer, premises_id)
    body["tenants"].append({"receipt": rentals.receipt(officer, premises_id, **claim)})
    found = await problem(rentals, officer, "/tenancies", body)
    assert found == (422, slug, [("tenants.1.receipt", slug)])


async def test_a_forged_receipt_is_refused(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    good = rentals.receipt(officer, premises_id)
    forged = SealedClaims(b"f" * 32, "k1").seal(SEAL.open(good))
    cut = good[:-6] + "AAAAAA"
    unsealed = "eyJhbGciOiJub25lIn0..." + good.rsplit(".", 1)[1]
    for receipt in (forged, cut, unsealed, "四"):
        body = rentals.tenancy(officer, premises_id) | {"tenants": [{"receipt": receipt}]}
        found = await problem(rentals, officer, "/tenancies", body)
        assert found == (422, "receipt-invalid", [("tenants.0.receipt", "receipt-invalid")])


async def test_a_receipt_of_a_colleague_names_nobody(rentals):
    officer, colleague = an_officer(), an_officer()
    premises_id = await rentals.file(officer)
    found = await problem(rentals, officer, "/tenancies", rentals.tenancy(colleague, premises_id))
    assert found == (422, "receipt-invalid", [("tenants.0.receipt", "receipt-invalid")])


async def test_a_used_receipt_is_refused_even_for_another_room(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    body = rentals.tenancy(officer, premises_id)
    assert (await rentals.ask(officer, "POST", "/tenancies", body)).status == 201
    found = await problem(rentals, officer, "/tenancies", body | {"room": 2})
    assert found == (422, "receipt-used", [("tenants.0.receipt", "receipt-used")])


async def test_a_receipt_used_twice_at_the_same_moment_names_one_tenant_once(rentals):
    import asyncio

    officer = an_officer()
    premises_id = await rentals.file(officer)
    body = rentals.tenancy(officer, premises_id)
    replies = await asyncio.gather(
        *(rentals.ask(officer, "POST", "/tenancies", body | {"room": n}) for n in (1, 2, 3))
    )
    assert sorted(reply.status for reply in replies) == [201, 422, 422]
    lost = [reply.body["errors"][0] for reply in replies if reply.status == 422]
    assert {error["field"] for error in lost} == {"tenants.0.receipt"}
    assert {error["code"] for error in lost} == {"receipt-used"}


async def test_an_overlapping_tenancy_is_refused_with_the_rule_and_what_is_in_the_way(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    standing = await rentals.register(officer, premises_id)
    asked = rentals.tenancy(officer, premises_id)
    found = await problem(rentals, officer, "/tenancies", asked)
    assert found == (409, "tenancies-overlap", [("first_day", "tenancies-overlap")])
    refused = await rentals.ask(officer, "POST", "/tenancies", asked)
    there = (await rentals.ask(officer, "GET", f"/tenancies/{standing}")).body
    facts = {"tenancy_id": str(standing)}
    facts |= {name: there[name] for name in ("room", "first_day", "last_day") if there[name]}
    assert refused.body["facts"] == facts


async def test_foreign_and_absent_premises_get_the_same_answer(rentals):
    officer, stranger = an_officer(), an_officer(NEIGHBOR_GRID)
    premises_id = await rentals.file(officer)
    foreign = rentals.tenancy(stranger, premises_id)
    absent = rentals.tenancy(stranger, uuid4()) | {"premises_id": str(uuid4())}
    absent["tenants"] = [{"receipt": rentals.receipt(stranger, absent["premises_id"])}]
    found = [await problem(rentals, stranger, "/tenancies", body) for body in (foreign, absent)]
    assert found[0] == found[1] == (
        404, "premises-unknown", [("premises_id", "premises-unknown")]
    )  # fmt: skip


async def test_foreign_and_absent_tenancies_get_the_same_answer(rentals):
    officer, stranger = an_officer(), an_officer(NEIGHBOR_GRID)
    tenancy_id = await rentals.register(officer, await rentals.file(officer))
    for one in (tenancy_id, uuid4()):
        for method, path, body in (
            ("GET", f"/tenancies/{one}", None),
            ("POST", f"/tenancies/{one}/endings", {"last_day": "2026-12-01"}),
            ("POST", f"/tenancies/{one}/extensions", {"last_day": "2028-12-01"}),
        ):
            reply = await rentals.ask(stranger, method, path, body, version=1)
            assert (reply.status, reply.body["type"]) == (404, "/problems/not-found")
            assert reply.body["errors"] == []


@pytest.mark.parametrize(
    ("changed", "slug", "field"),
    [
        ({"grid": "990101001001099"}, "unknown-area", "grid"),
        ({"grid": NEIGHBOR_GRID}, "unknown-area", "grid"),
        ({"grid": PROBE}, "grid-code", "grid"),
        ({"grid": 990101001001001}, "invalid-request", "grid"),
        ({"rooms": 0}, "rooms-count", "rooms"),
        ({"rooms": PROBE}, "invalid-request", "rooms"),
        ({"rooms": 10**30}, "rooms-count", "rooms"),
        ({"label": PROBE}, "house-number", "label"),
        ({"label": "王小明\x00"}, "house-number", "label"),
        ({"kind": PROBE}, "invalid-request", "kind"),
        ({"let_by": {"receipt": PROBE}}, "receipt-invalid", "let_by.receipt"),
        ({"landlord_account": PROBE}, "invalid-request", "landlord_account"),
    ],
)
async def test_a_bad_field_of_premises_is_named(rentals, changed, slug, field):
    body = {"grid": GRID, "kind": "flat", "rooms": 1, "label": "3-201", **changed}
    found = await problem(rentals, an_officer(), "/premises", body)
    assert found[:2] == (422, slug)
    assert [name for name, _ in found[2]] == [field]


async def test_roles_without_the_right_are_told_so(rentals):
    officer = an_officer()
    premises_id = await rentals.file(officer)
    for role in ("committee", "station_head", "bureau", "justice", "feed", "ops", "auditor"):
        caller = an_officer(role=role)
        body = rentals.tenancy(caller, premises_id)
        found = await problem(rentals, caller, "/tenancies", body)
        assert found[:2] == (403, "forbidden")
    letting = await rentals.register(officer, premises_id)
    for role in ("committee", "justice", "feed", "ops", "auditor"):
        for path in (
            *("/premises", "/tenancies"),
            *(f"/premises/{premises_id}", f"/tenancies/{letting}"),
        ):
            assert (await rentals.ask(an_officer(role=role), "GET", path)).status == 403
    landlord = a_landlord()
    filing = {"grid": GRID, "kind": "flat", "rooms": 1, "label": "3-201"}
    assert (await rentals.ask(landlord, "POST", "/premises", filing)).status == 403


async def test_requests_that_are_no_requests_are_refused(rentals):
    officer = an_officer()
    cases = [
        (await rentals.ask(officer, "POST", "/tenancies", raw=b"{"), 400, "body"),
        (await rentals.ask(officer, "POST", "/tenancies", raw=b'{"room":"\xff"}'), 400, "body"),
        (await rentals.ask(officer, "POST", "/tenancies", raw=b" " * (2 << 20)), 413, "body"),
        (await rentals.ask(officer, "POST", "/tenancies", {}, key=None), 422, "Idempotency-Key"),
    ]
    for reply, status, field in cases:
        assert reply.status == status, reply.body
        assert field in [error["field"] for error in reply.body["errors"]]
    assert (await rentals.ask(None, "GET", "/tenancies")).status == 401
    assert (await rentals.ask(officer, "DELETE", "/tenancies")).status == 405


async def test_a_token_for_another_service_opens_nothing(rentals):
    token = rentals.signer.sign(an_officer(), "population", timedelta(minutes=5))
    reply = await ask(
        rentals.app, "GET", "/api/v1/rentals/premises", Authorization=f"Bearer {token}"
    )
    assert reply.status == 401


async def test_a_failure_that_nobody_foresaw_tells_nothing(rentals, monkeypatch):
    from rentals.storage.queries import Queries

    async def broken(*_, **__):
        raise RuntimeError(PROBE)

    monkeypatch.setattr(Queries, "list_premises", broken)
    reply = await rentals.ask(an_officer(), "GET", "/premises")
    assert (reply.status, json.loads(reply.content)["type"]) == (500, "/problems/internal-error")
    assert PROBE.encode() not in reply.content
