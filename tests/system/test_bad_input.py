"""Bad input of every kind is refused by name of its field, in the language asked for, undone."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from journeys import (
    TYPED_NAMES,
    TYPED_PHONE,
    a_document_number,
    file_premises,
    post_tenancy,
    register_tenancy,
    resolve,
    until,
)
from network import Network, Recorded, Users, created
from register import ENTRIES, a_ground, a_resident

from lianfang_demo.client import Reply
from lianfang_demo.zone import today
from lianfang_edge.fieldcrypto import load_keys
from lianfang_edge.tokens import SealedClaims

pytestmark = pytest.mark.system

OFFICER, ELSEWHERE = "beihe-officer2", "nanpu-officer1"
RESOLVE = "/api/v1/population/identity-resolutions"
TENANCIES = "/api/v1/rentals/tenancies"
PREMISES = "/api/v1/rentals/premises"
REPORTS = "/api/v1/incidents/reports"
FREE_DAY = str(today() + timedelta(days=300))
_COUNTED = {
    "population": ("identity_claims", "resolutions", "supervision_entries", "audit"),
    "rentals": ("premises", "tenancy", "tenant", "redeemed_receipt"),
    "incidents": ("incidents", "reports"),
}


@dataclass
class Asked:
    """One request as bytes and headers; `hidden` must not come back in the answer."""

    path: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    with_key: bool = True

    def raw(self) -> bytes | str:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body)


class Desk:
    """One officer in one language, with premises and a tenancy to spoil."""

    def __init__(self, network: Network, users: Users, me: Recorded, premises: str) -> None:
        self.network = network
        self.users = users
        self.me = me
        self.premises = premises

    async def tenancy(self, receipt: str, **changed: Any) -> Asked:
        """Return the request of a tenancy that would be good with a good receipt."""
        body = {
            "premises_id": self.premises,
            "tenants": [{"receipt": receipt}],
            "first_day": FREE_DAY,
            "last_day": FREE_DAY,
            **changed,
        }
        return Asked(TENANCIES, body, hidden=(receipt,))

    def sealed(self, key: bytes, kid: str, **changed: Any) -> str:
        """Seal a receipt as population would, or as somebody else would."""
        claims = {
            "v": 1,
            "aud": "rentals",
            "jti": str(uuid4()),
            "sub": str(uuid4()),
            "act": self.network.accounts[OFFICER]["account_id"],
            "pur": "tenancy",
            "obj": self.premises,
            "exp": int((datetime.now(UTC) + timedelta(minutes=5)).timestamp()),
            **changed,
        }
        return SealedClaims(key, kid).seal(claims)

    def key(self) -> tuple[bytes, str]:
        """Return the key that population and rentals share."""
        ring = load_keys(self.network.state / "secrets/rentals", "receipt-rentals")
        return ring.key, ring.current


def _person(**changed: Any) -> dict[str, Any]:
    return {
        "name": TYPED_NAMES[0],
        "document_kind": "resident_id",
        "document_number": a_document_number(),
        "phone": TYPED_PHONE,
        "audience": "rentals",
        "object_id": str(uuid4()),
        **changed,
    }


def _wrong_digit() -> str:
    number = a_document_number()
    return number[:17] + ("1" if number[17] != "1" else "2")


async def check_digit(desk: Desk) -> Asked:
    number = _wrong_digit()
    return Asked(RESOLVE, _person(document_number=number), hidden=(number, *TYPED_NAMES))


async def birth_date(desk: Desk) -> Asked:
    number = "990101193002301237"
    return Asked(RESOLVE, _person(document_number=number), hidden=(number, TYPED_PHONE))


async def a_name_that_is_a_number(desk: Desk) -> Asked:
    number = a_document_number()
    return Asked(RESOLVE, _person(name=number), hidden=(number,))


async def unknown_area(desk: Desk) -> Asked:
    grid = "990101001003099"
    return Asked(
        PREMISES, {"grid": grid, "kind": "flat", "rooms": 1, "label": "1号楼-1"}, hidden=(grid,)
    )


async def unknown_area_of_an_incident(desk: Desk) -> Asked:
    grid = "990101001003099"
    return Asked(REPORTS, _report(grid=grid), hidden=(grid,))


def _report(**changed: Any) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat()
    return {"source": "walk_in", "classification": "noise", "occurred_at": moment, **changed}


async def a_name_as_a_label(desk: Desk) -> Asked:
    grid = desk.network.grids_of(OFFICER)[0]
    body = {"grid": grid, "kind": "flat", "rooms": 1, "label": TYPED_NAMES[0]}
    return Asked(PREMISES, body, hidden=TYPED_NAMES)


async def end_before_start(desk: Desk) -> Asked:
    receipt = await resolve(desk.me, desk.premises)
    return await desk.tenancy(receipt, last_day=str(today()))


async def overlap(desk: Desk) -> Asked:
    receipt = await resolve(desk.me, desk.premises)
    first = created(await post_tenancy(desk.me, desk.premises, [receipt]))
    kept = (await desk.me.get(f"{TENANCIES}/{first['id']}")).body
    other = await resolve(desk.me, desk.premises)
    days = {"first_day": kept["first_day"], "last_day": kept["last_day"]}
    return await desk.tenancy(other, **days)


async def foreign_premises(desk: Desk) -> Asked:
    foreign = desk.network.premises_in(desk.network.grids_of(ELSEWHERE))[0]
    return await desk.tenancy(await resolve(desk.me, foreign), premises_id=foreign)


async def absent_premises(desk: Desk) -> Asked:
    absent = str(uuid4())
    return await desk.tenancy(await resolve(desk.me, absent), premises_id=absent)


async def foreign_person(desk: Desk) -> Asked:
    premises = desk.network.premises_in(desk.network.grids_of(ELSEWHERE))[0]
    person = await a_resident(await desk.users(ELSEWHERE), premises, a_document_number())
    return Asked(ENTRIES, {"person_id": person, **a_ground()}, hidden=(person,))


async def entry_without_an_organ(desk: Desk) -> Asked:
    return Asked(ENTRIES, {"person_id": str(uuid4()), **a_ground(deciding_organ=" ")})


async def entry_beyond_its_category(desk: Desk) -> Asked:
    ground = a_ground(statute="narcotics-control-law-33")
    return Asked(ENTRIES, {"person_id": str(uuid4()), **ground})


async def forged_receipt(desk: Desk) -> Asked:
    return await desk.tenancy(desk.sealed(b"x" * 32, desk.key()[1]))


async def bent_receipt(desk: Desk) -> Asked:
    receipt = await resolve(desk.me, desk.premises)
    return await desk.tenancy(receipt[:-2] + ("AA" if receipt[-2:] != "AA" else "BB"))


async def expired_receipt(desk: Desk) -> Asked:
    past = int((datetime.now(UTC) - timedelta(seconds=5)).timestamp())
    return await desk.tenancy(desk.sealed(*desk.key(), exp=past))


async def receipt_for_another_audience(desk: Desk) -> Asked:
    return await desk.tenancy(desk.sealed(*desk.key(), aud="incidents"))


async def receipt_for_other_premises(desk: Desk) -> Asked:
    other = desk.network.premises_in(desk.network.grids_of(OFFICER))[0]
    return await desk.tenancy(await resolve(desk.me, other))


async def receipt_of_another_account(desk: Desk) -> Asked:
    other = await desk.users("beihe-head2")
    return await desk.tenancy(await resolve(other, desk.premises))


async def receipt_used_before(desk: Desk) -> Asked:
    receipt = await resolve(desk.me, desk.premises)
    created(await post_tenancy(desk.me, desk.premises, [receipt]))
    return await desk.tenancy(receipt)


async def stale_etag(desk: Desk) -> Asked:
    tenancy = await register_tenancy(desk.me, desk.premises)
    path = f"{TENANCIES}/{tenancy['id']}/endings"
    return Asked(path, {"last_day": FREE_DAY}, {"If_Match": '"999"'})


async def no_if_match(desk: Desk) -> Asked:
    tenancy = await register_tenancy(desk.me, desk.premises)
    return Asked(f"{TENANCIES}/{tenancy['id']}/endings", {"last_day": FREE_DAY})


async def malformed_if_match(desk: Desk) -> Asked:
    tenancy = await register_tenancy(desk.me, desk.premises)
    path = f"{TENANCIES}/{tenancy['id']}/endings"
    return Asked(path, {"last_day": FREE_DAY}, {"If_Match": TYPED_PHONE}, (TYPED_PHONE,))


async def no_key(desk: Desk) -> Asked:
    grid = desk.network.grids_of(OFFICER)[0]
    return Asked(REPORTS, _report(grid=grid), with_key=False)


async def key_of_another_body(desk: Desk) -> Asked:
    grid, key = desk.network.grids_of(OFFICER)[0], f"used-{uuid4()}"
    created(await desk.me.post(REPORTS, _report(grid=grid), key=key))
    other = _report(grid=grid, classification="traffic_obstruction")
    return Asked(REPORTS, other, {"Idempotency_Key": key}, (key,))


async def two_megabytes(desk: Desk) -> Asked:
    return Asked(REPORTS, _report(narrative=TYPED_NAMES[0] * 400_000), hidden=TYPED_NAMES)


async def invalid_utf8(desk: Desk) -> Asked:
    return Asked(REPORTS, b'{"narrative": "\xff\xfe' + TYPED_PHONE.encode() + b'"}')


async def broken_json(desk: Desk) -> Asked:
    return Asked(REPORTS, b'{"caller_phone": "' + TYPED_PHONE.encode(), hidden=(TYPED_PHONE,))


async def deep_json(desk: Desk) -> Asked:
    return Asked(REPORTS, b"[" * 200_000)


async def wrong_type(desk: Desk) -> Asked:
    grid = desk.network.grids_of(OFFICER)[0]
    body = {"grid": grid, "kind": "flat", "rooms": TYPED_PHONE, "label": "1号楼-1"}
    return Asked(PREMISES, body, hidden=(TYPED_PHONE,))


async def wrong_type_inside_a_list(desk: Desk) -> Asked:
    number = a_document_number()
    asked = await desk.tenancy("x", tenants=[{"receipt": {"number": number}}])
    asked.hidden = (number,)
    return asked


async def a_list_for_a_body(desk: Desk) -> Asked:
    return Asked(PREMISES, [a_document_number()])


async def unknown_field(desk: Desk) -> Asked:
    receipt = await resolve(desk.me, desk.premises)
    return await desk.tenancy(receipt, tenant_name=TYPED_NAMES[1])


async def a_number_for_a_field_name(desk: Desk) -> Asked:
    number = a_document_number()
    asked = await desk.tenancy(await resolve(desk.me, desk.premises), **{number: 1})
    asked.hidden = (*asked.hidden, number)
    return asked


async def unkeepable_text(desk: Desk) -> Asked:
    grid = desk.network.grids_of(OFFICER)[0]
    return Asked(REPORTS, _report(grid=grid, narrative="夜里\x00很吵"), hidden=("很吵",))


async def wrong_content_type(desk: Desk) -> Asked:
    return Asked(REPORTS, b"narrative=1", {"Content_Type": "text/plain"})


Case = Callable[[Desk], Awaitable[Asked]]
CASES: list[tuple[Case, int, str, str]] = [
    (check_digit, 422, "check-digit-wrong", "document_number"),
    (birth_date, 422, "birth-date-impossible", "document_number"),
    (a_name_that_is_a_number, 422, "name-unreadable", "name"),
    (unknown_area, 422, "unknown-area", "grid"),
    (unknown_area_of_an_incident, 422, "grid-unknown", "grid"),
    (a_name_as_a_label, 422, "house-number", "label"),
    (end_before_start, 422, "ends-before-start", "last_day"),
    (overlap, 409, "tenancies-overlap", "first_day"),
    (foreign_premises, 404, "premises-unknown", "premises_id"),
    (absent_premises, 404, "premises-unknown", "premises_id"),
    (foreign_person, 404, "not-found", "person_id"),
    (entry_without_an_organ, 422, "organ-missing", "deciding_organ"),
    (entry_beyond_its_category, 422, "statute-does-not-carry-category", "statute"),
    (forged_receipt, 422, "receipt-invalid", "tenants.0.receipt"),
    (bent_receipt, 422, "receipt-invalid", "tenants.0.receipt"),
    (expired_receipt, 422, "receipt-expired", "tenants.0.receipt"),
    (receipt_for_another_audience, 422, "receipt-invalid", "tenants.0.receipt"),
    (receipt_for_other_premises, 422, "receipt-invalid", "tenants.0.receipt"),
    (receipt_of_another_account, 422, "receipt-invalid", "tenants.0.receipt"),
    (receipt_used_before, 422, "receipt-used", "tenants.0.receipt"),
    (stale_etag, 412, "stale-version", "If-Match"),
    (no_if_match, 428, "version-required", "If-Match"),
    (malformed_if_match, 422, "if-match-malformed", "If-Match"),
    (no_key, 422, "idempotency-key-required", "Idempotency-Key"),
    (key_of_another_body, 422, "idempotency-key-reused", "Idempotency-Key"),
    (two_megabytes, 413, "body-too-large", "body"),
    (invalid_utf8, 400, "malformed-request", "body"),
    (broken_json, 400, "broken-json", "body"),
    (deep_json, 400, "malformed-request", "body"),
    (wrong_type, 422, "invalid-request", "rooms"),
    (wrong_type_inside_a_list, 422, "invalid-request", "tenants.0.receipt"),
    (a_list_for_a_body, 422, "invalid-request", "body"),
    (unknown_field, 422, "invalid-request", "tenant_name"),
    (a_number_for_a_field_name, 422, "invalid-request", "?"),
    (unkeepable_text, 422, "invalid-request", "narrative"),
    (wrong_content_type, 415, "wrong-content-type", "Content-Type"),
]


@pytest.fixture(scope="module")
async def premises(users, network):
    """Premises of these tests alone."""
    return await file_premises(await users(OFFICER), network.grids_of(OFFICER)[1])


@pytest.fixture(scope="module")
async def left_by(network):
    """Count what one officer's commands could have left, and what they told, by table."""
    opened = {service: await network.connect(service) for service in _COUNTED}

    async def count(login: str) -> dict[str, int]:
        account = network.accounts[login]["account_id"]
        found: dict[str, int] = {}
        for service, connection in opened.items():
            for row in await connection.fetch(_counting(service), account):
                found[f"{service}.{row['name']}"] = row["number"]
        return found

    yield count
    for connection in opened.values():
        await connection.close()


