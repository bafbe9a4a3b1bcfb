"""Measures the network's promises, each beside its ceiling or its peer, in one run.

A measure is a module of `measures` with `async def measure(bed) -> list[Figure]`. All of them run,
or those named. The figures go to a table, and to `build/bench.json`.
"""

import argparse
import asyncio
import importlib
import os
import sys
import time
import traceback
from contextlib import AsyncExitStack
from pathlib import Path

from bed import Bed, machine_facts
from cpu import usage
from figures import Figure, failed, markdown, read, table, void, write
from network import ROOT, Network
from rounds import ROUNDS_MIN

from lianfang_common.clock import SystemClock, civil_date

MEASURES = Path(__file__).parent / "measures"
OUT = ROOT / "build/bench.json"
WHOLE_SECONDS, LONGEST_SECONDS = 3_600, 600
"""All measures, and each one; what takes longer is stopped."""
CITY_TAKES = 4
FOREIGN_MAX = 0.1
"""Of the processor time used during a measure; with more by others, its figures say nothing."""


def names() -> list[str]:
    """Return the measures there are."""
    return sorted(path.stem for path in MEASURES.glob("*.py") if path.stem != "__init__")


async def run(network: Network, chosen: list[str], options: argparse.Namespace) -> list[Figure]:
    """Run measures one after the other, and write after each what there is; return all figures.

    A measure that fails, or is not at its end in time, is a void figure; the others go on.
    """
    facts, figures = machine_facts(), list[Figure]()
    takes = CITY_TAKES if options.size == "city" else 1
    until = time.monotonic() + WHOLE_SECONDS * takes
    versions = await Bed(network, options.rounds).versions()
    for name in chosen:
        began = time.monotonic()
        print(f"{name} …", flush=True)
        roots = {"bench": os.getpid(), **Bed(network, options.rounds).pids()}
        before = usage(roots)
        longest = min(LONGEST_SECONDS * takes, max(1, round(until - began)))
        found = await _found(network, name, options, longest)
        foreign = usage(roots).since(before).foreign
        if foreign > FOREIGN_MAX:
            found = [void(each, f"others used {foreign:.0%} of the processor") for each in found]
        print(f"{table(found)}\n{name}: {time.monotonic() - began:.0f} s\n", flush=True)
        figures += found
        write(
            options.out,
            figures,
            command=command_of(options),
            day=str(civil_date(SystemClock().now())),
            versions=versions,
            machine={**facts, "load_at_end": machine_facts()["load_at_start"]},
        )
    return figures


async def _found(
    network: Network, name: str, options: argparse.Namespace, longest: int
) -> list[Figure]:
    city = options.size == "city"
    try:
        async with asyncio.timeout(longest), AsyncExitStack() as stack:
            bed = Bed(network, options.rounds, options.scale, city, stack)
            measured = await importlib.import_module(f"measures.{name}").measure(bed)
            return list(measured)
    except TimeoutError:
        return [failed(name, f"not at its end after {longest} s")]
    except Exception as failure:  # the other measures still tell something
        traceback.print_exc()
        return [failed(name, f"{type(failure).__name__}: {str(failure)[:200]}")]


def command_of(options: argparse.Namespace) -> str:
    """Return the command line that measures the same again."""
    given = {"only": options.only, "size": options.size if options.size != "district" else ""}
    if options.rounds != ROUNDS_MIN:
        given["rounds"] = str(options.rounds)
    if options.scale != 1:
        given["scale"] = str(options.scale)
    return " ".join(["make bench", *(f"{key}={value}" for key, value in given.items() if value)])


def main() -> int:
    """Measure, print a table, write `build/bench.json`; fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="test")
    parser.add_argument("--only", default="", help=f"of {', '.join(names())}; commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS_MIN)
    parser.add_argument("--scale", type=float, default=1.0, help="less than 1 tries a measure out")
    parser.add_argument(
        "--size", choices=("district", "city"), default="district",
        help="city also fills 2 million persons and a million notices",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--markdown", action="store_true", help="print what --out holds, and end")
    options = parser.parse_args()
    if options.markdown:
        print(markdown(read(options.out)))
        return 0
    if options.rounds < ROUNDS_MIN or options.scale != 1:
        print(f"fewer than {ROUNDS_MIN} rounds, or another scale than 1: a trial, no measurement")
    chosen = [name for name in options.only.split(",") if name] or names()
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    figures = asyncio.run(run(Network.of_profile(options.profile), chosen, options))
    missed = [figure.name for figure in figures if figure.met is False or not figure.valid]
    print(f"missed or void: {'; '.join(missed)}" if missed else "every target was met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
