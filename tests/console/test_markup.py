"""Markup in every field that takes text: refused, or shown as it was typed; it never is a page.

The fields are read out of the contracts, so that a new one has to be tried here, too.
"""

from datetime import UTC, datetime
from random import SystemRandom
from uuid import uuid4

import pytest
from free_text import MARKUP, fields_that_take_text
from journeys import TYPED_NAMES, a_document_number, report, resolve, the_notice
from network import created
from register import list_somebody
from typing_in import a_credit_code

from lianfang_demo.zone import today

pytestmark = pytest.mark.console

OFFICER, LISTING, HEAD, ASSISTING = (
    *("nanpu-officer1", "beihe-officer1"),
    *("beihe-head1", "liudi-committee"),
)
SERVICES = ("population", "rentals", "incidents", "notifications", "gateway")
REPORT = "POST /api/v1/incidents/reports"
REPORT_READING = "POST /api/v1/incidents/reports/{report_id}/disclosures"
ACKNOWLEDGEMENT = "POST /api/v1/notifications/notices/{notice_id}/acknowledgements"
RESOLUTION = "POST /api/v1/population/identity-resolutions"
SEARCH = "POST /api/v1/population/persons/searches"
PERSON_READING = "POST /api/v1/population/persons/{person_id}/disclosures"
GLASS = "POST /api/v1/population/break-glass"
ENTRY = "POST /api/v1/population/supervision-entries"
PREMISES = "POST /api/v1/rentals/premises"
LANDLORD = "POST /api/v1/rentals/premises/{premises_id}/landlords"
TENANCY = "POST /api/v1/rentals/tenancies"
NAME, CODE = "let_by.organisation.name", "let_by.organisation.credit_code"
RECEIPT = "let_by.receipt"


def let_by(name=f"{MARKUP}公司", code=None) -> dict:
    """Return an organisation that lets, as a request names it."""
    return {"let_by": {"organisation": {"name": name, "credit_code": code or a_credit_code()}}}


REFUSED = {
    (REPORT, "caller_phone"): {"caller_phone": MARKUP},
    (RESOLUTION, "name"): {"name": MARKUP},
    (RESOLUTION, "document_number"): {"document_number": MARKUP},
    (RESOLUTION, "phone"): {"phone": MARKUP},
    (SEARCH, "name"): {"name": MARKUP},
    (SEARCH, "document_number"): {"document_number": MARKUP},
    (SEARCH, "cursor"): {"name": TYPED_NAMES[0], "cursor": MARKUP},
    (ENTRY, "statute"): {"statute": MARKUP},
    (PREMISES, "grid"): {"grid": MARKUP},
    (PREMISES, "label"): {"label": MARKUP},
    (PREMISES, RECEIPT): {"let_by": {"receipt": MARKUP}},
    (PREMISES, CODE): let_by("示范公司", MARKUP),
    (LANDLORD, RECEIPT): {"let_by": {"receipt": MARKUP}},
    (LANDLORD, CODE): let_by("示范公司", MARKUP),
    (TENANCY, RECEIPT): {"let_by": {"receipt": MARKUP}},
    (TENANCY, CODE): let_by("示范公司", MARKUP),
    (TENANCY, "tenants[].receipt"): {"tenants": [{"receipt": MARKUP}]},
}
"""What takes no markup, each with a request that tries it."""


async def shown(window, text: str, within: str = "main") -> None:
    """Wait until a text stands on the page, letter by letter."""
    await window.page.locator(within).get_by_text(text).first.wait_for()


async def is_no_page(window) -> bool:
    """Say whether no markup has become an element, and no script of it has run."""
    return await window.page.evaluate(
        "!document.querySelector('[onerror], img') && !('harm' in window)"
    )


