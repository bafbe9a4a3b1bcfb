"""Lists, manifests and rules over HTTP, and the check of what was sent."""

import re
from uuid import uuid4

import pytest
from notifications_builders import BOOK, COMMITTEE, NOW, ROOM, a_body
from notifications_network import a_member

from lianfang_common.principal import Principal
from notifications.domain.desk import Desk
from notifications.use_cases.preview_rule import EXAMPLE_MOMENT
from notifications.use_cases.verify_manifests import verify_manifests

OFFICER, TOLD_COMMITTEE = Desk(ROOM, "officer"), Desk(COMMITTEE, "committee")
REGISTERED, OPENED = "rentals.tenancy.registered.v1", "incidents.incident.opened.v1"


async def test_a_list_comes_newest_first_in_pages_without_gap_or_repeat(network):
    for _ in range(7):
        network.say(REGISTERED)
        await network.deliver()
    member, seen, cursor = a_member(OFFICER), [], ""
    while cursor is not None:
        answered = await network.ask(member, "GET", f"/notices?limit=3{cursor}")
        seen += [each["id"] for each in answered.body["items"]]
        cursor = f"&cursor={answered.body['next']}" if answered.body["next"] else None
    assert len(seen) == 7 == len(set(seen))
    assert seen == sorted(seen, reverse=True)


async def test_a_list_is_filtered_by_state(network):
    for _ in range(2):
        network.say(REGISTERED)
    await network.deliver()
    member = a_member(OFFICER)
    newest = (await network.notices(OFFICER))[0]["id"]
    await network.ask(member, "POST", f"/notices/{newest}/acknowledgements", {})
    counts = {}
    for state in ("raised", "acknowledged", "open", "stale", "raised&state=acknowledged"):
        answered = await network.ask(member, "GET", f"/notices?state={state}")
        counts[state] = len(answered.body["items"])
    assert counts == {
        "raised": 1,
        "acknowledged": 1,
        "open": 1,
        "stale": 0,
        "raised&state=acknowledged": 2,
    }


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("state=lost", {"state.0": "not-allowed"}),
        ("limit=0", {"limit": "out-of-range"}),
        ("cursor=abc", {"cursor": "invalid"}),
    ],
)
async def test_a_bad_query_is_answered_with_its_field(network, query, fields):
    answered = await network.ask(a_member(OFFICER), "GET", f"/notices?{query}")
    assert (answered.status, answered.fields) == (422, fields)


async def test_nobody_without_a_token_reads_anything(network):
    for path in ("/notices", f"/notices/{uuid4()}", "/rules"):
        assert (await network.ask(None, "GET", path)).status == 401


async def test_a_manifest_says_what_was_sent_and_what_was_withheld(network):
    network.say(OPENED)
    await network.deliver()
    [notice] = await network.notices(TOLD_COMMITTEE)
    member = a_member(TOLD_COMMITTEE)
    manifest = (await network.ask(member, "GET", f"/notices/{notice['id']}/manifest")).body
    assert manifest["fields_sent"] == [
        "classification",
        "community",
        "day",
        "day_part",
        "method",
        "tip",
    ]
    assert {"premises_id", "incident_id", "grid", "opened_at"} < set(manifest["fields_withheld"])
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["seal"])


async def test_a_manifest_tells_nothing_of_the_case(network):
    """Two incidents that differ in everything have the same manifest but for id and seal."""
    network.say(OPENED)
    network.say(OPENED, a_body(OPENED, classification="noise", method=None, tip=None))
    await network.deliver()
    member, seen = a_member(TOLD_COMMITTEE), set()
    for notice in await network.notices(TOLD_COMMITTEE):
        manifest = (await network.ask(member, "GET", f"/notices/{notice['id']}/manifest")).body
        seen.add(str({k: v for k, v in manifest.items() if k not in ("notice_id", "seal")}))
    assert len(seen) == 1


async def test_every_stored_notice_fits_its_seal_until_somebody_changes_it(network):
    for event in sorted(BOOK.events):
        if BOOK.events[event].example:
            network.say(event)
    await network.deliver()
    async with network.units.open() as (_, uow):
        sound = await verify_manifests([], uow)
    assert sound.checked > 25 and sound.broken == ()
    rows = await network.sql("select id from notices order by id limit 5")
    ids = [row[0] for row in rows]
    changes = ("body_zh = 'x'", "role = 'justice'", "rule_version = 9", "grid = '1'")
    for notice, change in zip(ids, changes, strict=False):
        await network.sql(f"update notices set {change} where id = $1", notice)
    async with network.units.open() as (_, uow):
        assert set((await verify_manifests([], uow)).broken) == set(ids[:4])
    async with network.units.open() as (_, uow):
        assert (await verify_manifests(ids[3:], uow)).broken == (ids[3],)


async def test_the_rules_are_read_in_plain_language_by_those_who_work_with_them(network):
    answered = await network.ask(a_member(OFFICER), "GET", "/rules")
    rules = {each["id"]: each for each in answered.body["items"]}
    assert set(rules) == {rule.id for rule in BOOK.current()}
    told = rules["tenancy-registered.committee"]
    assert told["explanation_en"].startswith("When a tenancy is registered, the committee")
    assert told["explanation_zh"].startswith("租住登记，通知")
    assert rules["residence-recorded"]["preview"] is None
    auditor = Principal(uuid4(), "auditor")
    assert (await network.ask(auditor, "GET", "/rules")).status == 200
    landlord = Principal(uuid4(), "landlord")
    assert (await network.ask(landlord, "GET", "/rules")).status == 403
    assert (await network.ask(a_member(OFFICER), "GET", "/rules/no-such")).status == 404


async def test_the_preview_over_http_is_what_a_desk_reads_to_the_byte(network):
    """The example's own values, told as an event, arrive in the preview's very words."""
    network.clock.advance(EXAMPLE_MOMENT - NOW)
    for event in ("rentals.tenancy.registered.v1", OPENED):
        network.say(event)
    await network.deliver()
    for desk in (OFFICER, TOLD_COMMITTEE):
        for notice in await network.notices(desk):
            rule = (await network.ask(a_member(desk), "GET", f"/rules/{notice['rule']}")).body
            shown = {
                name: text and text.replace("示例社区", "和平社区").replace("Example", "Heping")
                for name, text in rule["preview"].items()
            }
            assert shown == {name: notice[name] for name in shown}
