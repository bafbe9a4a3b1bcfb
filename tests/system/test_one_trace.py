"""One trace leads from a request over Kafka to its notice; none leads from a tenancy to a case."""

import time
from functools import partial

import pytest
from journeys import file_premises, notices, register_tenancy, report, the_notice, until
from network import created
from register import CASES, act, list_somebody, move, the_case
from topics import read_topics
from traces import all_spans, spans_of

pytestmark = pytest.mark.system

OFFICER, COMMITTEE = "nanpu-officer1", "dongdu-committee"
TOLD = "handle notifications.notice.raised.v1"
TRIES = 4
RESTRICTED = ("supervision", "residence-change", "residence_change", "case", "entry")


async def trace_of(network, topic, key):
    """Return the trace under which the first fact of an aggregate was told."""

    async def told():
        messages = await read_topics(network.servers, [topic])
        return [message.trace_id for message in messages if message.key == key]

    return (await until(f"a fact of an aggregate in {topic}", told))[0]


async def followed(network, journey, *wanted):
    """Return the spans of a journey's trace once it has some, each by service and name.

    A message that a consumer takes together with somebody else's is handled under the batch's own
    trace, so a journey that met others is made again.
    """
    missing = []
    for _ in range(TRIES):
        trace_id, own = await journey()
        if not own:
            missing.append("its notice's own trace")
            continue
        try:
            look = partial(_written, network, trace_id, wanted)
            return await until("spans of a trace", look, 3)
        except AssertionError:
            missing.append(set(wanted) - _written_by(spans_of(network, [trace_id])))
    raise AssertionError(f"spans that {TRIES} traces lacked: {missing}")


async def _written(network, trace_id, wanted):
    # Each service writes its spans a moment later.
    spans = spans_of(network, [trace_id])
    return spans if set(wanted) <= _written_by(spans) else []


def _written_by(spans):
    return {(span.service, span.name) for span in spans}


def whole(spans):
    """Say whether spans hang together: one begins, and the others stand below it."""
    known = {span.span_id for span in spans}
    roots = [span for span in spans if span.parent_id is None]
    return len(roots) == 1 and all(span.parent_id in known for span in spans if span.parent_id)


async def test_a_tenancy_is_one_trace_from_its_request_to_its_notice(users, network):
    officer = await users(OFFICER)

    async def journey():
        premises = network.premises_in(network.grids_of(COMMITTEE))[0]
        tenancy = await register_tenancy(officer, premises)
        notice = await the_notice(officer, tenancy["id"])
        trace_id = await trace_of(network, "rentals.tenancy", tenancy["id"])
        return trace_id, await trace_of(network, "notifications.notice", notice["id"]) == trace_id

    handled = "handle rentals.tenancy.registered.v1"
    spans = await followed(
        network,
        journey,
        ("gateway", "POST /api/v1/rentals/…"),
        ("rentals", "POST /api/v1/rentals/tenancies"),
        ("rentals", "execute register_tenancy"),
        ("population", handled),
        ("notifications", handled),
        ("gateway", TOLD),
    )
    assert whole(spans), spans
    root = next(span for span in spans if span.parent_id is None)
    assert (root.service, root.name) == ("gateway", "POST /api/v1/rentals/…")
    assert {span.service for span in spans} == {"gateway", "rentals", "population", "notifications"}
    assert {s.service for s in spans if s.name == handled} == {"population", "notifications"}


async def test_an_incident_is_one_trace_from_its_request_to_its_notice(users, network):
    officer = await users(OFFICER)
    premises = await file_premises(officer, network.grids_of(COMMITTEE)[1])
    kinds = iter(("gas_hazard", "fire_hazard", "blocked_exit", "noise"))

    async def journey():
        opened = created(await report(officer, next(kinds), premises_id=premises))
        notice = await the_notice(officer, opened["incident_id"])
        trace_id = await trace_of(network, "incidents.incident", opened["incident_id"])
        return trace_id, await trace_of(network, "notifications.notice", notice["id"]) == trace_id

    handled = "handle incidents.incident.opened.v1"
    spans = await followed(
        network,
        journey,
        ("gateway", "POST /api/v1/incidents/…"),
        ("incidents", "POST /api/v1/incidents/reports"),
        ("incidents", "execute receive_report"),
        ("notifications", handled),
        ("gateway", TOLD),
    )
    assert whole(spans), spans
    assert {span.service for span in spans} == {"gateway", "incidents", "notifications"}