async def what_a_report_tells(person, users, network):
    body = {
        "source": "feed_110",
        "external_id": f"{MARKUP}{uuid4().hex}",
        "narrative": f"{MARKUP}有人敲门",
    }
    grid = network.grids_of(OFFICER)[0]
    told = created(await report(await users("feed110"), "noise", grid=grid, **body))
    officer = await person(OFFICER, path=f"/console/incidents/{told['incident_id']}")
    await officer.page.get_by_text("查阅报告内容").click()
    await officer.page.get_by_label("查阅理由").fill(MARKUP)
    await officer.page.get_by_role("button", name="查阅", exact=True).click()
    await shown(officer, body["narrative"])
    assert body["external_id"] not in await officer.page.content()
    return [officer]


async def what_was_said_of_a_notice(person, users, network):
    officer = await users(OFFICER)
    told = created(await report(officer, "noise", grid=network.grids_of(OFFICER)[0]))
    notice = (await the_notice(officer, told["incident_id"]))["id"]
    comment = f"{MARKUP}已劝阻"
    path = f"/api/v1/notifications/notices/{notice}/acknowledgements"
    assert (await officer.post(path, {"comment": comment})).status in (200, 201)
    window = await person(OFFICER, path=f"/console/desk/{notice}?view=done")
    await shown(window, comment, "[role=dialog]")
    return [window]


async def the_ground_of_an_entry(person, users, network):
    organ, document = f"{MARKUP}司法局", f"{MARKUP}号"
    entry = await list_somebody(
        users,
        network,
        LISTING,
        deciding_organ=organ,
        document_number=document,
        assisting_committee=network.office(ASSISTING),
    )
    officer = await person(LISTING, path=f"/console/register/{entry.entry_id}")
    for text in (organ, document):
        await shown(officer, text)
    committee = await person(ASSISTING, path=f"/console/committee/help-items/{entry.entry_id}")
    await committee.page.get_by_label("查阅目的").select_option("走访")
    await committee.page.get_by_role("button", name="查阅", exact=True).click()
    await shown(committee, organ)
    assert document not in await committee.page.content()
    listing = await person(LISTING, path="/console/register")
    await shown(listing, f"{organ} {document}")
    return [officer, committee, listing]


async def who_lets_premises(person, users, network):
    officer = await users(OFFICER)
    place = {"grid": network.grids_of(OFFICER)[0], "kind": "flat", "rooms": 1, "label": "7栋-1203"}
    premises = created(await officer.post("/api/v1/rentals/premises", place | let_by()))["id"]
    path = f"/api/v1/rentals/premises/{premises}"
    window = await person(OFFICER, path=f"/console/premises/{premises}")
    await shown(window, f"{MARKUP}公司")
    changed = await officer.post(
        f"{path}/landlords", let_by(f"{MARKUP}商行"), if_match=(await officer.get(path)).etag
    )
    assert changed.status == 200, changed.body
    tenancy = {
        "premises_id": premises,
        "tenants": [{"receipt": await resolve(officer, premises)}],
        "first_day": str(today()),
        **let_by(f"{MARKUP}中介"),
    }
    created(await officer.post("/api/v1/rentals/tenancies", tenancy))
    await window.page.reload()
    await shown(window, f"{MARKUP}商行")
    await shown(window, "1 人")
    assert f"{MARKUP}中介" not in await window.page.inner_text("body")
    return [window]


async def why_the_glass_was_broken(person, users, network):
    officer = await users(LISTING)
    grids = set(network.grids_of(LISTING))
    numbers = [row["document_number"] for row in network.rows("persons") if row["grid"] in grids]
    reasons = [f"{MARKUP}{why}{uuid4()}" for why in ("走失老人", "家属求助")]
    # Others each time: glass that is open still is not broken again.
    for number, reason in zip(SystemRandom().sample(numbers, 2), reasons, strict=True):
        searched = await officer.post(
            "/api/v1/population/persons/searches", {"document_number": number}
        )
        found = searched.body["items"][0]["person_id"]
        if reason == reasons[0]:
            broken = {"person_id": found, "reason": reason}
            created(await officer.post("/api/v1/population/break-glass", broken))
        else:
            purpose = {"purpose": {"kind": "break_glass", "reason": reason}}
            path = f"/api/v1/population/persons/{found}/disclosures"
            assert (await officer.post(path, purpose)).status == 200
    head = await person(HEAD, path="/console/persons")
    for reason in reasons:
        await shown(head, reason)
    return [head]


