"""Whether somebody is on the register shows nowhere: not in an answer, an event, a row or a count.

The same is done to listed and to unlisted persons, who moved from A to B; what can be seen outside
of the register must have the same shape. How long it takes is measured elsewhere.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from inprocess import InProcess, Keys, roles_of
from two_services import Person, Shape, TwoServices, outline, shape_of

from lianfang_common.testing.servers import MakeDatabase

pytestmark = [pytest.mark.servers, pytest.mark.slow]

EACH = 50
UNKNOWN = 20
MISTAKEN = 20
OF_THE_REGISTER = {"residence_change_cases", "grants"}
"""Tables of population that a match adds to, beside its own facts and deadlines."""
RESTRICTED = "population.residence-change"
Outlines = Counter[tuple[Any, ...]]


@pytest_asyncio.fixture(scope="module")
async def both(
    make_database: MakeDatabase, keys: Keys, closing: list[Any]
) -> AsyncIterator[TwoServices]:
    """The two services on databases of their own."""
    services = []
    for name in ("population", "rentals"):
        database = await make_database(name, roles_of(name))
        more = {"matcher_url": database.urls["matcher"]} if name == "population" else {}
        services.append(InProcess(name, database, keys, more))
        closing.append(services[-1])
        await services[-1].start()
    made = TwoServices(*services, Random(990101))
    closing.append(made)
    await made.define()
    yield made


class Seen:
    """What can be seen of one group of persons who moved to B.

    Attributes:
        outlines: shapes of the answers, by what was asked, with how many had each.
        population: what population's database gained.
        rentals: what rentals' database gained.
    """

    def __init__(self) -> None:
        self.outlines: dict[str, Outlines] = {}
        self.population: Shape
        self.rentals: Shape

    def note(self, asked: str, shape: tuple[Any, ...]) -> None:
        """Count the shape of one answer."""
        self.outlines.setdefault(asked, Counter())[shape] += 1


async def move(both: TwoServices, persons: list[Person]) -> Seen:
    """Let persons move from A to B by a tenancy each, and look at all that can be seen."""
    seen = Seen()
    premises = [await both.premises() for _ in persons]
    before = await shape_of(both.population), await shape_of(both.rentals)
    tenancies = []
    for one, place in zip(persons, premises, strict=True):
        resolved = await both.resolve(one, place)
        seen.note("resolution", outline(resolved))
        registered = await both.register(resolved.body["receipt"], place)
        seen.note("registration", outline(registered))
        tenancies.append(registered.body["id"])
    await both.deliver(tenancies)
    await _look_around(both, seen, persons, tenancies)
    seen.population = (await shape_of(both.population)).since(before[0])
    seen.rentals = (await shape_of(both.rentals)).since(before[1])
    return seen


async def _look_around(
    both: TwoServices, seen: Seen, persons: list[Person], tenancies: list[str]
) -> None:
    readers = (both.officer_b, both.landlord)
    for user in readers:
        listed = await both.rentals.ask(user, "GET", "/tenancies?limit=200")
        own = [item for item in listed.body["items"] if item["id"] in set(tenancies)]
        for item in own:
            seen.note(f"listed to {user}", (len(json.dumps(item)), item["version"], *item))
    for one, tenancy in zip(persons[:20], tenancies[:20], strict=True):
        for user in readers:
            reply = await both.rentals.ask(user, "GET", f"/tenancies/{tenancy}")
            seen.note(f"tenancy to {user}", outline(reply))
        shut = await both.rentals.ask(both.in_committee, "GET", f"/tenancies/{tenancy}")
        assert shut.status == 403
        seen.note(f"tenancy to {both.in_committee}", outline(shut))
        for user in (both.officer_a, both.officer_b):
            glass = await both.population.ask(
                user,
                "POST",
                "/break-glass",
                {"person_id": str(one.id), "reason": "走失老人，家属求助"},
            )
            seen.note(f"glass to {user}", outline(glass))
            purpose = f"?purpose=break_glass&purpose_id={glass.body.get('id', tenancy)}"
            for tail in ("", "/residences"):
                path = f"/persons/{one.id}{tail}{purpose}"
                reply = await both.population.ask(user, "GET", path)
                seen.note(f"person{tail} to {user}", outline(reply))
            search = {"document_number": one.number}
            reply = await both.population.ask(user, "POST", "/persons/searches", search)
            seen.note(f"search by {user}", outline(reply))


@pytest_asyncio.fixture(scope="module")
async def moved(both: TwoServices) -> dict[str, Seen]:
    """The groups: persons on the register of A, persons that are not, persons unknown before."""
    persons = await both.living_in_a(2 * EACH)
    listed, unlisted = persons[::2], persons[1::2]
    for one in listed:
        await both.list_on_register(one)
    # The first group also leaves the account's first row of the day, whoever is in it.
    return {
        "unknown": await move(both, [both.stranger() for _ in range(UNKNOWN)]),
        "unlisted": await move(both, unlisted),
        "listed": await move(both, listed),
    }


async def test_the_matches_were_found(both: TwoServices, moved: dict[str, Seen]):
    """A test of the test: every listed person has a case, and nobody else."""
    assert moved["listed"].population.rows["residence_change_cases"] == EACH
    assert moved["unlisted"].population.rows["residence_change_cases"] == 0
    assert moved["unknown"].population.rows["residence_change_cases"] == 0


async def test_every_answer_has_the_same_shape(moved: dict[str, Seen]):
    listed, unlisted = moved["listed"].outlines, moved["unlisted"].outlines
    assert set(listed) == set(unlisted)
    assert sum(map(len, listed.values())) == len(listed), "answers differ within the group"
    assert listed == unlisted
    for asked in ("resolution", "registration"):
        assert sum(listed[asked].values()) == EACH
        assert set(moved["unknown"].outlines[asked]) == set(listed[asked]), asked


async def test_rentals_holds_and_publishes_the_same(moved: dict[str, Seen]):
    listed, unlisted, unknown = (moved[name].rentals for name in ("listed", "unlisted", "unknown"))
    assert listed == unlisted
    assert sum(listed.facts.values()) == EACH
    assert set(unknown.facts) == set(listed.facts)
    scaled = {table: count * UNKNOWN // EACH for table, count in listed.rows.items()}
    assert scaled == dict(unknown.rows)


async def test_population_differs_in_the_register_alone(moved: dict[str, Seen]):
    listed, unlisted = moved["listed"].population, moved["unlisted"].population

    def outside(shape: Shape) -> Counter[str]:
        own = OF_THE_REGISTER | {"outbox", "timer"}
        return Counter({table: n for table, n in shape.rows.items() if table not in own})

    assert outside(listed) == outside(unlisted)
    assert sum(outside(listed).values()) > 4 * EACH
    restricted = {fact for fact in listed.facts if fact[0] == RESTRICTED}
    assert sum(listed.facts[fact] for fact in restricted) == EACH
    open_facts = Counter({f: n for f, n in listed.facts.items() if f not in restricted})
    assert open_facts == unlisted.facts
    assert sum(open_facts.values()) == EACH
    assert listed.timers - unlisted.timers == Counter({"case-review": EACH})


async def test_what_the_register_says_leads_to_nobody(both: TwoServices, moved: dict[str, Seen]):
    rows = await both.population.sql(
        "select body, account, traceparent from outbox where type = $1", f"{RESTRICTED}.opened.v1"
    )
    open_rows = await both.population.sql(
        "select traceparent from outbox where topic <> $1", RESTRICTED
    )
    ids = await both.population.sql(
        "select person_id as id from persons union select residence_id from residences"
        " union select tenancy_id from residences union select receipt_id from residences"
        " union select entry_id from supervision_entries"
        " union select object_id from resolutions"
    )
    told = {str(row["id"]) for row in ids if row["id"]}
    traces = {row["traceparent"] for row in open_rows} - {None}
    assert len(rows) == EACH
    for row in rows:
        text = row["body"].decode()
        assert row["account"] is None
        assert row["traceparent"] not in traces
        assert not [value for value in json.loads(text).values() if value in told]


async def test_nothing_waits_for_the_matcher_that_would_tell(both: TwoServices, moved: object):
    for table in ("match_queue", "forget_queue"):
        (row,) = await both.population.sql(f"select count(*) as n from {table}")
        assert row["n"] == 0, table


async def test_mistaken_identity_leaves_claims_like_any_other(both: TwoServices, moved: object):
    """The way out of a case that touches what is outside of the register: it makes no row there."""
    of_claims = "select * from identity_claims order by claim_id"
    claims = await both.population.sql(of_claims)
    before = await shape_of(both.population), await shape_of(both.rentals)
    cases = await both.population.sql(
        "select case_id from residence_change_cases where state = 'to_review'"
        f" order by case_id limit {MISTAKEN}"
    )
    for row in cases:
        path = f"/residence-change-cases/{row['case_id']}/reviews"
        body = {"outcome": "mistaken_identity"}
        reply = await both.population.ask(both.officer_a, "POST", path, body, If_Match='"1"')
        assert reply.status == 200
    await both.look()
    after = await both.population.sql(of_claims)
    changed = [new for old, new in zip(claims, after, strict=True) if dict(old) != dict(new)]
    assert 0 < len(changed) <= MISTAKEN
    ordinary = {frozenset(k for k, v in dict(row).items() if v is None) for row in claims}
    for new in changed:
        assert new["state"] == "to_review"
        assert frozenset(k for k, v in dict(new).items() if v is None) in ordinary
        assert new["name"] and new["account"] == both.officer_b.account
    gained = (await shape_of(both.population)).since(before[0])
    assert set(gained.rows) <= {"outbox", "audit", "idempotency"}
    assert {topic for topic, *_ in gained.facts} == {RESTRICTED}
    assert await shape_of(both.rentals) == before[1]
    open_links = "select 1 from residence_change_cases where state = 'closed' and link_sealed"
    assert await both.population.sql(f"{open_links} is not null") == []
