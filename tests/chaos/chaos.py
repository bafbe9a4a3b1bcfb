"""Lets one fault after another happen under load, and judges what is left by the invariants.

Prints its seed; `LIANFANG_SEED` repeats the order of the faults, their lengths and the users'
acts. Writes `build/chaos.json`: each fault with its moments, and the seconds from its end until
everything committed by then had reached every consumer.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from random import Random, SystemRandom

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("system", "load")]

from acknowledged import forgotten, other_tenancies, taken_back, untold
from between import network_faults
from commands import CommandLog
from evidence import Evidence, digest_counts
from faults import BrokerStopped, Fault, process_faults
from invariants import all_invariants, broken_rules
from journeys import until
from lag import caught_up
from load import Load
from lost import BrokerLost
from messages import Poison, SentAgain
from network import ROOT, Network, Users
from programs import run_command
from receivers import District
from report import Happened, Report, markdown
from resources import Held, held, not_given_back
from roles import role_faults
from seconds import TakenOver

OUT = ROOT / "build/chaos.json"
_ROUND_MINUTES = 3.0  # what is judged in one go; each round has premises and users' acts of its own
_LONG_MINUTES = 10.0
_SHORTEST_SECONDS = 0.5
_LONGEST_SECONDS = {False: 3.0, True: 20.0}  # of a fault, in short and in long runs
_CALM_SECONDS = (0.3, 1.5)
_SETTLES_SECONDS = 60.0
_SEALED = ("population", "incidents")
_OF_MANY = 4  # of each kind that has dozens: so many each time that the others all happen


class Chaos:
    """One run.

    Args:
        network: where.
        report: is filled.
        only: a part of the names of the faults that may happen.
        longest: seconds that a fault goes on at most.
    """

    def __init__(self, network: Network, report: Report, only: str, longest: float) -> None:
        self._network = network
        self._report = report
        self._only = only
        self._longest = longest
        self._random = Random(report.seed)
        self._begun = time.monotonic()
        self._planted: dict[str, int] = {}
        self._first: dict[str, Held] = {}
        self._faults = self._drawn()

    def _drawn(self) -> Iterator[Fault]:
        """Yield every fault once, in an order that the seed decides, and then again.

        Of those that exist for each role or connection, each pass has some, the next others.
        """
        long = self._longest > _LONGEST_SECONDS[False] or self._only
        every: list[Fault] = [
            *process_faults(),
            *(TakenOver(service, "relay") for service in ("rentals", "notifications")),
            *(TakenOver(service, "consumer") for service in ("population", "notifications")),
            SentAgain(self._random),
            Poison(self._planted),
            *([BrokerLost(), BrokerStopped()] if long else []),
        ]
        every = [fault for fault in every if self._only in fault.name]
        roles = self._in_turn(role_faults())
        networks = self._in_turn(network_faults(self._random))
        while True:
            chosen = [*every, *islice(roles, _OF_MANY), *islice(networks, _OF_MANY)]
            yield from self._random.sample(chosen, len(chosen))

    def _in_turn(self, many: Iterable[Fault]) -> Iterator[Fault]:
        chosen = [fault for fault in many if self._only in fault.name]
        return cycle(self._random.sample(chosen, len(chosen)))

    async def round(self, number: int, seconds: float) -> None:
        """Let faults happen under load for some seconds, and look at what is left."""
        network, log, users = self._network, CommandLog(), Users(self._network)
        load = Load(network, users, self._report.seed + number, log)
        self._planted.clear()
        await caught_up(network)  # or what an earlier run left would count for this one
        before = await digest_counts(network)
        await load.begin()
        begin, limit = datetime.now(UTC), time.monotonic() + seconds
        try:
            while time.monotonic() < limit:
                await asyncio.sleep(self._random.uniform(*_CALM_SECONDS))
                await self._one(next(self._faults))
        finally:
            try:
                await load.end()
            except AssertionError as failed:
                self._report.broken.append(f"a user could not go on: {failed}")
            await users.close()
        evidence = await self._settled(begin, before)
        now = await held(network)
        self._first = self._first or now
        self._report.held.append({service: asdict(each) for service, each in now.items()})
        self._report.broken += [
            *not_given_back(self._first, now),
            *(f"{c.route} {c.key}: the outcome stayed unknown" for c in log.of("unknown")),
            *await forgotten(network, log, begin),
            *untold(log, evidence.facts),
            *taken_back(log, evidence),
            *await other_tenancies(network, log, [p.premises for p in load.places.values()]),
            *await _broken_chains(),
        ]
        self._report.facts += len(evidence.facts)
        self._report.notices += len(evidence.notices)
        counted = Counter(command.outcome for command in log.commands)
        counted["asked for more than once"] = sum(c.attempts > 1 for c in log.commands)
        self._report.commands = dict(Counter(self._report.commands) + counted)

    async def _one(self, fault: Fault) -> None:
        """Let a fault happen and pass, and wait until nothing is behind."""
        began = time.monotonic() - self._begun
        try:
            try:
                await fault.begin(self._network)
                await asyncio.sleep(self._random.uniform(_SHORTEST_SECONDS, self._longest))
            finally:
                with self._counted(f"at the end of {fault.name}"):
                    await fault.end(self._network)
            ended, behind = time.monotonic() - self._begun, None
            with self._counted(f"after {fault.name}"):
                behind = await caught_up(self._network, fault.passes_within)
        finally:
            await fault.clear(self._network)
        self._report.happened.append(Happened(fault.name, began, ended, behind))
        print(self._report.happened[-1], flush=True)

    @contextlib.contextmanager
    def _counted(self, when: str) -> Iterator[None]:
        """Count what was awaited in vain as a breach, and go on to the judgement."""
        try:
            yield
        except AssertionError as failed:
            self._report.broken.append(f"{when}: {failed}")

    async def _settled(self, begin: datetime, before: Counter[str]) -> Evidence:
        """Return what is left once no invariant is broken, or when none should be."""
        end, rules = datetime.now(UTC), all_invariants(District(self._network.district))
        evidence, broken = Evidence(begin, end), ["nobody looked"]

        async def sound() -> bool:
            nonlocal evidence, broken
            evidence = await Evidence.gather(self._network, begin, end, before)
            evidence.planted = dict(self._planted)
            broken = broken_rules(evidence, rules)
            return not broken

        with contextlib.suppress(AssertionError):
            await until("every invariant", sound, _SETTLES_SECONDS)
        self._report.broken += broken
        return evidence


async def _broken_chains() -> list[str]:
    """Return the services whose audit trail does not verify from its first row."""
    results = await asyncio.gather(*(run_command(each, "verify-audit") for each in _SEALED))
    told = zip(_SEALED, results, strict=True)
    return [f"{service} verify-audit: {said}" for service, (status, said) in told if status]


async def run(network: Network, report: Report, only: str, longest: float) -> None:
    """Let faults happen for the report's minutes, in rounds; fill the report."""
    chaos = Chaos(network, report, only, longest)
    rounds = max(1, round(report.minutes / _ROUND_MINUTES))
    for number in range(rounds):
        await chaos.round(number, 60 * report.minutes / rounds)
        print(report.summary(), flush=True)
        if report.broken:
            return


def main() -> int:
    """Run, write the report, and return 1 when an invariant was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--only", default="", help="a part of the names of the faults")
    parser.add_argument("--longest", type=float, help="seconds of one fault; 3, or 20 in long runs")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--markdown", action="store_true", help="print what --out holds, and end")
    options = parser.parse_args()
    if options.markdown:
        print(markdown(Report.read(options.out)))
        return 0
    seed = int(os.environ.get("LIANFANG_SEED") or SystemRandom().randrange(1_000_000))
    print(f"LIANFANG_SEED={seed}", flush=True)
    report = Report(seed, options.minutes)
    longest = options.longest or _LONGEST_SECONDS[options.minutes >= _LONG_MINUTES]
    try:
        asyncio.run(run(Network.of_profile("test"), report, options.only, longest))
    finally:
        report.write(options.out)
    for line in report.broken[:30]:
        print(line)
    print(report.summary())
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