def _counting(service: str) -> str:
    whole = (f"select '{table}' as name, count(*) as number from {table}"
             for table in _COUNTED[service])  # fmt: skip
    own = (f"select '{table}', count(*) from {table} where account = $1"
           for table in ("outbox", "idempotency"))  # fmt: skip
    return " union all ".join([*whole, *own])


@pytest.mark.parametrize(
    ("case", "status", "slug", "named"), CASES, ids=[case[0].__name__ for case in CASES]
)
async def test_it_is_refused_by_field_without_its_value_and_leaves_nothing(
    users, network, premises, left_by, case, status, slug, named
):
    asked = await case(Desk(network, users, await users(OFFICER), premises))
    before = await left_by(OFFICER)
    for language in ("zh-CN", "en"):
        me = await users(OFFICER, language)
        headers = {"Idempotency_Key": str(uuid4())} if asked.with_key else {}
        reply = await me.send(asked.path, asked.raw(), **(headers | asked.headers))
        assert (reply.status, reply.body["type"]) == (status, f"/problems/{slug}"), reply.body
        assert named in {error["field"] for error in reply.body["errors"]}, reply.body
        assert_problem(reply, language)
        shown = json.dumps(reply.body, ensure_ascii=False)
        assert not [value for value in asked.hidden if value in shown]
    assert await left_by(OFFICER) == before