async def test_the_trace_that_a_caller_names_is_not_followed(users, network):
    officer = await users.another(OFFICER)
    named = "4d7a7065ffddfe04007d117cbc0a7fac"
    officer.http.headers["traceparent"] = f"00-{named}-1449dd7fdef5d579-00"
    opened = created(await report(officer, "noise", grid=network.grids_of(OFFICER)[0]))
    trace_id = await trace_of(network, "incidents.incident", opened["incident_id"])
    assert trace_id != named
    look = partial(_written, network, trace_id, {("gateway", "POST /api/v1/incidents/…")})
    await until("a span of the request, which its caller wanted out of sight", look)


async def test_no_trace_leads_from_a_tenancy_to_a_residence_change_case(users, network):
    officer = await users(OFFICER)
    listed = await list_somebody(users, network, OFFICER)
    tenancy_id = await move(users, network, listed, "beihe-officer2")
    case = (await the_case(officer, listed))["case_id"]
    notice = await the_notice(officer, case)
    of_tenancy = await trace_of(network, "rentals.tenancy", tenancy_id)
    of_case = await trace_of(network, "population.residence-change", case)
    of_notice = await trace_of(network, "notifications.notice", notice["id"])
    assert of_tenancy not in {of_case, of_notice}
    look = partial(_written, network, of_case, [("population", "matcher.look")])
    spans = await until("the span of the matcher's look", look)
    (root,) = [span for span in spans if span.parent_id is None]
    assert (root.service, root.name) == ("population", "matcher.look")
    spans += spans_of(network, [of_notice])
    assert not any("tenancy" in span.name or span.service == "rentals" for span in spans)


async def test_no_span_tells_of_a_case_or_an_entry(users, network):
    begin = time.time()
    listed = await list_somebody(users, network, OFFICER)
    await move(users, network, listed, "beihe-officer2")
    officer = await users(OFFICER)
    case = (await the_case(officer, listed))["case_id"]
    reviewed = await act(officer, f"{CASES}/{case}", "reviews", {"outcome": "mistaken_identity"})
    assert reviewed.status == 200, reviewed.body
    await until("the notice of the closed case", lambda: _two(officer, case))
    await register_tenancy(officer, network.premises_in(network.grids_of(COMMITTEE))[0])

    async def told():
        names = [span.name for span in all_spans(network) if span.started_at >= begin]
        # Two tenancies before the case, one after it: what came between is written by then.
        return names if names.count("execute register_tenancy") >= 3 else []

    names = await until("the spans of a later tenancy", told)
    assert not [name for name in names if any(word in name for word in RESTRICTED)]


async def _two(officer, subject):
    return len(await notices(officer, subject)) == 2


async def test_a_case_names_nothing_of_the_tenancy_and_nobodys_account(users, network):
    listed = await list_somebody(users, network, OFFICER)
    tenancy_id = await move(users, network, listed, "beihe-officer2")
    case = (await the_case(await users(OFFICER), listed))["case_id"]
    confirmed = await act(
        await users(OFFICER), f"{CASES}/{case}", "reviews", {"outcome": "confirmed"}
    )
    assert confirmed.status == 200, confirmed.body
    await the_notice(await users("beihe-officer2"), case)
    told = await read_topics(network.servers, ["population.residence-change"])
    mine = [message for message in told if message.key == case]
    # Whoever does not answer in the little time that these tests leave makes a third one.
    assert [message.type.split(".")[2] for message in mine][:2] == ["opened", "confirmed"]
    rows = await network.query(
        "population", "select person_id::text, residence_id::text from residences"
        " where tenancy_id = $1", tenancy_id,
    )  # fmt: skip
    hidden = [tenancy_id, *rows[0].values(), listed.entry_id]
    for message in mine:
        assert not any(each in message.whole().decode() for each in hidden), message.type
    assert "ce_accountid" not in mine[0].headers


async def test_no_span_holds_an_id_of_a_person_a_tenancy_or_a_case(users, network):
    rows = await network.query(
        "population",
        "select person_id::text from residences where tenancy_id is not null"
        " union select tenancy_id::text from residences where tenancy_id is not null"
        " union select case_id::text from residence_change_cases"
        " union select entry_id::text from supervision_entries",
    )
    ids = {row[0] for row in rows}
    shown = {
        part
        for span in all_spans(network)
        for text in (span.name, *map(str, span.attributes.values()))
        for part in text.replace("/", " ").split()
    }
    assert ids and not ids & shown
