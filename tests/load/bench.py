"""Measures the network's promises, each beside its ceiling or its peer, in one run.

A measure is a module of `measures` with `async def measure(bed) -> list[Figure]`. All of them run,
or those named. The figures go to a table, and to `build/bench.json`.
"""

import argparse
import asyncio
import importlib
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bed import Bed, machine_facts
from figures import Figure, markdown, read, table, write
from network import ROOT, Network
from rounds import ROUNDS_MIN

MEASURES = Path(__file__).parent / "measures"
OUT = ROOT / "build/bench.json"


def names() -> list[str]:
    """Return the measures there are."""
    return sorted(path.stem for path in MEASURES.glob("*.py") if path.stem != "__init__")


async def run(
    network: Network, chosen: list[str], rounds: int, scale: float
) -> tuple[list[Figure], dict[str, str]]:
    """Run measures one after the other; return all figures and the versions."""
    figures: list[Figure] = []
    for name in chosen:
        began = time.monotonic()
        print(f"{name} …", flush=True)
        async with AsyncExitStack() as stack:
            bed = Bed(network, rounds, scale, stack)
            found = await importlib.import_module(f"measures.{name}").measure(bed)
        print(f"{table(found)}\n{name}: {time.monotonic() - began:.0f} s\n", flush=True)
        figures += found
    return figures, await Bed(network, rounds).versions()


def main() -> int:
    """Measure, print a table, write `build/bench.json`; fail when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="test")
    parser.add_argument("--only", default="", help=f"of {', '.join(names())}; commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS_MIN)
    parser.add_argument("--scale", type=float, default=1.0, help="less than 1 tries a measure out")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--markdown", action="store_true", help="print what --out holds, and end")
    options = parser.parse_args()
    if options.markdown:
        print(markdown(read(options.out)))
        return 0
    if options.rounds < ROUNDS_MIN:
        print(f"fewer than {ROUNDS_MIN} rounds: a trial, no measurement")
    chosen = [name for name in options.only.split(",") if name] or names()
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    facts = machine_facts()
    network = Network.of_profile(options.profile)
    figures, versions = asyncio.run(run(network, chosen, options.rounds, options.scale))
    write(options.out, figures, versions, facts)
    missed = [figure.name for figure in figures if figure.met is False or not figure.valid]
    print(f"missed or void: {'; '.join(missed)}" if missed else "every target was met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