SHOWN = {
    (REPORT, "narrative"): what_a_report_tells,
    (ACKNOWLEDGEMENT, "comment"): what_was_said_of_a_notice,
    (ENTRY, "deciding_organ"): the_ground_of_an_entry,
    (ENTRY, "document_number"): the_ground_of_an_entry,
    (PREMISES, NAME): who_lets_premises,
    (LANDLORD, NAME): who_lets_premises,
    (GLASS, "reason"): why_the_glass_was_broken,
    (PERSON_READING, "purpose.reason"): why_the_glass_was_broken,
}
"""What is kept and read again, each with who reads it where."""
SETTLING = (
    *("dead-letters/{letter_id}/replay", "dead-letters/{letter_id}/drop", "groups/{group}/replay"),
)
UNSHOWN = {
    **{
        (f"POST /api/v1/{service}/operations/{act}", "why"): "kept beside who settled what"
        for service in SERVICES
        for act in SETTLING
    },
    (REPORT, "external_id"): "kept to know a report again; on no page",
    (REPORT_READING, "purpose.reason"): "kept, sealed, for the audit",
    (TENANCY, NAME): "kept; a page tells whom the file of the premises names",
    (SEARCH, "pinyin"): "compared by its letters, and kept nowhere",
}


def test_every_field_that_takes_text_is_tried(network):
    fields = {
        field for service in SERVICES for field in fields_that_take_text(network.contracts(service))
    }
    tried = [*REFUSED, *SHOWN, *UNSHOWN]
    assert len(tried) == len(set(tried))
    assert fields == set(tried)


async def test_what_takes_no_markup_says_so_beside_its_field_and_repeats_none_of_it(users, network):
    officer = await users(OFFICER)
    grid = network.grids_of(OFFICER)[0]
    premises = network.premises_in([grid])[0]
    path = f"/api/v1/rentals/premises/{premises}"
    whole = {
        REPORT: {
            "source": "walk_in",
            "classification": "noise",
            "grid": grid,
            "occurred_at": datetime.now(UTC).isoformat(),
        },
        RESOLUTION: {
            "name": TYPED_NAMES[0],
            "document_kind": "resident_id",
            "document_number": a_document_number(),
            "audience": "rentals",
            "object_id": premises,
        },
        ENTRY: {
            "person_id": str(uuid4()),
            "category": "resettlement_help",
            "deciding_organ": "示范区司法局",
            "document_number": "示范〔2026〕测试",
            **dict.fromkeys(("starts_on", "ends_on", "review_due_on"), str(today())),
        },
        PREMISES: {"grid": grid, "kind": "flat", "rooms": 1, "label": "7栋-1203"},
        TENANCY: {
            "premises_id": premises,
            "tenants": [{"receipt": await resolve(officer, premises)}],
            "first_day": str(today()),
        },
    }
    for (route, field), tried in REFUSED.items():
        url = route.removeprefix("POST ").format(premises_id=premises)
        version = (await officer.get(path)).etag if route == LANDLORD else None
        reply = await officer.post(url, whole.get(route, {}) | tried, if_match=version)
        assert reply.status == 422, (route, field, reply.body)
        named = [error["field"] for error in reply.body["errors"]]
        assert named == [field.replace("[]", ".0")], (route, field)
        assert MARKUP not in str(reply.body)


@pytest.mark.parametrize("page", dict.fromkeys(SHOWN.values()), ids=lambda page: page.__name__)
async def test_what_was_typed_is_shown_as_it_was_typed(person, users, network, page):
    for window in await page(person, users, network):
        assert await is_no_page(window)


async def test_markup_that_came_through_would_be_seen_here_and_run_no_script(person):
    officer = await person(OFFICER, path="/console/account")
    assert await is_no_page(officer)
    told = "inline event handler"
    async with officer.page.expect_console_message(lambda said: told in said.text):
        await officer.page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '{MARKUP}')")
    assert not await is_no_page(officer)
    assert not await officer.page.evaluate("'harm' in window")
    officer.faults.clear()
