"""The command line `lianfang`: demo data, the live view, and a morning in the district."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from datetime import date
from pathlib import Path
from random import SystemRandom
from typing import Any

import aiohttp

from lianfang_demo.client import LoginRefused, Unexpected
from lianfang_demo.generate import generate
from lianfang_demo.livemorning import play_live
from lianfang_demo.morning import play_morning
from lianfang_demo.profiles import PROFILES
from lianfang_demo.stack import NotRunning, Stack
from lianfang_demo.watch import watch

_SEEDS = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        return 130
    except (NotRunning, Unexpected, LookupError) as failure:
        print(f"lianfang: {failure}", file=sys.stderr)
    except LoginRefused as refused:
        print(f"lianfang: the login of {refused} was refused", file=sys.stderr)
    except (aiohttp.ClientConnectionError, TimeoutError):
        print("lianfang: the network does not answer: see make status", file=sys.stderr)
    return 1


def _generate(options: argparse.Namespace) -> None:
    generate(options.profile, options.seed, options.out, options.today)


def _watch(options: argparse.Namespace) -> None:
    stack = Stack.open(options.stack)
    _run(watch(stack, options.login, options.language, after=options.after, events=options.events))


def _demo(options: argparse.Namespace) -> int:
    stack = Stack.open(options.stack)
    if options.speed is None:
        return 1 if _run(play_morning(stack, options.language)) else 0
    # A new seed each time: what was reported half an hour ago would only be linked.
    seed = SystemRandom().randrange(_SEEDS) if options.seed is None else options.seed
    return 1 if _run(play_live(stack, options.language, options.speed, seed)) else 0


def _run(work: Coroutine[Any, Any, int | None]) -> int | None:
    return asyncio.run(work)


def _speed(text: str) -> float:
    speed = float(text)
    if not 1 <= speed <= 3_600:
        raise argparse.ArgumentTypeError("a speed from 1 to 3600")
    return speed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lianfang", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    make = commands.add_parser("generate", help="write the demo data of a profile")
    make.add_argument("--profile", choices=sorted(PROFILES), default="ci")
    make.add_argument("--seed", type=int, default=7)
    make.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=_generate)
    look = commands.add_parser("watch", help="follow the live view of a demo user")
    look.add_argument("--as", dest="login", required=True, metavar="LOGIN")
    look.add_argument("--after", metavar="ID", help="resume after this event")
    look.add_argument("--events", type=int, help="end after so many notices")
    look.set_defaults(run=_watch)
    play = commands.add_parser("demo", help="play a morning and say what each office learned")
    play.add_argument(
        "--speed", type=_speed, help="play from eight to twelve instead, so many times as fast"
    )
    play.add_argument("--seed", type=int, help="of that morning; the same seed plans the same")
    play.set_defaults(run=_demo)
    for command in (look, play):
        command.add_argument("--language", choices=("zh-CN", "en"), default="zh-CN")
        command.add_argument(
            "--stack", type=Path, help="stack.json of a profile; that of `make up` by default"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