def assert_problem(reply: Reply, language: str) -> None:
    """Check the form of a problem, and that its texts are in the language asked for."""
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Content-Language"] == language
    # `facts` name what stands in the way, such as the other tenancy's id and days.
    assert set(reply.body) - {"facts"} == {"type", "title", "status", "errors", "trace_id"}
    assert reply.body["status"] == reply.status
    for message in (reply.body["title"], *(error["message"] for error in reply.body["errors"])):
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in message)
        assert chinese == (language == "zh-CN"), message


async def test_foreign_and_absent_premises_are_answered_alike(users, network, premises):
    me = await users(OFFICER)
    answers = []
    for case in (foreign_premises, absent_premises):
        asked = await case(Desk(network, users, me, premises))
        reply = await me.post(asked.path, asked.body)
        answers.append({**reply.body, "trace_id": None})
    assert answers[0] == answers[1]


async def test_a_replayed_command_is_answered_and_changes_nothing(
    users, network, premises, left_by
):
    me = await users(OFFICER)
    desk = Desk(network, users, me, premises)
    asked = await desk.tenancy(await resolve(me, premises), first_day=str(today() + timedelta(301)))
    asked.body["last_day"] = asked.body["first_day"]
    key = str(uuid4())
    first = await me.post(asked.path, asked.body, key=key)
    before = await left_by(OFFICER)
    again = await me.post(asked.path, asked.body, key=key)
    assert (again.status, again.body) == (first.status, first.body) == (201, first.body)
    assert await left_by(OFFICER) == before


