"""The three journeys while services die: what was acknowledged is kept, and has its effect once.

`LIANFANG_SEED` repeats a run's moments and acts, `LIANFANG_KILL_ROUNDS` makes it longer.
"""

import asyncio
import os
import time
from collections import Counter
from datetime import UTC, datetime
from random import Random, SystemRandom

import asyncpg
import pytest
from acknowledged import forgotten, other_tenancies, untold
from commands import CommandLog
from evidence import SERVICES, Evidence, contract_groups, digest_counts
from invariants import all_invariants, broken_rules
from journeys import until
from killing import Killer
from load import Load
from receivers import District
from topics import send_again, waiting_for

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

SETTLES_WITHIN_SECONDS = 25.0
_NOT_ONE = """
select e.entry_id::text from supervision_entries e
left join responsibilities r on r.entry_id = e.entry_id and r.until is null
where e.state = 'active' group by e.entry_id having count(r.entry_id) <> 1
union all
select r.entry_id::text from responsibilities r join supervision_entries e using (entry_id)
where r.until is null and e.state <> 'active'"""


class Sampler:
    """Asks population's database again and again whether one office answers for each entry."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._ask())
        self.samples = 0
        self.wrong: set[str] = set()

    async def _ask(self) -> None:
        while not self._over.is_set():
            self.wrong |= {row[0] for row in await self._connection.fetch(_NOT_ONE)}
            self.samples += 1
            await asyncio.sleep(0.02)

    async def end(self) -> None:
        """Stop asking."""
        self._over.set()
        await self._task
        await self._connection.close()


class Run:
    """What one run under kills left behind."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.log = CommandLog()
        self.begin = datetime.now(UTC)
        self.end = self.begin
        self.story: list[str] = []
        self.load: Load
        self.sampler: Sampler
        self.evidence: Evidence
        self.counted_before: Counter[str] = Counter()
        self.broken: list[str] = []
        self.settled_after = 0.0

    def told(self, what: object) -> str:
        """Return a failure's text: the seed first, then what was done when."""
        return f"LIANFANG_SEED={self.seed}\n{what}\n{self.log.counts()}\n" + "\n".join(self.story)


@pytest.fixture(scope="module")
async def run(network, users):
    """One run: everybody at work, each service killed, then quiet."""
    seed = int(os.environ.get("LIANFANG_SEED") or SystemRandom().randrange(1_000_000))
    print(f"\nLIANFANG_SEED={seed}")
    made = Run(seed)
    made.counted_before = await digest_counts(network)
    made.load = Load(network, users, seed, made.log)
    made.sampler = Sampler(await network.connect("population"))
    killer = Killer(network, Random(seed), SERVICES, made.log.asked)
    await made.load.begin()
    made.begin = datetime.now(UTC)
    try:
        await killer.rounds(int(os.environ.get("LIANFANG_KILL_ROUNDS") or 1))
    finally:
        await made.load.end()
        made.end = datetime.now(UTC)
        made.story = killer.story
    await _settle(network, made)
    await made.sampler.end()
    print(
        f"{made.log.counts()}; settled after {made.settled_after:.1f} s;"
        f" {made.load.handed_over} entries handed over; {made.sampler.samples} samples"
    )
    return made


async def _settle(network, run):
    """Look until every rule holds, or until it should have."""
    rules = all_invariants(District(network.district))
    began = time.monotonic()
    while True:
        run.evidence = await Evidence.gather(network, run.begin, run.end, run.counted_before)
        run.broken = broken_rules(run.evidence, rules)
        run.settled_after = time.monotonic() - began
        if not run.broken or run.settled_after > SETTLES_WITHIN_SECONDS:
            return
        await asyncio.sleep(0.2)


async def test_every_outcome_is_known_and_services_were_asked_again(run):
    assert not run.log.of("unknown"), run.told("unknown outcomes")
    assert any(command.attempts > 1 for command in run.log.commands), run.told("no kill was felt")
    done = {command.route.split("/")[3] for command in run.log.of("acknowledged")}
    assert done == {"population", "rentals", "incidents", "notifications"}


async def test_every_invariant_holds_soon_after_the_last_kill(run):
    shown = "\n".join(run.broken[:30])
    assert not run.broken, run.told(f"{len(run.broken)} breaches\n{shown}")


async def test_what_is_delivered_a_second_time_has_no_second_effect(run, network):
    facts = {fact.id for fact in run.evidence.facts}
    told = [m for each in run.evidence.messages.values() for m in each if m.id in facts]
    assert len(told) >= len(facts)
    await send_again(network.servers, told)

    async def taken():
        return not await waiting_for(network.servers, contract_groups(network))

    await until("every group at the end of its topics", taken, SETTLES_WITHIN_SECONDS)
    again = await Evidence.gather(network, run.begin, run.end, run.counted_before)
    broken = broken_rules(again, all_invariants(District(network.district)))
    assert not broken, run.told("\n".join(broken[:30]))
    sent = sum(len(each) for each in again.messages.values())
    assert sent >= 2 * len(facts)


async def test_one_office_answered_for_every_entry_at_every_sampled_moment(run):
    assert run.sampler.samples > 100
    assert run.load.handed_over > 0, run.told("nobody was handed over")
    assert not run.sampler.wrong, run.told(run.sampler.wrong)


async def test_what_was_acknowledged_is_kept_with_the_answer_that_was_given(run, network):
    lost = await forgotten(network, run.log, run.begin)
    assert not lost, run.told(lost)


async def test_every_acknowledged_change_told_its_version_and_no_tenancy_came_from_nowhere(
    run, network
):
    silent = untold(run.log, run.evidence.facts)
    assert not silent, run.told(silent)
    premises = [place.premises for place in run.load.places.values()]
    others = await other_tenancies(network, run.log, premises)
    assert not others, run.told(others)