async def test_an_expired_session_is_refused_and_does_nothing(users, network, left_by):
    login = "beihe-head2"
    me = await users.another(login, "en")
    await network.query(
        "gateway",
        "update session set ends_at = now() where account = $1 and started_at ="
        " (select max(started_at) from session where account = $1)",
        network.accounts[login]["account_id"],
    )
    before = await left_by(login)
    body = _report(grid="990101001003099")  # refused either way: nothing is left by waiting

    async def over():
        reply = await me.post(REPORTS, body)
        return reply if reply.status == 401 else None

    reply = await until("the end of the session", over)
    assert reply.body["type"] == "/problems/unauthenticated"
    assert_problem(reply, "en")
    assert await left_by(login) == before
    assert (await me.get("/api/v1/gateway/me")).status == 401


async def test_a_number_in_an_address_is_not_said_back(users):
    me, number = await users(OFFICER), a_document_number()
    for path in (f"{TENANCIES}/{number}", f"/api/v1/population/persons/{number}"):
        reply = await me.get(path)
        assert reply.status in {404, 422}
        assert number not in json.dumps(reply.body)
    reply = await me.get(PREMISES, area=number)
    assert reply.status == 422
    assert number not in json.dumps(reply.body)
    assert reply.body["errors"][0]["field"] == "area"
